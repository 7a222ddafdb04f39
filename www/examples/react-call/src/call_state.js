// What the page shows of a call, as a reducer over the engine's events. It imports neither React
// nor the engine, so it is tested without them.

/** The events that end an outage of the room, whether it recovered or not. */
const ROOM_SETTLED = new Set(["LOGINED", "RECONNECTED", "RECONNECT_FAILED", "KICKOUT", "LOGOUT"]);
const ROOM_OVER = new Set(["LOGIN_FAILED", "RECONNECT_FAILED", "KICKOUT"]);
const STREAM_SETTLED = new Set(["PUBLISHING", "NO_PUBLISH", "PLAYING", "NO_PLAY"]);

/** The state before any event. `phase` is "joining", "in" or "over". */
export const AT_FIRST = { phase: "joining", fault: "", tiles: [], away: [], retries: {} };

/** The state after an action. */
export function reduce(state, action) {
  switch (action.type) {
    case "room":
      return reduceRoom(state, action);
    case "fault":
      return { ...state, fault: action.message };
    case "tile added":
      return { ...state, tiles: [...without(state.tiles, action.tile.streamID), action.tile] };
    case "tile removed":
      return { ...state, tiles: without(state.tiles, action.streamID) };
    case "picture":
      return changeTile(state, action.streamID, { media: action.media });
    case "stream": {
      const { streamID, state: now } = action;
      const next = changeTile(state, streamID, { state: now });
      return STREAM_SETTLED.has(now) ? { ...next, retries: drop(state.retries, streamID) } : next;
    }
    case "user": {
      const others = state.away.filter((userID) => userID !== action.userID);
      return { ...state, away: action.isAway ? [...others, action.userID] : others };
    }
    case "retry":
      return reduceRetry(state, action);
    default:
      throw new Error(`no such action: ${action.type}`);
  }
}

/** The outage to show in the banner: the room's before a stream's; undefined if all is well. */
export function worstRetry({ retries }) {
  const all = Object.values(retries);
  return all.find(({ layer }) => layer === "room") ?? all[0];
}

function reduceRoom(state, { roomID, reason, message }) {
  let { phase, fault } = state;
  if (reason === "LOGINED") phase = "in";
  if (ROOM_OVER.has(reason)) {
    phase = "over";
    fault = message;
  }
  const retries = ROOM_SETTLED.has(reason) ? drop(state.retries, roomID) : state.retries;
  return { ...state, phase, fault, retries };
}

/** A first try is no outage. The times of later tries are converted to the page's clock. */
function reduceRetry(state, { update, nowMs }) {
  if (update.cause === "start") return state;
  const { layer, id, attempt, nextAttemptInMs, elapsedMs, windowMs } = update;
  const retry = {
    layer,
    id,
    attempt,
    nextAtMs: nowMs + nextAttemptInMs,
    beganAtMs: nowMs - elapsedMs,
    windowMs,
  };
  return { ...state, retries: { ...state.retries, [id]: retry } };
}

function changeTile(state, streamID, change) {
  const change_one = (tile) => (tile.streamID === streamID ? { ...tile, ...change } : tile);
  return { ...state, tiles: state.tiles.map(change_one) };
}

function without(tiles, streamID) {
  return tiles.filter((tile) => tile.streamID !== streamID);
}

function drop(retries, id) {
  const { [id]: _dropped, ...others } = retries;
  return others;
}
