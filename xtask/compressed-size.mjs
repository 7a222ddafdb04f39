// Prints for each file its bytes raw, by gzip -9 and by brotli at its highest, tab-separated.
import { readFileSync } from "node:fs";
import { weigh } from "./weigh.mjs";

for (const file of process.argv.slice(2)) {
  const { raw, gzip, brotli } = weigh(readFileSync(file));
  console.log([raw, gzip, brotli].join("\t"));
}
