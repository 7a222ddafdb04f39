//! Tests with media servers and clients of other projects.

use std::path::Path;

use super::browser::tests_with_pages;
use super::{LIMIT, Session, StepResult, count};
use crate::tally::Tally;
use crate::{process, project};

/// `tests/interop/*.test.mjs`; they skip the programs that this machine cannot get, and say why.
pub(super) fn run(session: &mut Session, log: &Path) -> StepResult {
    let folder = project::root().join("tests").join("interop");
    session.build_package()?;
    // The namespace has no route out, so fetch everything before.
    let mut obtain = session.toolkit.node()?.command();
    obtain.arg(folder.join("obtain.mjs")).current_dir(project::root());
    process::run(&mut obtain, log, LIMIT)?;
    let mut node = tests_with_pages(session, "interop", "1")?;
    count(&mut node, log, Tally::of_node)
}
