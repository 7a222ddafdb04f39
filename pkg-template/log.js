// What the engine tells, in the console. Tokens are in no event, so in no log.

const LEVELS = ["debug", "info", "warn", "error", "report", "disable"];

const WARN = LEVELS.indexOf("warn");

/** Writes each event that is as grave as was asked for: a trouble, a state, or any. */
export function watchLog(host) {
  host.observe((event, args) => {
    const isState = /State/.test(event);
    const gravity = isState + (isState && (args[0].errorCode ?? args[2]) > 0);
    if (gravity >= host.logLevel) console[LEVELS[gravity]]("holdfast", event, ...args);
  });
  watchReasons(host);
}

/** Says once why a server cannot be reached, unless less is wished for. */
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
