// A media server that misbehaves on command: WHIP and WHEP in front of a real one.

import { once } from "node:events";
import { createServer } from "node:http";
import { detour } from "./media_path.mjs";

/** What a browser at another origin may do and see. */
const SHARED = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "POST, PATCH, DELETE",
  "access-control-allow-headers": "authorization, content-type, if-match",
  "access-control-expose-headers": "Location, ETag, Retry-After",
  "access-control-max-age": "600",
};
const PASSED_ON = ["authorization", "content-type", "if-match"];
const PASSED_BACK = ["content-type", "location", "etag", "retry-after"];

/** The result of a habit for a request that is never answered. */
export const SILENCE = Symbol("silence");

export class FakeNode {
  /** Requests received: `{method, kind, path, headers, body, count, at_ms, status}`, no preflights. */
  requests = [];
  /** Preflights received. */
  preflights = 0;
  /** Sessions opened: `{kind, url, path, isEnded}`; `path` is the path of their media. */
  sessions = [];
  #upstream = null;
  #habits = new Map();
  /** Addresses of sessions from before the reset: closing pages still end these sessions. */
  #past = new Set();
  #arrivals = new Set();
  #server;

  static async start() {
    const node = new FakeNode();
    node.#server = createServer((request, response) => {
      node.#take(request, response).catch((error) => response.destroy(error));
    });
    // Longer than any test, so that no request meets a connection that is being closed.
    node.#server.keepAliveTimeout = 120_000;
    node.#server.listen(0, "127.0.0.1");
    await once(node.#server, "listening");
    return node;
  }

  get url() {
    return `http://localhost:${this.#server.address().port}`;
  }

  /** Sets the origin of the real media server behind it. */
  lead(upstream) {
    this.#upstream = upstream;
  }

  /**
   * Gives it a habit for requests of a method; `OPTIONS` is one too.
   *
   * @param habit `(request, pass) => answer`, where `pass(path)` asks the real media server and
   * an answer is `{status, headers, body}` or `SILENCE`. `request.count` counts the requests of
   * the method since the habit was given, from 1.
   */
  on(method, habit) {
    this.#habits.set(method, { habit, count: 0 });
  }

  /** Removes all habits: it behaves well again. */
  behave() {
    this.#habits.clear();
  }

  /** Forgets the habits and all that happened, and ends the sessions. */
  reset() {
    this.behave();
    for (const { url, paths } of this.sessions) {
      this.#past.add(url);
      for (const path of paths) path?.close();
    }
    this.sessions = [];
    this.requests = [];
    this.preflights = 0;
  }

  /** Requests of a method so far, optionally only those of publishers or players. */
  got(method, kind) {
    return this.requests.filter(
      (request) => request.method === method && (!kind || request.kind === kind),
    );
  }

  /** Sessions of a kind that were neither deleted nor lost along with the media server. */
  open(kind) {
    return this.sessions.filter((session) => session.kind === kind && !session.isEnded);
  }

  /** Waits until the condition holds; it is checked whenever a request arrives or is answered. */
  until(holds) {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return;
        this.#arrivals.delete(look);
        resolve();
      };
      this.#arrivals.add(look);
    });
  }

  async stop() {
    this.reset();
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  async #take(incoming, response) {
    const { method, url, headers } = incoming;
    if (this.#past.has(url)) return send(response, { status: 200 });
    const known = this.#habits.get(method);
    if (method === "OPTIONS") {
      this.preflights += 1;
      if (!known) return send(response, { status: 204 });
    }
    const body = await text(incoming);
    const kind = /\b(whip|whep)\b/.exec(url)?.[1];
    const count = known ? ++known.count : 0;
    const request = { method, kind, path: url, headers, body, count, at_ms: Date.now() };
    if (method !== "OPTIONS") this.requests.push(request);
    this.#look();
    const pass = (path = url) => this.#pass(request, path);
    const answer = known ? await known.habit(request, pass) : await pass();
    if (answer === SILENCE) return;
    request.status = answer.status;
    send(response, answer);
    this.#look();
  }

  #look() {
    for (const look of this.#arrivals) look();
  }

  async #pass({ method, kind, headers, body }, path) {
    const chosen = PASSED_ON.filter((name) => headers[name]).map((name) => [name, headers[name]]);
    const answer = await fetch(`${this.#upstream}${path}`, {
      method,
      headers: Object.fromEntries(chosen),
      body: body || undefined,
    });
    const back = PASSED_BACK.filter((name) => answer.headers.has(name));
    const passed = {
      status: answer.status,
      headers: Object.fromEntries(back.map((name) => [name, answer.headers.get(name)])),
      body: await answer.text(),
    };
    if (!answer.ok) return passed;
    const url = new URL(answer.headers.get("location") ?? path, `${this.#upstream}${path}`)
      .pathname;
    if (method === "DELETE") this.#end(url);
    return method === "DELETE" ? passed : this.#lead(method, kind, url, passed);
  }

  /**
   * Gives the session's media a path of its own, and a new one after an ICE restart. An offer that
   * is posted again gets the same answer; otherwise nobody would know which path the page took.
   */
  async #lead(method, kind, url, passed) {
    const { sdp, path } = await detour(passed.body);
    const known = this.sessions.find((session) => session.url === url);
    if (known && method === "POST") {
      path?.close();
      return { ...passed, body: known.answer };
    }
    if (!known) this.sessions.push({ kind, url, path, isEnded: false, paths: [path], answer: sdp });
    else if (path) Object.assign(known, { path, paths: [...known.paths, path] });
    return { ...passed, body: sdp };
  }

  #end(url) {
    for (const session of this.sessions) {
      if (session.url === url) session.isEnded = true;
    }
  }
}

function send(response, { status, headers = {}, body = "" }) {
  if (response.destroyed) return;
  response.writeHead(status, { ...SHARED, ...headers });
  response.end(body);
}

async function text(incoming) {
  incoming.setEncoding("utf8");
  let body = "";
  for await (const piece of incoming) body += piece;
  return body;
}
