import { useState } from "react";
import { fetchLogin } from "./token.js";

const ROOM = new URLSearchParams(location.search).get("room") ?? "lobby";

/** @param onJoin Called with what a login needs. */
export function JoinForm({ onJoin }) {
  const [fault, setFault] = useState("");
  const [isBusy, setIsBusy] = useState(false);

  async function join(event) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [server, roomID, userName] = ["server", "room", "name"].map((name) => form.get(name));
    setIsBusy(true);
    setFault("");
    try {
      onJoin(await fetchLogin({ server, roomID, userName }));
    } catch (error) {
      setFault(error.message);
      setIsBusy(false);
    }
  }

  return (
    <main className="join">
      <form onSubmit={join}>
        <h1>Join a call</h1>
        <label>
          Your name
          <input name="name" required maxLength={48} autoComplete="nickname" />
        </label>
        <label>
          Room
          <input name="room" required maxLength={128} pattern="[!-~]+" defaultValue={ROOM} />
        </label>
        <label>
          Server
          <input name="server" type="url" required defaultValue="http://localhost:8080" />
        </label>
        <button className="primary" type="submit" disabled={isBusy}>
          Join
        </button>
        <p className="fault" role="alert">
          {fault}
        </p>
      </form>
    </main>
  );
}
