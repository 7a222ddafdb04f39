// What is measured, in the table's order, and the aims for a round trip of 50 ms.

/** `aim_ms` applies to `at`, the 95th percentile or the worst; `null`: no aim. */
export const ROWS = [
  row("a", "a", "silent break → loss told", 3000, "max"),
  row("b", "b", "network back (`online`) → link back", 250),
  row("c", "c", "network back → first new frame, publisher cut", 400),
  row("d", "d", "network back → first new frame, player cut", 400),
  row("e1-publisher", "e", "used link of two goes down → media back, publisher", 1500),
  row("e1-player", "e", "used link of two goes down → media back, player", 1500),
  row("e2-publisher", "e", "one link swapped for another → media back, publisher", 2500),
  row("e2-player", "e", "one link swapped for another → media back, player", 2500),
  row("f-kill", "f", "server killed and started → everyone back, from the kill", 1500),
  row("f-ready", "f", "server killed and started → everyone back, from its being ready", null),
];

function row(id, letter, title, aim_ms, at = "p95") {
  return { id, letter, title, aim_ms, at };
}
