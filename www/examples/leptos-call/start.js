// A file of its own, because a strict Content-Security-Policy forbids scripts in the page.

import start from "./leptos_call.js";

await start();
