// The call that every app makes with its engine class: two users in one page, Bo sees Ada's camera.

/** @param ground The server's address and app number, a room, and a token for each of the two. */
export async function call(ExpressEngine, { app, server, room, tokens }) {
  const [ada, bo] = [new ExpressEngine(app, server), new ExpressEngine(app, server)];
  const video = document.createElement("video");
  Object.assign(video, { autoplay: true, playsInline: true, muted: true });
  document.body.append(video);

  const streamID = `${room}-camera`;
  const isThere = new Promise((resolve) => {
    bo.on("roomStreamUpdate", (_room, change, streams) => {
      if (change === "ADD" && streams.some((stream) => stream.streamID === streamID)) resolve();
    });
  });
  await ada.loginRoom(room, tokens.ada, { userID: "ada" });
  await bo.loginRoom(room, tokens.bo, { userID: "bo" });
  ada.startPublishingStream(streamID, await ada.createStream({ camera: {} }));
  await isThere;
  video.srcObject = await bo.startPlayingStream(streamID);
  return ada.getVersion();
}
