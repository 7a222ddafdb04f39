// A program that opens a rig with everything in it and waits to be killed (cleanup.test.mjs).

import { RigBrowser } from "./browser.mjs";
import { run } from "./command.mjs";
import { ROLES } from "./namespaces.mjs";
import { Rig } from "./rig.mjs";

const rig = await Rig.open();
await rig.startServer();
const browser = await RigBrowser.launch(rig);
await (await browser.newContext()).newPage();
const names = ROLES.map((role) => rig.namespaces.of(role));
const lists = await Promise.all(names.map((name) => run("ip", ["netns", "pids", name])));
const pids = [...lists.join("\n").split("\n").filter(Boolean).map(Number), rig.emulatorPid];
const { folder, guardPid } = rig.namespaces;
console.log(JSON.stringify({ names, pids, folder, guardPid, browserPid: browser.pid }));
setInterval(() => {}, 60_000);
