// Pages that are closed: the others see it at once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowsers, useRig } from "./stage.mjs";
import { assertUsers, caughtUp, marks } from "./states.mjs";

const TIMES = 10;
const AT_ONCE_MS = 1000;
/**
 * How many of them a browser may drop. When Firefox ends the page's process, it sometimes drops
 * the page's last requests, its beacon and keepalive requests included (2 of 100 on a
 * busy machine). The others then wait for the grace.
 */
const DROPPED_MAX = { chromium: 0, firefox: 3 };

inBrowsers(["chromium", "firefox"], (kind) => {
  const stage = useRig();

  test(`room_13 a page that is closed is logged out at once, ${TIMES} times in a row`, async (t) => {
    const bo = await stage.client("bo", { role: "second" });
    await bo.login("room");
    const took_ms = [];
    for (let round = 0; round < TIMES; round += 1) {
      const since = marks(bo);
      // Each round has a new user, since one whose logout was dropped is still in its grace.
      const name = `ada-${round}`;
      const ada = await stage.client(name, { kind });
      await ada.login("room");
      await bo.untilUser("ADD", name, { since: since.bo });
      const at_ms = Date.now();
      await ada.page.close();
      const left = bo.untilUser("DELETE", name, { since: since.bo, deadline_ms: AT_ONCE_MS });
      const told = await left.catch(() => null);
      await caughtUp(bo);
      assertUsers(bo, since.bo, told ? [`ADD ${name}`, `DELETE ${name}`] : [`ADD ${name}`]);
      if (told) took_ms.push(Math.round(told.at_ms - at_ms));
    }
    t.diagnostic(`told after ${took_ms} ms`);
    const dropped = TIMES - took_ms.length;
    assert.ok(dropped <= DROPPED_MAX[kind], `${dropped} of ${TIMES} not within ${AT_ONCE_MS} ms`);
  });
});
