// Each verb of a rig affects traffic exactly as described, and nothing else.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Rig } from "./rig.mjs";
import { SERVER_ADDRESS, whyNoRigs } from "./topology.mjs";
import { until } from "./until.mjs";

const ECHO = { to: SERVER_ADDRESS, port: 7000 };
/** How late even the quickest packet may be, beside other work. */
const LATE_MS = 15;

let rig;
let client;

const noRigs = await whyNoRigs();
if (noRigs) test("the verbs of a rig", { skip: noRigs }, () => {});
else describe("a rig", verbs);

function verbs() {
  beforeEach(async () => {
    rig = await Rig.open();
    client = await rig.agent("client");
    await (await rig.agent("server")).ask({ echo: { port: ECHO.port } });
  });
  afterEach(() => rig.close());

  test("all links lead to the server", async () => {
    for (const link of ["wifi0", "cell0", "eth0"]) assert.ok((await rig.probe(link)) < 500, link);
  });

  test("delay is added in its direction and on its link, and taken away", async () => {
    await rig.shape("wifi0", { direction: "up", delay_ms: 40 });
    await rig.shape("wifi0", { direction: "down", delay_ms: 60 });
    const { trips_ms } = await echo("wifi0", { count: 40 });
    const quickest_ms = Math.min(...trips_ms);
    assert.ok(quickest_ms >= 100 && quickest_ms < 100 + LATE_MS, `${trips_ms}`);
    assert.ok(Math.min(...(await echo("cell0")).trips_ms) < LATE_MS);
    await rig.shape("wifi0", {});
    assert.ok(Math.min(...(await echo("wifi0")).trips_ms) < LATE_MS);
  });

  test("jitter spreads the delay and keeps the order", async () => {
    await rig.shape("wifi0", { direction: "down", delay_ms: 50, jitter_ms: 30 });
    const { trips_ms, order } = await echo("wifi0", { count: 100, interval_ms: 5 });
    assert.ok(Math.min(...trips_ms) >= 20, `${trips_ms}`);
    assert.ok(Math.max(...trips_ms) - Math.min(...trips_ms) > 15, `${trips_ms}`);
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
  });

  test("loss loses so many, and all of them at 1", async () => {
    await rig.shape("wifi0", { direction: "up", loss: 0.3 });
    const { trips_ms } = await echo("wifi0", { count: 300, interval_ms: 1 });
    const lost = trips_ms.filter((trip_ms) => trip_ms === null).length;
    assert.ok(lost > 50 && lost < 130, `${lost} of 300`);
    assert.equal((await rig.counters("wifi0", "up")).lost, lost);
    await rig.shape("wifi0", { loss: 1 });
    assert.equal(answered(await echo("wifi0", { timeout_ms: 200 })), 0);
    assert.equal(answered(await echo("cell0")), 10);
  });

  test("a rate lets so much through and throws away what would wait too long", async () => {
    // At 29 bytes each, 8 kbit/s lets 34 through in a second.
    await rig.shape("wifi0", { direction: "up", rate_kbit: 8, queue_ms: 200 });
    const got = answered(await echo("wifi0", { count: 200, interval_ms: 5 }));
    assert.ok(got > 20 && got < 120, `${got} of 200`);
    assert.equal((await rig.counters("wifi0", "up")).overflowed, 200 - got);
  });

  test("a black hole of the emulator swallows its protocol", async () => {
    await rig.shape("wifi0", { direction: "up", blackhole: "udp" });
    assert.equal(answered(await echo("wifi0", { timeout_ms: 100 })), 0);
    assert.equal(await connect("wifi0"), "connected");
    await rig.shape("wifi0", { direction: "up", blackhole: "tcp" });
    assert.equal(answered(await echo("wifi0")), 10);
    assert.equal(await connect("wifi0"), "timeout");
  });

  for (const [protocol, direction, udp, tcp] of [
    ["udp", "both", 0, "connected"],
    ["tcp", "both", 10, "timeout"],
    ["all", "both", 0, "timeout"],
    ["all", "up", 0, "timeout"],
    ["all", "down", 0, "timeout"],
    ["udp", "down", 0, "connected"],
  ]) {
    test(`the router drops ${protocol}, ${direction}, until that is lifted`, async () => {
      const dropped = await rig.drop({ link: "wifi0", protocol, direction });
      const before = await rig.counters("wifi0", "up");
      assert.equal(answered(await echo("wifi0", { timeout_ms: udp > 0 ? 1000 : 100 })), udp);
      assert.equal(await connect("wifi0"), tcp);
      assert.ok((await dropped.packets()) > 0);
      const reached = (await rig.counters("wifi0", "up")).passed > before.passed;
      assert.equal(reached, !(direction !== "down" && protocol === "all"), "one way only");
      assert.equal(answered(await echo("cell0")), 10, "the other link is left alone");
      await dropped.lift();
      assert.equal(answered(await echo("wifi0")), 10);
      assert.equal(await connect("wifi0"), "connected");
    });
  }

  test("a reset ends established connections and lets new ones be made", async () => {
    await client.ask({ tcpOpen: { name: "kept", from: rig.addressOf("wifi0"), ...ECHO } });
    const exchange = async () => (await client.ask({ tcpEcho: { name: "kept" } })).outcome;
    assert.equal(await exchange(), "answered");
    const reset = rig.reset("wifi0");
    await until("a reset", async () => (await exchange()) === "ECONNRESET");
    await reset;
    assert.equal(await connect("wifi0"), "connected");
  });

  test("a link that is down carries nothing and does not leak to the other", async () => {
    await rig.linkDown("wifi0");
    const before = await rig.counters("wifi0", "up");
    assert.equal(answered(await echo("wifi0", { timeout_ms: 100 })), 0);
    assert.deepEqual(await rig.counters("wifi0", "up"), before);
    assert.equal(await viaDefault(), rig.addressOf("cell0"));
    await rig.linkUp("wifi0");
    assert.equal(answered(await echo("wifi0")), 10);
    assert.equal(await viaDefault(), rig.addressOf("wifi0"));
  });

  test("a carrier that is lost leaves the default route to the other link", async () => {
    await rig.carrierDown("wifi0");
    assert.equal(await rig.probe("wifi0", { timeout_ms: 200 }), null);
    assert.equal(await viaDefault(), rig.addressOf("cell0"));
    await rig.carrierUp("wifi0");
    assert.ok(await rig.probe("wifi0"));
  });

  test("a switch takes one link down and the other up", async () => {
    await rig.useOnly("wifi0");
    assert.equal(await rig.probe("cell0", { timeout_ms: 200 }), null);
    await rig.switchTo("cell0");
    assert.equal(await rig.probe("wifi0", { timeout_ms: 200 }), null);
    assert.ok(await rig.probe("cell0"));
    assert.equal(await viaDefault(), rig.addressOf("cell0"));
  });

  test("another link is preferred while both stay up", async () => {
    assert.equal(await viaDefault(), rig.addressOf("wifi0"));
    await rig.prefer("cell0");
    assert.equal(await viaDefault(), rig.addressOf("cell0"));
    assert.ok(await rig.probe("wifi0"));
    await rig.prefer("wifi0");
    assert.equal(await viaDefault(), rig.addressOf("wifi0"));
  });

  test("a link's address changes, and the old one is gone", async () => {
    const old = rig.addressOf("wifi0");
    const { address } = await rig.changeAddress("wifi0");
    assert.notEqual(address, old);
    assert.equal(answered(await echo("wifi0")), 10);
    assert.equal(await viaDefault(), address);
    const { outcome } = await client.ask({ tcpTry: { from: old, ...ECHO } });
    assert.equal(outcome, "EADDRNOTAVAIL");
  });

  test("healing ends all faults at once", async () => {
    await rig.shape("all", { delay_ms: 300, loss: 0.2 });
    await rig.drop({ link: "eth0", protocol: "udp" });
    await rig.prefer("cell0");
    await rig.carrierDown("cell0");
    await rig.linkDown("wifi0");
    await rig.heal();
    for (const link of ["wifi0", "cell0"]) assert.equal(answered(await echo(link)), 10, link);
    assert.ok((await rig.probe("eth0")) < 200);
    assert.equal(await viaDefault(), rig.addressOf("wifi0"));
  });

  test("a verb whose effect cannot be seen fails", async () => {
    await rig.linkDown("wifi0");
    await assert.rejects(rig.drop({ link: "wifi0" }), /nothing of wifi0 is up/);
    // Downward packets are swallowed before they reach the router.
    await rig.shape("cell0", { blackhole: "all" });
    await assert.rejects(rig.drop({ link: "cell0", direction: "down" }), /a packet that this hits/);
    await assert.rejects(rig.reset("cell0"));
    await assert.rejects(rig.linkDown("lan0"), /no such link/);
    await assert.rejects(rig.shape("cell0", { loss: 2 }), /loss is 2/);
    await assert.rejects(rig.shape("cell0", { delay: 2 }), /unknown field/);
  });

  test("a server is paused, woken, killed and started again", async () => {
    const server = await rig.startServer();
    const url = `http://${SERVER_ADDRESS}:${server.port}/health`;
    const health = () => client.ask({ fetch: { url } });
    assert.equal((await health()).status, 200);
    await server.pause();
    const asked = health();
    let isAnswered = false;
    asked.then(() => {
      isAnswered = true;
    });
    const another = await rig.agent("second");
    const accepts = { from: rig.addressOf("eth0"), to: SERVER_ADDRESS, port: server.port };
    assert.equal((await another.ask({ tcpTry: accepts })).outcome, "connected");
    assert.ok(!isAnswered, "a paused server's kernel accepts, but nothing answers");
    await server.resume();
    assert.equal((await asked).status, 200);
    await server.kill();
    await assert.rejects(health());
    await server.start();
    assert.equal((await health()).status, 200);
    const { pid } = server;
    await server.restart();
    assert.notEqual(server.pid, pid);
    assert.equal((await health()).status, 200);
  });
}

/** Sends packets to the echo and back over a link. */
function echo(link, options = {}) {
  const packets = { count: 10, interval_ms: 5, timeout_ms: 1000, ...options };
  return client.ask({ udpEcho: { from: rig.addressOf(link), ...ECHO, ...packets } });
}

function answered({ trips_ms }) {
  return trips_ms.filter((trip_ms) => trip_ms !== null).length;
}

async function connect(link) {
  const from = rig.addressOf(link);
  return (await client.ask({ tcpTry: { from, ...ECHO, timeout_ms: 1000 } })).outcome;
}

/** The address of a connection that chooses none itself. */
async function viaDefault() {
  return (await client.ask({ tcpTry: ECHO })).from;
}
