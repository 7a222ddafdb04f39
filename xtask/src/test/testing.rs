//! Tests of `holdfast-rtc/testing`: its own, and an app's tests that use it.

use std::path::{Path, PathBuf};

use super::{Session, StepResult, check, count, node_tests};
use crate::project::{self, io_error};
use crate::tally::Tally;
use crate::tools;

/// Tests of the worlds, and that they report the same as the native simulator.
pub(super) fn worlds(session: &mut Session, log: &Path) -> StepResult {
    session.build_package()?;
    let mut node = node_tests(session, &folder())?;
    count(node.env("HOLDFAST_SDK", project::npm_package()), log, Tally::of_node)
}

/// The documented example, with the package where npm would put it.
pub(super) fn vitest(session: &mut Session, log: &Path) -> StepResult {
    session.build_package()?;
    let from = folder().join("vitest");
    let app = tools::install_copy(&from, "vitest")?;
    for script in project::files_ending(&from, ".js") {
        let to = app.join(script.file_name().unwrap_or_default());
        std::fs::copy(&script, &to).map_err(io_error(&to))?;
    }
    let modules = app.join("node_modules");
    let package = modules.join("holdfast-rtc");
    if package.is_symlink() {
        std::fs::remove_file(&package).map_err(io_error(&package))?;
    }
    std::os::unix::fs::symlink(project::npm_package(), &package).map_err(io_error(&package))?;
    let mut node = session.toolkit.node()?.command();
    node.arg(modules.join("vitest").join("vitest.mjs")).arg("run").current_dir(app);
    check(&mut node, log)
}

fn folder() -> PathBuf {
    project::root().join("tests").join("testing")
}
