// Runs of a fault with the pairs of some programs at once, until each has its samples.

/** A program that is late this many times in a row is not waited for again. */
const MISSES_MAX = 2;
/** A run need not hit every pair, so there may be this many times as many runs. */
const RUNS_FACTOR = 3;
/** More failed runs than this end the series. */
const FAILURES_MAX = 3;

/**
 * @param runs How many samples each pair must give.
 * @param listener `ran(run, members)`; `failed(run, error)` for a run that could not be carried
 * out and gave nothing, whether the programs or the harness failed.
 * @returns `[{ program, cut, run, row, ms, bound_ms, account, … }]`
 */
export async function runSeries(ground, fault, programs, runs, listener) {
  const members = [];
  try {
    for (const program of programs) {
      for (const cut of program.cuts) {
        const pair = await program.openPair(ground, cut);
        members.push({ program: program.name, pair, samples: [], misses: 0 });
      }
    }
    for (const { pair } of members) await pair.renew();
    let failures = 0;
    for (let run = 1; run <= RUNS_FACTOR * runs; run += 1) {
      const waiting = members.filter((one) => one.samples.length < runs && one.misses < MISSES_MAX);
      if (waiting.length === 0) break;
      try {
        await runOnce(ground, fault, waiting, run);
        listener.ran(run, waiting);
      } catch (error) {
        listener.failed(run, error);
        failures += 1;
        if (failures > FAILURES_MAX) throw error;
      }
    }
    return members.flatMap(({ samples }) => samples.flat());
  } finally {
    await Promise.allSettled(members.map(({ pair }) => pair.close()));
  }
}

async function runOnce(ground, fault, members, run) {
  const pairs = members.map(({ pair }) => pair);
  await fault.prepare(ground, pairs);
  const begin = async (pair) => {
    await pair.begin(fault);
    if (fault.withMedia && pair.hasMedia) await pair.untilPlaying();
  };
  await Promise.all(pairs.map(begin));
  const moments = await fault.make(ground, pairs, run);
  try {
    await Promise.all(members.map((member) => readOne(fault, member, moments, run)));
  } finally {
    await fault.mend(ground, moments);
  }
}

async function readOne(fault, member, moments, run) {
  const { pair, program } = member;
  const read = await fault.read(pair, moments);
  if (read.length === 0) return;
  const since_ms = moments[pair.server]?.at_ms ?? moments.at_ms;
  const account = await pair.account(since_ms);
  const { cut } = pair;
  const { bound_ms } = fault;
  member.samples.push(read.map((one) => ({ program, cut, run, ...one, bound_ms, account })));
  member.misses = read.every(({ ms }) => ms === null) ? member.misses + 1 : 0;
}
