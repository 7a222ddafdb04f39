// The types' examples: every function and method has one, and all of them compile.

import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints } from "./compile.mjs";
import { EXAMPLES, withoutExample } from "./declarations.mjs";

test("every function and method has an example", () => {
  assert.ok(EXAMPLES.length > 100, `${EXAMPLES.length} examples`);
  assert.deepEqual(withoutExample(), []);
});

test("every example compiles", async () => {
  assert.equal(await complaints("type-examples", EXAMPLES), "");
});
