// Streams, tracks and connections for the tests of what connections carry (`src/media/tests.rs`).

/** A track that is received. */
export class Track {
  enabled = true;
  readyState = "live";

  constructor(kind) {
    this.kind = kind;
  }
}

/** The app's stream. Once `isWatched`, it must not lose its last live track. */
export class Stream {
  isWatched = false;
  #tracks = new Set();

  getTracks() {
    return [...this.#tracks];
  }

  get active() {
    return this.getTracks().some(({ readyState }) => readyState === "live");
  }

  addTrack(track) {
    this.#tracks.add(track);
  }

  removeTrack(track) {
    this.#tracks.delete(track);
    if (this.isWatched && !this.active) throw new Error("inactive");
  }

  kinds() {
    return this.getTracks().map(({ kind }) => kind);
  }
}

/** A player's connection, which is sent these kinds. */
export class Connection {
  #transceivers = [];

  constructor(...sent) {
    this.sent = sent;
  }

  addTransceiver(kind, { direction }) {
    if (direction !== "recvonly") throw new Error(direction);
    const currentDirection = this.sent.includes(kind) ? "recvonly" : "inactive";
    this.#transceivers.push({ receiver: { track: new Track(kind) }, currentDirection });
  }

  getTransceivers() {
    return this.#transceivers;
  }

  /** The tracks that are sent. */
  tracks() {
    const sent = this.#transceivers.filter((one) => one.currentDirection === "recvonly");
    return sent.map(({ receiver }) => receiver.track);
  }

  /** Ends, as connections do that are closed: their tracks end. */
  end() {
    for (const { receiver } of this.#transceivers) receiver.track.readyState = "ended";
  }
}

/** A browser with this user agent, until `leave`. */
export class Browser {
  #contexts = [];
  #AudioContext = globalThis.AudioContext;

  constructor(userAgent) {
    Object.defineProperty(navigator, "userAgent", { value: userAgent, configurable: true });
    const contexts = this.#contexts;
    globalThis.AudioContext = class {
      isOpen = true;
      constructor() {
        contexts.push(this);
      }
      createMediaStreamDestination() {
        const stream = new Stream();
        stream.addTrack(new Track("audio"));
        return { stream };
      }
      close() {
        this.isOpen = false;
      }
    };
  }

  /** For each silent track so far, whether it is still made. */
  silences() {
    return this.#contexts.map(({ isOpen }) => isOpen);
  }

  leave() {
    delete navigator.userAgent;
    globalThis.AudioContext = this.#AudioContext;
  }
}

/** Has a method throw. */
export function spoil(object, name) {
  object[name] = () => {
    throw new Error(name);
  };
}

const SOURCES = {
  audio: () => new AudioContext().createMediaStreamDestination().stream,
  video: () => document.createElement("canvas").captureStream(),
};

/** A real stream with a track of each kind. */
export function realStream(...kinds) {
  return new MediaStream(kinds.flatMap((kind) => SOURCES[kind]().getTracks()));
}

/** A line for each track that a connection sends: its direction, kind and limit. */
export function sent(connection) {
  return connection.getTransceivers().map(({ sender, direction }) => {
    const [{ maxBitrate } = {}] = sender.getParameters().encodings;
    return `${direction} ${sender.track.kind} ${maxBitrate ?? "unlimited"}`;
  });
}

/** The names of the codecs that a connection offers for video, in its order. */
export async function offeredCodecs(connection) {
  const { sdp } = await connection.createOffer();
  const video = sdp.slice(sdp.indexOf("m=video"));
  const [, formats] = /^m=video \S+ \S+ (.+)$/m.exec(video);
  const nameOf = (format) => new RegExp(`^a=rtpmap:${format} ([^/]+)`, "m").exec(video)[1];
  return formats.split(" ").map(nameOf);
}
