/**
 * Makes the methods of an engine's class enumerable: apps that wrap an engine walk its methods.
 *
 * @param {{ prototype: object }} engineClass
 */
export function listMethods({ prototype }) {
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const enumerable = name !== "constructor";
    Object.defineProperty(prototype, name, { enumerable });
  }
}
