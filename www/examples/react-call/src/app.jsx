import { useState } from "react";
import { Call } from "./call.jsx";
import { JoinForm } from "./join_form.jsx";

export function App() {
  const [login, setLogin] = useState(null);
  return login ? (
    <Call login={login} onLeave={() => setLogin(null)} />
  ) : (
    <JoinForm onJoin={setLogin} />
  );
}
