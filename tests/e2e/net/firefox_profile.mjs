// Profiles for Firefox. Each browser has a copy of one with which a Firefox has been started before,
// so it starts in a third of the time.

import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const SEED = fileURLToPath(new URL("../../../target/e2e/firefox-profile", import.meta.url));

/** Puts a profile into this folder, which must not exist yet. */
export async function copyProfile(folder, firefox, puppeteer) {
  try {
    cpSync(SEED, folder, { recursive: true });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    await makeSeed(firefox, puppeteer);
    cpSync(SEED, folder, { recursive: true });
  }
}

async function makeSeed(executablePath, puppeteer) {
  mkdirSync(dirname(SEED), { recursive: true });
  const own = mkdtempSync(`${SEED}-`);
  const browser = await puppeteer.launch({ browser: "firefox", executablePath, userDataDir: own });
  await browser.close();
  try {
    renameSync(own, SEED);
  } catch {
    // Another program has made it meanwhile.
    rmSync(own, { recursive: true });
  }
}
