//! Tests on networks that break.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::browser::environment;
use super::{LIMIT, Session, StepResult, Verdict, count};
use crate::server;
use crate::tally::Tally;
use crate::{process, project};

const EMULATOR: &str = "holdfast-netem";
/// How many test files run at once: most of a scene's time is waiting.
const CONCURRENCY: &str = "2";
/// How long one file may take: it has many scenes, and the longest faults last a minute.
const FILE_LIMIT_MS: &str = "1500000";

/// `tests/e2e/net/*.test.mjs`, which make their own namespaces.
pub(super) fn run(session: &mut Session, log: &Path) -> StepResult {
    let folder = project::root().join("tests").join("e2e").join("net");
    let mut ask = session.toolkit.node()?.command();
    let why_not = process::text(ask.arg(folder.join("available.mjs")))?;
    if !why_not.is_empty() {
        return Ok(Verdict::Skipped(format!("no networks to break: {why_not}")));
    }
    session.build_package()?;
    let program = session.program(server::PACKAGE)?;
    let emulator = session.program(EMULATOR)?;
    let mut node = session.toolkit.node()?.command();
    environment(&mut node, &session.toolkit, &program)?;
    if let Some(firefox) = session.toolkit.firefox() {
        node.env("HOLDFAST_FIREFOX", firefox);
    }
    node.env("HOLDFAST_NETEM", emulator)
        .args(["--test", "--test-reporter=spec", "--test-concurrency", CONCURRENCY])
        .args(["--test-timeout", FILE_LIMIT_MS])
        .args(project::files_ending(&folder, ".test.mjs"))
        .current_dir(project::root());
    count(&mut node, log, Tally::of_node)
}

/// Builds the program that emulates a bad network (`tests/netem`).
pub(crate) fn build_emulator(log: &Path) -> Result<PathBuf, String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--locked", "--package", EMULATOR]).current_dir(project::root());
    process::run(&mut cargo, log, LIMIT)?;
    Ok(project::target().join("debug").join(EMULATOR))
}
