// Packages of npm/ as scripts for a page.

import { join } from "node:path";
import { build } from "esbuild";
import { folderOf } from "./programs.mjs";

/** A package as one script that sets a global of this name. */
export async function bundle(name, globalName) {
  const { outputFiles } = await build({
    stdin: { contents: `export * from "${name}";`, resolveDir: folderOf("npm") },
    bundle: true,
    format: "iife",
    globalName,
    platform: "browser",
    mainFields: ["browser", "module", "main"],
    nodePaths: [join(folderOf("npm"), "node_modules")],
    logLevel: "silent",
    write: false,
  });
  // A script's `var` would not be seen by modules of the page.
  return `${outputFiles[0].text}\nglobalThis.${globalName} = ${globalName};`;
}
