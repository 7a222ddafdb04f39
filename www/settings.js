// The initial values of the join form, and its values when it is sent.

const NAMES = ["Ada", "Grace", "Edsger", "Barbara", "Alan", "Radia", "Vint", "Hedy"];

/** Fills the form from `?room=&user=`, else with a made-up room and name. */
export function prefill(form, query) {
  const given = new URLSearchParams(query);
  form.elements.room.value = given.get("room") || `room-${randomHex(2)}`;
  form.elements.user.value = given.get("user") || pick(NAMES);
}

/** `?grace=&window=`, in seconds; null for each that is absent or no number. */
export function times(query) {
  const given = new URLSearchParams(query);
  const seconds = (name) => {
    const text = given.get(name) ?? "";
    return /^\d{1,5}$/.test(text) ? Number(text) : null;
  };
  return { grace_s: seconds("grace"), window_s: seconds("window") };
}

/** The address with which others join the room. */
export function inviteLink(roomID) {
  return `${location.origin}${location.pathname}?${new URLSearchParams({ room: roomID })}`;
}

/** The form's values; `login` is null unless the form asked for a token. */
export function read(form) {
  const value = (name) => form.elements[name].value.trim();
  const userName = value("user");
  const login = form.querySelector("#login-fields").disabled
    ? null
    : { app: Number(value("app")), token: value("token") };
  const userID = login ? value("userID") : `${asID(userName)}-${TAB}`;
  return { roomID: value("room"), userID, userName, login };
}

/** Asks for a token of the user's own. */
export function askForToken(form) {
  const fields = form.querySelector("#login-fields");
  fields.hidden = false;
  fields.disabled = false;
  form.elements.userID.value ||= `${asID(form.elements.user.value)}-${TAB}`;
  form.elements.app.focus();
}

/** A stream ID that only this tab uses; stream IDs must be unique in the whole app. */
export function streamID(userName, kind) {
  return `${asID(userName)}-${kind}-${TAB}`;
}

// Two tabs with one user name are two users.
const TAB = randomHex(3);

function asID(text) {
  return text.replace(/[^0-9A-Za-z_-]+/g, "-").slice(0, 48) || "user";
}

function pick(list) {
  return list[Math.floor(Math.random() * list.length)];
}

export function randomHex(byteCount) {
  const bytes = crypto.getRandomValues(new Uint8Array(byteCount));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
