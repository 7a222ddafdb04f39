// The faults, and for each what must happen next according to docs/behaviour.md.

const room = (state) => (event, args) => event === "roomStateChanged" && args[1] === state;
const trying =
  (layers, isIt = (_update) => true) =>
  (event, args) =>
    event === "retryUpdate" && layers.includes(args[0].layer) && isIt(args[0]);
const media = (states) => (event, args) =>
  ["publisherStateUpdate", "playerStateUpdate"].includes(event) && states.includes(args[0].state);
/** A played stream showed pictures in the last second. */
const pictures = (event, args) => event === "playQualityUpdate" && args[1].video.videoRenderFPS > 0;

const LOST = { text: "RECONNECTING is told at once", rule: "ROOM-04", is: room("RECONNECTING") };
const TRIED = { text: "A try of the link is told", rule: "BEY-01", is: trying(["room"]) };
const BACK = { text: "RECONNECTED, in the same room", rule: "ROOM-07", is: room("RECONNECTED") };
const requesting = media(["PUBLISH_REQUESTING", "PLAY_REQUESTING"]);
const flowing = media(["PUBLISHING", "PLAYING"]);

/** `{fault, seconds, label, what, expects}`; `freeze_s` stops this page for that many seconds. */
export const FAULTS = [
  {
    fault: "drop-link",
    seconds: 0,
    label: "Drop the link",
    what: "The server cuts your WebSocket without a word.",
    expects: [
      LOST,
      { text: "The first try comes within 0.5 s", rule: "ROOM-06", ...within(1_500, TRIED.is) },
      {
        ...BACK,
        text: "RECONNECTED; media went on meanwhile",
        rule: "MEDIA-08",
        isAgainst: requesting,
      },
    ],
  },
  {
    fault: "silence",
    seconds: 12,
    label: "Silent black hole",
    what: "For 12 s nothing comes from the server and nothing reaches it: link, media, requests.",
    expects: [
      { ...LOST, text: "RECONNECTING is told within 3 s", rule: "ROOM-05", withinMs: 3_500 },
      TRIED,
      BACK,
    ],
  },
  {
    fault: "refuse-logins",
    seconds: 6,
    label: "Refuse logins",
    what: "Your link is cut, and for 6 s so is each new one.",
    expects: [
      LOST,
      {
        text: "The tries are counted, with random waits between them",
        rule: "ROOM-06",
        is: trying(["room"], ({ attempt, nextAttemptInMs }) => attempt > 1 && nextAttemptInMs > 0),
      },
      BACK,
    ],
  },
  {
    fault: "kill-media",
    seconds: 0,
    label: "Kill my media sessions",
    what: "The media server forgets your sessions, without telling you. Needs a stream that you play.",
    expects: [
      {
        text: "A try of the media begins, the room is left alone",
        rule: "MEDIA-09",
        is: trying(["publish", "play"]),
        isAgainst: room("RECONNECTING"),
      },
      {
        text: "Pictures move again",
        rule: "PLAY-04",
        is: pictures,
        isAgainst: room("RECONNECTING"),
      },
    ],
  },
  {
    fault: "kill-node",
    seconds: 8,
    label: "Kill the media node",
    what: "Everybody's media is gone, and for 8 s the node refuses new sessions. Needs a stream.",
    expects: [
      { text: "REQUESTING is told, with a code", rule: "PUB-04", is: requesting },
      {
        text: "The node's Retry-After is kept to",
        rule: "PUB-05",
        // The node refuses the new session before the loss is reported, which takes a second.
        mayBeFirst: true,
        is: trying(["publish", "play"], ({ cause }) => cause === "told"),
      },
      { text: "PUBLISHING or PLAYING again", rule: "PUB-04", is: flowing },
    ],
  },
  {
    fault: "restart",
    seconds: 0,
    label: "Restart the server",
    what: "Everybody is sent away; then the server begins anew and remembers no session.",
    expects: [
      LOST,
      {
        text: "The wait is the one that the server named",
        rule: "ROOM-06",
        is: trying(["room"], ({ cause }) => cause === "told"),
      },
      {
        ...BACK,
        text: "RECONNECTED, not a new LOGINED",
        rule: "ROOM-09",
        isAgainst: room("LOGINED"),
      },
    ],
  },
  {
    fault: "silence",
    seconds: 9,
    freeze_s: 6,
    label: "Sleep for 6 s",
    what: "This page stands still for 6 s, and its network for 9 s, as if a lid had been closed.",
    expects: [
      { ...LOST, text: "Woken up, it finds the link dead", rule: "BEY-05" },
      TRIED,
      { ...BACK, rule: "BEY-05" },
    ],
  },
];

function within(withinMs, is) {
  return { is, withinMs };
}
