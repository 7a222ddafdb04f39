// Describes the timeline's items in words.

const CAUSES = {
  start: "the app started it",
  local: "this side's network came back, changed or fell silent",
  remote: "the far end closed, refused or failed",
  told: "the far end said how long to wait",
  offline: "the browser says that it is offline",
  limited: "too many tries at one server",
  "too-soon": "started again too soon after a failure",
};

export function inWords(cause) {
  return CAUSES[cause] ?? cause;
}

/** "0.4 s", "12 s", "3 min 20 s". */
export function duration(ms) {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export function describeBar({ label }, bar, nowMs) {
  const code = bar.code ? `, code ${bar.code}` : "";
  const toMs = bar.toMs ?? nowMs;
  return `${label}: ${bar.state}${code}, for ${duration(toMs - bar.fromMs)}${bar.toMs ? "" : " so far"}`;
}

export function describeTick({ label }, { attempt, cause, nextAttemptInMs }) {
  const when = nextAttemptInMs > 0 ? `in ${duration(nextAttemptInMs)}` : "now";
  return `${label}: try ${attempt} ${when}, because ${inWords(cause)}`;
}

export function describeMark({ name, text }) {
  return `${name}: ${text}`;
}
