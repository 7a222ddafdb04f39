// The tracks of a played stream, across the sessions that play it. How media elements react to them
// is tested in browsers (tests/e2e/net/elements.test.mjs).

import assert from "node:assert/strict";
import { test } from "node:test";
import { trackMethods } from "../../pkg-template/tracks.js";
import { receiving } from "../../pkg-template/wiring.js";
import { aHost, Context, Stream, standIn, Track } from "./stand_ins.mjs";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/** A player's connection, with audio and video unless a kind is not sent. */
class Connection extends EventTarget {
  #transceivers = [];
  constructor(...kinds) {
    super();
    this.kinds = kinds;
  }
  addTransceiver(kind) {
    const currentDirection = this.kinds.includes(kind) ? "recvonly" : "inactive";
    this.#transceivers.push({ receiver: { track: new Track(kind) }, currentDirection });
  }
  getTransceivers() {
    return this.#transceivers;
  }
  getReceivers() {
    return this.#transceivers.map(({ receiver }) => receiver);
  }
  close() {
    this.dispatchEvent(new Event("closing")); // as sessions do
    for (const { track } of this.getReceivers()) track.stop();
  }
}

/** A player in a browser with this user agent; `session` opens a session. */
function player(userAgent = FIREFOX) {
  standIn({}, userAgent);
  const host = aHost();
  const outlet = new Stream();
  const wire = receiving(host, "s", outlet);
  const session = (...kinds) => {
    const connection = new Connection(...kinds);
    wire(connection, false);
    return connection;
  };
  return { outlet, wire, session };
}

/** Makes removing a track fail if that leaves the stream without a live track. */
function neverInactive(stream) {
  const removeTrack = stream.removeTrack.bind(stream);
  stream.removeTrack = (track) => {
    removeTrack(track);
    assert.ok(stream.active, "at no moment");
  };
}

const kindsOf = (outlet) => outlet.getTracks().map(({ kind }) => kind);

for (const kinds of [["audio", "video"], ["audio"], ["video"]]) {
  test(`play_06 a stream of ${kinds} is never inactive between two sessions`, () => {
    const { outlet, wire, session } = player();
    const first = session(...kinds);
    wire(first, true);
    assert.deepEqual(kindsOf(outlet), kinds);
    first.close();
    assert.ok(outlet.active, "a silent track stands in");
    const next = session(...kinds);
    neverInactive(outlet);
    wire(next, true);
    const own = next.getReceivers().filter(({ track }) => kinds.includes(track.kind));
    assert.deepEqual(
      outlet.getTracks(),
      own.map(({ track }) => track),
    );
    assert.equal(Context.all[0].state, "closed");
  });
}

for (const kinds of [["audio", "video"], ["audio"], ["video"]]) {
  test(`play_06 a stream of ${kinds} is never inactive when a session replaces one that lives`, () => {
    const { outlet, wire, session } = player();
    wire(session(...kinds), true);
    neverInactive(outlet);
    wire(session(...kinds), true);
    assert.deepEqual(kindsOf(outlet), kinds);
  });
}

test("play_06 a stream of one's own is never inactive while a track replaces another", async () => {
  standIn({}, FIREFOX);
  for (const kind of ["audio", "video"]) {
    const stream = new Stream([new Track(kind)]);
    neverInactive(stream);
    const next = new Track(kind);
    await trackMethods.replaceTrack(aHost(), stream, next);
    assert.deepEqual(stream.getTracks(), [next]);
  }
});

test("play_06 no track stands in where the stream stays active, or has not been", () => {
  const { outlet, wire, session } = player();
  session("audio").close();
  assert.deepEqual(outlet.getTracks(), []);
  const first = session("audio", "video");
  wire(first, true);
  const beside = session("audio", "video");
  wire(beside, true);
  first.close(); // the loser of a race
  assert.deepEqual(kindsOf(outlet), ["audio", "video"]);
  const failed = session("audio", "video");
  failed.close();
  assert.deepEqual(kindsOf(outlet), ["audio", "video"]);
  assert.equal(Context.all.length, 0);
});

test("play_06 one track stands in, however many sessions fail", () => {
  const { outlet, wire, session } = player();
  const first = session("audio", "video");
  wire(first, true);
  for (const connection of [first, session("audio"), session("audio")]) connection.close();
  assert.deepEqual(kindsOf(outlet), ["audio", "video", "audio"]);
  assert.equal(Context.all.length, 1);
});

test("play_06 a stream that is over ends, whichever of its connection and its end comes first", () => {
  for (const isOverFirst of [true, false]) {
    const { outlet, wire, session } = player();
    const first = session("audio", "video");
    wire(first, true);
    const ends = [() => wire(), () => first.close()];
    if (!isOverFirst) ends.reverse();
    for (const end of ends) end();
    assert.ok(!outlet.active);
    assert.ok(Context.all.every(({ state }) => state === "closed"));
  }
});

test("play_06 browsers whose elements go on by themselves need no track that stands in", () => {
  const { outlet, wire, session } = player("Mozilla/5.0 Chrome/140.0.0.0 Safari/537.36");
  const first = session("audio", "video");
  wire(first, true);
  first.close();
  assert.deepEqual([kindsOf(outlet), Context.all.length], [["audio", "video"], 0]);
});
