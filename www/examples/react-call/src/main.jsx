import { init } from "holdfast-rtc";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.jsx";

await init(); // once a page, before the first engine
createRoot(document.getElementById("root")).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
