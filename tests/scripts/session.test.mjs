// A WHIP session against a node and a connection made here: which answer counts, what is told of
// it, and what the node is asked for.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Session } from "../../pkg-template/session.js";

const NODE = "https://node.example/whip/";
const CREDENTIALS = "a=ice-ufrag:u\r\na=ice-pwd:p\r\n";
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A connection that takes everything. */
class Connection extends EventTarget {
  taken = [];
  offers = 0;
  async createOffer({ iceRestart }) {
    return {
      type: "offer",
      sdp: `v=0\r\nm=audio 9\r\na=ice-ufrag:${this.offers++}${iceRestart ? "r" : ""}`,
    };
  }
  async setLocalDescription(description) {
    this.localDescription = description;
  }
  async setRemoteDescription({ type, sdp }) {
    if (sdp.includes("nonsense")) throw new Error("no answer");
    this.taken.push([type, sdp]);
  }
  close() {
    this.isClosed = true;
  }
}

/** A node whose replies are given one by one, in any order. */
class Node {
  requests = [];
  constructor() {
    globalThis.fetch = (url, init) =>
      new Promise((resolve, reject) => {
        init.signal.addEventListener("abort", () => reject(init.signal.reason));
        this.requests.push({ url, ...init, resolve, reject });
      });
  }
  get asked() {
    return this.requests.map(({ method, url }) => `${method} ${url.replace(NODE, "")}`.trim());
  }
  /** Answers the request of this number. */
  async reply(number, text, { status = 201, url = NODE, ...headers } = {}) {
    const response = new Response(text, { status, headers });
    Object.defineProperty(response, "url", { value: url });
    this.requests.at(number).resolve(response);
    await settled();
  }
}

const fetchOfNode = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = fetchOfNode;
});

/** A session whose offer has just been posted. */
async function posted() {
  const [node, connection, told] = [new Node(), new Connection(), []];
  const session = new Session(connection, (row) => told.push(row.reverse()), NODE, "Bearer b");
  session.establish(() => {});
  assert.deepEqual(told, [], "nothing is told before the call has returned");
  await settled();
  return { node, connection, told, session };
}

test("the offer is posted and the answer taken", async () => {
  const { node, connection, told } = await posted();
  const [{ url, method, body, headers }] = node.requests;
  assert.deepEqual([url, method, body], [NODE, "POST", "v=0\r\nm=audio 9\r\na=ice-ufrag:0"]);
  assert.deepEqual(headers, { "Content-Type": "application/sdp", Authorization: "Bearer b" });
  await node.reply(0, "answer");
  assert.deepEqual([connection.taken, told], [[["answer", "answer"]], []]);
});

test("a session address counts from where the answer came from", async () => {
  for (const [location, address] of [
    ["s/1", "https://other.example/a/s/1"],
    ["https://[", ""],
  ]) {
    const { node, session } = await posted();
    await node.reply(0, "answer", { Location: location, url: "https://other.example/a/b" });
    session.close(false);
    await settled();
    assert.deepEqual(node.asked.slice(1), address ? [`DELETE ${address}`] : []);
  }
});

test("a node's authorization goes to its origin alone, and a session is where its answer came from", async () => {
  const there = "https://other.example";
  for (const [location, url, address, isAuthorized] of [
    ["/whip/1", NODE, "https://node.example/whip/1", true],
    ["https://node.example/elsewhere", NODE, "https://node.example/elsewhere", true],
    [`${there}/1`, NODE, undefined],
    ["https://node.example:8443/1", NODE, undefined],
    ["http://node.example/1", NODE, undefined],
    ["//other.example/1", NODE, undefined],
    ["data:,1", NODE, undefined],
    // A redirect: the browser went there without the authorization.
    ["/1", `${there}/whip/`, `${there}/1`, false],
    ["https://node.example/whip/1", `${there}/whip/`, undefined],
  ]) {
    const { node, session, told } = await posted();
    await node.reply(0, CREDENTIALS, { Location: location, ETag: "e", url });
    session.restart();
    await settled();
    session.close(false);
    await settled();
    const asked = node.requests.slice(1);
    assert.deepEqual(
      asked.map(({ method, url }) => [method, url]),
      address
        ? [
            ["PATCH", address],
            ["DELETE", address],
          ]
        : [],
      location,
    );
    for (const { headers } of asked) {
      assert.equal(headers.Authorization, isAuthorized ? "Bearer b" : undefined, location);
    }
    if (!address) assert.deepEqual(told, [[4]], "what is not there cannot be restarted");
  }
});

