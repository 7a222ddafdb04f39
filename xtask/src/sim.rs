//! `cargo xtask sim`: the simulator, built fast and with the machines' own assertions.

use std::process::Command;

use crate::{process, project};

/// The simulator's package.
pub(crate) const PACKAGE: &str = "holdfast-sim";
/// How it is built.
pub(crate) const BUILD: [&str; 5] = ["--locked", "--profile", "sim", "--package", PACKAGE];

/// Runs it with these options of its own.
pub(crate) fn command(options: &[&str]) -> Result<(), String> {
    let mut sim = run(options);
    let ended = sim.status().map_err(|error| format!("{}: {error}", process::shown(&sim)))?;
    if ended.success() { Ok(()) } else { Err(format!("{}: {ended}", process::shown(&sim))) }
}

/// The command that does so.
pub(crate) fn run(options: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--quiet"]).args(BUILD).arg("--").args(options);
    cargo.current_dir(project::root());
    cargo
}
