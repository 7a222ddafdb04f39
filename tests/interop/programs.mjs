// The third-party programs, how to get each, and where it is kept. `node tests/interop/obtain.mjs`
// gets them while there is a network; the tests, which have none, use what is there.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCES = join(PROJECT, "tests/interop");
const FOLDER = join(PROJECT, "target/interop");

/** The file written once a program is there; it holds the fingerprint of the program's sources. */
export const STAMP = "obtained";
/** The file that says why a program could not be got. */
export const REASON = "reason";

const GO = { GOTOOLCHAIN: "local", GOFLAGS: "-mod=mod" };

/**
 * Each program: `sources`, the files it is made from; `limit_ms`, how long getting it may take;
 * `steps`, the commands that get it into a folder, as `[program, arguments, variables]`; `only_if`,
 * a variable that must be set to fetch it, for programs that are slow to get or change the system.
 */
export const PROGRAMS = {
  aiortc: {
    sources: ["aiortc/requirements.txt"],
    limit_ms: 180_000,
    steps: (folder) => [
      ["python3", ["-m", "venv", join(folder, "venv")]],
      [
        join(folder, "venv/bin/pip"),
        ["install", "--quiet", "--requirement", join(SOURCES, "aiortc/requirements.txt")],
      ],
    ],
  },
  // Newer Pion and LiveKit versions need modules that the Go module proxy used here did not have.
  pion: {
    version: "v4.2.3",
    limit_ms: 300_000,
    steps: (folder) => [
      goInstall("github.com/pion/webrtc/v4/examples/whip-whep", "v4.2.3", folder),
    ],
  },
  livekit: {
    version: "v1.9.12",
    limit_ms: 600_000,
    steps: (folder) => [
      goInstall("github.com/livekit/livekit-server/cmd/server", "v1.9.12", folder),
    ],
  },
  // Compared with our server under load (`cargo xtask load rooms`); no test needs it.
  centrifugo: {
    version: "v6.9.1",
    limit_ms: 900_000,
    only_if: "HOLDFAST_LOAD",
    steps: (folder) => [goInstall("github.com/centrifugal/centrifugo/v6", "v6.9.1", folder)],
  },
  npm: {
    sources: ["npm/package.json", "npm/package-lock.json"],
    limit_ms: 120_000,
    steps: (folder) => [
      ["cp", [join(SOURCES, "npm/package.json"), join(SOURCES, "npm/package-lock.json"), folder]],
      ["npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder]],
    ],
  },
  gstreamer: {
    sources: ["gst/Cargo.toml", "gst/Cargo.lock", "gst/src/main.rs"],
    limit_ms: 1_200_000,
    only_if: "HOLDFAST_INTEROP_GST",
    steps: (folder) => [
      ["pkg-config", ["--exists", "gstreamer-webrtc-1.0", "gstreamer-sdp-1.0", "openssl"]],
      [
        "cargo",
        ["build", "--locked", "--manifest-path", join(SOURCES, "gst/Cargo.toml")],
        { CARGO_TARGET_DIR: join(folder, "build") },
      ],
    ],
  },
};

/**
 * A program that has been obtained: `{ folder }`, or `{ reason }` if it is not there.
 *
 * @param name One of `PROGRAMS`.
 */
export async function have(name) {
  const folder = folderOf(name);
  if ((await read(join(folder, STAMP))) === (await fingerprint(name))) return { folder };
  const reason = await read(join(folder, REASON));
  return { reason: `no ${name}: ${reason ?? "get it by node tests/interop/obtain.mjs"}` };
}

export function folderOf(name) {
  return join(FOLDER, name);
}

/** A fingerprint of what a program is made from. */
export async function fingerprint(name) {
  const { version = "", sources = [] } = PROGRAMS[name];
  const texts = await Promise.all(sources.map((path) => readFile(join(SOURCES, path))));
  const hash = createHash("sha256").update(version);
  for (const text of texts) hash.update(text);
  return hash.digest("hex");
}

function goInstall(path, version, folder) {
  return ["go", ["install", `${path}@${version}`], { ...GO, GOBIN: folder }];
}

async function read(path) {
  return readFile(path, "utf8").catch(() => null);
}
