// How long a login takes: from `loginRoom` to LOGINED, and from there to the others' ADD.
//
// Page and engine reach the server through the delaying proxy, which charges a new connection
// TCP's round trip too (see delay_proxy.mjs). Times are the pages' own, taken before the call
// and inside the listeners. A round trip is twice the one-way delay, so at 0 ms there is none
// to count in. Prints a table and writes target/bench/login.json.

import { mkdir, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { DelayProxy } from "./delay_proxy.mjs";
import { launchBrowser, newContext } from "./harness/browser.mjs";
import { Client } from "./harness/client.mjs";
import { Server } from "./harness/server.mjs";

const OUTPUT = new URL("../../target/bench/login.json", import.meta.url);
const DELAYS_MS = [0, 50];
/** TCP and two more: the goal. */
const ROUND_TRIPS_MAX = 3;

const { values } = parseArgs({ options: { logins: { type: "string", default: "50" } } });
const logins = Number(values.logins);

const server = await Server.start();
const browser = await launchBrowser();
try {
  const runs = [];
  for (const delay_ms of DELAYS_MS) runs.push(await run(delay_ms));
  print(runs);
  await mkdir(new URL(".", OUTPUT), { recursive: true });
  await writeFile(OUTPUT, `${JSON.stringify({ logins, runs }, null, 2)}\n`);
  if (runs.some(({ p50_roundTrips }) => p50_roundTrips > ROUND_TRIPS_MAX)) {
    console.error(`over the aim of ${ROUND_TRIPS_MAX} round trips`);
    process.exitCode = 1;
  }
} finally {
  await browser.close();
  await server.stop();
}

async function run(delay_ms) {
  const proxy = await DelayProxy.start(server.port, delay_ms);
  const origin = `http://localhost:${proxy.port}`;
  const contexts = [await newContext(browser), await newContext(browser)];
  const [ada, bo] = await Promise.all([
    Client.open(contexts[0], server, "ada", origin),
    Client.open(contexts[1], server, "bo", origin),
  ]);
  const room = `bench-${delay_ms}`;
  await bo.login(room);
  const { token } = await server.devToken(room, "ada");
  const samples = [];
  for (let i = 0; i < logins; i += 1) samples.push(await login(ada, bo, room, token));
  await Promise.all(contexts.map((context) => context.close()));
  await proxy.stop();

  const toLogined_ms = summary(samples.map((sample) => sample.toLogined_ms));
  return {
    delay_ms,
    toLogined_ms,
    loginedToAdd_ms: summary(samples.map((sample) => sample.loginedToAdd_ms)),
    p50_roundTrips: delay_ms ? toLogined_ms.p50 / (2 * delay_ms) : null,
    samples,
  };
}

async function login(ada, bo, room, token) {
  const since = { ada: ada.mark(), bo: bo.mark() };
  const called_ms = await ada.page.evaluate(
    async ([roomID, roomToken]) => {
      const start_ms = Date.now();
      const user = { userID: "ada", userName: "Ada" };
      await globalThis.engine.loginRoom(roomID, roomToken, user, { userUpdate: true });
      return start_ms;
    },
    [room, token],
  );
  const logined = await ada.untilRoom("LOGINED", { since: since.ada });
  const added = await bo.untilUser("ADD", "ada", { since: since.bo });
  await ada.call("logoutRoom");
  await ada.untilRoom("LOGOUT", { since: since.ada });
  await bo.untilUser("DELETE", "ada", { since: since.bo });
  return {
    toLogined_ms: logined.at_ms - called_ms,
    loginedToAdd_ms: added.at_ms - logined.at_ms,
  };
}

function summary(list) {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

function print(runs) {
  const row = (...cells) =>
    console.log(
      cells.map((cell, i) => String(cell)[i ? "padStart" : "padEnd"](i ? 10 : 26)).join(""),
    );
  row(`${logins} logins, ms`, "delay", "p50", "p95", "max", "RTT p50");
  for (const { delay_ms, toLogined_ms, loginedToAdd_ms, p50_roundTrips } of runs) {
    const figures = ({ p50, p95, max }) => [p50, p95, max].map((ms) => ms.toFixed(1));
    row(
      "loginRoom to LOGINED",
      delay_ms,
      ...figures(toLogined_ms),
      p50_roundTrips?.toFixed(2) ?? "-",
    );
    row("LOGINED to other's ADD", delay_ms, ...figures(loginedToAdd_ms), "");
  }
}
