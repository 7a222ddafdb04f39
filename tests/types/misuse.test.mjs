// Every method has a misuse that must not compile; `tsc` checks that it does not.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { CALLED, methodsOf } from "./declarations.mjs";

/** The variable names in the misuse files for objects of each type. */
const NAMES = {
  ExpressEngine: "engine",
  ZegoStreamView: "view",
  ZegoLocalStream: "local",
  World: "world",
  TestUser: "bob",
  DevEngine: "dev",
};
const FILES = ["misuse.ts", "misuse_streams.ts", "misuse_testing.ts", "misuse_dev.ts"];
/** They have all methods of an `ExpressEngine` too. */
const ENGINES = ["TestUser", "DevEngine"];

test("every method has a misuse", async () => {
  const texts = await Promise.all(
    FILES.map((name) => readFile(new URL(name, import.meta.url), "utf8")),
  );
  // There is one statement between one expected error and the next.
  const misuses = texts.flatMap((text) => text.split("// @ts-expect-error").slice(1));
  const engine = methodsOf("ExpressEngine");
  const missing = CALLED.flatMap((shape) =>
    methodsOf(shape)
      .filter((method) => !ENGINES.includes(shape) || !engine.includes(method))
      .map((method) => (method === "constructor" ? `new ${shape}(` : `${NAMES[shape]}.${method}(`))
      .filter((call) => !misuses.some((misuse) => misuse.includes(call))),
  );
  assert.deepEqual(missing, []);
});
