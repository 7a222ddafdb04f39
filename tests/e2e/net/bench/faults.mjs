// The faults, each the same for all programs, and what is read from the pages after them.
//
//   rows          the rows of rows.mjs that it measures
//   withMedia     whether a stream is published and played; without, only the links are there
//   bound_ms      how long a program is waited for
//   rivalRuns     how often it is done to the others
//   prepare       sets up the network before the fault
//   make          makes the fault and returns its times
//   read          reads the result from a pair's pages: `[{ row, ms, gap_ms }]`, `ms` null if late
//   mend          restores the network

import { lasted } from "../lasting.mjs";
import { LINKS } from "../topology.mjs";

/** How long the network is away. */
const OUTAGE_MS = 5000;
const BOUND_MS = 30_000;
const RIVAL_RUNS = 5;
/** A shorter gap was not made by a fault. */
const GAP_MS_MIN = 150;

async function onlyWifi(ground, pairs) {
  await ground.rig.useOnly("wifi0");
  await gathering(ground, pairs, ["wifi0"]);
}

/** Waits for the browsers, which notice interfaces late. */
function gathering(ground, pairs, links) {
  const addresses = links.map((link) => ground.rig.addressOf(link));
  return Promise.all(pairs.map(({ near }) => near.untilGathering(addresses)));
}

const silentBreak = {
  rows: ["a"],
  withMedia: false,
  bound_ms: 60_000,
  rivalRuns: 2,
  prepare: onlyWifi,
  make: ({ rig }) => rig.drop({ link: "wifi0" }),
  async read(pair, { at_ms }) {
    if (pair.linked.length === 0) return [];
    const deadline_ms = this.bound_ms;
    const lost_ms = await pair.near.whenTold(["lost"], { after_ms: at_ms, deadline_ms });
    return [sample("a", lost_ms, at_ms)];
  },
  mend: (_ground, { lift }) => lift(),
};

const outage = {
  rows: ["b", "c", "d"],
  withMedia: true,
  bound_ms: BOUND_MS,
  rivalRuns: RIVAL_RUNS,
  prepare: onlyWifi,
  async make({ rig }) {
    const down = await rig.linkDown("wifi0");
    await lasted(down.at_ms, OUTAGE_MS);
    const up = await rig.linkUp("wifi0");
    return { at_ms: down.at_ms, up_ms: up.at_ms };
  },
  async read(pair, { at_ms, up_ms }) {
    const deadline_ms = this.bound_ms;
    const online_ms = await pair.near.whenTold(["online"], { after_ms: up_ms });
    const back = async () => {
      const back_ms = await pair.near.whenTold(["back"], { after_ms: up_ms, deadline_ms });
      return { ...sample("b", back_ms, online_ms), fromLinkUp_ms: online_ms - up_ms };
    };
    const media = async () => {
      const gap = await pair.player.whenFlowing({ fault_ms: at_ms, after_ms: up_ms, deadline_ms });
      return mediaSample(pair.cut === "publisher" ? "c" : "d", gap, online_ms);
    };
    const asked = [pair.linked.length > 0 && back(), pair.hasMedia && media()];
    return Promise.all(asked.filter(Boolean));
  },
  mend: () => {},
};

const usedLinkGone = {
  rows: ["e1-publisher", "e1-player"],
  withMedia: true,
  bound_ms: BOUND_MS,
  rivalRuns: RIVAL_RUNS,
  async prepare(ground, pairs) {
    await ground.rig.linkUp("client");
    await gathering(ground, pairs, ["wifi0", "cell0"]);
  },
  async make({ rig }, pairs, run) {
    const using = await Promise.all(pairs.map((pair) => usedLink(rig, pair)));
    const used = [...new Set(using)].filter((link) => link !== null);
    const link = used[run % used.length];
    if (!link) throw new Error("no media goes by one link");
    const hit = pairs.filter((_, i) => using[i] === link);
    return { ...(await rig.linkDown(link)), hit, link };
  },
  async read(pair, { at_ms, hit, link }) {
    if (!hit.includes(pair)) return [];
    const gap = await pair.player.whenFlowing({ fault_ms: at_ms, deadline_ms: this.bound_ms });
    // Its media had just moved to the other link.
    if (gap && !isMadeByFault(gap)) return [];
    return [{ ...mediaSample(`e1-${pair.cut}`, gap, at_ms), link }];
  },
  mend: ({ rig }) => rig.linkUp("client"),
};

/** The link that all media of the pair's page uses. */
async function usedLink(rig, pair) {
  const used = new Set(await pair.near.usedAddresses());
  const links = Object.keys(LINKS).filter((link) => used.has(rig.addressOf(link)));
  return used.size === 1 && links.length === 1 ? links[0] : null;
}

const linksSwapped = {
  rows: ["e2-publisher", "e2-player"],
  withMedia: true,
  bound_ms: BOUND_MS,
  rivalRuns: RIVAL_RUNS,
  prepare: onlyWifi,
  make: ({ rig }) => rig.switchTo("cell0"),
  async read(pair, { at_ms }) {
    const gap = await pair.player.whenFlowing({ fault_ms: at_ms, deadline_ms: this.bound_ms });
    return [mediaSample(`e2-${pair.cut}`, gap, at_ms)];
  },
  mend: () => {},
};

const serverRestarted = {
  rows: ["f-kill", "f-ready"],
  withMedia: true,
  bound_ms: BOUND_MS,
  rivalRuns: RIVAL_RUNS,
  prepare: onlyWifi,
  async make(ground, pairs) {
    const servers = [...new Set(pairs.map(({ server }) => server))];
    const restarts = servers.map(async (name) => [name, await ground.servers[name].restart()]);
    return Object.fromEntries(await Promise.all(restarts));
  },
  async read(pair, restarts) {
    const { at_ms, seen_ms } = restarts[pair.server];
    const deadline_ms = this.bound_ms;
    const links = pair.linked.map((side) => whenBack(pair[side], at_ms, deadline_ms));
    const gap = pair.hasMedia && (await pair.player.whenFlowing({ fault_ms: at_ms, deadline_ms }));
    const times = await Promise.all(links);
    if (pair.hasMedia) times.push(gap?.to_ms ?? null);
    const last_ms = times.includes(null) ? null : Math.max(...times);
    const details = { times_ms: times.map((time_ms) => time_ms && time_ms - at_ms) };
    if (pair.hasMedia) details.gap_ms = gap && gap.to_ms - gap.from_ms;
    return [
      { ...sample("f-kill", last_ms, at_ms), ...details },
      sample("f-ready", last_ms, seen_ms),
    ];
  },
  mend: () => {},
};

/** When a lost link was back; anything told before the loss was under way already. */
async function whenBack(page, fault_ms, deadline_ms) {
  const lost_ms = await page.whenTold(["lost"], { after_ms: fault_ms, deadline_ms });
  if (lost_ms === null) return null;
  return page.whenTold(["back"], { after_ms: lost_ms, deadline_ms });
}

export const FAULTS = [silentBreak, outage, usedLinkGone, linksSwapped, serverRestarted];

function sample(row, then_ms, since_ms) {
  return { row, ms: then_ms === null ? null : then_ms - since_ms };
}

function mediaSample(row, gap, since_ms) {
  if (gap === null) return { row, ms: null, gap_ms: null };
  if (!isMadeByFault(gap)) throw new Error(`${row}: the fault did not reach the media`);
  return { row, ms: gap.to_ms - since_ms, gap_ms: gap.to_ms - gap.from_ms };
}

function isMadeByFault({ from_ms, to_ms }) {
  return to_ms - from_ms >= GAP_MS_MIN;
}
