// `init` with another build's module, or none: each failure is an Error that gives the cause.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { useStage } from "./harness/stage.mjs";

const PACKAGE = process.env.HOLDFAST_SDK ?? "target/npm/holdfast-rtc";
const NOT_LOADED = 1101010;
const MISMATCH = 1101011;
const WASM = { contentType: "application/wasm" };

const stage = useStage();
let module;
let version;

before(async () => {
  module = await readFile(join(PACKAGE, "holdfast_bg.wasm"));
  ({ version } = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8")));
});

/** The module with its mark changed: the version and the hash after it. */
function marked(change) {
  const start = module.lastIndexOf("holdfast-build") + "holdfast-build".length;
  const mark = change(module.subarray(start).toString());
  return Buffer.concat([module.subarray(0, start), Buffer.from(mark)]);
}

/** Serves this instead of the module; returns the results of `init` with it and then the real one. */
async function initWith(answer) {
  const page = await (await stage.context()).newPage();
  await page.goto(`${stage.server.url}/health`);
  const place = "**/sdk/holdfast_bg.wasm";
  await page.route(place, answer);
  const outcome = () =>
    page.evaluate(async () => {
      globalThis.sdk ??= await import("/sdk/index.js");
      return globalThis.sdk.init().then(
        () => "loaded",
        (error) => {
          const { code, errorCode, message, msg } = error;
          return { isError: error instanceof Error, code, errorCode, message, msg };
        },
      );
    });
  const first = await outcome();
  await page.unroute(place);
  const second = await outcome();
  return { first, second };
}

const fulfil = (answer) => (route) => route.fulfill(answer);

const CASES = [
  {
    name: "the module of an older version",
    answer: () => ({ ...WASM, body: marked((mark) => mark.replace(version, "0.0.9")) }),
    code: MISMATCH,
    words: /does not belong to these scripts: it is 0\.0\.9 [0-9a-f]{16}, they are/,
  },
  {
    name: "another build of the same version",
    answer: () => ({ ...WASM, body: marked((mark) => `${mark.slice(0, -4)}0000`) }),
    code: MISMATCH,
    words: /does not belong .* Serve both from one copy/,
  },
  {
    name: "a module of some other program",
    answer: () => ({ ...WASM, body: Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) }),
    code: MISMATCH,
    words: /it is another program, they are/,
  },
  {
    name: "a module that is cut short",
    answer: () => ({ ...WASM, body: module.subarray(0, module.length / 2) }),
    code: NOT_LOADED,
    words: /holdfast_bg\.wasm does not compile: /,
  },
  {
    name: "a page, as servers give for addresses they do not know",
    answer: () => ({ contentType: "text/html", body: "<!doctype html><title>App</title>" }),
    code: NOT_LOADED,
    words: /holdfast_bg\.wasm is no module but text\/html: /,
  },
  {
    name: "HTTP 404",
    answer: () => ({ status: 404, contentType: "text/html", body: "not here" }),
    code: NOT_LOADED,
    words: /holdfast_bg\.wasm answers with HTTP 404/,
  },
];

for (const { name, answer, code, words } of CASES) {
  test(`b_15 init rejects ${name}, and can be called again`, async () => {
    const { first, second } = await initWith(fulfil(answer()));
    assert.match(first.message, words);
    const { message } = first;
    assert.deepEqual(first, { isError: true, code, errorCode: code, message, msg: message });
    assert.equal(second, "loaded");
  });
}

test("b_15 init rejects when the module cannot be fetched", async () => {
  const { first, second } = await initWith((route) => route.abort());
  assert.equal(first.code, NOT_LOADED);
  assert.match(first.message, /holdfast_bg\.wasm: /);
  assert.equal(second, "loaded");
});

test("a module of another MIME type is loaded all the same", async () => {
  const answer = { contentType: "application/octet-stream", body: module };
  assert.equal((await initWith(fulfil(answer))).first, "loaded");
});

test("a page whose policy forbids WebAssembly is told so, by each entry", async () => {
  const page = await (await stage.context()).newPage();
  await page.goto(`${stage.server.url}/health`);
  const found = await page.evaluate(async () => {
    const policy = document.createElement("meta");
    policy.httpEquiv = "Content-Security-Policy";
    policy.content = "script-src 'self'";
    document.head.append(policy);
    const failed = ({ code, message }) => ({ code, message });
    const { init } = await import("/sdk/index.js");
    const inline = await import("/sdk/inline.js");
    const make = async () => new inline.ExpressEngine(1, location.origin);
    return [
      await init().catch(failed),
      await inline.init().catch(failed),
      await make().catch(failed),
    ];
  });
  for (const { code, message } of found) {
    assert.equal(code, NOT_LOADED);
    assert.match(message, /Content Security Policy|unsafe-eval/);
  }
});
