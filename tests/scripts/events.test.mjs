// What rows of news are told as.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventsOf } from "../../pkg-template/events.js";

/** Streams that were added, as the module writes them: ID, user, user's name, extra info, mutes. */
const added = (count, muted) => [
  2,
  "room",
  0,
  0,
  "",
  ...Array.from({ length: count }, (_, i) => [`s${i}`, `u${i}`, "", "", muted]).flat(),
];

test("streams that are muted are told so right after their ADD, one by one", () => {
  assert.deepEqual(
    eventsOf(added(2, 3)).map(([name, args]) => [name, args.at(-1)]),
    [
      ["roomStreamUpdate", ""],
      ["remoteCameraStatusUpdate", "MUTE"],
      ["remoteMicStatusUpdate", "MUTE"],
      ["remoteCameraStatusUpdate", "MUTE"],
      ["remoteMicStatusUpdate", "MUTE"],
    ],
  );
});

test("200,000 streams are told, and which of them are muted", () => {
  const events = eventsOf(added(200_000, 1));
  assert.equal(events.length, 200_001);
  assert.equal(events[0][1][2].length, 200_000);
});
