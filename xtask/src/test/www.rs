//! The parts of the demo page that need no page.

use std::path::Path;

use super::{Session, StepResult, count, node_tests};
use crate::project;
use crate::tally::Tally;

/// `tests/www/*.test.mjs`.
pub(super) fn run(session: &mut Session, log: &Path) -> StepResult {
    let folder = project::root().join("tests").join("www");
    count(&mut node_tests(session, &folder)?, log, Tally::of_node)
}
