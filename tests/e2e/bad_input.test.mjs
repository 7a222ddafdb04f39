// Every public method, whatever its arguments: an Error with a code or a result, never a trap.

import assert from "node:assert/strict";
import { test } from "node:test";
import { useStage } from "./harness/stage.mjs";

const stage = useStage();

test("room_16 every method survives every value, in and out of a room", async () => {
  const [client] = await stage.clientsIn("room", "ada");
  await client.untilRoom("LOGINED");
  await prepare(client);
  const inRoom = await callAll(client, "values");
  assert.deepEqual(inRoom.wrong, []);
  assert.ok(inRoom.calls > 2000, `${inRoom.calls} calls`);
  // The engine still works: a call may have left the room, but a new login succeeds.
  await client.page.evaluate(() => globalThis.engine.logoutRoom());
  assert.deepEqual((await callAll(client, "values")).wrong, []);
  assert.equal(await client.login(stage.name("room")), true);
  assert.deepEqual(client.pageErrors, []);
});

test("room_16 every method may be called from inside a listener, and twice", async () => {
  const [client] = await stage.clientsIn("room", "ada");
  await client.untilRoom("LOGINED");
  await prepare(client);
  const { wrong, calls } = await callAll(client, "listener");
  assert.deepEqual(wrong, []);
  assert.ok(calls > 60, `${calls} calls`);
  assert.deepEqual(client.pageErrors, []);
});

test("every method of a destroyed engine, its streams and views gives an error or a result", async () => {
  const client = await stage.client("ada");
  await prepare(client);
  await client.call("destroyEngine");
  const { wrong } = await callAll(client, "values");
  assert.deepEqual(wrong, []);
  const { error } = await client.attempt("createZegoStream");
  assert.equal(error.code, 1101000);
  const { error: viewError } = await client.attempt("createLocalStreamView", { $: "stream" });
  assert.equal(viewError.code, 1101000);
  assert.deepEqual(client.pageErrors, []);
});

function prepare(client) {
  return client.page.evaluate(async () => {
    const { engine } = globalThis;
    globalThis.stream = await engine.createStream();
    globalThis.bell = await engine.createStream();
    globalThis.targets = {
      engine,
      zego: await engine.createZegoStream(),
      view: engine.createLocalStreamView(globalThis.stream),
    };
  });
}

/** Calls every method of engine, stream and view, and returns what went wrong. */
async function callAll(client, how) {
  return client.page.evaluate(callAllInPage, how);
}

// The functions below run in the page.

async function callAllInPage(how) {
  const { targets, stream } = globalThis;
  const wrong = [];
  const settling = [];
  let calls = 0;

  const check = (name, args, error) => {
    const isFine = error instanceof Error && typeof error.code === "number" && error.code > 1e6;
    if (!isFine || !error.message) wrong.push(`${name}(${describe(args)}): ${error}`);
  };
  const attempt = async (target, name, args) => {
    calls += 1;
    let pending;
    try {
      pending = targets[target][name](...args);
    } catch (error) {
      return check(`${target}.${name}`, args, error);
    }
    const settled = Promise.resolve(pending).catch((error) => {
      check(`${target}.${name}`, args, error);
    });
    settling.push(settled);
    // A call that takes longer than a turn of the event loop may settle beside the others.
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve))]);
  };
  const describe = (args) => args.map((arg) => `${typeof arg} ${String(arg).slice(0, 20)}`).join();

  // Runs it inside a listener of the engine, which is told that a camera ended.
  const inListener = (run) =>
    new Promise((resolve) => {
      targets.engine.once("deviceError", () => resolve(run()));
      globalThis.bell.getTracks()[0].dispatchEvent(new Event("ended"));
    });

  const huge = "x".repeat(1e6);
  const values = [
    undefined,
    null,
    5,
    Number.NaN,
    -1,
    true,
    "",
    huge,
    "\ud800",
    "a\0b",
    {},
    [],
    () => {},
  ];
  // These would end the test rather than be tested by it; other tests cover them.
  const ends = ["destroyEngine", "logoutRoom"];
  const methods = (target) => {
    const found = new Set();
    for (let at = targets[target]; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      for (const name of Object.getOwnPropertyNames(at)) {
        const { value } = Object.getOwnPropertyDescriptor(at, name);
        if (typeof value === "function" && name !== "constructor") found.add(name);
      }
    }
    return [...found].filter((name) => !ends.includes(name));
  };

  for (const target of Object.keys(targets)) {
    for (const name of methods(target)) {
      if (how === "listener") {
        await inListener(() =>
          Promise.all([
            attempt(target, name, []),
            attempt(target, name, ["id", stream]),
            attempt(target, name, ["id", stream]),
          ]),
        );
        continue;
      }
      await attempt(target, name, []);
      for (const value of values) {
        // In every position, and in the second and third behind valid arguments.
        await Promise.all([
          attempt(target, name, [value]),
          attempt(target, name, [value, value, value, value]),
          attempt(target, name, [stream, value]),
          attempt(target, name, ["id", value, value]),
          attempt(target, name, ["id", stream, value]),
          attempt(target, name, ["room", "token", { userID: value }, value]),
        ]);
      }
    }
  }
  // Leaving the room ends the calls that wait for a room or a stream.
  await Promise.race([Promise.all(settling), fetch("/health")]);
  return { wrong: wrong.slice(0, 20), calls };
}
