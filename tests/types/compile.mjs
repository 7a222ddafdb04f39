// Compiles programs with the package's types, as strictly as an app may.

import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);
const inRoot = (path) => fileURLToPath(new URL(path, ROOT));

/**
 * Compiles programs, each a module with a `name` for messages and its `code`; returns the
 * compiler's complaints, or an empty text. The programs stay in target/`folder`, to look at.
 */
export async function complaints(folder, programs) {
  const place = new URL(`target/${folder}/`, ROOT);
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  const files = programs.map((_, i) => `${i}.ts`);
  const settings = {
    extends: inRoot("tests/types/tsconfig.json"),
    // The programs need not use all that they declare, and they use top-level await.
    compilerOptions: { noUnusedLocals: false, target: "es2022", lib: ["es2022", "dom"] },
    files: [inRoot("tests/types/scene.d.ts"), ...files],
  };
  await Promise.all([
    ...programs.map(({ code }, i) => writeFile(new URL(files[i], place), `${code}export {};\n`)),
    writeFile(new URL("tsconfig.json", place), JSON.stringify(settings)),
  ]);
  const project = fileURLToPath(place);
  const command = [inRoot("node_modules/typescript/bin/tsc"), "--pretty", "false", "-p", project];
  const printed = await new Promise((resolve) => {
    execFile(process.execPath, command, { maxBuffer: 2 ** 24 }, (error, stdout) =>
      resolve(error ? stdout || error.message : ""),
    );
  });
  return printed.replace(/^\S*?(\d+)\.ts/gm, (_, i) => `${programs[i].name} `);
}
