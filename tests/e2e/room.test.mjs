// Logging in and out, and what the others are told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

test("room_03 a login tells LOGINING, then LOGINED, and resolves true", async () => {
  const room = stage.name("room");
  for (const userID of ["ada", "bo"]) {
    const client = await stage.client(userID);
    assert.equal(await client.login(room), true);
    await client.untilRoom("LOGINED");
    assert.deepEqual(client.told("roomStateChanged"), [
      [room, "LOGINING", 0, ""],
      [room, "LOGINED", 0, ""],
    ]);
    assert.deepEqual(client.told("roomStateUpdate"), [
      [room, "CONNECTING", 0, ""],
      [room, "CONNECTED", 0, ""],
    ]);
  }
});

test("room_15 the others are told of a login within 1 s, the user itself is not", async () => {
  const room = stage.name("room");
  const [bo] = await stage.clientsIn(room, "bo");
  const ada = await stage.client("ada");
  await ada.login(room);
  const loggedIn = await ada.untilRoom("LOGINED");
  const told = await bo.untilUser("ADD", "ada");
  assert.deepEqual(told.args, [room, "ADD", [{ userID: "ada", userName: "ada by name" }]]);
  assert.ok(told.at_ms - loggedIn.at_ms < 1000, `${told.at_ms - loggedIn.at_ms} ms`);

  // A latecomer is told who is in the room.
  await ada.untilUser("ADD", "bo");
  await Promise.all([ada.settle(), bo.settle()]);
  for (const [, , users] of ada.told("roomUserUpdate")) {
    assert.deepEqual(
      users.map((user) => user.userID),
      ["bo"],
    );
  }
});

test("room_15 who did not ask for user updates gets none", async () => {
  const room = stage.name("room");
  const quiet = await stage.client("quiet");
  await quiet.login(room, {});
  const asked = await stage.client("asked");
  await asked.login(room, { isUserStatusNotify: true });
  const [ada] = await stage.clientsIn(room, "ada");
  await asked.untilUser("ADD", "ada");
  await ada.call("logoutRoom", room);
  await asked.untilUser("DELETE", "ada");
  await quiet.settle();
  assert.deepEqual(quiet.told("roomUserUpdate"), []);
});

test("room_13 a logout tells LOGOUT, and the others DELETE", async () => {
  const room = stage.name("room");
  const [ada, bo] = await stage.clientsIn(room, "ada", "bo");
  await bo.untilUser("ADD", "ada");
  await ada.call("logoutRoom", room);
  const out = await ada.untilRoom("LOGOUT");
  assert.deepEqual(out.args, [room, "LOGOUT", 0, ""]);
  await ada.until("roomStateUpdate", (_room, state) => state === "DISCONNECTED");
  const told = await bo.untilUser("DELETE", "ada");
  assert.deepEqual(told.args, [room, "DELETE", [{ userID: "ada", userName: "ada by name" }]]);
});

test("room_13 a page that goes away is logged out at once", async () => {
  const room = stage.name("room");
  const [ada, bo] = await stage.clientsIn(room, "ada", "bo");
  await bo.untilUser("ADD", "ada");
  await ada.page.goto("about:blank");
  await bo.untilUser("DELETE", "ada", { deadline_ms: 3000 });
});

test("room_14 after a logout the same engine logs in again", async () => {
  const room = stage.name("room");
  const [ada, bo] = await stage.clientsIn(room, "ada", "bo");
  await ada.call("logoutRoom");
  await bo.untilUser("DELETE", "ada");
  await ada.untilRoom("LOGOUT");
  const since = ada.mark();
  assert.equal(await ada.login(room), true);
  await ada.untilRoom("LOGINED", { since });
  await bo.untilUser("ADD", "ada", {
    since: bo.events.findLastIndex((e) => e.args[1] === "DELETE"),
  });
});

test("room_11 the same user logging in elsewhere removes the first for good", async () => {
  const room = stage.name("room");
  const [first] = await stage.clientsIn(room, "ada");
  const { sockets } = first.traffic;
  const [second] = await stage.clientsIn(room, "ada");
  const kicked = await first.untilRoom("KICKOUT");
  assert.equal(kicked.args[2], 1002050);
  await second.untilRoom("LOGINED");
  await first.settle();
  assert.equal(first.traffic.sockets, sockets, "it must not try again");
  assert.equal(first.told("roomStateChanged").at(-1)[1], "KICKOUT");
  assert.equal(second.told("roomStateChanged").at(-1)[1], "LOGINED");
});

const REFUSED = [
  ["garbage", 1102016, async () => "garbage"],
  ["a token with another signature", 1102016, async (room) => forged(await tokenFor(room, "ada"))],
  ["another room's token", 1002077, () => tokenFor("elsewhere", "ada")],
  ["another user's token", 1002077, (room) => tokenFor(room, "mallory")],
];

for (const [what, code, tokenOf] of REFUSED) {
  test(`room_03 ${what} is refused with LOGIN_FAILED ${code} and not tried again`, async () => {
    const room = stage.name("room");
    const ada = await stage.client("ada");
    const token = await tokenOf(room);
    const { error } = await ada.attempt("loginRoom", room, token, { userID: "ada" });
    assert.ok(error, "it must not resolve");
    assert.equal(error.how, "rejected");
    assert.ok(error.isError);
    assert.equal(error.code, code);
    assert.ok(error.message.length > 0);
    assert.equal(error.msg, error.message);
    const failed = await ada.untilRoom("LOGIN_FAILED");
    assert.equal(failed.args[0], room);
    assert.equal(failed.args[2], code);
    await ada.until(
      "roomStateUpdate",
      (_room, state, now) => state === "DISCONNECTED" && now === code,
    );
    await ada.settle();
    assert.equal(ada.traffic.sockets, 1, "one try only");
    assert.deepEqual(
      ada.told("roomStateChanged").map(([, reason]) => reason),
      ["LOGINING", "LOGIN_FAILED"],
    );
    // The refusal leaves the engine usable.
    assert.equal(await ada.login(room), true);
  });
}

async function tokenFor(room, userID) {
  return (await stage.server.devToken(room, userID)).token;
}

function forged(token) {
  const [header, claims, signature] = token.split(".");
  const bytes = Buffer.from(signature, "base64url");
  bytes[0] ^= 1;
  return [header, claims, bytes.toString("base64url")].join(".");
}
