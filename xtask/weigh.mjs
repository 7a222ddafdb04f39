// The size of a file on the way to a page.
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** Size in bytes: raw, gzip -9, and brotli at its highest level. */
export function weigh(bytes) {
  const brotli = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli.length };
}
