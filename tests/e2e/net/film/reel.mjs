// Frames side by side under a clock, as an animated WebP. Encoded by `img2webp` of libwebp.

import { execFile } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { launchBrowser } from "../../harness/browser.mjs";

const HEAD_PX = 88;
const LAST_MS = 3_000;
const BYTES_MAX = 2_000_000;

/** Writes the film; `names` are the pages' names, and each page has a size of `{width, height}`. */
export async function develop(frames, names, { width, height }, file) {
  const folder = await mkdtemp(join(tmpdir(), "film-"));
  const browser = await launchBrowser();
  try {
    const size = { width: 2 * width, height: height + HEAD_PX };
    const page = await browser.newPage({ viewport: size });
    await page.setContent(SHEET);
    await page.locator("i").evaluateAll((all, texts) => {
      all.forEach((one, place) => {
        one.textContent = texts[place];
      });
    }, names);
    const words = [];
    for (const [place, frame] of frames.entries()) {
      const shown_ms = (frames[place + 1]?.atMs ?? frame.atMs + LAST_MS) - frame.atMs;
      const picture = join(folder, `${place}.png`);
      await page.evaluate(show, { ...frame, pictures: frame.pictures.map(asURL) });
      await writeFile(picture, await page.screenshot());
      words.push("-d", String(shown_ms), picture);
    }
    // Some frames are stored whole, because differences leave traces.
    const options = ["-loop", "0", "-kmin", "3", "-kmax", "12", "-lossy", "-q", "75", "-m", "4"];
    await encode([...options, ...words, "-o", file]);
    const { size: bytes } = await stat(file);
    if (bytes > BYTES_MAX) throw new Error(`${file} has ${bytes} bytes, more than ${BYTES_MAX}`);
    console.log(`${file}: ${frames.length} pictures, ${bytes} bytes`);
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}

async function encode(words) {
  try {
    await promisify(execFile)("img2webp", words);
  } catch (error) {
    if (error.code === "ENOENT") throw new Error("no img2webp, which Debian's package webp has");
    throw error;
  }
}

function asURL(png) {
  return `data:image/png;base64,${png.toString("base64")}`;
}

const SHEET = `<style>
  body { margin: 0; background: #10211f; color: #fff; font: 600 19px/48px system-ui, sans-serif }
  header { display: flex; gap: 24px; padding: 0 16px; font-variant-numeric: tabular-nums }
  output { margin-left: auto }
  div { display: grid; grid-template-columns: 1fr 1fr }
  i { padding: 0 16px; background: #0f766e; font: 600 15px/40px system-ui, sans-serif }
  img { display: block; width: 100% }
</style><header><time></time><b></b><output></output></header>
<div><i></i><i></i><img><img></div>`;

/** In the sheet: a frame, with the time of day and how long ago the caption's event was. */
async function show({ atMs, caption, sinceMs, pictures }) {
  const find = (selector) => document.querySelector(selector);
  find("time").textContent = new Date(atMs).toISOString().slice(11, 21);
  find("b").textContent = caption;
  find("output").textContent = sinceMs ? `${((atMs - sinceMs) / 1000).toFixed(1)} s ago` : "";
  const images = [...document.querySelectorAll("img")];
  images.forEach((image, place) => {
    image.src = pictures[place];
  });
  await Promise.all(images.map((image) => image.decode()));
}
