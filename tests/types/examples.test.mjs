// The types' examples: every function and method has one, and all of them compile as strictly as an app may.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { EXAMPLES, withoutExample } from "./declarations.mjs";

const ROOT = new URL("../../", import.meta.url);
const FOLDER = new URL("target/type-examples/", ROOT);
const SCENE = fileURLToPath(new URL("tests/types/scene.d.ts", ROOT));
const TSC = fileURLToPath(new URL("node_modules/typescript/bin/tsc", ROOT));
const SETTINGS = {
  extends: fileURLToPath(new URL("tests/types/tsconfig.json", ROOT)),
  // An example shows what a method gives, and need not use it; and it awaits.
  compilerOptions: { noUnusedLocals: false, target: "es2022", lib: ["es2022", "dom"] },
};

test("every function and method has an example", () => {
  assert.ok(EXAMPLES.length > 100, `${EXAMPLES.length} examples`);
  assert.deepEqual(withoutExample(), []);
});

test("every example compiles", async () => {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  // A module each, so that no name of one stands in another's way.
  const files = EXAMPLES.map((_, i) => `${i}.ts`);
  const written = EXAMPLES.map(({ code }, i) =>
    writeFile(new URL(files[i], FOLDER), `${code}export {};\n`),
  );
  const project = new URL("tsconfig.json", FOLDER);
  const settings = { ...SETTINGS, files: [SCENE, ...files] };
  await Promise.all([...written, writeFile(project, JSON.stringify(settings))]);
  const found = await new Promise((resolve) => {
    const command = [TSC, "--pretty", "false", "--project", fileURLToPath(project)];
    execFile(process.execPath, command, (error, stdout) => resolve(error ? stdout : ""));
  });
  assert.equal(
    found.replace(/^\S*?(\d+)\.ts/gm, (_, i) => `${EXAMPLES[i].name} `),
    "",
  );
});
