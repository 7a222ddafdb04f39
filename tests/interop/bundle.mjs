// Bundles packages of npm/ as scripts for a page.

import { join } from "node:path";
import { build } from "esbuild";
import { folderOf } from "./programs.mjs";

/** Bundles a package as one script that sets a global of this name. */
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
  // Modules of the page would not see a script's `var`.
  return `${outputFiles[0].text}\nglobalThis.${globalName} = ${globalName};`;
}
