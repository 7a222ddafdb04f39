/** @type {Set<unknown>} */
const told = new Set();

/**
 * Says once of each optional module that it is not there. The package's own stand-ins know what they
 * lack; a module of the compatible SDK would not fit.
 *
 * @param {{ type?: unknown, lacks?: unknown } | undefined} module
 */
export function sayAbsent(module) {
  const { type = "the module", lacks = "has no such module" } = module ?? {};
  if (told.has(type)) return;
  told.add(type);
  console.warn("holdfast", `${type} has no effect: this SDK ${lacks}`);
}
