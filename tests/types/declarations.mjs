// The declarations of the package's types, for tests that compare them with the code.

import { readdir, readFile } from "node:fs/promises";

const TEMPLATE = new URL("../../pkg-template/", import.meta.url);
const COMMENT = /\/\*\*((?:(?!\*\/).)*)\*\//.source;

/** The files of the types, each with its name and text. */
const FILES = await Promise.all(
  [
    "index.d.ts",
    "inline.d.ts",
    "codes.d.ts",
    "testing.d.ts",
    "dev.d.ts",
    ...(await readdir(new URL("types/", TEMPLATE))).sort().map((name) => `types/${name}`),
  ].map(async (name) => ({ name, text: await readFile(new URL(name, TEMPLATE), "utf8") })),
);

const TEXT = FILES.map(({ text }) => text).join("\n");

/** The interfaces and classes by name: the bodies of their declarations, and what they extend. */
const SHAPES = new Map();
for (const [, name, bases, body = ""] of TEXT.matchAll(
  /^(?:export|declare) (?:interface|class) (\w+)(?:<[^{]*>)?(?:\s+extends ([\w\s,]+?))? \{(?:\}|\n(.*?)^\})$/gms,
)) {
  const shape = SHAPES.get(name) ?? { bases: [], bodies: [] };
  if (bases) shape.bases.push(...bases.split(/,\s*/));
  shape.bodies.push(body);
  SHAPES.set(name, shape);
}

/** The matches of `pattern` in an interface or class and in what it extends. */
function found(name, pattern) {
  const { bases, bodies } = SHAPES.get(name) ?? { bases: [], bodies: [] };
  const own = bodies.flatMap((body) => [...body.matchAll(pattern)]);
  return own.concat(bases.flatMap((base) => found(base, pattern)));
}

/** The methods of an interface or class, each once. */
export const methodsOf = (name) => [
  ...new Set(found(name, /^ {2}(\w+)\??[<(]/gm).map(([, method]) => method)),
];

/** The keys of a data type, or the events of an event map; sorted. */
export const keysOf = (name) =>
  found(name, /^ {2}(?:readonly )?(\w+)\??: /gm)
    .map(([, key]) => key)
    .sort();

/** The SDK's classes and interfaces that apps call. */
export const CALLED = [
  "ExpressEngine",
  "ZegoStreamView",
  "ZegoLocalStream",
  "World",
  "TestUser",
  "DevEngine",
];

/** The functions and methods that have no `@example` in the comment above them. */
export function withoutExample() {
  const commented = (start) => new RegExp(`(?:${COMMENT}\\n)?^${start}`, "gms");
  const methods = CALLED.flatMap((shape) =>
    found(shape, commented(" {2}(\\w+)\\??[<(]")).map((match) => [
      `${shape}.${match[2]}`,
      match[1],
    ]),
  );
  const functions = [...TEXT.matchAll(commented("export function (\\w+)\\("))].map(
    ([, comment, name]) => [name, comment],
  );
  return [...methods, ...functions]
    .filter(([, comment]) => !comment?.includes("@example\n"))
    .map(([name]) => name);
}

/** Every example: `name` says where it is, for messages; `code` is its code. */
export const EXAMPLES = FILES.flatMap(({ name, text }) =>
  [...text.matchAll(new RegExp(`${COMMENT}\\s*([^\\n]*)`, "gs"))].flatMap(([, comment, under]) => {
    const words = comment.replace(/^ *\* ?/gm, "");
    const blocks = [...words.matchAll(/@example\n(?:```ts\n(.*?)^```)?/gms)];
    return blocks.map(([, code = "no code"]) => ({ name: `${name}: ${under}`, code }));
  }),
);
