// Runs the simulator's module in a worker, so that a long run does not block the page.

import init, { catalogue, Simulation, storm } from "/simulator-module/simulator.js";

const ready = init();
let simulation;

const commands = {
  catalogue,
  storm,
  begin({ run, seed, minutes, mutant }) {
    simulation =
      run === "seed" ? Simulation.ofSeed(seed, minutes, mutant) : Simulation.ofScene(run, mutant);
    return simulation.runTo(0);
  },
  runTo: (atMs) => simulation.runTo(atMs),
  step: () => simulation.step(),
  stepTo: (step) => simulation.stepTo(step),
};

self.addEventListener("message", async ({ data: { id, command, args } }) => {
  try {
    await ready;
    self.postMessage({ id, value: JSON.parse(commands[command](...args)) });
  } catch (error) {
    self.postMessage({ id, message: String(error?.message ?? error) });
  }
});
