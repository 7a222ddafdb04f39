// The storm's table, one row for each outage.

const OUTAGES_MS = [3_000, 30_000, 60_000];

/** Fills the table's body, row by row as the results arrive. */
export async function showStorm(rows, thread, clients) {
  rows.replaceChildren();
  for (const outageMs of OUTAGES_MS) {
    const storm = await thread.call("storm", clients, outageMs);
    const isBack = storm.lost === 0;
    const row = rows.insertRow();
    row.dataset.outcome = isBack ? "met" : "broken";
    for (const text of [
      `${outageMs / 1000} s`,
      String(storm.peak),
      `${(storm.p50Ms / 1000).toFixed(1)} s`,
      `${(storm.p99Ms / 1000).toFixed(1)} s`,
      isBack ? "yes" : `${storm.lost} are not`,
    ]) {
      row.insertCell().textContent = text;
    }
  }
}
