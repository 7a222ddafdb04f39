// The entry for a plain <script src>, which has no import: names on `window`.

import * as sdk from "./inline.js";

globalThis.HoldfastRTC = sdk;
globalThis.ZegoExpressEngine = sdk.ZegoExpressEngine;
