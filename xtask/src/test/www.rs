//! The parts of the demo page that need no page.

use std::path::Path;

use super::{Session, StepResult, count};
use crate::project;
use crate::tally::Tally;

/// `tests/www/*.test.mjs`.
pub(super) fn run(session: &mut Session, log: &Path) -> StepResult {
    let folder = project::root().join("tests").join("www");
    let mut node = session.toolkit.node()?.command();
    node.args(["--test", "--test-reporter=spec"]).args(project::files_ending(&folder, ".test.mjs"));
    count(&mut node, log, Tally::of_node)
}
