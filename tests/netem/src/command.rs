//! The emulator's commands and answers: JSON, one line each.

use serde::{Deserialize, Serialize};

use crate::emulator::{Emulator, LinkReport};
use crate::link::Shape;
use crate::packet::Direction;

/// The longest command.
pub(crate) const LINE_BYTES_MAX: u64 = 65_536;

#[derive(Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum Command {
    /// Set shapes, all or none of them.
    Set(Vec<Setting>),
    /// Only report.
    Report {},
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    path: String,
    direction: Direction,
    #[serde(default)]
    shape: Shape,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Links(Vec<LinkReport>),
    Error(String),
}

/// Carries out a command line and returns the answer line.
pub(crate) fn obey(line: &str, emulator: &mut Emulator) -> String {
    let answer = match serde_json::from_str(line) {
        Ok(command) => carry_out(command, emulator).map_or_else(Answer::Error, Answer::Links),
        Err(error) => Answer::Error(format!("no command: {error}")),
    };
    // Strings and finite numbers always have a JSON form.
    serde_json::to_string(&answer).unwrap_or_else(|_| r#"{"error":"no answer"}"#.to_owned())
}

fn carry_out(command: Command, emulator: &mut Emulator) -> Result<Vec<LinkReport>, String> {
    if let Command::Set(settings) = command {
        for Setting { path, direction, shape } in settings {
            emulator.set(&path, direction, shape)?;
        }
    }
    Ok(emulator.report())
}

#[cfg(test)]
mod tests {
    use super::obey;
    use crate::emulator::Emulator;

    fn emulator() -> Emulator {
        Emulator::new(vec![("wifi0".to_owned(), "10.77.1.0/24".parse().expect("a block"))], 1)
    }

    #[test]
    fn the_answer_to_a_setting_repeats_it_with_the_counters() {
        let line = r#"{"set":[{"path":"wifi0","direction":"down","shape":{"delay_ms":25,"blackhole":"tcp"}}]}"#;
        let answer = obey(line, &mut emulator());
        let answer: serde_json::Value = serde_json::from_str(&answer).expect("JSON");
        let down = &answer["links"][1];
        assert_eq!(down["path"], "wifi0");
        assert_eq!(down["direction"], "down");
        assert_eq!(down["shape"]["delay_ms"], 25.0);
        assert_eq!(down["shape"]["blackhole"], "tcp");
        assert_eq!(down["passed"], 0);
        assert_eq!(answer["links"][0]["shape"]["delay_ms"], 0.0);
    }

    #[test]
    fn a_report_can_be_asked_for() {
        assert!(obey(r#"{"report":{}}"#, &mut emulator()).starts_with(r#"{"links":[{"path""#));
    }

    #[test]
    fn what_is_no_command_is_answered_with_an_error() {
        for line in [
            "",
            "null",
            r#"{"set":[{"path":"lan","direction":"up"}]}"#,
            r#"{"set":[{"path":"wifi0","direction":"sideways"}]}"#,
            r#"{"set":[{"path":"wifi0","direction":"up","shape":{"delay":5}}]}"#,
            r#"{"set":[{"path":"wifi0","direction":"up","shape":{"loss":-1}}]}"#,
            r#"{"stop":{}}"#,
        ] {
            let answer = obey(line, &mut emulator());
            assert!(answer.starts_with(r#"{"error":""#), "{line}: {answer}");
        }
    }
}
