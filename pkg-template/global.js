// The entry for a plain <script src>, which cannot import: it sets names on `window`.

/// <reference path="./global.d.ts" />

import * as sdk from "./inline.js";

globalThis.HoldfastRTC = sdk;
globalThis.ZegoExpressEngine = sdk.ZegoExpressEngine;
