// What the package's types declare, for tests that hold them to what there is.

import { readdir, readFile } from "node:fs/promises";

const TEMPLATE = new URL("../../pkg-template/", import.meta.url);

/** The types' files, each its name and its text. */
export const FILES = await Promise.all(
  [
    "index.d.ts",
    "inline.d.ts",
    "testing.d.ts",
    ...(await readdir(new URL("types/", TEMPLATE))).sort().map((name) => `types/${name}`),
  ].map(async (name) => ({ name, text: await readFile(new URL(name, TEMPLATE), "utf8") })),
);

const TEXT = FILES.map(({ text }) => text).join("\n");

/** The interfaces and classes: of each name the bodies of its declarations, and what it extends. */
const SHAPES = new Map();
for (const [, name, bases, body] of TEXT.matchAll(
  /^export (?:interface|class) (\w+)(?:<[^{]*>)?(?:\s+extends ([\w\s,]+?))? \{(?:\}|\n(.*?)^\})$/gms,
)) {
  const shape = SHAPES.get(name) ?? { bases: [], bodies: [] };
  if (bases) shape.bases.push(...bases.split(/,\s*/));
  shape.bodies.push(body ?? "");
  SHAPES.set(name, shape);
}

/** The names that `pattern` finds in an interface or class and in what it extends, once each. */
function found(name, pattern) {
  const { bases, bodies } = SHAPES.get(name) ?? { bases: [], bodies: [] };
  const own = bodies.flatMap((body) => [...body.matchAll(pattern)].map(([, key]) => key));
  return [...new Set([...own, ...bases.flatMap((base) => found(base, pattern))])];
}

/** The methods of an interface or class. */
export const methodsOf = (name) => found(name, /^ {2}(\w+)\??[<(]/gm);

/** The keys of a shape of data, or the events of a map of events. */
export const keysOf = (name) => found(name, /^ {2}(?:readonly )?(\w+)\??: /gm).sort();
