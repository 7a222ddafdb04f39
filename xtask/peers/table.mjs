// Prints what this package and its peers weigh, as a table in Markdown:
//
//   node table.mjs PACKAGE PEERS
//
// PACKAGE is the built package's folder, PEERS a folder with the peers installed. All are bundled
// and minified in the same way, with all exports kept. Other files that a page loads are added.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { weigh } from "../weigh.mjs";

const NOTES = {
  "mediasoup-client": "media only",
  centrifuge: "messages only",
};

const [ownFolder, peersFolder] = process.argv.slice(2);
const { dependencies } = JSON.parse(readFileSync(join(peersFolder, "package.json"), "utf8"));
const { name: ownName, version: ownVersion } = JSON.parse(
  readFileSync(join(ownFolder, "package.json"), "utf8"),
);

const modules = readdirSync(ownFolder).filter((file) => file.endsWith(".wasm"));
const own = sum([
  weigh(await bundled("./index.js", ownFolder)),
  ...modules.map((file) => weigh(readFileSync(join(ownFolder, file)))),
]);
const peers = await Promise.all(
  Object.entries(dependencies).map(async ([name, version]) => {
    return { name, version, ...weigh(await bundled(name, peersFolder)) };
  }),
);
peers.sort((a, b) => a.gzip - b.gzip);

console.log("| package | minified | gzip -9 | brotli |\n|---|---:|---:|---:|");
console.log(
  row({ name: `**${ownName}**`, version: ownVersion, ...own, note: "script and module" }),
);
for (const peer of peers) console.log(row({ note: NOTES[peer.name], ...peer }));

/** All exports of `name`, bundled as one script. */
async function bundled(name, resolveDir) {
  const contents = `import * as sdk from "${name}"; globalThis.sdk = sdk;`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    legalComments: "none",
    logLevel: "error",
    write: false,
  });
  return outputFiles[0].contents;
}

function sum(weights) {
  const total = { raw: 0, gzip: 0, brotli: 0 };
  for (const weight of weights) for (const way in total) total[way] += weight[way];
  return total;
}

function row({ name, version, note, raw, gzip, brotli }) {
  const words = `${name} ${version}${note ? `, ${note}` : ""}`;
  return `| ${[words, ...[raw, gzip, brotli].map((bytes) => bytes.toLocaleString("en"))].join(" | ")} |`;
}
