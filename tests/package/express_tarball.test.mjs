// The files in the tarball of `holdfast-express`: all that an app of the compatible SDK may import.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

const TARBALL = process.env.HOLDFAST_EXPRESS_TARBALL ?? "target/npm/holdfast-express-0.1.0.tgz";
const { stdout } = await promisify(execFile)("tar", ["-tzf", TARBALL]);
const files = stdout.trim().split("\n");

test("it has the scripts, the types' paths and the optional modules of the compatible SDK", () => {
  const optional = [
    "aidenoise",
    "background-process",
    "copyrighted-music",
    "stream-compositor",
    "voice-changer",
    "esm/audio-mix",
    "esm/beauty-effect",
    "esm/mix-stream",
    "esm/range-audio",
    "esm/stream-cdn",
  ];
  const types = [
    "code/zh/ZegoExpressEntity",
    "code/zh/ZegoExpressEntity.rtm",
    "code/zh/ZegoExpressEntity.web",
    "code/zh/ZegoLocalStream.web",
    "code/zh/ZegoStreamView.web",
    "code/zh/index",
    "code/zh/index.esm",
    "code/zh/zego.client.rtm",
    "code/zh/zego.client.web",
    "src/common/zego.entity",
    "src/common/zego.entity.web",
  ];
  const expected = [
    ...["ZegoExpressWebRTC.js", "esm/ZegoExpressWebRTC.esm.js", "esm/package.json"],
    ...optional.flatMap((folder) => [`${folder}/index.js`, `${folder}/index.d.ts`]),
    ...types.map((name) => `sdk/${name}.d.ts`),
    ...["README.md", "CHANGELOG.md", "package.json"],
    ...["LICENSE-APACHE", "LICENSE-MIT", "LICENSE-fflate"],
  ];
  const ours = files.filter((file) => !file.startsWith("package/types/"));
  assert.deepEqual(ours.sort(), expected.map((file) => `package/${file}`).sort());
});
