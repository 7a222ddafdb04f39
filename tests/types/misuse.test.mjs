// Every method has a misuse that must not compile; that they do not is seen by `tsc`.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { CALLED, methodsOf } from "./declarations.mjs";

/** What the misuse files call an object of each shape. */
const NAMES = {
  ExpressEngine: "engine",
  ZegoStreamView: "view",
  ZegoLocalStream: "local",
  World: "world",
  TestUser: "bob",
};
const FILES = ["misuse.ts", "misuse_streams.ts", "misuse_testing.ts"];

test("every method has a misuse", async () => {
  const texts = await Promise.all(
    FILES.map((name) => readFile(new URL(name, import.meta.url), "utf8")),
  );
  // From one expected error to the next there is one statement.
  const misuses = texts.flatMap((text) => text.split("// @ts-expect-error").slice(1));
  const engine = methodsOf("ExpressEngine");
  const missing = CALLED.flatMap((shape) =>
    methodsOf(shape)
      .filter((method) => shape !== "TestUser" || !engine.includes(method))
      .map((method) => (method === "constructor" ? `new ${shape}(` : `${NAMES[shape]}.${method}(`))
      .filter((call) => !misuses.some((misuse) => misuse.includes(call))),
  );
  assert.deepEqual(missing, []);
});
