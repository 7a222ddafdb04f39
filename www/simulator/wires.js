// Draws users, the server, and the messages between them as SVG.

import { toneOf, wordsOf } from "../pills.js";

const SVG = "http://www.w3.org/2000/svg";
const ROW_PX = 62;
const BOX_PX = 50;
const DEVICES_MAX = 12;
/** More names than this in one row would overlap. */
const NAMES_MAX = 3;

/** Redraws the picture for one moment of a world. */
export function drawWires(svg, { devices, server, flights }, width) {
  const box_px = Math.min(190, width * 0.36);
  const server_px = Math.min(170, width * 0.26);
  const shown = devices.slice(0, DEVICES_MAX);
  const height = Math.max(2, shown.length) * ROW_PX;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  const scene = document.createDocumentFragment();
  const fromX = box_px;
  const toX = width - server_px;
  shown.forEach((device, row) => {
    const y = row * ROW_PX + ROW_PX / 2;
    drawWire(scene, device, { fromX, toX, y });
    drawDevice(scene, device, { width: box_px, y });
    const own = flights.filter((flight) => flight.device === row);
    own.forEach((flight, place) => {
      drawFlight(scene, flight, { fromX, toX, y, place });
    });
  });
  drawServer(scene, server, { x: toX, width: server_px, height });
  svg.replaceChildren(scene);
}

function drawDevice(scene, device, { width, y }) {
  const top = y - BOX_PX / 2;
  const tone = toneOf(device.state);
  const attributes = { x: 1, y: top, width: width - 2, height: BOX_PX, rx: 8 };
  add(scene, "rect", {
    ...attributes,
    class: "box",
    "data-device": device.name,
    "data-tone": tone,
  });
  add(scene, "text", { class: "lane", x: 8, y: top + 15 }, clip(nameOf(device), width));
  const words = device.trouble
    ? `${wordsOf(device.state)}, ${device.trouble}`
    : wordsOf(device.state);
  add(scene, "text", { class: "state", "data-tone": tone, x: 8, y: top + 29 }, clip(words, width));
  const streams = device.streams.filter(({ state }) => !state.startsWith("NO_"));
  const media = streams.map(({ id, flows }) => `${id} ${flows ? "✓" : "…"}`).join("  ");
  add(scene, "text", { x: 8, y: top + 43 }, clip(media, width));
}

function drawWire(scene, { links, trouble }, { fromX, toX, y }) {
  const state = trouble ? "broken" : links > 0 ? "open" : "none";
  add(scene, "line", { class: "wire", "data-wire": state, x1: fromX, x2: toX, y1: y, y2: y });
}

function drawFlight(scene, flight, { fromX, toX, y, place }) {
  const { isUp, arrivesInMs, tripMs, name } = flight;
  const isHeld = arrivesInMs === null;
  // Held messages stand in a row. A message with more than one trip left waits at its start.
  const way = isHeld ? Math.min(0.9, 0.1 + 0.14 * place) : 1 - Math.min(0.95, arrivesInMs / tripMs);
  const x = isUp ? fromX + (toX - fromX) * way : toX - (toX - fromX) * way;
  const dot = { cx: x, cy: y + (isUp ? -4 : 4), r: 4 };
  add(scene, "circle", { ...dot, class: "flight", "data-held": isHeld, "data-flight": name });
  if (place < NAMES_MAX) {
    const text = { class: "flight-name", "text-anchor": "middle", x, y: y + (isUp ? -11 : 19) };
    add(scene, "text", text, isUp ? `${name} →` : `← ${name}`);
  }
}

function drawServer(scene, { isUp, rooms }, { x, width, height }) {
  const tone = isUp ? "good" : "bad";
  const attributes = { x, y: 6, width: width - 1, height: height - 12, rx: 8 };
  add(scene, "rect", { ...attributes, class: "box", "data-device": "server", "data-tone": tone });
  const lines = [isUp ? "Server" : "Server, down"];
  for (const { id, users, streams } of rooms) {
    lines.push(`${id}:`, users.join(", "));
    if (streams.length > 0) lines.push(`▸ ${streams.join(", ")}`);
  }
  lines.slice(0, Math.floor((height - 16) / 14)).forEach((line, place) => {
    const text = { class: place === 0 ? "lane" : "", x: x + 8, y: 22 + place * 14 };
    add(scene, "text", text, clip(line, width));
  });
}

/** The device's name, followed by the user's if that differs. */
export function nameOf({ name, user }) {
  return name === user ? name : `${name} (${user})`;
}

function clip(text, width_px) {
  const letters = Math.floor((width_px - 12) / 6);
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}

function add(scene, tag, attributes, contents) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (contents) element.textContent = contents;
  scene.append(element);
}
