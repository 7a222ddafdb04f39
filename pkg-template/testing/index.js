// The package with a simulated world in the browser's place: the same names, and `createWorld`.

export * from "../index.js";
export { createWorld } from "./world.js";

// There is nothing to load.
export async function init() {}
