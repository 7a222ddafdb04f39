// The room link's messages: JSON on the wire, and rows on the way to and from the module, in the
// order of `src/web/read.rs` and `src/web/write.rs`. Reading objects there weighed more than twice this.

/** The protocol's name and version. */
export const SUBPROTOCOL = "holdfast.v1";

const need = (value, is) => {
  if (!is) throw value;
  return value;
};
const isNumber = (value) => typeof value === "number" && value >= 0;
const text = (value) => need(value, typeof value === "string");
const number = (value) => need(value, isNumber(value));
// What the server may leave out.
const someText = (value) => (typeof value === "string" ? value : "");
const someNumber = (value) => (isNumber(value) ? value : undefined);

/** All or nothing: half a list would be a wrong list. */
const list = (items, rowOf) => [items.length, ...items.flatMap((item) => rowOf(item))];
/** The same of what may be left out: one that is no good counts as that. */
const someList = (items, rowOf) => known(() => list(items, rowOf), [0]);

const user = ({ id, name }) => [text(id), someText(name)];
const stream = ({ id, user: owner, extra, muted }) => [
  text(id),
  ...user(owner),
  someText(extra),
  someNumber(muted),
];
const roomExtra = ({ key, value, user: author, at_ms }) => [
  text(key),
  text(value),
  ...user(author),
  number(at_ms),
];
const node = ({ name, url, authorization }) => [someText(name), text(url), someText(authorization)];
const change = (name) => {
  const index = ["add", "delete"].indexOf(name);
  return need(index, index >= 0);
};

const hello = (m) => [
  0,
  text(m.session),
  text(m.secret),
  number(m.seq),
  +!!m.resumed,
  number(m.heartbeat_ms),
  someNumber(m.users),
  someNumber(m.token_ttl_ms),
  ...someList(m.away, text),
  ...known(() => missed(m.missed), [0]),
  ...(m.snapshot instanceof Object ? [1, ...snapshot(m.snapshot)] : [0]),
];
const snapshot = ({ users, streams, extra }) => [
  ...list(users, user),
  ...list(streams, stream),
  ...someList(extra, roomExtra),
];
/** What this build does not know is skipped, as it is outside a hello. A hello in a hello is none. */
const missed = (messages) => {
  const rows = messages.map((message) => known(() => later(message))).filter((row) => row.length);
  return [rows.length, ...rows.flat()];
};

/** Of each message but the first its row. */
const LATER = {
  __proto__: null,
  users: (m) => [1, number(m.seq), change(m.change), ...list(m.users, user)],
  streams: (m) => [
    2,
    number(m.seq),
    change(m.change),
    someNumber(m.reason),
    ...list(m.streams, stream),
  ],
  nodes: (m) => [3, number(m.id), ...list(m.nodes, node)],
  done: (m) => [4, number(m.id), number(m.code), someText(m.message), someNumber(m.seq)],
  renewed: (m) => [5, number(m.id), someNumber(m.token_ttl_ms)],
  message: (m) => [6, number(m.seq), ...user(m.from), text(m.text), number(m.at_ms)],
  barrage: (m) => [7, number(m.n), ...user(m.from), text(m.text), number(m.at_ms)],
  command: (m) => [8, number(m.seq), ...user(m.from), text(m.text)],
  room_extra: (m) => [9, number(m.seq), ...list(m.extra, roomExtra)],
  stream_extra: (m) => [10, number(m.seq), ...list(m.streams, stream)],
  count: (m) => [11, number(m.users)],
  connection: (m) => [12, text(m.user), +!!m.up],
  goaway: (m) => [13, number(m.min_ms), number(m.max_ms)],
  pong: (m) => [14, number(m.n)],
  heartbeat: () => [15],
  bye: () => [16],
  end: (m) => [17, number(m.code), someText(m.message)],
};
const later = (message) => LATER[message.t](message);

/** What is read; of what this build does not know another row, by itself an empty one. */
function known(read, otherwise = []) {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** A request's or a word's names, in the order of its row after the kind. */
const SAID = [
  "ping n",
  "logout",
  "publish id stream extra muted",
  "live id stream node",
  "unpublish id stream",
  "play id stream",
  "renew id token",
  "broadcast id text",
  "barrage id text",
  "command id text to",
  "set_room_extra id key value",
  "set_stream_extra id stream extra",
  "set_muted id stream muted",
];

/** What the module knows of the wire; rows that it reads it takes from their end. */
export const MESSAGES = {
  /** A message of the server as a row, empty for what this build does not know. */
  read: (data) =>
    known(() => {
      const message = JSON.parse(data);
      return message.t === "hello" ? hello(message) : later(message);
    }).reverse(),

  /** A row as a message to the server; what it ends without is left out. */
  write([kind, ...values]) {
    const [t, ...names] = SAID[kind].split(" ");
    const message = { t };
    names.forEach((name, index) => {
      message[name] = values[index];
    });
    return JSON.stringify(message);
  },

  /**
   * A login as subprotocols to offer: it rides in the handshake, never in the URL, and the server can
   * speak first.
   */
  subprotocols([app, room, id, name, token, wantsUsers, wantsConnections, ...rest]) {
    const [max_members, device, attempt, session, secret, seq] = rest;
    const login = { app, room, user: { id, name }, token, user_update: !!wantsUsers };
    if (wantsConnections) login.connections = true;
    login.max_members = max_members;
    if (device) login.device = device;
    if (attempt) login.attempt = attempt;
    if (session) login.resume = { session, secret, seq };
    const bytes = new TextEncoder().encode(JSON.stringify(login));
    const base64 = btoa(String.fromCharCode(...bytes));
    // RFC 4648 section 5, without padding: `=` is no character of a subprotocol.
    const entry = base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    return [SUBPROTOCOL, `login.${entry}`];
  },
};
