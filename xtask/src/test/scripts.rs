//! Tests of the package's scripts and of the demo page's scripts that need no page.

use std::path::Path;

use super::{Session, StepResult, count, node_tests};
use crate::project;
use crate::tally::Tally;

/// `tests/scripts/*.test.mjs`.
pub(super) fn of_package(session: &mut Session, log: &Path) -> StepResult {
    run("scripts", session, log)
}

/// `tests/www/*.test.mjs`.
pub(super) fn of_demo(session: &mut Session, log: &Path) -> StepResult {
    run("www", session, log)
}

fn run(tests: &str, session: &Session, log: &Path) -> StepResult {
    let folder = project::root().join("tests").join(tests);
    count(&mut node_tests(session, &folder)?, log, Tally::of_node)
}
