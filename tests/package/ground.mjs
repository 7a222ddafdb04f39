// Shared by the tests of the packed package: where it is installed, a web server for the apps'
// files, and a browser that opens an app and lets it call.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, resolve } from "node:path";
import { after, before } from "node:test";
import { pathToFileURL } from "node:url";
import { assertPlays } from "../e2e/harness/picture.mjs";
import { useStage } from "../e2e/harness/stage.mjs";

/** The folder with the apps and, in its node_modules, the tarball. */
export const APPS = resolve(process.env.HOLDFAST_APPS ?? "target/package-apps");

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

// `unsafe-inline` is only for the apps' own script elements. Nothing may need `unsafe-eval`.
const CONTENT_SECURITY_POLICY =
  "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; object-src 'none'";

/** A room server, a browser, and the apps' files at `origin`. */
export function useGround() {
  const ground = { stage: useStage() };
  let files;
  before(async () => {
    files = createServer(answer).listen(0, "127.0.0.1");
    await once(files, "listening");
    ground.origin = `http://localhost:${files.address().port}`;
  });
  after(() => files?.close());
  return ground;
}

/** Opens an app's page and checks that it shows Ada's moving picture; returns the page. */
export async function assertCalls({ stage }, url) {
  const page = await (await stage.context()).newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("response", (response) => {
    if (response.status() >= 400 && !response.url().endsWith("favicon.ico")) {
      faults.push(`${response.status()} ${response.url()}`);
    }
  });
  await page.goto(url);
  await page
    .waitForFunction(() => globalThis.call)
    .catch((error) => {
      throw new Error(`${url} is not ready: ${faults.join("; ") || error.message}`);
    });
  await page.evaluate(
    (ground) => globalThis.call(ground),
    await invitation(stage, stage.name("room")),
  );
  await assertPlays(page);
  assert.deepEqual(faults, []);
  return page;
}

/** What an app needs to call: a room of its own with tokens for Ada and Bo. */
async function invitation({ server }, room) {
  const [ada, bo] = await Promise.all(["ada", "bo"].map((user) => server.devToken(room, user)));
  return { app: ada.app, server: server.url, room, tokens: { ada: ada.token, bo: bo.token } };
}

/** Runs a Node program of a package in an app's folder; returns what it printed. */
export async function run(app, program, ...args) {
  const child = spawn(process.execPath, [join(APPS, program), ...args], {
    cwd: join(APPS, app),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  let complaints = "";
  child.stdout.on("data", (data) => {
    printed += data;
  });
  child.stderr.on("data", (data) => {
    complaints += data;
  });
  const [code] = await once(child, "close");
  assert.equal(code, 0, [program, ...args, printed, complaints].join("\n"));
  return printed;
}

/** Serves an app by Vite's dev server while `use` runs. */
export async function dev(app, use) {
  const vite = await import(pathToFileURL(resolve(APPS, "node_modules/vite/dist/node/index.js")));
  const server = await vite.createServer({
    root: resolve(APPS, app),
    // Otherwise the apps of one folder would share a cache.
    cacheDir: resolve(APPS, app, ".vite"),
    configFile: false,
    logLevel: "error",
    server: { host: "localhost", port: 0 },
  });
  try {
    await server.listen();
    await use(server.resolvedUrls.local[0]);
  } finally {
    await server.close();
  }
}

async function answer(request, response) {
  const path = normalize(decodeURIComponent(new URL(request.url, "http://apps").pathname));
  const file = join(APPS, path.endsWith("/") ? `${path}index.html` : path);
  try {
    const bytes = await readFile(file);
    response.writeHead(200, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "content-security-policy": CONTENT_SECURITY_POLICY,
    });
    response.end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}
