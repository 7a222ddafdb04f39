import { ExpressEngine } from "holdfast-rtc";
import { useEffect, useReducer, useRef } from "react";
import { AT_FIRST, reduce } from "./call_state.js";

/**
 * Runs a call while the component is mounted: logs in, publishes camera and microphone, and plays
 * everyone.
 *
 * @returns The state of `call_state.js`, and the actions `mute`, `hide` and `retryNow`.
 */
export function useCall(login) {
  const [state, dispatch] = useReducer(reduce, AT_FIRST);
  const current = useRef({});

  useEffect(() => {
    const engine = new ExpressEngine(login.app, login.server);
    current.current = { engine };
    listen(engine, dispatch);
    enter(engine, login, dispatch, (camera) => {
      current.current.camera = camera;
    }).catch((error) => {
      // Ignore errors of an engine that was destroyed meanwhile.
      if (current.current.engine === engine) dispatch({ type: "fault", message: error.message });
    });
    return () => {
      current.current = {};
      engine.destroyEngine(); // leaves the room, ends streams and capture
    };
  }, [login]);

  return {
    ...state,
    mute: (isMuted) => {
      const { engine, camera } = current.current;
      if (camera) engine.mutePublishStreamAudio(camera, isMuted);
    },
    hide: (isHidden) => {
      const { engine, camera } = current.current;
      if (camera) engine.mutePublishStreamVideo(camera, isHidden);
    },
    retryNow: () => current.current.engine?.retryNow(),
  };
}

/** Turns events into actions, and plays each stream of the room. */
function listen(engine, dispatch) {
  engine.on("roomStateChanged", (roomID, reason, errorCode) => {
    const message = errorCode ? `The call is over (${errorCode}).` : "";
    dispatch({ type: "room", roomID, reason, message });
  });
  engine.on("roomStreamUpdate", (_roomID, change, streams) => {
    for (const { streamID, user } of streams) {
      if (change === "DELETE") {
        engine.stopPlayingStream(streamID);
        dispatch({ type: "tile removed", streamID });
        continue;
      }
      const tile = {
        streamID,
        userID: user.userID,
        name: user.userName,
        isOwn: false,
        media: null,
      };
      dispatch({ type: "tile added", tile });
      engine.startPlayingStream(streamID).then(
        (media) => dispatch({ type: "picture", streamID, media }), // once: reconnects keep it
        (error) => console.info(streamID, error.message), // the tile shows NO_PLAY
      );
    }
  });
  for (const event of ["publisherStateUpdate", "playerStateUpdate"]) {
    engine.on(event, ({ streamID, state }) => dispatch({ type: "stream", streamID, state }));
  }
  engine.on("remoteUserConnectionUpdate", (_roomID, userID, state) => {
    dispatch({ type: "user", userID, isAway: state === "RECONNECTING" });
  });
  engine.on("retryUpdate", (update) => {
    dispatch({ type: "retry", update, nowMs: performance.now() });
  });
}

async function enter(engine, { roomID, token, userID, userName }, dispatch, onCamera) {
  await engine.loginRoom(roomID, token, { userID, userName }, { userConnectionUpdate: true });
  const media = await engine.createStream({ camera: { video: true, audio: true } });
  onCamera(media);
  const streamID = `${userID}-camera`;
  dispatch({ type: "tile added", tile: { streamID, userID, name: userName, isOwn: true, media } });
  engine.startPublishingStream(streamID, media);
}
