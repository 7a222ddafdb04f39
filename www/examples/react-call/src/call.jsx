import { useState } from "react";
import { Banner } from "./banner.jsx";
import { worstRetry } from "./call_state.js";
import { Tile } from "./tile.jsx";
import { useCall } from "./use_call.js";

const PHASES = { joining: "Joining…", in: "In the call", over: "The call is over" };

export function Call({ login, onLeave }) {
  const call = useCall(login);
  const retry = worstRetry(call);
  return (
    <main className="call">
      <header>
        <h1>{login.roomID}</h1>
        <p role="status">{PHASES[call.phase]}</p>
      </header>
      {retry && call.phase !== "over" && <Banner retry={retry} onRetryNow={call.retryNow} />}
      {call.fault && (
        <p className="fault" role="alert">
          {call.fault}
        </p>
      )}
      <section className="tiles" aria-label="People">
        {call.tiles.map((tile) => (
          <Tile key={tile.streamID} {...tile} isAway={call.away.includes(tile.userID)} />
        ))}
        {call.tiles.length === 0 && call.phase === "in" && (
          <p className="empty">Nobody here yet.</p>
        )}
      </section>
      <footer>
        <Toggle onChange={call.mute} on="Unmute" off="Mute" />
        <Toggle onChange={call.hide} on="Show camera" off="Hide camera" />
        <button className="danger" type="button" onClick={onLeave}>
          Leave
        </button>
      </footer>
    </main>
  );
}

/** A button whose words say what pressing it does next. */
function Toggle({ on, off, onChange }) {
  const [isOn, setIsOn] = useState(false);
  function toggle() {
    setIsOn(!isOn);
    onChange(!isOn);
  }
  return (
    <button type="button" onClick={toggle}>
      {isOn ? on : off}
    </button>
  );
}
