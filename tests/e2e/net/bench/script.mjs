// A package as a script for pages, which sets the global `Package`. Some packages come from the
// project's own `node_modules`, others from those of tests/interop.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { folderOf } from "../../../interop/programs.mjs";

const PROJECT = fileURLToPath(new URL("../../../..", import.meta.url));

export async function scriptOf(name) {
  const { outputFiles } = await build({
    stdin: {
      contents: `import * as Package from "${name}"; globalThis.Package = Package;`,
      resolveDir: PROJECT,
    },
    bundle: true,
    format: "iife",
    platform: "browser",
    mainFields: ["browser", "module", "main"],
    nodePaths: [join(folderOf("npm"), "node_modules")],
    logLevel: "silent",
    write: false,
  });
  return outputFiles[0].text;
}
