// Compiled only (tsc --strict): each member of `holdfast-rtc/dev` used as an app may use it.

import type { ExpressEngine as Engine } from "holdfast-rtc";
import {
  type DevEngine,
  type ErrorCodes,
  ExpressEngine,
  type Fault,
  type FaultOptions,
  init,
  type TimelineFault,
  ZegoExpressEngine,
} from "holdfast-rtc/dev";
import moduleUrl from "holdfast-rtc/holdfast_dev.wasm";

const NO_FAULT: ErrorCodes["BAD_PARAMETER"] = 1100001;

export async function simulate(app: (engine: Engine) => void): Promise<void> {
  await init(moduleUrl);
  const engine: DevEngine = new ExpressEngine(1, "https://rooms.example.com");
  app(engine);
  app(new ZegoExpressEngine(1, "https://rooms.example.com"));
  const trace: string = engine.simulate("trace");
  const faults: Fault[] = ["link-drop", "link-blackhole", "link-refused", "media-loss"];
  const others: Fault[] = ["node-down", "offline", "sleep"];
  const options: FaultOptions = { ms: 500 };
  for (const fault of [...faults, ...others]) await engine.simulate(fault, options);
  const over: Promise<void> = engine.simulate("link-drop");
  await over;
  for (const entry of engine.timeline()) {
    if (entry.layer === "fault") {
      const { atMs, id, state, errorCode }: TimelineFault = entry;
      console.log(atMs, id, state === "OVER", errorCode);
    } else if (entry.state !== undefined) console.log(entry.durationMs);
  }
  console.log(trace.length, NO_FAULT);
}
