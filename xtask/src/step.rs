//! A line per step: its name, how it went, and how long it took.

use std::io::{IsTerminal, Write};
use std::time::Instant;

const NAME_WIDTH: usize = 18;
const RESULT_WIDTH: usize = 48;

/// Does `work`, which returns its result and a few words on it, and prints the step's line.
pub(crate) fn step<T>(
    name: &str,
    work: impl FnOnce() -> Result<(T, String), String>,
) -> Result<T, String> {
    let begun = begin(name);
    match work() {
        Ok((value, words)) => {
            finish(name, &words, begun);
            Ok(value)
        }
        Err(reason) => {
            finish(name, "FAILED", begun);
            Err(reason)
        }
    }
}

/// Shows the name of what runs now where somebody is watching.
pub(crate) fn begin(name: &str) -> Instant {
    if std::io::stdout().is_terminal() {
        print!("  {name:NAME_WIDTH$} …");
        // A terminal that is gone is no reason to stop.
        let _ = std::io::stdout().flush();
    }
    Instant::now()
}

/// Prints the step's line.
pub(crate) fn finish(name: &str, words: &str, begun: Instant) {
    let took_secs = begun.elapsed().as_secs_f64();
    say(&format!("  {name:NAME_WIDTH$} {words:RESULT_WIDTH$} {took_secs:7.1} s"));
}

/// Prints `text` in place of the name of what runs now.
pub(crate) fn say(text: &str) {
    if std::io::stdout().is_terminal() {
        print!("\r\x1b[K");
    }
    println!("{text}");
}
