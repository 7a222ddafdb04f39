// Apps of each bundler, built for production: the package comes with what the bundler emits.

import assert from "node:assert/strict";
import { readdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { APPS, assertCalls, run, useGround } from "./ground.mjs";

const ground = useGround();

/** How many modules a build left: one, since the one for developers is no part of it. */
const modules = async (folder) =>
  (await readdir(join(APPS, folder), { recursive: true })).filter((file) => file.endsWith(".wasm"))
    .length;

test("Vite builds it, with the module as a file of its own", async () => {
  await run("vite", "node_modules/vite/bin/vite.js", "build", "--base=/vite/dist/");
  assert.equal(await modules("vite/dist/assets"), 1);
  await assertCalls(ground, `${ground.origin}/vite/dist/`);
});

test("webpack builds it without configuration for it", async () => {
  // webpack leaves the files of earlier builds, whose names are hashes.
  await rm(join(APPS, "webpack/dist"), { recursive: true, force: true });
  const require = createRequire(resolve(APPS, "package.json"));
  const webpack = promisify(require("webpack"));
  const result = await webpack(require("./webpack/webpack.config.cjs"));
  assert.equal(result.hasErrors() || result.hasWarnings(), false, result.toString());
  assert.equal(await modules("webpack/dist"), 1);
  await assertCalls(ground, `${ground.origin}/webpack/`);
});

test("esbuild builds it with the module's URL given to init", async () => {
  await esbuild("url.js", "--loader:.wasm=file", "--public-path=/esbuild/dist/");
  await assertCalls(ground, `${ground.origin}/esbuild/url.html`);
});

test("esbuild builds the inlined entry, with nothing to set and no file beside it", async () => {
  await rm(join(APPS, "esbuild/dist"), { recursive: true, force: true });
  await esbuild("inline.js");
  assert.deepEqual(await readdir(join(APPS, "esbuild/dist")), ["inline.js"]);
  await assertCalls(ground, `${ground.origin}/esbuild/inline.html`);
});

function esbuild(entry, ...options) {
  const args = ["--bundle", "--minify", "--format=esm", "--outdir=dist", ...options];
  return run("esbuild", "node_modules/esbuild/bin/esbuild", entry, ...args);
}
