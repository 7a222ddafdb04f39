// Apps that are served as they are written, without a build.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalls, dev, run, useGround } from "./ground.mjs";

const ground = useGround();

test("Vite's dev server serves it, module and all", async () => {
  await dev("vite", (url) => assertCalls(ground, url));
});

test("React in StrictMode: the second effect's engines call, the first ones leave nothing", async () => {
  await dev("react", async (url) => {
    const page = await assertCalls(ground, url);
    // If the first engine were still alive, the second one's login would kick it out.
    const told = await page.evaluate(() => globalThis.told.filter((why) => why !== "LOGINING"));
    assert.deepEqual(told, ["LOGINED", "LOGINED"]);
    const { sessions } = await (await fetch(`${ground.stage.server.url}/health`)).json();
    assert.equal(sessions, 2);
  });
});

test("a page with an import map uses it", async () => {
  await assertCalls(ground, `${ground.origin}/import_map/`);
});

test("the entry for developers loads a module of its own, which knows its functions' names", async () => {
  const page = await (await ground.stage.context()).newPage();
  const loaded = [];
  page.on("request", (request) => loaded.push(request.url().split("/").at(-1)));
  await page.goto(`${ground.origin}/import_map/`);
  await page.waitForFunction(() => globalThis.call);
  assert.ok(loaded.includes("holdfast_bg.wasm"));
  assert.ok(!loaded.some((file) => file.includes("dev")), "nothing of it before it is imported");
  loaded.length = 0;
  const found = await page.evaluate(async () => {
    const { ExpressEngine, init } = await import("/node_modules/holdfast-rtc/dev.js");
    await init();
    const engine = new ExpressEngine(1, location.origin);
    const module = await fetch("/node_modules/holdfast-rtc/holdfast_dev_bg.wasm");
    const compiled = await WebAssembly.compileStreaming(module);
    const [names] = WebAssembly.Module.customSections(compiled, "name");
    return {
      trace: engine.simulate("trace"),
      isNamed: new TextDecoder().decode(names ?? new ArrayBuffer()).includes("holdfast_rtc::"),
    };
  });
  assert.match(found.trace, /^\{"seed":/);
  assert.ok(found.isNamed);
  assert.deepEqual([...new Set(loaded)], ["dev.js", "holdfast_dev_bg.wasm"]);
});

test("a classic script element defines the globals, and engines work at once", async () => {
  const page = await assertCalls(ground, `${ground.origin}/script/`);
  const found = await page.evaluate(() => ({
    isAlias: window.ZegoExpressEngine === window.HoldfastRTC.ExpressEngine,
    early: window.early,
    version: new HoldfastRTC.ExpressEngine(1, location.origin).getVersion(),
  }));
  assert.ok(found.isAlias);
  assert.equal(found.early, found.version);
});

test("an engine before init is one clear error in the main entry, and none in the inlined", async () => {
  const page = await (await ground.stage.context()).newPage();
  await page.goto(`${ground.origin}/import_map/`);
  const found = await page.evaluate(async () => {
    const sdk = await import("/node_modules/holdfast-rtc/index.js?early");
    const inline = await import("/node_modules/holdfast-rtc/inline.js");
    let error;
    try {
      new sdk.ExpressEngine(1, location.origin);
    } catch (thrown) {
      const { code, errorCode, message, msg, extendedData } = thrown;
      error = { isError: thrown instanceof Error, code, errorCode, message, msg, extendedData };
    }
    const early = new inline.ExpressEngine(1, location.origin).getVersion();
    await inline.init();
    await sdk.init();
    return { error, early, late: new sdk.ExpressEngine(1, location.origin).getVersion() };
  });
  const message = 'await init() first, or import from "holdfast-rtc/inline"';
  const code = 1101000;
  assert.deepEqual(found.error, {
    isError: true,
    code,
    errorCode: code,
    message,
    msg: message,
    extendedData: "",
  });
  assert.equal(found.early, found.late);
});

test("init of the inlined entry compiles beside an engine that came while it did", async () => {
  const page = await (await ground.stage.context()).newPage();
  await page.goto(`${ground.origin}/import_map/`);
  const versions = await page.evaluate(async () => {
    const { ExpressEngine, init } = await import("/node_modules/holdfast-rtc/inline.js");
    const loading = init();
    const during = new ExpressEngine(1, location.origin);
    await loading;
    return [during.getVersion(), new ExpressEngine(1, location.origin).getVersion()];
  });
  assert.equal(versions[0], versions[1]);
});

test("Node imports every entry, which does nothing, and renders with it", async () => {
  const found = JSON.parse(await run("node", "node/render.mjs"));
  assert.equal(found.html, "<p>function</p>");
  assert.deepEqual(found.inlineNames, found.names);
  assert.deepEqual(found.devNames, found.names);
  assert.equal(found.globals, 0);
  assert.ok(found.isRefused);
  assert.equal(found.early.code, 1101000);
});
