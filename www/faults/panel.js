// The fault panel: a button for each fault, with what must happen next beside it.

import { FAULTS } from "./catalogue.js";
import { Course } from "./expectation.js";

const EVENTS = [
  "roomStateChanged",
  "publisherStateUpdate",
  "playerStateUpdate",
  "retryUpdate",
  "playQualityUpdate",
];
const SIGNS = { open: "○", met: "✓", broken: "✗" };
const WORDS = { open: "not yet", met: "happened", broken: "did not happen" };

export class FaultPanel {
  #list;
  #userID;
  #onError;
  #cards;
  #running = null;

  /** @param userID Returns the ID of the user whom the faults hit. */
  constructor(list, userID, onError) {
    this.#list = list;
    this.#userID = userID;
    this.#onError = onError;
    this.#cards = FAULTS.map((fault, place) => this.#makeCard(fault, place));
  }

  follow(engine) {
    for (const event of EVENTS) engine.on(event, (...args) => this.#take(event, args));
  }

  #take(event, args) {
    if (!this.#running) return;
    const { course, card } = this.#running;
    if (course.take(event, args, performance.now())) card.show(course.expectations);
  }

  #makeCard(fault, place) {
    const card = new Card(fault, place, () => this.#run(fault, card));
    card.show(new Course(fault.expects, 0).expectations);
    this.#list.append(card.element);
    return card;
  }

  async #run(fault, card) {
    for (const other of this.#cards) other.element.dataset.isRunning = String(other === card);
    const course = new Course(fault.expects, performance.now());
    this.#running = { course, card };
    card.show(course.expectations);
    try {
      await request({ user: this.#userID(), fault: fault.fault, seconds: fault.seconds });
      if (fault.freeze_s) standStill(fault.freeze_s);
    } catch (error) {
      this.#onError(error);
    }
  }
}

/** Asks the server for a fault. */
export async function request(body) {
  const response = await fetch("/dev/fault", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error((await response.json()).message);
}

/** How long this server keeps a session without a link, in milliseconds. */
export async function graceMs() {
  const response = await fetch("/dev/fault");
  if (!response.ok) throw new Error(`The server did not tell its grace: HTTP ${response.status}.`);
  return (await response.json()).grace_seconds * 1000;
}

/** Blocks the page, as when the machine sleeps. */
function standStill(seconds) {
  const end_ms = performance.now() + seconds * 1000;
  while (performance.now() < end_ms);
}

class Card {
  element = document.createElement("li");
  #expects = document.createElement("ol");

  constructor({ label, what }, place, run) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", run);
    const text = document.createElement("p");
    text.className = "hint";
    text.id = `fault-${place}`;
    text.textContent = what;
    button.setAttribute("aria-describedby", text.id);
    this.element.dataset.fault = label;
    this.element.append(button, text, this.#expects);
  }

  show(expectations) {
    this.#expects.replaceChildren(
      ...expectations.map(({ text, rule, outcome }) => {
        const item = document.createElement("li");
        item.dataset.outcome = outcome;
        const sign = document.createElement("span");
        sign.setAttribute("role", "img");
        sign.setAttribute("aria-label", WORDS[outcome]);
        sign.textContent = SIGNS[outcome];
        const code = document.createElement("small");
        code.textContent = rule;
        item.append(sign, ` ${text} `, code);
        return item;
      }),
    );
  }
}
