// Tokens as apps' own servers make them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { useStage } from "./harness/stage.mjs";
import { contents04, serverSecretOf, token04 } from "./harness/token04.mjs";

const stage = useStage({ serverArgs: ["--dev", "--user-tokens"] });

test("room_12 one token of a user opens one room after the other", async () => {
  const [from, to] = [stage.name("room"), stage.name("room")];
  const [bo] = await stage.clientsIn(to, "bo");
  const ada = await stage.client("ada");
  const { token } = await stage.server.devToken(undefined, "ada");
  const user = { userID: "ada", userName: "Ada" };
  assert.equal(await ada.call("loginRoom", from, token, user, {}), true);
  assert.equal(await ada.call("switchRoom", from, to, { token }), true);
  await bo.untilUser("ADD", "ada");
  const id = stage.name("stream");
  await ada.publish(id);
  await bo.untilStream("ADD", id);
  assert.equal(await ada.call("renewToken", token, to), true);

  const mallory = await stage.client("mallory");
  const { error } = await mallory.attempt("loginRoom", to, token, { userID: "mallory" }, {});
  assert.equal(error.code, 1002077);
});

test("room_12 a token of format 04 logs in, in either cipher, with the privileges it names", async () => {
  const room = stage.name("room");
  const secret = serverSecretOf(stage.server.secret);
  const made = (user, payload, options) => {
    const contents = contents04(1, user, 600, payload && JSON.stringify(payload));
    return token04(secret, contents, options);
  };
  const [ada, bo] = [await stage.client("ada"), await stage.client("bo")];
  const login = (client, token) =>
    client.call("loginRoom", room, token, { userID: client.userID }, { userUpdate: true });
  assert.equal(await login(ada, made("ada")), true);
  const playOnly = { room_id: room, privilege: { 1: 1, 2: 0 }, stream_id_list: null };
  assert.equal(await login(bo, made("bo", playOnly, { mode: "gcm" })), true);
  const id = stage.name("stream");
  await ada.publish(id);
  await bo.untilStream("ADD", id);
  await bo.play(id);
  await bo.publish(stage.name("stream"));
  await bo.until(
    "publisherStateUpdate",
    ({ state, errorCode }) => state === "NO_PUBLISH" && errorCode === 1103019,
  );

  const cem = await stage.client("cem");
  const refused = async (token) => {
    const { error } = await cem.attempt("loginRoom", room, token, { userID: "cem" }, {});
    return [error.code, error.message];
  };
  const [code, message] = await refused(made("cem", { room_id: room, privilege: { 1: 0 } }));
  assert.equal(code, 1102016);
  const forged = token04("0".repeat(32), contents04(1, "cem", 600));
  assert.deepEqual(await refused(forged), [code, message], "nothing tells one from another");
  assert.equal((await refused(made("cem", { room_id: "another" })))[0], 1002077);
});
