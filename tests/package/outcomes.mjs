// A page with an engine of the compatible package, and what its calls come to, in a few words.

const CALL_MS = 1500;

/** Opens a page with an `engine`, its `camera` (a MediaStream), `local` (a ZegoLocalStream) and `view`. */
export async function openEngine({ stage, origin }) {
  const page = await (await stage.context()).newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(`${origin}/express/script.html`);
  await page.waitForFunction(() => globalThis.call);
  await page.evaluate(installInPage, CALL_MS);
  await page.evaluate(async (server) => {
    globalThis.engine = new ZegoExpressEngine(1, server);
    globalThis.camera = await engine.createStream();
    globalThis.local = await engine.createZegoStream();
    globalThis.view = engine.createLocalStreamView(camera);
  }, stage.server.url);
  return { page, faults };
}

/** Defines `outcome(call)` in the page. */
function installInPage(call_ms) {
  const shown = (value) => {
    if (value instanceof Error) return `Error ${value.code}`;
    if (value instanceof MediaStream) return `stream of ${value.getTracks().length}`;
    if (typeof value === "object" && value && Object.getPrototypeOf(value) !== Object.prototype) {
      return Array.isArray(value) ? `list of ${value.length}` : "object";
    }
    return value === undefined ? "undefined" : JSON.stringify(value);
  };
  const failed = (verb, error) => {
    const { code, errorCode, msg, message, extendedData } = error ?? {};
    const isOurs = error instanceof Error && code > 1e6 && errorCode === code && msg === message;
    return isOurs && message && extendedData === ""
      ? `${verb} ${code}`
      : `${verb} a strange ${error}`;
  };
  globalThis.outcome = async (call) => {
    let result;
    try {
      result = call();
    } catch (error) {
      return failed("throws", error);
    }
    if (!(result instanceof Promise)) return `returns ${shown(result)}`;
    const late = new Promise((resolve) => setTimeout(resolve, call_ms, "pending"));
    const settled = result.then(
      (value) => `resolves ${shown(value)}`,
      (error) => failed("rejects", error),
    );
    return Promise.race([settled, late]);
  };
}
