// The built package's `./testing`; HOLDFAST_SDK is its folder.

import { join } from "node:path";
import { pathToFileURL } from "node:url";

const folder = process.env.HOLDFAST_SDK ?? "target/npm/holdfast-rtc";
export const { createWorld, ExpressEngine } = await import(
  pathToFileURL(join(folder, "testing.js"))
);
