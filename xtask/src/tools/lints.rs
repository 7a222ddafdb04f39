//! rustfmt and clippy for host code, which come with rustup's usual profile.

use std::process::Command;
use std::time::Duration;

use crate::{process, project};

const LIMIT: Duration = Duration::from_secs(120);

pub(crate) fn get() -> Result<((), String), String> {
    if found() {
        return Ok(((), "found".to_owned()));
    }
    let by_hand = "run: rustup component add rustfmt clippy";
    let mut add = Command::new("rustup");
    add.args(["component", "add", "rustfmt", "clippy"]);
    process::run(&mut add, &project::log("setup lints"), LIMIT)
        .map_err(|reason| format!("{reason}\n{by_hand}"))?;
    if !found() {
        return Err(format!("added, yet not there; {by_hand}"));
    }
    Ok(((), "added by rustup".to_owned()))
}

fn found() -> bool {
    ["fmt", "clippy"]
        .iter()
        .all(|tool| process::text(Command::new("cargo").args([tool, "--version"])).is_ok())
}
