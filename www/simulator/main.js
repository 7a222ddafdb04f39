// Connects the parts of the simulator's page: the run, the passing of time, and the views.

import { adapt, fill, kindOf, queryOf, read, stepOf } from "./choice.js";
import { Invariants } from "./invariants.js";
import { showStorm } from "./storm.js";
import { Thread, untilBuilt } from "./thread.js";
import { WorldView } from "./world_view.js";

const AHEAD_MS = 10_000;

const byID = (id) => document.getElementById(id);
const form = /** @type {HTMLFormElement} */ (byID("choice"));
const speed = /** @type {HTMLSelectElement} */ (byID("speed"));
const buttons = ["play", "step", "ahead", "finish"].map(
  (id) => /** @type {HTMLButtonElement} */ (byID(id)),
);
const thread = new Thread();

let world = null;
let scenes = [];
let choice = null;
let isPlaying = false;
/** Counts the runs, so that playing stops when another run begins. */
let run = 0;

/** Does something with the world, and shows an error if it fails. */
async function act(work) {
  try {
    await work();
  } catch (error) {
    fail(error);
  }
}

/** A failed assertion of a machine ends a world, as a broken rule does. */
function fail({ message }) {
  pause();
  tell(message);
  for (const button of buttons) button.disabled = true;
}

function tell(message) {
  byID("notice").textContent = message;
  byID("notice").hidden = false;
}

/** Shows a report. Those of an earlier run never come: its thread is gone. */
async function take(promise) {
  const report = await promise;
  world.show(report);
  if (report.isOver) pause();
  for (const button of buttons) button.disabled = report.isOver;
}

async function begin(step) {
  run += 1;
  pause();
  thread.renew();
  choice = read(form);
  const isStorm = kindOf(choice.run) === "storm";
  byID("notice").hidden = true;
  byID("storm").hidden = !isStorm;
  byID("world").hidden = isStorm;
  byID("aside").hidden = isStorm;
  keepAddress(null);
  describe();
  if (isStorm) {
    await showStorm(byID("storm-rows"), thread, choice.clients);
    return;
  }
  world.clear();
  await take(thread.call("begin", choice));
  if (step !== null) await take(thread.call("stepTo", step));
  world.fit();
}

function describe() {
  const scene = scenes.find(({ name }) => name === choice.run);
  byID("what").textContent = scene?.text ?? "";
  byID("world-title").textContent = scene?.title ?? `Seed ${choice.seed}`;
  const minutes = choice.minutes > 0 ? ` --minutes ${choice.minutes}` : "";
  byID("natively").hidden = choice.run !== "seed";
  byID("command").textContent = `cargo xtask sim --seed ${choice.seed}${minutes}`;
}

/** Keeps the page's address leading to what is shown. */
function keepAddress(step) {
  history.replaceState(null, "", `?${queryOf(choice, step)}`);
}

async function runTo(atMs) {
  await take(thread.call("runTo", atMs));
}

/** Moves time once, and notes the new step in the address. */
async function move(promise) {
  pause();
  await take(promise());
  world.fit();
  keepAddress(world.step);
}

async function play() {
  const own = run;
  isPlaying = true;
  byID("play").setAttribute("aria-pressed", "true");
  let lastMs = performance.now();
  while (isPlaying && own === run && !world.isOver) {
    const nowMs = await new Promise(requestAnimationFrame);
    await runTo(world.atMs + Math.max(0, nowMs - lastMs) * Number(speed.value));
    lastMs = nowMs;
  }
  if (own === run) keepAddress(world.step);
}

function pause() {
  isPlaying = false;
  byID("play").setAttribute("aria-pressed", "false");
}

async function copyLink() {
  keepAddress(world.step);
  try {
    await navigator.clipboard.writeText(location.href);
    byID("link").textContent = "Link copied";
  } catch {
    byID("link").textContent = "Copy the address"; // the browser does not let the page copy
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  act(() => begin(null));
});
form.run.addEventListener("change", () => adapt(form));
byID("play").addEventListener("click", () => (isPlaying ? pause() : act(play)));
byID("step").addEventListener("click", () => act(() => move(() => thread.call("step"))));
byID("ahead").addEventListener("click", () =>
  act(() => move(() => thread.call("runTo", world.atMs + AHEAD_MS))),
);
byID("finish").addEventListener("click", () =>
  act(() => move(() => thread.call("runTo", Infinity))),
);
byID("anew").addEventListener("click", () => act(() => begin(null)));
byID("link").addEventListener("click", () => act(copyLink));

act(async () => {
  await untilBuilt(tell);
  thread.renew();
  const catalogue = await thread.call("catalogue");
  ({ scenes } = catalogue);
  const list = [byID("invariants"), byID("verdict"), byID("violation")];
  world = new WorldView(byID, new Invariants(...list, catalogue.invariants));
  fill(form, catalogue, location.search);
  await begin(stepOf(location.search));
});
