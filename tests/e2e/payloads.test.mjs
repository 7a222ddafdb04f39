// Every event, and the results of the larger methods, exactly as the types declare them: values from
// the browser are written out as programs, in which TypeScript finds missing, unknown and ill-typed keys.

import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints } from "../types/compile.mjs";
import { keysOf } from "../types/declarations.mjs";
import { DelayProxy } from "./delay_proxy.mjs";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();
/** Streams and tracks cannot leave their page; `capture.test.mjs` and `wiring.test.mjs` check them. */
const STAYS_IN_ITS_PAGE = [
  "playerVideoTrackUpdate",
  "playerAudioTrackUpdate",
  "screenSharingEnded",
];

/**
 * How to cause each event, in turn: by Ada, who publishes through a proxy, by Bo, who plays, and by Cem,
 * who only has a token. Events that are not listed come along with one that is.
 */
const CAUSES = {
  async roomUserUpdate({ ada, bo, room }) {
    await bo.login(room, { userUpdate: true, userConnectionUpdate: true });
    await ada.login(room);
  },
  async tokenWillExpire({ cem, room }) {
    const { token } = await stage.server.devToken(room, "cem", { ttl_seconds: 3 });
    await cem.call("loginRoom", room, token, { userID: "cem" });
  },
  async publisherStateUpdate({ ada, bo, id }) {
    await ada.publish(id, { extraInfo: "a camera" });
    await bo.untilStream("ADD", id);
  },
  playerStateUpdate: ({ bo, id }) => bo.play(id),
  IMRecvBroadcastMessage: ({ ada, room }) => ada.call("sendBroadcastMessage", room, "hello"),
  IMRecvBarrageMessage: ({ ada, room }) => ada.call("sendBarrageMessage", room, "+1"),
  IMRecvCustomCommand: ({ ada, room }) => ada.call("sendCustomCommand", room, "mute", ["bo"]),
  roomExtraInfoUpdate: ({ ada, room }) => ada.call("setRoomExtraInfo", room, "topic", "news"),
  streamExtraInfoUpdate: ({ ada, id }) => ada.call("setStreamExtraInfo", id, "hand up"),
  remoteCameraStatusUpdate: ({ ada }) => ada.call("mutePublishStreamVideo", { $: "local" }, true),
  remoteMicStatusUpdate: ({ ada }) => ada.call("mutePublishStreamAudio", { $: "local" }, true),
  soundLevelUpdate: ({ ada }) => ada.call("setSoundLevelDelegate", true, 100),
  // Sent every second.
  publishQualityUpdate() {},
  playQualityUpdate() {},
  // There is no cable to pull here: the test changes the browser's list and fires its event instead.
  async videoDeviceStateChanged({ ada }) {
    await ada.page.evaluate(() => {
      navigator.mediaDevices.enumerateDevices = async () => [];
      navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
    });
  },
  async deviceError({ bo }) {
    await bo.page.evaluate(async () => {
      const [track] = (await globalThis.engine.createStream()).getTracks();
      track.dispatchEvent(new Event("ended"));
    });
  },
  async remoteUserConnectionUpdate({ bo, proxy }) {
    proxy.refuses = true;
    proxy.cut();
    await bo.until("remoteUserConnectionUpdate", (_room, _user, state) => state === "RECONNECTING");
    proxy.refuses = false;
    await bo.until("remoteUserConnectionUpdate", (_room, _user, state) => state === "CONNECTED");
  },
  async roomStreamUpdate({ ada, bo, id }) {
    await ada.call("logoutRoom");
    await bo.untilStream("DELETE", id);
  },
};

/** Methods that return values, and the types of these values. */
const GIVEN = {
  timeline: "ReturnType<ExpressEngine['timeline']>",
  enumDevices: "DeviceLists",
  checkSystemRequirements: "Requirements",
};

test("all events, and what methods give, are just what the types declare", async (t) => {
  const proxy = await DelayProxy.start(stage.server.port, 0);
  t.after(() => proxy.stop());
  const ada = await stage.client("ada", `http://localhost:${proxy.port}`);
  const [bo, cem] = [await stage.client("bo"), await stage.client("cem")];
  const users = [ada, bo, cem];
  const scene = { room: stage.name("room"), id: stage.name("stream"), ada, bo, cem, proxy };
  const intervals = { publishQualityInterval: 1000, playQualityInterval: 1000 };
  for (const user of users) await user.call("setEngineConfig", intervals);
  for (const [event, cause] of Object.entries(CAUSES)) {
    await cause(scene);
    await Promise.any(users.map((user) => user.until(event, () => true)));
  }

  const told = users
    .flatMap((user) => user.events)
    .filter(({ name }) => !STAYS_IN_ITS_PAGE.includes(name));
  const programs = told.map(({ name, args }) =>
    program(name, `Parameters<EngineEvents["${name}"]>`, args),
  );
  for (const [method, type] of Object.entries(GIVEN)) {
    programs.push(program(method, type, await bo.call(method)));
  }
  assert.equal(await complaints("told-payloads", programs), "");
  const never = keysOf("EngineEvents").filter((name) => !told.some((event) => event.name === name));
  assert.deepEqual(never.sort(), STAYS_IN_ITS_PAGE.toSorted());
});

function program(name, type, value) {
  const names = "DeviceLists, EngineEvents, ExpressEngine, Requirements";
  const told = JSON.stringify(value, null, 2);
  return {
    name,
    code: `import type { ${names} } from "holdfast-rtc";\nconst told: ${type} = ${told};\n`,
  };
}
