// Writes the engine's events to the console. No event contains a token, so no log does.

const LEVELS = ["debug", "info", "warn", "error", "report", "disable"];

const WARN = LEVELS.indexOf("warn");

/** Writes events at or above the log level: "warn" is a state with a code, "info" any state. */
export function watchLog(host) {
  host.observe((event, args) => {
    const isState = /State/.test(event);
    const gravity = isState + (isState && (args[0].errorCode ?? args[2]) > 0);
    if (gravity >= host.logLevel) console[LEVELS[gravity]]("holdfast", event, ...args);
  });
  watchReasons(host);
}

/** Warns once why a server cannot be reached, unless the log level is above "warn". */
function watchReasons(host) {
  let said = "";
  host.observe((event, [update]) => {
    if (event === "roomStateChanged") said = "";
    if (event !== "retryUpdate" || !update.reason || update.reason === said) return;
    said = update.reason;
    if ((host.logLevel ?? WARN) > WARN) return;
    console.warn("holdfast", `${host.serverUrl}: ${host.failure(update.errorCode).message}`);
  });
}

export const logMethods = {
  setLogConfig(host, config) {
    const level = LEVELS.indexOf(config?.logLevel);
    if (level < 0) return false;
    host.logLevel = level;
    return true;
  },

  setDebugVerbose(host, enable) {
    host.logLevel = enable ? 0 : 9;
  },
};
