// Percentiles of samples in which "not in time" counts as longer than any other.

/** `{ runs, missed, p50, p95, max }` in milliseconds; `Infinity`: not in time. */
export function figuresOf(samples) {
  const sorted = samples.map(({ ms }) => ms ?? Infinity).sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
  const missed = sorted.filter((ms) => ms === Infinity).length;
  return { runs: sorted.length, missed, p50: at(0.5), p95: at(0.95), max: at(1) };
}
