// `holdfast-express`, installed under the name of the compatible SDK: it loads wherever that does.

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { APPS, assertCalls, dev, run, useGround } from "./ground.mjs";

const ground = useGround();
const PAGES = "express";

test("Vite's dev server serves it", async () => {
  await dev(PAGES, (url) => assertCalls(ground, url));
});

test("Vite builds it", async () => {
  const vite = "node_modules/vite/bin/vite.js";
  await run(PAGES, vite, "build", "--base=/express/dist/vite/", "--outDir=dist/vite");
  await assertCalls(ground, `${ground.origin}/express/dist/vite/`);
});

test("webpack builds it", async () => {
  await rm(join(APPS, "express/dist/webpack"), { recursive: true, force: true });
  const require = createRequire(resolve(APPS, "package.json"));
  const result = await promisify(require("webpack"))(require("./express/webpack.config.cjs"));
  assert.equal(result.hasErrors() || result.hasWarnings(), false, result.toString());
  await assertCalls(ground, `${ground.origin}/express/webpack.html`);
});

test("esbuild builds it", async () => {
  await esbuild("main.js");
  await assertCalls(ground, `${ground.origin}/express/esbuild.html`);
});

test("a page imports it without a build", async () => {
  await assertCalls(ground, `${ground.origin}/express/module.html`);
});

test("a script element defines the two names, and engines work at once", async () => {
  const page = await assertCalls(ground, `${ground.origin}/express/script.html`);
  const found = await page.evaluate(() => [
    window.early,
    ZegoExpressEngine.version,
    typeof WebRTCUtil,
  ]);
  assert.deepEqual(found, ["3.12.0", "3.12.0", "object"]);
});

test("the default export is the class, and each optional module says once what it lacks", async () => {
  await esbuild("other_exports.js");
  const page = await (await ground.stage.context()).newPage();
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  await page.goto(`${ground.origin}/express/other_exports.html`);
  await page.waitForFunction(() => globalThis.call);
  const found = await page.evaluate(
    () => new Promise((resolve) => globalThis.detect(false, resolve, 0, "webRTC")),
  );
  assert.deepEqual(found, { result: true, errInfo: {} });
  assert.deepEqual(said, [
    "holdfast StreamCDN has no effect: this SDK pushes to no CDN and plays from none",
    "holdfast VoiceChanger has no effect: this SDK changes no voices",
  ]);
});

test("Node requires and imports it, as a server's render does", async () => {
  const found = JSON.parse(await run(PAGES, "express/require.cjs"));
  assert.deepEqual(found, {
    kinds: ["function", "object"],
    isOne: true,
    names: ["WebRTCUtil", "ZegoExpressEngine", "default"],
    moduleNames: ["WebRTCUtil", "ZegoExpressEngine", "default"],
    version: "3.12.0",
    optional: "AiDenoise",
  });
});

test("F14: an app's files compile that import types from the folders of the compatible SDK", async () => {
  const tsc = resolve("node_modules/typescript/bin/tsc");
  await run("express/types", relative(APPS, tsc), "--project", ".", "--pretty", "false");
});

function esbuild(entry) {
  const args = ["--bundle", "--minify", "--format=esm", "--outdir=dist/esbuild"];
  return run(PAGES, "node_modules/esbuild/bin/esbuild", entry, ...args);
}
