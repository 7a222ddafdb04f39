// Every method of the compatible package, whatever it is given: a result, or an Error with a code.
// What each gives is in bad_input_expected.mjs; `HOLDFAST_BLESS=1` writes that file anew.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import { useGround } from "./ground.mjs";
import { openEngine } from "./outcomes.mjs";

const ground = useGround();
const FILE = new URL("./bad_input_expected.mjs", import.meta.url);
const { expected } = await import(FILE).catch(() => ({ expected: {} }));
const seen = {};

/** Calls everything in a page that `prepare` has changed, and compares what comes of it. */
async function assertOutcomes(name, prepare, inputs) {
  const { page, faults } = await openEngine(ground);
  await page.evaluate(prepare);
  const found = await page.evaluate(callAllInPage, inputs);
  seen[name] = found;
  if (process.env.HOLDFAST_BLESS) return;
  assert.deepEqual(found, expected[name]);
  assert.deepEqual(faults, []);
  assert.ok(Object.keys(found).length > 90, `${Object.keys(found).length} methods`);
}

test("before login, whatever the arguments", async () => {
  await assertOutcomes("values", () => {}, "values");
});

test("after destroyEngine", async () => {
  await assertOutcomes("destroyed", () => engine.destroyEngine(), "few");
});

test("from inside a listener, twice", async () => {
  const { page, faults } = await openEngine(ground);
  const wrong = await page.evaluate(async () => {
    const told = new Promise((resolve) => engine.once("deviceError", resolve));
    const results = [];
    engine.on("deviceError", () => {
      for (const name of Object.keys(Object.getPrototypeOf(engine))) {
        if (name === "destroyEngine") continue;
        for (const times of [1, 2]) results.push(outcome(() => engine[name](times)));
      }
    });
    camera.getTracks()[0].dispatchEvent(new Event("ended"));
    await told;
    return (await Promise.all(results)).filter((result) => result.includes("strange"));
  });
  assert.deepEqual(wrong, []);
  assert.deepEqual(faults, []);
});

test("the table is written", { skip: !process.env.HOLDFAST_BLESS }, async () => {
  const head =
    "// What each method gives for bad arguments: an outcome, and the inputs that have it.\n\n";
  await writeFile(FILE, `${head}export const expected = ${JSON.stringify(seen, null, 2)};\n`);
});

/** Returns for each method its outcomes, each with the names of the inputs that lead to it. */
async function callAllInPage(inputs) {
  const huge = "x".repeat(1e5);
  const proxy = (value) => new Proxy(value, {});
  const values = {
    null: null,
    number: 5,
    nan: Number.NaN,
    true: true,
    empty: "",
    text: "text",
    huge,
    lone: "\ud800",
    object: {},
    list: [],
    function: () => {},
    proxy: proxy({}),
    proxyFunction: proxy(() => {}),
  };
  const all = { nothing: [] };
  for (const [name, value] of Object.entries(values)) all[name] = Array(4).fill(value);
  if (inputs === "few")
    for (const name in all) if (!["nothing", "text"].includes(name)) delete all[name];
  const targets = { ZegoExpressEngine, engine, local, view: globalThis.view };
  const ends = ["destroyEngine", "length", "name", "prototype", "constructor"];
  const namesOf = (target) => {
    const names = new Set();
    let at = typeof target === "function" ? target : Object.getPrototypeOf(target);
    const end = typeof target === "function" ? Function.prototype : Object.prototype;
    for (; at !== end; at = Object.getPrototypeOf(at)) {
      for (const name of Object.getOwnPropertyNames(at)) {
        const { value } = Object.getOwnPropertyDescriptor(at, name);
        if (typeof value === "function" && !ends.includes(name)) names.add(name);
      }
    }
    return [...names];
  };
  const found = {};
  for (const [target, object] of Object.entries(targets)) {
    for (const name of namesOf(object)) {
      const outcomes = {};
      await Promise.all(
        Object.entries(all).map(async ([input, args]) => {
          const result = await outcome(() => object[name](...args));
          outcomes[result] = [outcomes[result], input].filter(Boolean).join(" ");
        }),
      );
      const sorted = Object.entries(outcomes).map(([result, names]) => [
        result,
        names.split(" ").sort().join(" "),
      ]);
      found[`${target}.${name}`] = Object.fromEntries(sorted.sort());
    }
  }
  return found;
}
