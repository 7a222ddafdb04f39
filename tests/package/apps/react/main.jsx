import { init } from "holdfast-rtc";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Player, Publisher } from "./call.jsx";

const loaded = init();

/** Why the rooms' states changed, of all engines. */
globalThis.told = [];

globalThis.call = async (ground) => {
  await loaded;
  createRoot(document.getElementById("root")).render(
    <StrictMode>
      <Publisher ground={ground} />
      <Player ground={ground} />
    </StrictMode>,
  );
};
