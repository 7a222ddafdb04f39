// One WHIP or WHEP session of a connection: offer and answer, ICE restarts and figures. When to do
// any of it is decided by the module, which calls; what comes of it is told to it as a row whose
// kinds are those of `src/web/peer.rs`, where async code would weigh several times as much.

import { bytesReceived } from "./received.js";
import { answerOf, fragmentOf } from "./sdp_fragment.js";
import { end, originOf, patch, post } from "./whip.js";

const BROKEN_OFFER = 0;
const BROKEN_REQUEST = 1;
const BROKEN_ANSWER = 2;
const REFUSED = 3;
const RESTART_FAILED = 4;
const HEARD = 5;
const RECEIVED = 6;
const STATES = { connected: 7, disconnected: 8, failed: 9 };

export class Session {
  #connection;
  #url;
  #authorization;
  #tell;
  #life = new AbortController();
  /** The page is closing, so what ends the session has to outlive it. */
  #isPageClosing = false;
  /** The offer that is posted. */
  #offer;
  /** Requests with that offer that are under way. */
  #posts = 0;
  /** The node's first good reply. */
  #reply;
  /** ICE restarts so far; the reply to any but the last is worthless. */
  #restarts = 0;

  /** A session at a node: its address, and what it asks for as authorization. */
  constructor(connection, tell, url, authorization) {
    this.#connection = connection;
    this.#url = url;
    this.#authorization = authorization;
    this.#tell = (...row) => this.#isClosed || tell(row.reverse());
    connection.onconnectionstatechange = () => {
      const state = STATES[connection.connectionState];
      if (state) this.#tell(state);
    };
  }

  get #isClosed() {
    return this.#life.signal.aborted;
  }

  /** Offer, request, answer; `wire` has the connection send or receive something. */
  async establish(wire) {
    await 0; // nothing may be told before this call has returned
    // A closed connection takes no tracks.
    if (this.#isClosed) return;
    try {
      wire(this.#connection, false);
      this.#offer = await this.#makeOffer();
    } catch {
      return this.#tell(BROKEN_OFFER);
    }
    this.#post();
  }

  /** Posts the offer once more, in case the first request hangs on a connection that is dead. */
  repeat() {
    if (this.#posts) this.#post();
  }

  /** Restarts ICE, if the node can. */
  async restart() {
    const restart = ++this.#restarts;
    await 0; // as above
    try {
      const { canRestart, url, text } = this.#reply;
      if (!canRestart) throw url;
      const fragment = fragmentOf(await this.#makeOffer(true));
      const reply = await this.#ask(patch, url, fragment);
      if (restart !== this.#restarts) return;
      // A refusal has no credentials in it either.
      await this.#take(answerOf(text, reply.text));
    } catch {
      this.#tell(RESTART_FAILED);
    }
  }

  /** Tells how many bytes have arrived, of a player those of all transports first. */
  async sample(isPlayer) {
    const stats = await this.#connection.getStats().catch(() => {});
    if (!stats) return;
    const heard = bytesReceived(stats, "transport", "candidate-pair");
    if (isPlayer) this.#tell(HEARD, heard);
    this.#tell(RECEIVED, isPlayer ? bytesReceived(stats, "inbound-rtp") : heard);
  }

  /** Nothing is told any more; the connection is closed, and the session ended at the node. */
  close(isPageClosing) {
    this.#isPageClosing = isPageClosing;
    this.#life.abort();
    // Its tracks end with it. Browsers tell nobody of what a page closes itself.
    this.#connection.dispatchEvent(new Event("closing"));
    this.#connection.close();
    this.#end(this.#reply?.url);
  }

  /** Posts the offer; of several answers the first is taken, and so is the last failure. */
  async #post() {
    this.#posts++;
    const reply = await this.#ask(post, this.#url, this.#offer).catch(() => {});
    this.#posts--;
    const known = this.#reply;
    if (!reply?.isOk) {
      if (this.#posts || known) return;
      if (reply) this.#tell(REFUSED, reply.status, reply.retryAfterMs);
      else this.#tell(BROKEN_REQUEST);
    } else if (known || this.#isClosed) {
      // A node that knows the offer again answers with the session it has.
      if (known?.url !== reply.url) this.#end(reply.url);
    } else {
      this.#reply = reply;
      await this.#take(reply.text).catch(() => this.#tell(BROKEN_ANSWER));
    }
  }

  /**
   * No waiting for candidates: a node learns ours from our own checks, those of an interface that
   * comes later included.
   */
  async #makeOffer(iceRestart) {
    const connection = this.#connection;
    await connection.setLocalDescription(await connection.createOffer({ iceRestart }));
    return connection.localDescription.sdp;
  }

  #take(sdp) {
    return this.#connection.setRemoteDescription({ type: "answer", sdp });
  }

  #ask(request, url, body) {
    return request(url, this.#authorizationAt(url), body, this.#life.signal);
  }

  #end(url) {
    end(url, this.#authorizationAt(url), this.#isPageClosing);
  }

  /** Nothing for another origin than the node's, as browsers have it when they follow a redirect. */
  #authorizationAt(url) {
    return originOf(url) === originOf(this.#url) ? this.#authorization : "";
  }
}
