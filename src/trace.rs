//! The inputs and outputs of a brain as JSON lines: written in a browser by `holdfast-rtc/dev`,
//! replayed anywhere. The same seed and inputs give the same outputs.
//!
//! **Tokens and session secrets are in a trace**: it is for developers, like a network log.

use crate::machine::{Brain, Input, Millis, Output};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// One line of a trace.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    /// The first line: the seed given to [`Brain::new`].
    Seed { seed: u64 },
    /// An input, this many milliseconds after the page's start.
    Input { at: u64, input: Input },
    /// An output of the brain after the input before it.
    Output { output: Output },
}

/// Writes a trace.
#[derive(Debug)]
pub struct Recorder {
    text: String,
    /// A line did not fit, so nothing follows.
    is_full: bool,
}

impl Recorder {
    /// The longest trace in bytes; later lines are not written.
    const BYTES_MAX: usize = 32 * 1024 * 1024;

    /// Starts a trace of a new brain.
    pub fn new(seed: u64) -> Recorder {
        let mut recorder = Recorder { text: String::new(), is_full: false };
        recorder.write(&Line::Seed { seed });
        recorder
    }

    /// An input, before the brain gets it.
    pub fn input(&mut self, now: Millis, input: &Input) {
        self.write(&Line::Input { at: now.0, input: input.clone() });
    }

    /// The outputs that were taken after it.
    pub fn outputs(&mut self, outputs: &[Output]) {
        for output in outputs {
            self.write(&Line::Output { output: output.clone() });
        }
    }

    /// The trace so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn write(&mut self, line: &Line) {
        // Every line can be written as JSON, because all keys are strings.
        let line = serde_json::to_string(line).unwrap_or_default();
        // A trace with a gap could not be replayed.
        self.is_full |= self.text.len() + line.len() >= Recorder::BYTES_MAX;
        if !self.is_full {
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }
}

/// Runs a new brain through a trace. Returns the number of its outputs.
///
/// # Errors
/// The first line that is not one of a trace, or at which the brain's output differs.
pub fn replay(text: &str) -> Result<usize, String> {
    let mut brain = None;
    let mut said = VecDeque::new();
    let mut count = 0;
    for (index, line) in text.lines().enumerate() {
        let wrong = |what: &str| format!("line {}: {what}\n  {line}", index + 1);
        let line = serde_json::from_str(line).map_err(|error| wrong(&error.to_string()))?;
        match (line, &mut brain) {
            (Line::Seed { seed }, None) => brain = Some(Brain::new(seed)),
            (Line::Input { at, input }, Some(brain)) => {
                if let Some(output) = said.pop_front() {
                    return Err(wrong(&format!("before it the brain said also {output:?}")));
                }
                // A refusal goes back to the caller and is not an output.
                let _ = brain.handle(Millis(at), input);
                said.extend(brain.take_outputs());
            }
            (Line::Output { output }, Some(_)) => match said.pop_front() {
                Some(now) if now == output => count += 1,
                other => return Err(wrong(&format!("the brain said {other:?}"))),
            },
            _ => return Err(wrong("the seed comes first, and once")),
        }
    }
    match said.pop_front() {
        Some(output) => Err(format!("after the last line the brain said also {output:?}")),
        None => Ok(count),
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::machine::{Call, CallId, NetworkInput};

    /// Recorded in Chromium by `tests/e2e/trace.test.mjs`.
    const RECONNECT: &str = include_str!("../tests/traces/reconnect.jsonl");

    #[test]
    fn bey_07_a_reconnect_recorded_in_chromium_replays_with_identical_outputs() {
        let outputs = replay(RECONNECT).unwrap();
        assert!(outputs > 20, "{outputs}");
        for word in ["Reconnecting", "Reconnected", "OpenPeer", "Flowing"] {
            assert!(RECONNECT.contains(word), "{word}");
        }
    }

    #[test]
    fn bey_07_a_changed_line_is_found() {
        let trace = record();
        assert_eq!(replay(&trace), Ok(trace.matches(r#"{"output""#).count()));
        let changed = trace.replacen("\"seed\":7", "\"seed\":8", 1);
        assert!(replay(&changed).unwrap_err().contains("the brain said"), "another device number");
        let changed = trace.replacen("Logining", "Logined", 1);
        assert!(replay(&changed).unwrap_err().starts_with("line 4: the brain said"));
        let without_last: Vec<&str> = trace.lines().rev().skip(1).collect();
        let without_last: Vec<&str> = without_last.into_iter().rev().collect();
        assert!(replay(&without_last.join("\n")).unwrap_err().contains("said also"));
        assert!(replay("{}").unwrap_err().starts_with("line 1:"));
        assert!(replay(r#"{"at":1,"input":"Timeout"}"#).unwrap_err().contains("seed"));
    }

    fn record() -> String {
        let mut recorder = Recorder::new(7);
        let mut brain = Brain::new(7);
        let login = r#"{"app":1,"room":"r","user":{"id":"ada"},"token":"t"}"#;
        let login = Box::new(serde_json::from_str(login).unwrap());
        for input in [
            Input::Network(NetworkInput::Online),
            Input::Call(Call::Login { call: CallId(1), login }),
        ] {
            recorder.input(Millis(1), &input);
            brain.handle(Millis(1), input).unwrap();
            recorder.outputs(&brain.take_outputs());
        }
        recorder.text().into()
    }
}
