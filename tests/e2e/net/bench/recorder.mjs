// Runs in every page of the benchmark and records when things happen, so that no measurement depends
// on how soon the program that controls the page learns of it. Times are
// milliseconds since 1970 by the machine's clock, which all pages and the rig share (the page's
// `performance` clock drifts from it).
//
//   tell(word)        writes a word with its time into `told`
//   frames            when each video frame was shown
//   peers             all peer connections; their states, and those of WebSockets, go into `told`
//
// The other functions answer questions about these, and wait for what is still to come.

export function record() {
  if (globalThis !== globalThis.top) return;
  const tell = (word) => globalThis.told.push({ word, at_ms: Date.now() });
  const Native = globalThis.RTCPeerConnection;
  Object.assign(globalThis, { told: [], frames: [], peers: [], tell, NativePeer: Native });
  for (const name of ["online", "offline"]) addEventListener(name, () => tell(name));

  globalThis.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      const number = globalThis.peers.push(this);
      tell(`peer ${number} made`);
      const states = {
        connectionstatechange: "connectionState",
        signalingstatechange: "signalingState",
      };
      for (const [event, state] of Object.entries(states)) {
        this.addEventListener(event, () => tell(`peer ${number} ${this[state]}`));
      }
    }
  };

  const NativeSocket = globalThis.WebSocket;
  let sockets = 0;
  globalThis.WebSocket = class extends NativeSocket {
    constructor(...args) {
      super(...args);
      sockets += 1;
      const number = sockets;
      tell(`socket ${number} made`);
      for (const event of ["open", "error", "close"]) {
        this.addEventListener(event, () => tell(`socket ${number} ${event}`));
      }
    }
  };

  addEventListener("DOMContentLoaded", () => {
    const video = document.createElement("video");
    Object.assign(video, { autoplay: true, muted: true, playsInline: true });
    document.body.append(video);
    globalThis.video = video;
    const note = (now_ms, { presentationTime = now_ms }) => {
      globalThis.frames.push(Date.now() - performance.now() + presentationTime);
      video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
  });

  /** Asks until the answer is not `null`; returns `null` when the time is up. */
  globalThis.ask = async (question, deadline_ms) => {
    const end_ms = performance.now() + deadline_ms;
    for (;;) {
      const answer = await question();
      if (answer !== null || performance.now() > end_ms) return answer;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  /** When one of these words was first told after that time. */
  globalThis.whenTold = ({ words, after_ms, deadline_ms }) => {
    const fits = ({ word, at_ms }) => words.includes(word) && at_ms >= after_ms;
    return globalThis.ask(() => globalThis.told.find(fits)?.at_ms ?? null, deadline_ms);
  };

  /**
   * The longest time without a frame around a fault, once media has flowed for `calm_ms` again and a
   * frame came after `after_ms`: `{ from_ms, to_ms }`.
   */
  globalThis.whenFlowing = ({ fault_ms, after_ms, calm_ms, deadline_ms }) => {
    const question = () => {
      const before_ms = globalThis.frames.findLast((at_ms) => at_ms <= fault_ms) ?? fault_ms;
      const times = [before_ms, ...globalThis.frames.filter((at_ms) => at_ms > fault_ms)];
      const last_ms = times.at(-1);
      if (last_ms <= after_ms) return null;
      const gaps = times.slice(1).map((to_ms, i) => ({ from_ms: times[i], to_ms }));
      const longer = (a, b) => (b.to_ms - b.from_ms > a.to_ms - a.from_ms ? b : a);
      const longest = gaps.reduce(longer);
      return last_ms - longest.to_ms >= calm_ms ? longest : null;
    };
    return globalThis.ask(question, deadline_ms);
  };

  /** The addresses of the candidates that the browser gathers now. */
  globalThis.gatheredAddresses = async () => {
    const peer = new Native();
    peer.createDataChannel("");
    const addresses = new Set();
    const done = new Promise((resolve) => {
      peer.onicecandidate = ({ candidate }) => {
        if (candidate) addresses.add(candidate.address);
        else resolve();
      };
    });
    await peer.setLocalDescription();
    await done;
    peer.close();
    return [...addresses];
  };

  /** The page's own address in the selected pair of each connected peer. */
  globalThis.usedAddresses = async () => {
    const connected = globalThis.peers.filter((peer) => peer.connectionState === "connected");
    const reports = await Promise.all(connected.map((peer) => peer.getStats()));
    return reports.flatMap((report) => {
      const transports = [...report.values()].filter(({ type }) => type === "transport");
      return transports.map(({ selectedCandidatePairId }) => {
        const pair = report.get(selectedCandidatePairId);
        return report.get(pair?.localCandidateId)?.address;
      });
    });
  };
}
