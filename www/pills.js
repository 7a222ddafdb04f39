// A state as a coloured pill: words for people, `data-state` for tests, a tone for the colour.

const STATES = {
  LOGOUT: ["Not in a room", "idle"],
  LOGINING: ["Logging in", "busy"],
  LOGINED: ["Logged in", "good"],
  LOGIN_FAILED: ["Login failed", "bad"],
  RECONNECTING: ["Reconnecting", "warn"],
  RECONNECTED: ["Reconnected", "good"],
  RECONNECT_FAILED: ["Reconnect failed", "bad"],
  KICKOUT: ["Removed", "bad"],
  LOGOUT_FAILED: ["Left, server not told", "warn"],
  PREVIEW: ["Preview", "idle"],
  NO_PUBLISH: ["Not publishing", "idle"],
  PUBLISH_REQUESTING: ["Connecting", "busy"],
  PUBLISHING: ["Publishing", "good"],
  NO_PLAY: ["Not playing", "idle"],
  PLAY_REQUESTING: ["Connecting", "busy"],
  PLAYING: ["Playing", "good"],
  // States of the link, in the timeline.
  UP: ["Up", "good"],
  DIALLING: ["Dialling", "busy"],
  WAITING: ["Waiting", "warn"],
  DOWN: ["Down", "bad"],
};

/** Shows a state; a code turns a waiting state into a warning and an idle one into an error. */
export function setPill(pill, state, errorCode = 0) {
  const isAgain = errorCode !== 0 && state.endsWith("_REQUESTING");
  pill.textContent = isAgain ? "Reconnecting" : wordsOf(state);
  pill.title = errorCode ? `${state}, code ${errorCode}` : state;
  pill.dataset.state = state;
  pill.dataset.code = String(errorCode);
  pill.dataset.tone = toneOf(state, errorCode);
}

/** A state's colour: "good", "busy", "warn", "bad" or "idle". */
export function toneOf(state, errorCode = 0) {
  const tone = STATES[state]?.[1] ?? "idle";
  return errorCode ? toneOfFault(tone) : tone;
}

/** A state in words, for announcements. */
export function wordsOf(state) {
  return STATES[state]?.[0] ?? state;
}

export function makePill(kind) {
  const pill = document.createElement("span");
  pill.className = "pill";
  pill.dataset.pill = kind;
  return pill;
}

function toneOfFault(tone) {
  if (tone === "busy") return "warn";
  return tone === "idle" ? "bad" : tone;
}
