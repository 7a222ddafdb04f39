// Pages that are closed: the others see it at once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowsers, useRig } from "./stage.mjs";
import { assertUsers, caughtUp, marks } from "./states.mjs";

const TIMES = 10;
const AT_ONCE_MS = 1000;

inBrowsers(["chromium", "firefox"], (kind) => {
  const stage = useRig();

  test(`room_13 a page that is closed is logged out at once, ${TIMES} times in a row`, async (t) => {
    const bo = await stage.client("bo", { role: "second" });
    await bo.login("room");
    const took_ms = [];
    for (let round = 0; round < TIMES; round += 1) {
      const since = marks(bo);
      const ada = await stage.client("ada", { kind });
      await ada.login("room");
      await bo.untilUser("ADD", "ada", { since: since.bo });
      const at_ms = Date.now();
      await ada.page.close();
      const left = await bo.untilUser("DELETE", "ada", { since: since.bo });
      took_ms.push(Math.round(left.at_ms - at_ms));
      await caughtUp(bo);
      assertUsers(bo, since.bo, ["ADD ada", "DELETE ada"]);
    }
    t.diagnostic(`told after ${took_ms} ms`);
    assert.ok(Math.max(...took_ms) <= AT_ONCE_MS, `${took_ms} ms, not within ${AT_ONCE_MS} ms`);
  });
});
