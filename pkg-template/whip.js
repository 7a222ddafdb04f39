// WHIP (RFC 9725) and WHEP over fetch: POST an offer, PATCH to restart ICE, DELETE the session.

/** How long the end of a session may take to be answered. */
const DELETE_TIMEOUT_MS = 3000;

/** What a node answers with status, body and headers; throws if it cannot be reached. */
async function ask(url, init, authorization, headers) {
  await 0; // no `fetch` of the app's own is to run within a call of the module
  if (authorization) headers.Authorization = authorization;
  const response = await fetch(url, { ...init, headers });
  // A body that does not arrive is as good as none.
  const text = await response.text().catch(() => "");
  const header = (name) => response.headers.get(name);
  const session = sessionAt(header("Location"), response.url);
  return {
    isOk: response.ok,
    status: response.status,
    text,
    url: session,
    // Only a node that names its ICE sessions can restart them (section 4.3.3).
    canRestart: session !== "" && header("ETag") !== null,
    retryAfterMs: retryAfterMs(header("Retry-After")),
  };
}

/** Has a node take an offer (section 4.2). */
export const post = (url, authorization, body, signal) =>
  ask(url, { method: "POST", body, signal }, authorization, { "Content-Type": "application/sdp" });

/** Has a node restart ICE with a fragment of an offer (section 4.3.3). */
export const patch = (url, authorization, body, signal) =>
  ask(url, { method: "PATCH", body, signal }, authorization, {
    "Content-Type": "application/trickle-ice-sdpfrag",
    "If-Match": "*",
  });

/**
 * Ends a session (section 4.2), outliving the page if that is closing. The node's own timeout covers
 * one that is not heard.
 */
export function end(url, authorization, keepalive) {
  if (!url) return;
  // Not for ever, since a browser has six connections to an origin. Of a request that is to outlive
  // its page Chromium keeps the connection all the same.
  const signal = AbortSignal.timeout(DELETE_TIMEOUT_MS);
  ask(url, { method: "DELETE", keepalive, signal }, authorization, {}).catch(() => {});
}

/**
 * A session's address: a relative one counts from where the answer came from, redirects included.
 * One of another origin is none: an answer is not to say where else a node's authorization goes.
 */
function sessionAt(location, base) {
  const url = location ? resolved(location, base) : "";
  return originOf(url) === originOf(base) ? url : "";
}

/** Where an address leads to; empty if it is none. */
export function originOf(url) {
  return resolved("/", url).slice(0, -1);
}

/** An address, which may be relative to another; empty if it is none. */
export function resolved(url, base) {
  try {
    return new URL(url, base).href;
  } catch {
    return "";
  }
}

/** `Retry-After` as seconds or as a date (RFC 9110 section 10.2.3); NaN for neither. */
function retryAfterMs(text) {
  if (text === null) return Number.NaN;
  return Number.isNaN(+text) ? Date.parse(text) - Date.now() : 1000 * text;
}
