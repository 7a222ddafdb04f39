// A server-side render: importing does nothing, and components that make engines in effects render.

import * as sdk from "holdfast-rtc";
import * as dev from "holdfast-rtc/dev";
import * as inline from "holdfast-rtc/inline";
import { createElement } from "react";
import { renderToString } from "react-dom/server";

const before = Object.getOwnPropertyNames(globalThis).length;
const caught = await sdk.init().catch((error) => error);
let early;
try {
  new sdk.ExpressEngine(1, "https://rooms.example.com");
} catch (error) {
  early = { isError: error instanceof Error, code: error.code, message: error.message };
}
console.log(
  JSON.stringify({
    html: renderToString(createElement("p", null, typeof sdk.ExpressEngine)),
    names: Object.keys(sdk),
    inlineNames: Object.keys(inline),
    devNames: Object.keys(dev),
    globals: Object.getOwnPropertyNames(globalThis).length - before,
    isRefused: caught instanceof Error,
    early,
  }),
);
