import { useEffect, useRef } from "react";

/** One person's picture; while it is being sought, the last one stays under a few words. */
export function Tile({ name, isOwn, isAway, media, state }) {
  const video = useRef(null);
  useEffect(() => {
    video.current.srcObject = media;
  }, [media]);

  return (
    <figure className="tile" data-state={state}>
      <video ref={video} className={isOwn ? "mirrored" : ""} autoPlay playsInline muted={isOwn} />
      <p className="cover">{coverOf({ name, isOwn, isAway, media, state })}</p>
      <figcaption>{isOwn ? `${name} (you)` : name}</figcaption>
    </figure>
  );
}

function coverOf({ name, isOwn, isAway, media, state }) {
  if (isAway) return `${name} is reconnecting…`;
  if (state === "NO_PLAY") return "This stream could not be played";
  if (state === "PLAY_REQUESTING") return media ? "Reconnecting…" : "Connecting…";
  if (isOwn && state === "PUBLISH_REQUESTING") return "Connecting…";
  return "";
}
