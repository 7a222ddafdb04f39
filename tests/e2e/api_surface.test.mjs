// The package has exactly what its types declare, and docs/migrating.md names all of it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { keysOf, methodsOf } from "../types/declarations.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

test("the package has every method and event that its types declare", async () => {
  const client = await stage.client("ada");
  const methods = methodsOf("ExpressEngine");
  assert.ok(methods.length > 50, `${methods}`);
  const missing = await client.page.evaluate(
    (names) => names.filter((name) => !Object.hasOwn(globalThis.sdk.ExpressEngine.prototype, name)),
    methods,
  );
  assert.deepEqual(missing, []);
  const extra = await client.page.evaluate(
    (names) =>
      Object.getOwnPropertyNames(globalThis.sdk.ExpressEngine.prototype).filter(
        (name) => !names.includes(name),
      ),
    methods,
  );
  assert.deepEqual(extra, []);
  const told = keysOf("EngineEvents");

  const migrating = await readFile(new URL("../../docs/migrating.md", import.meta.url), "utf8");
  const unnamed = [...methods, ...told].filter((name) => !migrating.includes(`\`${name}\``));
  assert.deepEqual(unnamed, []);
});
