//! Checks and tests of host code.

use std::path::Path;
use std::process::Command;

use super::{LIMIT, Session, StepResult, check, count};
use crate::tally::Tally;
use crate::tools::bindgen;
use crate::{process, project, sim};

pub(super) fn fmt(_: &mut Session, log: &Path) -> StepResult {
    let options = ["--check", "--", "--color", "never"];
    check(cargo(&["fmt", "--all"]).args(options), log)?;
    // Not a member of the workspace.
    let example = ["fmt", "--manifest-path", "www/examples/leptos-call/Cargo.toml"];
    check(cargo(&example).args(options), log)
}

pub(super) fn clippy(_: &mut Session, log: &Path) -> StepResult {
    let words = ["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"];
    check(&mut cargo(&words), log)
}

pub(super) fn doc(_: &mut Session, log: &Path) -> StepResult {
    let mut doc = cargo(&["doc", "--locked", "--workspace", "--no-deps"]);
    check(doc.env("RUSTDOCFLAGS", "-D warnings"), log)
}

/// What is tested. The simulator is left out because it is too slow unoptimised and would switch its faults on for
/// everyone; the bindgen package has no tests.
const TESTED: [&str; 7] =
    ["test", "--locked", "--workspace", "--exclude", sim::PACKAGE, "--exclude", bindgen::PACKAGE];

pub(super) fn cargo_test(_: &mut Session, log: &Path) -> StepResult {
    // All test binaries run, so that one failure does not hide another.
    // Attacks are skipped here: they are measured, so nothing may run beside them.
    let words = ["--no-fail-fast", "--", "--skip", "attack_"];
    count(cargo(&TESTED).args(words), log, Tally::of_cargo)
}

/// Attacks on the server; the log has a table of each attack's cost.
pub(super) fn hostile(_: &mut Session, log: &Path) -> StepResult {
    let words = ["--test", "hostile", "--", "--test-threads=1", "--nocapture"];
    count(cargo(&TESTED).args(words), log, Tally::of_cargo)
}

/// Builds all programs that other steps start, at once. One by one, cargo would choose other features for the same
/// crates and compile most of them a second time.
pub(super) fn build_programs() -> Result<(), String> {
    let mut build = cargo(&["build", "--bins", "--tests"]);
    process::run(build.args(&TESTED[1..]), &project::log("build programs"), LIMIT)
}

/// The simulator's own tests: scripted worlds, replay, deliberate bugs.
pub(super) fn sim_test(_: &mut Session, log: &Path) -> StepResult {
    let mut test = cargo(&["test", "--no-fail-fast"]);
    count(test.args(sim::BUILD), log, Tally::of_cargo)
}

/// Random worlds.
pub(super) fn sim(_: &mut Session, log: &Path) -> StepResult {
    check(&mut sim::run(&["--seeds", "300"]), log)
}

fn cargo(words: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(words).current_dir(project::root());
    cargo
}