test("pub_04 a node that names ICE sessions but no session is sent no restart", async () => {
  const { node, told, session } = await posted();
  await node.reply(0, CREDENTIALS, { ETag: "e" });
  session.restart();
  await settled();
  assert.deepEqual([node.asked, told], [["POST"], [[4]]]);
});

test("a connection that cannot offer is told of, and so is one without a wire", async () => {
  for (const wire of [undefined, () => assert.fail("no tracks")]) {
    const told = [];
    const session = new Session(new Connection(), (row) => told.push(row.reverse()), NODE, "");
    session.establish(wire);
    await settled();
    assert.deepEqual(told, [[0]]);
  }
});

test("a node that cannot be reached, and an answer that cannot be taken, are told of", async () => {
  const unreachable = await posted();
  unreachable.node.requests[0].reject(new TypeError("Failed to fetch"));
  await settled();
  assert.deepEqual(unreachable.told, [[1]]);
  const garbled = await posted();
  await garbled.node.reply(0, "nonsense");
  assert.deepEqual(garbled.told, [[2]]);
});

test("media_06 a refusal is told with its status and its Retry-After", async () => {
  const later = new Date(Date.now() + 60_000).toUTCString();
  for (const [after, from, to] of [
    ["3", 3000, 3000],
    [later, 58_000, 60_000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", -Infinity, 0],
  ]) {
    const { node, told } = await posted();
    await node.reply(0, "", { status: 503, "Retry-After": after });
    const [[kind, status, ms]] = told;
    assert.deepEqual([kind, status], [3, 503]);
    assert.ok(ms >= from && ms <= to, `${after}: ${ms}`);
  }
  for (const headers of [{}, { "Retry-After": "soon" }]) {
    const { node, told } = await posted();
    await node.reply(0, "", { status: 404, ...headers });
    assert.deepEqual(told, [[3, 404, Number.NaN]]);
  }
});

test("pub_04 of two posts the first answer is taken, and a stray session is ended", async () => {
  const { node, connection, told, session } = await posted();
  session.repeat();
  await settled();
  await node.reply(1, "second", { Location: "/whip/2" });
  await node.reply(0, "first", { Location: "/whip/1" });
  assert.deepEqual(connection.taken, [["answer", "second"]]);
  assert.deepEqual([node.asked, told], [["POST", "POST", "DELETE 1"], []]);
  session.repeat();
  assert.equal(node.requests.length, 3, "there is nothing to repeat once it is answered");
});

test("pub_04 a node that answers twice with one session keeps it", async () => {
  const { node, session } = await posted();
  session.repeat();
  await settled();
  for (const number of [0, 1]) await node.reply(number, "answer", { Location: "/whip/1" });
  assert.deepEqual(node.asked, ["POST", "POST"]);
});

test("pub_04 of two failures the last is told, and none after an answer", async () => {
  const { node, told, session } = await posted();
  session.repeat();
  await settled();
  await node.reply(1, "", { status: 500 });
  assert.deepEqual(told, []);
  await node.reply(0, "", { status: 404 });
  assert.deepEqual(told.length, 1);
  const answered = await posted();
  answered.session.repeat();
  await settled();
  await answered.node.reply(1, "answer");
  await answered.node.reply(0, "", { status: 500 });
  assert.deepEqual(answered.told, []);
});

test("pub_04 ICE is restarted with a fragment, by a node that names its ICE sessions", async () => {
  const { node, connection, told, session } = await posted();
  await node.reply(0, "v=0\r\na=ice-ufrag:old\r\na=ice-pwd:old", {
    Location: "/whip/1",
    ETag: "e",
  });
  session.restart();
  await settled();
  const { method, body, headers } = node.requests[1];
  assert.deepEqual([method, body], ["PATCH", "m=audio 9\r\na=ice-ufrag:1r\r\n"]);
  assert.equal(headers["If-Match"], "*");
  await node.reply(1, CREDENTIALS, { status: 200 });
  assert.deepEqual(connection.taken[1], ["answer", "v=0\r\na=ice-ufrag:u\r\na=ice-pwd:p"]);
  assert.deepEqual(told, []);
});

test("pub_04 a restart that cannot be, or is refused, has failed", async () => {
  for (const headers of [{}, { ETag: "e" }]) {
    const { node, told, session } = await posted();
    await node.reply(0, "answer", { Location: "/whip/1", ...headers });
    session.restart();
    await settled();
    if (headers.ETag) await node.reply(1, "", { status: 405 });
    assert.deepEqual(told, [[4]]);
  }
  const unanswered = await posted();
  unanswered.session.restart();
  assert.deepEqual(unanswered.told, [], "nothing is told before the call has returned");
  await settled();
  assert.deepEqual(unanswered.told, [[4]]);
});

test("pub_04 the reply to an overtaken restart is worthless", async () => {
  const { node, connection, told, session } = await posted();
  await node.reply(0, CREDENTIALS, { Location: "/whip/1", ETag: "e" });
  for (const _ of [1, 2]) {
    session.restart();
    await settled();
  }
  await node.reply(1, "a=ice-ufrag:late\r\na=ice-pwd:late", { status: 200 });
  assert.equal(connection.taken.length, 1);
  await node.reply(2, CREDENTIALS, { status: 200 });
  assert.deepEqual([connection.taken.length, told], [2, []]);
});

test("a closed session tells nothing, aborts what is asked and is ended at its node", async () => {
  const unanswered = await posted();
  unanswered.session.close(false);
  await settled();
  assert.ok(unanswered.node.requests[0].signal.aborted);
  assert.ok(unanswered.connection.isClosed);
  assert.deepEqual([unanswered.told, unanswered.node.asked], [[], ["POST"]]);

  const answered = await posted();
  await answered.node.reply(0, "answer", { Location: "/whip/1" });
  answered.session.close(true);
  assert.equal(answered.node.requests.length, 1, "nothing of the app's runs within the call");
  await settled();
  const end = answered.node.requests[1];
  assert.deepEqual([end.method, end.keepalive, end.signal.aborted], ["DELETE", true, false]);
  assert.deepEqual(end.headers, { Authorization: "Bearer b" });

  let isWired = false;
  const early = new Session(new Connection(), assert.fail, NODE, "");
  early.establish(() => {
    isWired = true;
  });
  early.close(false);
  await settled();
  assert.ok(!isWired, "a closed connection takes no tracks");
});

test("play_06 a connection is told that its session closes, while its tracks live", async () => {
  const { connection, session } = await posted();
  let isTold = false;
  connection.addEventListener("closing", () => {
    isTold = true;
  });
  session.close(false);
  assert.ok(isTold);
});

test("a node that names no session is asked for nothing more, without a token for none", async () => {
  const node = new Node();
  const session = new Session(new Connection(), assert.fail, NODE, "");
  session.establish(() => {});
  await settled();
  assert.deepEqual(node.requests[0].headers, { "Content-Type": "application/sdp" });
  await node.reply(0, "answer");
  session.close(false);
  assert.deepEqual(node.asked, ["POST"]);
});

test("a refusal whose body does not arrive is a refusal", async () => {
  const { node, told } = await posted();
  const text = () => Promise.reject(new TypeError("cut"));
  node.requests[0].resolve({ ok: false, status: 500, url: NODE, headers: new Headers(), text });
  await settled();
  assert.deepEqual(told, [[3, 500, Number.NaN]]);
});

test("a session answered when it is closed already is ended", async () => {
  const { node, connection, session } = await posted();
  // The answer has come, but its text has not.
  let arrive;
  const text = new Promise((resolve) => {
    arrive = resolve;
  });
  const headers = new Headers({ Location: "/whip/1" });
  node.requests[0].resolve({ ok: true, status: 201, url: NODE, headers, text: () => text });
  await settled();
  session.close(true);
  arrive("answer");
  await settled();
  assert.deepEqual([node.asked, connection.taken], [["POST", "DELETE 1"], []]);
  assert.equal(node.requests[1].keepalive, true, "the page may be gone by then");
});

test("media_09 bytes are told, of a player those of its transports first", async () => {
  const { connection, told, session } = await posted();
  const stats = [
    { type: "transport", bytesReceived: 9 },
    { type: "inbound-rtp", bytesReceived: 4 },
  ];
  connection.getStats = async () => new Map(stats.entries());
  session.sample(false);
  await settled();
  session.sample(true);
  await settled();
  assert.deepEqual(told, [
    [6, 9],
    [5, 9],
    [6, 4],
  ]);
  connection.getStats = () => Promise.reject(new Error("closed"));
  session.sample(true);
  await settled();
  assert.equal(told.length, 3);
});

test("states of the connection are told", async () => {
  const { connection, told } = await posted();
  for (const state of ["connecting", "connected", "disconnected", "failed", "closed"]) {
    connection.connectionState = state;
    connection.onconnectionstatechange();
  }
  assert.deepEqual(told, [[7], [8], [9]]);
});
