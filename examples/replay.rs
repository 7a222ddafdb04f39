//! Replays a trace that `holdfast-rtc/dev` recorded: what `engine.simulate("trace")` gave, in a file.
//!
//! `cargo run --example replay --features trace -- FILE`
#![allow(clippy::print_stdout, reason = "talking to the terminal is what this program does")]

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(file) = std::env::args_os().nth(1) else {
        eprintln!("Usage: replay FILE");
        return ExitCode::from(2);
    };
    let replayed = std::fs::read_to_string(&file)
        .map_err(|error| error.to_string())
        .and_then(|text| holdfast_rtc::trace::replay(&text));
    match replayed {
        Ok(outputs) => {
            println!("replayed: {outputs} outputs, all as recorded");
            ExitCode::SUCCESS
        }
        Err(reason) => {
            eprintln!("{}: {reason}", file.display());
            ExitCode::FAILURE
        }
    }
}
