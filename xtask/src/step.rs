//! Prints a line for each step: its name, its result, how long it took and, with a plan, the steps left.

use std::io::{IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

const NAME_WIDTH: usize = 18;
const RESULT_WIDTH: usize = 48;

/// The steps that run now: more than one if a step has steps of its own, or if threads share the work.
static PROGRESS: Mutex<Progress> = Mutex::new(Progress { running: Vec::new(), left: Vec::new() });

struct Progress {
    running: Vec<String>,
    left: Vec<String>,
}

/// Sets which steps will come; from now on each line ends with the steps left.
pub(crate) fn plan(names: &[&str]) {
    progress().left = names.iter().map(|&name| name.to_owned()).collect();
}

/// Does `work`, which returns its result and a few words about it, and prints the step's line.
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

/// Shows the name of the running step if the output is a terminal.
pub(crate) fn begin(name: &str) -> Instant {
    let mut progress = progress();
    progress.running.push(name.to_owned());
    progress.show();
    Instant::now()
}

/// Prints the step's line.
pub(crate) fn finish(name: &str, words: &str, begun: Instant) {
    let took_secs = begun.elapsed().as_secs_f64();
    let mut progress = progress();
    progress.end(name);
    let left = progress.left_words();
    progress.print(&format!("  {name:NAME_WIDTH$} {words:RESULT_WIDTH$} {took_secs:7.1} s{left}"));
}

/// Prints `text` in place of the running step's name.
pub(crate) fn say(text: &str) {
    progress().print(text);
}

fn progress() -> MutexGuard<'static, Progress> {
    // A panic cannot leave lists of names in a bad state.
    PROGRESS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Progress {
    fn end(&mut self, name: &str) {
        if let Some(index) = self.running.iter().rposition(|running| running == name) {
            self.running.remove(index);
        }
        self.left.retain(|left| left != name);
    }

    /// The part of a line about the rest of the plan.
    fn left_words(&self) -> String {
        if self.left.is_empty() {
            String::new()
        } else {
            format!("  left: {}", self.left.join(", "))
        }
    }

    fn print(&self, text: &str) {
        if std::io::stdout().is_terminal() {
            print!("\r\x1b[K");
        }
        println!("{text}");
        self.show();
    }

    fn show(&self) {
        if self.running.is_empty() || !std::io::stdout().is_terminal() {
            return;
        }
        print!("\r\x1b[K  {} …", self.running.join(", "));
        // Do not stop if the terminal is gone.
        let _ = std::io::stdout().flush();
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;

    #[test]
    fn lines_say_what_of_the_plan_is_left() {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let mut progress =
            Progress { running: names(&["page", "server"]), left: names(&["page", "server"]) };
        progress.end("page");
        assert_eq!(
            (progress.running.clone(), progress.left_words()),
            (names(&["server"]), "  left: server".to_owned())
        );
        progress.end("server");
        assert_eq!(progress.left_words(), "");
    }
}
