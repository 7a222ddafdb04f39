// Addresses that can never work, or not yet: the app is told the likely reason (ROOM-03).

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { extname, join } from "node:path";
import { afterEach, test } from "node:test";
import { useStage } from "./harness/stage.mjs";

const PACKAGE = process.env.HOLDFAST_SDK ?? "target/npm/holdfast-rtc";
const HOST = "127.0.0.1";
const CORS = { "access-control-allow-origin": "*" };
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };

const stage = useStage();
const strangers = [];

afterEach(() => {
  for (const stranger of strangers.splice(0)) {
    stranger.close();
    stranger.closeAllConnections?.();
  }
});

/** Makes a server listen until the test's end, and returns its address. */
async function listening(server) {
  strangers.push(server);
  server.listen(0, HOST);
  await once(server, "listening");
  return `http://${HOST}:${server.address().port}`;
}

/** An HTTP server that gives every request the same answer. */
const answering = (body, headers = {}, status = 200) =>
  createHttpServer((_request, response) => response.writeHead(status, headers).end(body));

const health = (protocol) => JSON.stringify({ status: "ok", version: "9.9.9", protocol });

/** A page of the server with the SDK, and the warnings it logs. */
async function openPage(url = `${stage.server.url}/health`, prepare = async () => {}) {
  const page = await (await stage.context()).newPage();
  page.warnings = [];
  page.on("console", (line) => {
    if (line.type() === "warning" && line.text().startsWith("holdfast")) {
      page.warnings.push(line.text());
    }
  });
  await prepare(page);
  await page.goto(url);
  await page.evaluate(async () => {
    globalThis.sdk = await import("/sdk/index.js");
    await globalThis.sdk.init();
  });
  return page;
}

/** Logs in at an address; returns the first reason that is told, or how the login ends. */
function lookFor(page, address) {
  return page.evaluate(async (address) => {
    const engine = new globalThis.sdk.ExpressEngine(1, address);
    const states = [];
    engine.on("roomStateChanged", (_room, state, code) => states.push([state, code]));
    const told = new Promise((resolve) => {
      engine.on("retryUpdate", ({ reason, errorCode }) => reason && resolve({ reason, errorCode }));
    });
    const login = engine.loginRoom("room", "token", { userID: "ada" }).then(
      () => ({ isIn: true }),
      ({ code, message }) => ({ code, message }),
    );
    const found = await Promise.race([told, login]);
    await new Promise((resolve) => setTimeout(resolve)); // what is told with it
    engine.destroyEngine();
    return { ...found, states };
  }, address);
}

const SUBPROTOCOL = "holdfast.v9";

/** Accepts WebSockets but selects none of the offered subprotocols. */
function answeringOtherwise() {
  const server = answering(health(SUBPROTOCOL), CORS);
  server.on("upgrade", ({ headers }, socket) => {
    const key = `${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash("sha1").update(key).digest("base64");
    socket.on("error", () => {});
    socket.write(
      [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        `Sec-WebSocket-Accept: ${accept}`,
        `Sec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n\r\n`,
      ].join("\r\n"),
    );
  });
  return server;
}

/** An address where nothing listens. */
async function closedPort() {
  const server = createTcpServer();
  const address = await listening(server);
  server.close();
  await once(server, "close");
  return address;
}

const CASES = {
  "a port where nothing listens": [closedPort, "no-server", 1102051],
  "a host that does not exist": [() => "http://nonexistent.invalid", "no-server", 1102051],
  "a server that never answers": [
    () => listening(createTcpServer((socket) => socket.on("error", () => {}))),
    "no-server",
    1102051,
  ],
  "a proxy whose server is away": [
    () => listening(answering("bad gateway", CORS, 502)),
    "no-server",
    1102051,
  ],
  "a wrong path": [() => `${stage.server.url}/nowhere`, "wrong-path", 1102052],
  "a wrong path of another origin": [
    () => `http://${HOST}:${stage.server.port}/nowhere`,
    "wrong-path",
    1102052,
  ],
  "another server": [() => listening(answering("hello")), "not-holdfast", 1102053],
  "another server that all pages may read": [
    () => listening(answering("hello", CORS)),
    "not-holdfast",
    1102053,
  ],
  "a server of another version": [() => listening(answeringOtherwise()), "other-version", 1102054],
  "a server without WebSockets": [
    () => listening(answering(health("holdfast.v1"), CORS)),
    "no-websocket",
    1102055,
  ],
};

for (const [name, [addressOf, reason, errorCode]] of Object.entries(CASES)) {
  test(`b_18 room_03 ${name} is told as ${reason}, once in the console, and tries go on`, async () => {
    const page = await openPage();
    const address = await addressOf();
    const found = await lookFor(page, address);
    assert.deepEqual(found, { reason, errorCode, states: [["LOGINING", 0]] });
    assert.equal(page.warnings.length, 1, page.warnings.join("\n"));
    assert.ok(page.warnings[0].includes(address), page.warnings[0]);
  });
}

test("room_03 a login at the right address tells no reason", async () => {
  const client = await stage.client("ada");
  await client.login(stage.name("room"));
  const reasons = client.told("retryUpdate").map(([update]) => [update.reason, update.errorCode]);
  assert.deepEqual(reasons, [["", 0]]);
});

test("b_18 room_03 a server that the page's policy forbids ends the login at once", async () => {
  const page = await openPage();
  await page.evaluate(() => {
    const policy = document.createElement("meta");
    policy.httpEquiv = "Content-Security-Policy";
    policy.content = "connect-src 'self'";
    document.head.append(policy);
  });
  const found = await lookFor(page, `http://${HOST}:${stage.server.port}`);
  assert.equal(found.code, 1102057);
  assert.match(found.message, /Content-Security-Policy/);
  assert.deepEqual(found.states, [
    ["LOGINING", 0],
    ["LOGIN_FAILED", 1102057],
  ]);
});

/** A page of https; the test makes up every answer. */
const openSecurePage = () =>
  openPage("https://app.example/", async (page) => {
    await page.route("https://app.example/**", (route) => {
      const { pathname } = new URL(route.request().url());
      if (!pathname.startsWith("/sdk/")) {
        return route.fulfill({ contentType: "text/html", body: "<!doctype html>" });
      }
      const path = join(PACKAGE, pathname.slice("/sdk/".length));
      return route.fulfill({ path, contentType: TYPES[extname(path)] });
    });
  });

test("b_18 room_03 mixed content ends the login at once", async () => {
  const page = await openSecurePage();
  for (const address of ["http://rooms.invalid", "ws://rooms.invalid:8080/"]) {
    const found = await lookFor(page, address);
    assert.equal(found.code, 1102056);
    assert.match(found.message, /https/);
    assert.deepEqual(found.states.at(-1), ["LOGIN_FAILED", 1102056]);
  }
});

test("b_18 room_03 this machine and servers of https are no mixed content", async () => {
  const page = await openSecurePage();
  const local = (await closedPort()).replace(HOST, "localhost");
  for (const address of ["https://rooms.invalid", local]) {
    assert.equal((await lookFor(page, address)).reason, "no-server", address);
  }
});
