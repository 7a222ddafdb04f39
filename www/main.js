// Connects the page's parts; each part knows only its own elements and the engine.

import { init } from "/sdk/index.js";
import { Chat } from "./chat.js";
import { Devices } from "./devices.js";
import { EventLog } from "./event_log.js";
import { FaultPanel, graceMs, request } from "./faults/panel.js";
import { explain, Notice } from "./notice.js";
import { People } from "./people.js";
import { setPill, wordsOf } from "./pills.js";
import { Players } from "./players.js";
import { Publisher } from "./publish.js";
import { NoDevTokens, Session } from "./session.js";
import { askForToken, inviteLink, prefill, read, streamID, times } from "./settings.js";
import { Record } from "./timeline/record.js";
import { Retries } from "./timeline/retries.js";
import { Timeline } from "./timeline/timeline.js";

const byID = (id) => document.getElementById(id);
const buttonOf = (id) => /** @type {HTMLButtonElement} */ (byID(id));
const form = byID("join-form");
const grid = byID("tiles");
const buttons = {
  join: buttonOf("join"),
  cancel: buttonOf("cancel"),
  camera: buttonOf("camera"),
  publish: buttonOf("publish"),
  sound: buttonOf("mute"),
  picture: buttonOf("hide"),
  screen: buttonOf("screen"),
  leave: buttonOf("leave"),
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
const record = new Record();
const timeline = new Timeline(byID("timeline"), record);
new Retries(byID("retries"), record, () => session.engine.retryNow());
const chat = new Chat(byID("chat"), byID("chat-form"), tell);
const faults = new FaultPanel(byID("fault-list"), () => userID, tell);
const players = new Players(grid, announce);
const devices = new Devices(
  byID("devices"),
  onDevicesToggle,
  (kind, deviceID) => camera.isCapturing && act(() => useDevice(kind, deviceID)),
);
const camera = new Publisher(grid, "camera", refresh);
const screen = new Publisher(grid, "screen", refresh);
const session = new Session(times(location.search).window_s, (engine) => {
  for (const part of [log, people, players, camera, screen, devices, timeline, chat, faults]) {
    part.follow(engine);
  }
  engine.on("deviceError", (code, message) => tell({ code, message }));
  engine.on("roomStateChanged", (_roomID, reason, errorCode) => onRoomState(reason, errorCode));
});

let roomState = "LOGOUT";
let userID = "";
let userName = "";
let isBusy = false;

function onRoomState(reason, errorCode) {
  const wasIn = IN_ROOM.has(roomState);
  roomState = reason;
  setPill(byID("room-pill"), reason, errorCode);
  announce(wordsOf(reason));
  if (ENDED.has(reason)) {
    // The preview stays if joining the room failed.
    if (wasIn) {
      camera.release();
      devices.close();
    }
    screen.release();
    players.clear();
    people.clear();
    chat.clear();
    if (errorCode) tell({ code: errorCode, message: wordsOf(reason) });
  }
  refresh();
  if (reason === "LOGINED" || reason === "RECONNECTED") useGrace().catch(tell);
  if (IN_ROOM.has(reason) && !wasIn) byID("stage-title").focus();
  if (!IN_ROOM.has(reason) && wasIn) buttons.join.focus();
}

/** Sets the grace that the page's address names, and reads which one the server has. */
async function useGrace() {
  if (!session.isDev) return;
  const { grace_s } = times(location.search);
  if (grace_s !== null) await request({ user: userID, fault: "grace", seconds: grace_s });
  record.graceMs = await graceMs();
}

function tell(error) {
  if (error.code !== LOGIN_CANCELLED) notice.show(explain(error));
}

/** Makes the page show the current state and the actions that are possible. */
function refresh() {
  const isIn = IN_ROOM.has(roomState);
  const isOnline = isIn && roomState !== "RECONNECTING";
  document.body.dataset.inRoom = String(isIn);
  form.hidden = isIn;
  byID("room").hidden = !isIn;
  byID("aside").hidden = !isIn;
  byID("faults").hidden = !session.isDev;
  setPill(byID("publisher-pill"), camera.state, camera.errorCode);

  buttons.join.disabled = isBusy || roomState === "LOGINING";
  buttons.join.textContent = roomState === "LOGINING" ? "Joining…" : "Join";
  buttons.cancel.disabled = roomState !== "LOGINING";
  buttons.camera.disabled = isBusy || !isIn || camera.isPublishing;
  buttons.camera.textContent = camera.isCapturing ? "Stop camera" : "Start camera";
  buttons.publish.disabled = isBusy || !(camera.isPublishing || isOnline);
  buttons.publish.textContent = camera.isPublishing ? "Stop publishing" : "Publish";
  buttons.screen.disabled = isBusy || !(screen.isCapturing || isOnline);
  buttons.screen.textContent = screen.isCapturing ? "Stop sharing" : "Share screen";
  for (const { kind, button } of [
    { kind: "audio", button: buttons.sound },
    { kind: "video", button: buttons.picture },
  ]) {
    button.disabled = !camera.isCapturing;
    button.setAttribute("aria-pressed", String(camera.isMuted(kind)));
  }
  devices.moveTo(isIn ? byID("aside") : byID("devices-before"));
  devices.show(camera.stream, isIn);
  buttons.leave.disabled = !isIn;
}

/** Does what a button asks for, one request at a time, and shows what goes wrong. */
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
  ({ userID, userName } = values);
  byID("stage-title").textContent = values.roomID;
  const short = { room: values.roomID, user: userName, grace: "10", window: "60" };
  /** @type {HTMLAnchorElement} */ (byID("shorten")).search = String(new URLSearchParams(short));
  const hadCamera = camera.isCapturing;
  await init();
  await session.join(values);
  if (hadCamera) await capture(); // again, if the login was for another app
  if (devices.isOpen) await devices.refresh();
}

/** Before joining, the page opens the camera only while the user wants to see it. */
function onDevicesToggle() {
  const isOutside = !IN_ROOM.has(roomState) && roomState !== "LOGINING";
  if (isOutside && devices.isOpen) act(preview);
  else if (isOutside) camera.release();
  else if (devices.isOpen) devices.refresh().catch(tell);
}

async function preview() {
  await init();
  session.prepare();
  await capture();
}

async function toggleCamera() {
  if (camera.isCapturing) camera.release();
  else await capture();
}

async function capture() {
  await camera.capture(devices.options);
  await devices.refresh(camera.stream);
}

async function useDevice(kind, deviceID) {
  try {
    await camera.useDevice(kind, deviceID);
  } finally {
    await devices.refresh(camera.stream); // the list says what is used, also if that failed
  }
}

async function invite() {
  const link = inviteLink(byID("stage-title").textContent);
  try {
    await navigator.clipboard.writeText(link);
    announce("The link is copied.");
    byID("invite").textContent = "Link copied";
  } catch {
    notice.show(`Send this link: ${link}`); // the browser does not let the page copy
  }
}

async function togglePublish() {
  if (camera.isPublishing) {
    camera.unpublish();
    return;
  }
  await capture();
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
buttons.sound.addEventListener("click", () => camera.toggleMute("audio"));
buttons.picture.addEventListener("click", () => camera.toggleMute("video"));
byID("invite").addEventListener("click", invite);
buttons.leave.addEventListener("click", () => act(() => session.leave()));

prefill(form, location.search);
document.body.dataset.embedded = String(new URLSearchParams(location.search).has("embedded"));
setPill(byID("room-pill"), roomState);
refresh();
