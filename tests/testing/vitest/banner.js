// A part of an app: says that it reconnects, and for how long it will go on trying.

export function showBanner(engine, banner) {
  engine.on("roomStateChanged", (_roomID, reason) => {
    banner.hidden = !["RECONNECTING", "RECONNECT_FAILED"].includes(reason);
    if (reason === "RECONNECT_FAILED") banner.textContent = "You have left the call.";
  });
  engine.on("retryUpdate", ({ layer, attempt, elapsedMs, windowMs }) => {
    if (layer !== "room") return;
    const leftMin = Math.ceil((windowMs - elapsedMs) / 60_000);
    banner.textContent = `Reconnecting (try ${attempt}), ${leftMin} min left…`;
  });
}
