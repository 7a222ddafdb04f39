// Writes the engine's events to the console. No event contains a token, so no log does.

/** @import { LogConfig } from "./index.js" */
/** @import { EngineEvent, Host } from "./host.js" */

const LEVELS = /** @type {const} */ (["debug", "info", "warn", "error", "report", "disable"]);

const WARN = LEVELS.indexOf("warn");

/**
 * Writes events at or above the log level: "warn" is a state with a code, "info" any state.
 *
 * @param {Host} host
 */
export function watchLog(host) {
  host.observe((...told) => {
    if (host.logLevel === undefined) return;
    const code = stateCode(told);
    const gravity = code === undefined ? 0 : code > 0 ? 2 : 1;
    const [event, args] = told;
    if (gravity >= host.logLevel) console[LEVELS[gravity]]("holdfast", event, ...args);
  });
  watchReasons(host);
}

/**
 * The code in an event of a state, 0 without one; undefined for other events.
 *
 * @param {EngineEvent} told
 */
function stateCode([event, args]) {
  switch (event) {
    case "roomStateChanged":
    case "roomStateUpdate":
      return args[2];
    case "publisherStateUpdate":
    case "playerStateUpdate":
      return args[0].errorCode;
    case "videoDeviceStateChanged":
    case "audioDeviceStateChanged":
      return 0;
  }
  return undefined;
}

/**
 * Warns once why a server cannot be reached, unless the log level is above "warn".
 *
 * @param {Host} host
 */
function watchReasons(host) {
  let said = "";
  host.observe((event, args) => {
    if (event === "roomStateChanged") said = "";
    if (event !== "retryUpdate") return;
    const { reason, errorCode } = args[0];
    if (!reason || reason === said) return;
    said = reason;
    if ((host.logLevel ?? WARN) > WARN) return;
    console.warn("holdfast", `${host.serverUrl}: ${host.failure(errorCode).message}`);
  });
}

/**
 * Sets the log level; returns false for an unknown one.
 *
 * @param {Host} host
 * @param {LogConfig} config
 */
export function setLogLevel(host, config) {
  const level = LEVELS.indexOf(config?.logLevel);
  if (level < 0) return false;
  host.logLevel = level;
  return true;
}

/**
 * Writes all events, or none.
 *
 * @param {Host} host
 * @param {boolean} isVerbose
 */
export function setVerbose(host, isVerbose) {
  host.logLevel = isVerbose ? 0 : LEVELS.length;
}
