// `cargo xtask film`: the animation in README, of a cable that is pulled and a call that comes back.
// Two people are on the demo page, with the real server, on a network whose cable is really pulled.
//
// Argument: where the animation goes, docs/pictures/cable.webp by default.

import { untilState } from "../../harness/demo_page.mjs";
import { RigBrowser } from "../browser.mjs";
import { Rig } from "../rig.mjs";
import { Camera } from "./camera.mjs";
import { develop } from "./reel.mjs";

const [file = "docs/pictures/cable.webp"] = process.argv.slice(2);
const ROOM = "harbour";
const SIZE_PX = { width: 480, height: 760 };
/** How long each part of the film lasts. */
const BEFORE_MS = 3_000;
const PULLED_MS = 12_000;
const AFTER_MS = 5_000;

const rig = await Rig.open();
try {
  const server = await rig.startServer();
  await rig.useOnly("wifi0");
  const [ada, bo] = await Promise.all([
    open("client", "Ada", server),
    open("second", "Bo", server),
  ]);
  for (const page of [ada, bo]) {
    await page.click("#join");
    await untilState(page, "#room-pill", "LOGINED");
  }
  await ada.click("#publish");
  for (const page of [ada, bo]) await page.evaluate(showPicturesAndTimeline);
  await untilState(bo, '[data-kind="player"] .pill', "PLAYING");
  await bo.waitForSelector('[data-kind="player"] .bars .on');

  const camera = new Camera([ada, bo]);
  await camera.record(BEFORE_MS, "A call between two machines");
  const pulled = await rig.carrierDown("wifi0");
  await camera.record(PULLED_MS, "Ada's cable is pulled", pulled.at_ms);
  const back = await rig.carrierUp("wifi0");
  await camera.record(AFTER_MS, "Ada's cable is back", back.at_ms);
  await develop(camera.frames, ["Ada's page", "Bo's page"], SIZE_PX, file);
} finally {
  await rig.close();
}

/** The page of a user on a machine of the network. */
async function open(role, user, server) {
  const browser = await RigBrowser.launch(rig, { role });
  const page = await (await browser.newContext()).newPage();
  await page.setViewportSize(SIZE_PX);
  const query = new URLSearchParams({ room: ROOM, user, embedded: "1" });
  await page.goto(`${server.url}/?${query}`);
  await untilState(page, "#room-pill", "LOGOUT");
  return page;
}

/** In the page: shows only the parts that fit into the film. */
function showPicturesAndTimeline() {
  for (const part of [".controls", ".panel-head .tools", ".detail", "#invite", "#aside"]) {
    document.querySelector(part).style.display = "none";
  }
  document.querySelector('[data-timeline="in"]').click();
}
