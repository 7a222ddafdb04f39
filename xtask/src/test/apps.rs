//! Tests the package as its users get it: the tarball, installed into small apps of many kinds.

use std::path::Path;
use std::process::Command;

use super::browser::tests_with_pages;
use super::{LIMIT, Session, StepResult, count};
use crate::tally::Tally;
use crate::{package, process, project, tools};

/// The apps' folder in the build output.
const APPS: &str = "package-apps";

/// The name under which apps that keep their imports install `holdfast-express`.
const ALIAS: &str = "zego-express-engine-webrtc";

/// `tests/package/*.test.mjs`, which build the apps and open them in the browser.
pub(super) fn run(session: &mut Session, log: &Path) -> StepResult {
    let tests = project::root().join("tests").join("package");
    session.build_package()?;
    let [tarball, express] = package::pack(&session.toolkit)?;
    // The namespace has no route out, so install everything before.
    let folder = tools::install_copy(&tests.join("apps"), APPS)?;
    project::copy_sources(&tests.join("apps"), &folder)?;
    project::copy_sources(&project::root().join("www").join("examples"), &folder)?;
    install(&tarball, &express, &folder, log)?;
    let mut node = tests_with_pages(session, "package", "1")?;
    node.env("HOLDFAST_APPS", &folder)
        .env("HOLDFAST_TARBALL", &tarball)
        .env("HOLDFAST_EXPRESS_TARBALL", &express);
    count(&mut node, log, Tally::of_node)
}

/// Installs the tarballs as an app's developer does, the second under its alias. The lock file fixes all other
/// packages, so npm asks the registry nothing. Without it npm would ask for lists of versions, which a cache that only
/// has the packages' files lacks.
fn install(tarball: &Path, express: &Path, folder: &Path, log: &Path) -> Result<(), String> {
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-save", "--offline", "--ignore-scripts"])
        .args(["--no-audit", "--no-fund"])
        .arg(tarball)
        .arg(format!("{ALIAS}@file:{}", express.display()))
        .current_dir(folder);
    process::run(&mut npm, log, LIMIT)
}
