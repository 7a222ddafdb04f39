/**
 * Fetches what a login needs. This asks a development server (`holdfast-server --dev`), which gives
 * tokens to anyone. An app asks its own server, which knows its users and signs with the app's
 * secret.
 */
export async function fetchLogin({ server, roomID, userName }) {
  const userID = crypto.randomUUID();
  const response = await fetch(new URL("/dev/token", server), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ room: roomID, user: userID }),
  });
  if (!response.ok) throw new Error(`The server gave no token: HTTP ${response.status}`);
  const { app, token } = await response.json();
  return { app, token, server, roomID, userID, userName };
}
