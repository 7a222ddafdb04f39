// For `--probe`: queries the counters of peer connections every 20 ms, so that the record of a slow
// run shows where its time went. It tells key frames and requests for them, and counters that move
// again after a standstill. The queries cost time themselves, so figures are taken without them.

export function probe() {
  if (globalThis !== globalThis.top) return;
  const COUNTS = {
    "inbound-rtp": ["packetsReceived", "framesReceived", "framesDecoded"],
    "outbound-rtp": ["packetsSent", "framesEncoded"],
    transport: ["packetsReceived"],
  };
  const RARE = {
    "inbound-rtp": ["keyFramesDecoded", "pliCount"],
    "outbound-rtp": ["keyFramesEncoded", "pliCount", "firCount"],
  };
  const STILL_MS = 300;
  const EVERY_MS = 20;
  const seen = new Map();

  const note = (name, value, isRare) => {
    const now_ms = performance.now();
    const known = seen.get(name);
    if (known?.value === value) return;
    const still_ms = known ? now_ms - known.at_ms : 0;
    seen.set(name, { value, at_ms: now_ms });
    if (isRare && known) globalThis.tell(`${name} ${value}`);
    else if (still_ms > STILL_MS)
      globalThis.tell(`${name} ${value}, after ${Math.round(still_ms)} ms`);
  };
  /** How long the frames shown since the last look had waited to be complete and due. */
  const waited = (name, { jitterBufferDelay = 0, jitterBufferEmittedCount = 0 }) => {
    const known = seen.get(name) ?? { delay_s: 0, count: 0 };
    seen.set(name, { delay_s: jitterBufferDelay, count: jitterBufferEmittedCount });
    const count = jitterBufferEmittedCount - known.count;
    const each_ms = Math.round(((jitterBufferDelay - known.delay_s) / count) * 1000);
    if (count > 0 && each_ms > STILL_MS) globalThis.tell(`${name} of ${count}: ${each_ms} ms each`);
  };
  const look = async () => {
    for (const [i, peer] of globalThis.peers.entries()) {
      if (peer.connectionState === "closed") continue;
      for (const entry of (await peer.getStats()).values()) {
        if (entry.kind === "audio") continue;
        const name = (counter) => `peer ${i + 1} ${entry.type} ${counter}`;
        if (entry.type === "inbound-rtp") waited(name("waited"), entry);
        for (const counter of COUNTS[entry.type] ?? []) note(name(counter), entry[counter], false);
        for (const counter of RARE[entry.type] ?? []) note(name(counter), entry[counter], true);
      }
    }
    setTimeout(look, EVERY_MS);
  };
  addEventListener("DOMContentLoaded", look);
}
