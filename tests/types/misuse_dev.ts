// Compiled only (tsc --strict): misuse of `holdfast-rtc/dev` that must not compile, each method at least once.

import type { DevEngine } from "holdfast-rtc/dev";

export function misuseDev(dev: DevEngine): void {
  // @ts-expect-error no such fault
  void dev.simulate("rain");
  // @ts-expect-error a time is a number
  void dev.simulate("sleep", { ms: "5s" });
  // @ts-expect-error a recording takes no time
  dev.simulate("trace", { ms: 5 });
}
