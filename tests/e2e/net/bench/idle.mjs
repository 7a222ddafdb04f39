// The cost of a tab that is logged in and does nothing, compared with a bare WebSocket with the same
// login: that is the cost of the heartbeat itself, with its pings and TCP's acknowledgements.
//
// The two run at the same time, each in a browser and on a link of its own. Bytes are those of the
// link, both ways, with Ethernet headers. CPU time is that of the browser's network service and
// renderers. An empty tab is measured, too, since browsers are never quite idle.

import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { ipJson } from "../command.mjs";
import { treeOf } from "../processes.mjs";
import { LINKS } from "../topology.mjs";
import { openIdle } from "./holdfast.mjs";
import { BenchPage } from "./page.mjs";
import { loginProtocols } from "./sockets.mjs";

/** Time for the login's own work to end. */
const SETTLE_MS = 3000;
/** The kernel's clock ticks. */
const TICK_MS = 10;
const MINUTE_MS = 60_000;
/** The most bytes allowed beyond those of the heartbeat. */
const AIM_BYTES = 2048;

/** @returns `{ bytes, cpu_ms, heartbeatBytes, heartbeatCpu_ms, blankCpu_ms, moreBytes, aim_bytes }`, a minute's worth each */
export async function measureIdle(ground, duration_ms) {
  await ground.rig.useOnly("wifi0");
  const blankPage = await BenchPage.open(ground, "client");
  await blankPage.renew();
  const blank = await spent(ground, duration_ms / 4);
  await blankPage.close();

  const tab = await openIdle(ground, "client");
  const bare = await BenchPage.open(ground, "second");
  await bare.renew();
  await bare.run(openBare, await loginProtocols(ground));
  await bare.whenTold(["heard"]);
  const { client, second } = await spent(ground, duration_ms);
  await Promise.all([tab.close(), bare.close()]);
  return {
    bytes: client.bytes,
    heartbeatBytes: second.bytes,
    moreBytes: client.bytes - second.bytes,
    aim_bytes: AIM_BYTES,
    cpu_ms: client.cpu_ms,
    heartbeatCpu_ms: second.cpu_ms,
    blankCpu_ms: blank.client.cpu_ms,
  };
}

/** What each client spends in a minute. */
async function spent(ground, duration_ms) {
  await delay(SETTLE_MS);
  const before = await counts(ground);
  await delay(duration_ms);
  const after = await counts(ground);
  const perMinute = (now, then) => ((now - then) * MINUTE_MS) / duration_ms;
  const of = (role) => ({
    bytes: perMinute(after[role].bytes, before[role].bytes),
    cpu_ms: perMinute(after[role].cpu_ms, before[role].cpu_ms),
  });
  return { client: of("client"), second: of("second") };
}

async function counts(ground) {
  const result = {};
  for (const [role, link] of Object.entries({ client: "wifi0", second: "eth0" })) {
    const namespace = ground.rig.namespaces.of(LINKS[link].role);
    const [{ stats64 }] = await ipJson(namespace, "-s", "link", "show", "dev", link);
    const bytes = stats64.rx.bytes + stats64.tx.bytes;
    result[role] = { bytes, cpu_ms: cpuOf(ground.browsers[role].pid) };
  }
  return result;
}

/** The CPU time of a browser's renderers and network service so far. */
function cpuOf(pid) {
  const programs = treeOf(pid).filter((one) => isCounted(textOf(one, "cmdline")));
  return programs.reduce((sum, one) => sum + ticksOf(one) * TICK_MS, 0);
}

function isCounted(commandLine) {
  return /--type=renderer|network\.mojom\.NetworkService/.test(commandLine);
}

function ticksOf(pid) {
  const text = textOf(pid, "stat");
  // The program's name comes first, in brackets; user and system time are fields 14 and 15.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

/** Empty if the program has ended. */
function textOf(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}

// Runs in the page.
function openBare(protocols) {
  globalThis.socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/room`, protocols);
  globalThis.socket.addEventListener("message", () => globalThis.tell("heard"), { once: true });
}
