import { init } from "holdfast-rtc";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Player, Publisher } from "./call.jsx";

const loaded = init();

/** The reasons of all engines' room state changes. */
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
