// Wires the page's parts together; each part knows its own elements and the engine.

import { init } from "/sdk/index.js";
import { EventLog } from "./event_log.js";
import { explain, Notice } from "./notice.js";
import { People } from "./people.js";
import { setPill, wordsOf } from "./pills.js";
import { Players } from "./players.js";
import { Publisher } from "./publish.js";
import { NoDevTokens, Session } from "./session.js";
import { askForToken, prefill, read, streamID } from "./settings.js";

const byID = (id) => document.getElementById(id);
const form = byID("join-form");
const grid = byID("tiles");
const buttons = {
  join: byID("join"),
  cancel: byID("cancel"),
  camera: byID("camera"),
  publish: byID("publish"),
  screen: byID("screen"),
  leave: byID("leave"),
};

const IN_ROOM = new Set(["LOGINED", "RECONNECTING", "RECONNECTED"]);
const LOGIN_CANCELLED = 1102026;
const ENDED = new Set(["LOGIN_FAILED", "RECONNECT_FAILED", "KICKOUT", "LOGOUT", "LOGOUT_FAILED"]);

const notice = new Notice(byID("notice"));
const announce = (text) => {
  byID("announcement").textContent = text;
};
const log = new EventLog(byID("event-log"), byID("event-log-empty"));
const people = new People(byID("people"));
const players = new Players(grid, announce);
const camera = new Publisher(grid, "camera", refresh);
const screen = new Publisher(grid, "screen", refresh);
const session = new Session((engine) => {
  for (const part of [log, people, players, camera, screen]) part.follow(engine);
  engine.on("roomStateChanged", (_roomID, reason, errorCode) => onRoomState(reason, errorCode));
});

let roomState = "LOGOUT";
let userName = "";
let isBusy = false;

function onRoomState(reason, errorCode) {
  const wasIn = IN_ROOM.has(roomState);
  roomState = reason;
  setPill(byID("room-pill"), reason, errorCode);
  announce(wordsOf(reason));
  if (ENDED.has(reason)) {
    camera.release();
    screen.release();
    players.clear();
    people.clear();
    if (errorCode) tell({ code: errorCode, message: wordsOf(reason) });
  }
  refresh();
  if (IN_ROOM.has(reason) && !wasIn) byID("stage-title").focus();
  if (!IN_ROOM.has(reason) && wasIn) buttons.join.focus();
}

function tell(error) {
  if (error.code !== LOGIN_CANCELLED) notice.show(explain(error));
}

/** Makes the page show what is so and offer what can be done. */
function refresh() {
  const isIn = IN_ROOM.has(roomState);
  const isOnline = isIn && roomState !== "RECONNECTING";
  document.body.dataset.inRoom = String(isIn);
  form.hidden = isIn;
  byID("room").hidden = !isIn;
  setPill(byID("publisher-pill"), camera.state, camera.errorCode);

  buttons.join.disabled = isBusy || roomState === "LOGINING";
  buttons.join.textContent = roomState === "LOGINING" ? "Joining…" : "Join";
  buttons.cancel.hidden = roomState !== "LOGINING";
  buttons.camera.disabled = isBusy || !isIn || camera.isPublishing;
  buttons.camera.textContent = camera.isCapturing ? "Stop camera" : "Start camera";
  buttons.publish.disabled = isBusy || !(camera.isPublishing || isOnline);
  buttons.publish.textContent = camera.isPublishing ? "Stop publishing" : "Publish";
  buttons.screen.disabled = isBusy || !(screen.isCapturing || isOnline);
  buttons.screen.textContent = screen.isCapturing ? "Stop sharing" : "Share screen";
  buttons.leave.disabled = !isIn;
}

/** Does what a button asks for, tells what goes wrong, and takes one request at a time. */
async function act(work) {
  notice.clear();
  isBusy = true;
  refresh();
  try {
    await work();
  } catch (error) {
    if (error instanceof NoDevTokens) askForToken(form);
    else tell(error);
  } finally {
    isBusy = false;
    refresh();
  }
}

async function join() {
  const values = read(form);
  userName = values.userName;
  byID("stage-title").textContent = values.roomID;
  await init();
  await session.join(values);
}

async function toggleCamera() {
  if (camera.isCapturing) camera.release();
  else await camera.capture();
}

async function togglePublish() {
  if (camera.isPublishing) {
    camera.unpublish();
    return;
  }
  await camera.capture();
  camera.publish(streamID(userName, "camera"));
}

async function toggleScreen() {
  if (screen.isCapturing) {
    screen.release();
    return;
  }
  await screen.capture();
  screen.publish(streamID(userName, "screen"));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  act(join);
});
buttons.cancel.addEventListener("click", () => session.leave());
buttons.camera.addEventListener("click", () => act(toggleCamera));
buttons.publish.addEventListener("click", () => act(togglePublish));
buttons.screen.addEventListener("click", () => act(toggleScreen));
buttons.leave.addEventListener("click", () => act(() => session.leave()));

prefill(form, location.search);
setPill(byID("room-pill"), roomState);
refresh();
