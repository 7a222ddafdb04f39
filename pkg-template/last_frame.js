/**
 * Covers a video with its last frame between two tracks, where browsers show black.
 *
 * @param {HTMLVideoElement} video
 * @returns A function that removes the stream and the last frame from the video.
 */
export function keepLastFrame(video) {
  const canvas = document.createElement("canvas");
  /** @type {VideoFrame | undefined} */
  let frame;
  /** @type {MediaStreamTrack | undefined} */
  let watched;

  const uncover = () => {
    canvas.remove();
    video.style.display = "";
  };

  const cover = () => {
    if (!frame || !video.isConnected) return;
    canvas.width = frame.displayWidth;
    canvas.height = frame.displayHeight;
    canvas.getContext("2d")?.drawImage(frame, 0, 0);
    canvas.style.cssText = video.style.cssText;
    video.after(canvas);
    video.style.display = "none";
  };

  const note = () => {
    const media = /** @type {MediaStream | null} */ (video.srcObject);
    const [track] = media?.getVideoTracks() ?? [];
    // Keep no frame of an ended track, since that is black, nor of a source that has none yet.
    if (track?.readyState === "live" && video.readyState > 1) {
      uncover();
      frame?.close();
      frame = new VideoFrame(video); // holds the picture, copies nothing
      if (track !== watched) track.addEventListener("ended", cover, { once: true });
      watched = track;
    }
    video.requestVideoFrameCallback(note);
  };

  // Browsers without these APIs do without the cover.
  if (globalThis.VideoFrame && video.requestVideoFrameCallback) {
    video.requestVideoFrameCallback(note);
  }
  return () => {
    uncover();
    video.srcObject = null;
    frame?.close();
    frame = undefined;
  };
}
