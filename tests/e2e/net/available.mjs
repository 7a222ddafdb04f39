// Prints why rigs cannot be made here, and nothing if they can.

import { whyNoRigs } from "./topology.mjs";

const reason = await whyNoRigs();
if (reason) console.log(reason);
