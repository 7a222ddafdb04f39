// Prints a script that exports a file's bytes, deflated and then in base64. With gzip on the way, a
// page loads hardly more than the file itself; without deflating first it would load a third more.
import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";

const bytes = readFileSync(process.argv[2]);
const deflated = deflateRawSync(bytes, { level: 9, memLevel: 9 }).toString("base64");
console.log(`export const size = ${bytes.length};\nexport const deflated = "${deflated}";`);
