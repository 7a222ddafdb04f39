//! Checks that the same sources give the same module in every folder: builds it in another one and compares the bytes.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Session, StepResult, Verdict};
use crate::process;
use crate::project::{self, io_error};
use crate::wasm::{self, Variant};

pub(super) fn run(session: &mut Session, _log: &Path) -> StepResult {
    let toolkit = &session.toolkit;
    let usual = toolkit.wasm_rust()?.target_dir();
    let here = wasm::compile_in(toolkit, Variant::Release, &project::root(), &usual)?;
    let folder = project::target().join("another folder");
    let another = copy_tracked(&folder)?;
    let there = wasm::compile_in(toolkit, Variant::Release, &another, &folder.join("target"))?;
    let [here, there] = [here, there].map(|path| std::fs::read(&path).map_err(io_error(&path)));
    if here? != there? {
        return Err(format!("another module came of the same sources in {}", another.display()));
    }
    std::fs::remove_dir_all(&folder).map_err(io_error(&folder))?;
    Ok(Verdict::Holds("in two folders".to_owned()))
}

/// Copies the files that git tracks or would track, as they are now.
fn copy_tracked(folder: &Path) -> Result<PathBuf, String> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(io_error(folder))?;
    }
    let root = project::root();
    let sources = folder.join("sources");
    let mut list = Command::new("git");
    list.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(&root);
    for name in process::text(&mut list)?.split('\0').filter(|name| !name.is_empty()) {
        let (from, to) = (root.join(name), sources.join(name));
        // Git still lists files whose deletion is not yet committed.
        if from.is_file() {
            let parent = to.parent().unwrap_or(&sources);
            std::fs::create_dir_all(parent).map_err(io_error(parent))?;
            std::fs::copy(&from, &to).map_err(io_error(&from))?;
        }
    }
    Ok(sources)
}
