// A connection and a node for the tests of media sessions (`src/web/peer/tests.rs`).

const NODE = "https://node.example/whip/";

/** A connection that takes everything. */
export class Connection extends EventTarget {
  connectionState = "new";
  isClosed = false;
  #taken = [];
  #offers = 0;
  #stats = async () => new Map();

  async createOffer({ iceRestart }) {
    return {
      type: "offer",
      sdp: `v=0\r\nm=audio 9\r\na=ice-ufrag:${this.#offers++}${iceRestart ? "r" : ""}`,
    };
  }

  async setLocalDescription(description) {
    this.localDescription = description;
  }

  async setRemoteDescription({ type, sdp }) {
    if (sdp.includes("nonsense")) throw new Error("no answer");
    this.#taken.push(`${type} ${sdp}`);
  }

  getTransceivers() {
    return [];
  }

  close() {
    this.isClosed = true;
  }

  getStats() {
    return this.#stats();
  }

  /** Has a method do this before what it does. */
  meddle(method, act) {
    const original = this[method];
    this[method] = (...args) => {
      act();
      return original.apply(this, args);
    };
  }

  /** The descriptions it took: type and text. */
  taken() {
    return this.#taken;
  }

  /** Goes over to a state. */
  become(state) {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }

  /** Has these statistics, JSON of a list; none without. */
  count(stats) {
    this.#stats = async () => {
      if (!stats) throw new Error("closed");
      return new Map(JSON.parse(stats).entries());
    };
  }
}

/** A node whose replies are given one by one, in any order. */
export class Node {
  #requests = [];
  #fetch = globalThis.fetch;
  #act = () => {};

  constructor() {
    globalThis.fetch = (url, init) => {
      this.#act();
      return new Promise((resolve, reject) => {
        init.signal.addEventListener("abort", () => reject(init.signal.reason));
        this.#requests.push({ url, ...init, resolve, reject });
      });
    };
  }

  /** Has `fetch` do this first. */
  meddle(act) {
    this.#act = act;
  }

  /** Puts the browser's own `fetch` back. */
  leave() {
    globalThis.fetch = this.#fetch;
  }

  /** What it was asked, in order: methods and addresses, its own address left out. */
  asked() {
    return this.#requests.map(({ method, url }) => `${method} ${url.replace(NODE, "")}`.trim());
  }

  body(number) {
    return this.#requests[number].body;
  }

  header(number, name) {
    return this.#requests[number].headers[name];
  }

  keepalive(number) {
    return this.#requests[number].keepalive;
  }

  isAborted(number) {
    return this.#requests[number].signal.aborted;
  }

  /** Answers a request with a status, a text and lines of headers; `url` is where it led to. */
  reply(number, status, text, headers, url = NODE) {
    this.#answer(number, status, headers, url, async () => text);
  }

  /** The same without the text, which fails to arrive. */
  replyWithoutText(number, status) {
    this.#answer(number, status, "", NODE, () => Promise.reject(new TypeError("cut")));
  }

  /** The same with a text that arrives when what is returned is called with it. */
  replyBeforeText(number, status, headers) {
    let arrive;
    const text = new Promise((resolve) => {
      arrive = resolve;
    });
    this.#answer(number, status, headers, NODE, () => text);
    return arrive;
  }

  /** A request does not get there. */
  fail(number) {
    this.#requests[number].reject(new TypeError("Failed to fetch"));
  }

  #answer(number, status, lines, url, text) {
    const headers = new Headers();
    for (const line of lines.split("\n").filter(Boolean)) {
      headers.set(...line.split(/: (.*)/));
    }
    const ok = status >= 200 && status < 300;
    this.#requests[number].resolve({ ok, status, url, headers, text });
  }
}

/** All that was set off is done: a turn of the event loop later. */
export function settled() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port2.onmessage = () => {
      port2.close();
      resolve();
    };
    port1.postMessage(0);
  });
}
