//! Firefox, in which some of the tests run a second time. Without it those are skipped.

use std::path::PathBuf;

use super::apt;
use crate::{process, project};

/// The release with extended support comes first, because it changes least.
const PROGRAMS: [&str; 2] = ["firefox-esr", "firefox"];

pub(crate) fn get() -> Result<(Option<PathBuf>, String), String> {
    let found = || PROGRAMS.into_iter().find_map(process::find);
    let firefox = found().or_else(|| {
        apt::install(&["firefox-esr"], &project::log("setup firefox")).ok().and_then(|()| found())
    });
    let words = firefox.as_ref().map_or_else(
        || "none, its tests are skipped; run: sudo apt-get install firefox-esr".to_owned(),
        |program| program.display().to_string(),
    );
    Ok((firefox, words))
}
