// An engine lives as long as the effect that makes it; StrictMode runs each effect twice.

import { ExpressEngine } from "holdfast-rtc";
import { useEffect, useRef } from "react";

/** Makes an engine in an effect, passes it to `start`, and destroys it in the clean-up. */
function useEngine(ground, start, element) {
  useEffect(() => {
    const engine = new ExpressEngine(ground.app, ground.server);
    engine.on("roomStateChanged", (_room, reason) => globalThis.told.push(reason));
    // A login that the clean-up cancels rejects, as expected.
    start(engine, ground, element).catch((error) => console.info(error.message));
    return () => engine.destroyEngine();
  }, [ground, start, element]);
}

export function Publisher({ ground }) {
  useEngine(ground, publish);
}

export function Player({ ground }) {
  const video = useRef(null);
  useEngine(ground, play, video);
  return <video ref={video} autoPlay playsInline muted />;
}

async function publish(engine, { room, tokens }) {
  await engine.loginRoom(room, tokens.ada, { userID: "ada" });
  engine.startPublishingStream(`${room}-camera`, await engine.createStream({ camera: {} }));
}

async function play(engine, { room, tokens }, video) {
  engine.on("roomStreamUpdate", async (_room, change, [{ streamID }]) => {
    if (change === "ADD") video.current.srcObject = await engine.startPlayingStream(streamID);
  });
  await engine.loginRoom(room, tokens.bo, { userID: "bo" });
}
