import { useEffect, useState } from "react";

const WHAT = { room: "the call", publish: "your stream", play: "a stream" };
const TICK_MS = 250;

/** Tells of an outage: what is tried for, the next try, and how much of the time for it is used up. */
export function Banner({ retry, onRetryNow }) {
  const nowMs = useNow();
  const waitSeconds = Math.ceil((retry.nextAtMs - nowMs) / 1000);
  const when = waitSeconds > 0 ? `next in ${waitSeconds} s` : "trying now";
  const leftMinutes = Math.ceil((retry.beganAtMs + retry.windowMs - nowMs) / 60_000);
  return (
    <aside className="banner">
      <p role="status">Reconnecting to {WHAT[retry.layer]}…</p>
      {/* Counts each second, which nobody wants read out. */}
      <p aria-hidden="true">
        Try {retry.attempt}, {when}; {leftMinutes} min left
      </p>
      <button type="button" onClick={onRetryNow}>
        Try now
      </button>
      <progress
        aria-label="Time used of that for reconnecting"
        max={retry.windowMs}
        value={Math.min(nowMs - retry.beganAtMs, retry.windowMs)}
      />
    </aside>
  );
}

function useNow() {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
