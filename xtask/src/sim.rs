//! `cargo xtask sim`: the simulator, built fast and with the machines' own assertions.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::{process, project};

const BUILD_LIMIT: Duration = Duration::from_secs(20 * 60);
/// The simulator's package.
pub(crate) const PACKAGE: &str = "holdfast-sim";
/// The profile: fast, and with the machines' own assertions.
pub(crate) const PROFILE: &str = "sim";
/// Cargo's arguments to build it.
pub(crate) const BUILD: [&str; 5] = ["--locked", "--profile", PROFILE, "--package", PACKAGE];

/// Runs the simulator with these options.
pub(crate) fn command(options: &[&str]) -> Result<(), String> {
    let mut sim = run(options);
    let ended = sim.status().map_err(|error| format!("{}: {error}", process::shown(&sim)))?;
    if ended.success() { Ok(()) } else { Err(format!("{}: {ended}", process::shown(&sim))) }
}

/// The command that runs the simulator.
pub(crate) fn run(options: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--quiet"]).args(BUILD).arg("--").args(options);
    cargo.current_dir(project::root());
    cargo
}

/// Builds the simulator and returns the program.
pub(crate) fn build(log: &Path) -> Result<PathBuf, String> {
    let mut cargo = Command::new("cargo");
    cargo.arg("build").args(BUILD).current_dir(project::root());
    process::run(&mut cargo, log, BUILD_LIMIT)?;
    Ok(project::target().join(PROFILE).join(PACKAGE))
}
