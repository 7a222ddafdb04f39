//! Node, and the packages of the committed lock file.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::process;
use crate::project::{self, io_error};

const OLDEST_MAJOR: u32 = 20;
const LIMIT: Duration = Duration::from_secs(10 * 60);
/// The lock file that `node_modules` was made from, kept inside it.
const STAMP: &str = ".made-from-lock.json";

/// Node with the project's packages installed.
pub(crate) struct Node {
    modules: PathBuf,
}

impl Node {
    /// `node`, to be given a script.
    pub(crate) fn command(&self) -> Command {
        Command::new("node")
    }

    /// The folder of the packages.
    pub(crate) fn modules(&self) -> &Path {
        &self.modules
    }

    /// A JavaScript program of one of the packages, such as `binaryen/bin/wasm-opt`.
    pub(crate) fn program(&self, path: &str) -> Command {
        let mut command = self.command();
        command.arg(self.modules.join(path)).current_dir(project::root());
        command
    }
}

pub(crate) fn get() -> Result<(Node, String), String> {
    let version = process::text(Command::new("node").arg("--version"))
        .map_err(|reason| format!("{reason}\ninstall Node {OLDEST_MAJOR} or later, with npm"))?;
    if major(&version).is_none_or(|major| major < OLDEST_MAJOR) {
        return Err(format!("Node is {version}; install {OLDEST_MAJOR} or later"));
    }
    let root = project::root();
    let up_to_date = !install_locked(&root)?;
    let modules = root.join("node_modules");
    let words = if up_to_date { "up to date" } else { "installed" };
    Ok((Node { modules }, format!("{words} (Node {version})")))
}

/// Installs the packages of a folder's lock file unless they are there; returns whether it installed them.
fn install_locked(folder: &Path) -> Result<bool, String> {
    let lock = folder.join("package-lock.json");
    let wanted = std::fs::read(&lock).map_err(io_error(&lock))?;
    let stamp = folder.join("node_modules").join(STAMP);
    if std::fs::read(&stamp).is_ok_and(|made_from| made_from == wanted) {
        return Ok(false);
    }
    // No package here needs its install script; such scripts often download files.
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder);
    process::run(&mut npm, &project::log("setup npm"), LIMIT)
        .map_err(|reason| format!("{reason}\nrun: npm ci"))?;
    std::fs::write(&stamp, &wanted).map_err(io_error(&stamp))?;
    Ok(true)
}

/// Installs the packages of `from`'s lock file in a folder of the build output, and returns that folder.
pub(crate) fn install_copy(from: &Path, name: &str) -> Result<PathBuf, String> {
    let folder = project::target().join(name);
    std::fs::create_dir_all(&folder).map_err(io_error(&folder))?;
    for file in ["package.json", "package-lock.json"] {
        project::write(&folder.join(file), &project::read(&from.join(file))?)?;
    }
    install_locked(&folder)?;
    Ok(folder)
}

fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}
