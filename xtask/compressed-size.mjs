// Prints each file's size in bytes: raw, gzip -9, and brotli at its highest level, tab-separated.
import { readFileSync } from "node:fs";
import { weigh } from "./weigh.mjs";

for (const file of process.argv.slice(2)) {
  const { raw, gzip, brotli } = weigh(readFileSync(file));
  console.log([raw, gzip, brotli].join("\t"));
}
