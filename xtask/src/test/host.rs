//! Checks and tests of host code.

use std::path::Path;
use std::process::Command;

use super::{Session, StepResult, check, count};
use crate::project;
use crate::tally::Tally;

pub(super) fn fmt(_: &mut Session, log: &Path) -> StepResult {
    check(&mut cargo(&["fmt", "--all", "--check", "--", "--color", "never"]), log)
}

pub(super) fn clippy(_: &mut Session, log: &Path) -> StepResult {
    let words = ["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"];
    check(&mut cargo(&words), log)
}

pub(super) fn doc(_: &mut Session, log: &Path) -> StepResult {
    let mut doc = cargo(&["doc", "--locked", "--workspace", "--no-deps"]);
    check(doc.env("RUSTDOCFLAGS", "-D warnings"), log)
}

pub(super) fn cargo_test(_: &mut Session, log: &Path) -> StepResult {
    // All test binaries run, so that one failure does not hide another.
    count(&mut cargo(&["test", "--locked", "--workspace", "--no-fail-fast"]), log, Tally::of_cargo)
}

fn cargo(words: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(words).current_dir(project::root());
    cargo
}
