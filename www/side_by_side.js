// Two or four clients of one room in one tab, to try a room on one machine.

import { randomHex } from "./settings.js";

const NAMES = ["Ada", "Grace", "Edsger", "Barbara"];

const query = new URLSearchParams(location.search);
const room = query.get("room") || `room-${randomHex(2)}`;
const clients = document.getElementById("clients");
/** @type {NodeListOf<HTMLButtonElement>} */
const buttons = document.querySelectorAll("[data-count]");

/** Adds or removes clients; those that stay go on. */
function show(count) {
  while (clients.childElementCount > count) clients.lastElementChild.remove();
  while (clients.childElementCount < count) {
    clients.append(makeClient(NAMES[clients.childElementCount]));
  }
  for (const button of buttons) {
    button.setAttribute("aria-pressed", String(button.dataset.count === String(count)));
  }
}

function makeClient(user) {
  const frame = document.createElement("iframe");
  const settings = new URLSearchParams({ room, user, embedded: "1" });
  for (const name of ["grace", "window"]) {
    if (query.has(name)) settings.set(name, query.get(name));
  }
  frame.src = `./?${settings}`;
  frame.title = `Client of ${user}`;
  frame.allow = "camera; microphone; display-capture; autoplay; clipboard-write";
  return frame;
}

for (const button of buttons) {
  button.addEventListener("click", () => show(Number(button.dataset.count)));
}
show(query.get("clients") === "4" ? 4 : 2);
