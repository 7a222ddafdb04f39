// The SDK's latest events with their times, without those that come every second.

const ENTRIES_MAX = 200;

const EVENTS = [
  "roomStateChanged",
  "roomStateUpdate",
  "roomUserUpdate",
  "roomStreamUpdate",
  "publisherStateUpdate",
  "playerStateUpdate",
  "retryUpdate",
  "remoteUserConnectionUpdate",
  "remoteCameraStatusUpdate",
  "remoteMicStatusUpdate",
  "roomOnlineUserCountUpdate",
  "tokenWillExpire",
  "videoDeviceStateChanged",
  "audioDeviceStateChanged",
  "deviceError",
  "screenSharingEnded",
];

export class EventLog {
  #list;
  #empty;

  constructor(list, empty) {
    this.#list = list;
    this.#empty = empty;
  }

  /** Writes down every event of an engine. */
  follow(engine) {
    for (const name of EVENTS) {
      engine.on(name, (...values) => this.#add(name, values));
    }
  }

  #add(name, values) {
    const list = this.#list;
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
    list.append(entry(name, values));
    if (list.childElementCount > ENTRIES_MAX) list.firstElementChild.remove();
    if (isAtEnd) list.scrollTop = list.scrollHeight;
    this.#empty.hidden = true;
  }
}

function entry(name, values) {
  const item = document.createElement("li");
  item.dataset.event = name;
  item.append(
    part("time", timeOfDay(new Date())),
    part("b", name),
    part("code", values.map((value) => JSON.stringify(value)).join(", ")),
  );
  return item;
}

function part(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

function timeOfDay(date) {
  const two = (number) => String(number).padStart(2, "0");
  const ms = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}
