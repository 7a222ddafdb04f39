// How what must happen after a fault is ticked off, without a page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { FAULTS } from "../../www/faults/catalogue.js";
import { Course, Expectation } from "../../www/faults/expectation.js";

const START_MS = 1_000;
const named = (name, more = {}) => ({
  text: name,
  rule: "ROOM-01",
  is: (event) => event === name,
  ...more,
});
const outcomes = (course) => course.expectations.map(({ outcome }) => outcome);

test("an expectation is open until its event comes, and then for good", () => {
  const expectation = new Expectation(named("lost"), START_MS);
  assert.equal(expectation.take("other", [], 2_000), false);
  assert.equal(expectation.outcome, "open");
  assert.equal(expectation.take("lost", [], 2_000), true);
  assert.equal(expectation.outcome, "met");
  assert.equal(expectation.take("lost", [], 3_000), false);
});

test("it sees the event's arguments", () => {
  const is = (event, args) => event === "room" && args[1] === "RECONNECTED";
  const expectation = new Expectation(named("back", { is }), START_MS);
  assert.equal(expectation.take("room", ["lobby", "RECONNECTING"], 2_000), false);
  assert.equal(expectation.take("room", ["lobby", "RECONNECTED"], 2_000), true);
});

test("what is against it breaks it, and what comes after that mends nothing", () => {
  const isAgainst = (event) => event === "new login";
  const expectation = new Expectation(named("back", { isAgainst }), START_MS);
  assert.equal(expectation.take("new login", [], 2_000), true);
  assert.equal(expectation.take("back", [], 2_000), false);
  assert.equal(expectation.outcome, "broken");
});

test("the last moment is in time, one later is not", () => {
  for (const [atMs, outcome] of [
    [START_MS + 500, "met"],
    [START_MS + 501, "broken"],
  ]) {
    const expectation = new Expectation(named("tried", { withinMs: 500 }), START_MS);
    expectation.take("tried", [], atMs);
    assert.equal(expectation.outcome, outcome, `at ${atMs} ms`);
  }
});

test("expectations are looked for one after another", () => {
  const course = new Course([named("lost"), named("tried"), named("back")], START_MS);
  assert.equal(course.take("back", [], 2_000), false, "nothing was lost yet");
  course.take("lost", [], 2_000);
  course.take("back", [], 2_000);
  assert.deepEqual(outcomes(course), ["met", "open", "open"]);
  course.take("tried", [], 2_000);
  course.take("back", [], 2_000);
  assert.deepEqual(outcomes(course), ["met", "met", "met"]);
});

test("one event may settle several, and a broken one lets the next be looked for", () => {
  const both = (event) => event === "both";
  const course = new Course([named("a", { is: both }), named("b", { is: both })], START_MS);
  assert.equal(course.take("both", [], 2_000), true);
  assert.deepEqual(outcomes(course), ["met", "met"]);

  const late = new Course([named("a", { withinMs: 0 }), named("b")], START_MS);
  late.take("a", [], 2_000);
  late.take("b", [], 2_000);
  assert.deepEqual(outcomes(late), ["broken", "met"]);
});

test("one that may be first does not wait for those before it, nor let them be passed over", () => {
  const course = new Course(
    [named("lost"), named("told", { mayBeFirst: true }), named("back")],
    START_MS,
  );
  course.take("told", [], 2_000);
  course.take("back", [], 2_000);
  assert.deepEqual(outcomes(course), ["open", "met", "open"]);
  course.take("lost", [], 2_000);
  course.take("back", [], 2_000);
  assert.deepEqual(outcomes(course), ["met", "met", "met"]);
});

test("each fault says what it does, and by which rules what follows is held to", () => {
  for (const { label, what, seconds, expects } of FAULTS) {
    assert.ok(what.length > 0 && seconds >= 0, label);
    for (const { rule, text, is } of expects) {
      assert.match(rule, /^[A-Z]+-\d\d$/, `${label}: ${text}`);
      assert.equal(is("nothing", []), false, `${label}: ${text}`);
    }
  }
});
