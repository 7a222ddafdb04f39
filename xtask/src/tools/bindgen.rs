//! The part of wasm-bindgen that building needs: `xtask/bindgen`, in exactly the crate's version in `Cargo.lock`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::cargo_tool;
use crate::process;
use crate::project::{self, io_error};

/// The name of the package and of its program.
pub(crate) const PACKAGE: &str = "holdfast-bindgen";
const SOURCE: &str = include_str!("../../bindgen/src/main.rs");
const LIMIT: Duration = Duration::from_secs(20 * 60);

/// Builds the program, unless an earlier run of this or another checkout kept one.
pub(crate) fn get() -> Result<(PathBuf, String), String> {
    let place = place()?;
    if place.is_file() {
        return Ok((place, "found".to_owned()));
    }
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--locked", "--package", PACKAGE]).current_dir(project::root());
    process::run(&mut cargo, &project::log("setup wasm-bindgen"), LIMIT)?;
    keep(&project::target().join("debug").join(PACKAGE), &place)?;
    Ok((place, "built".to_owned()))
}

fn keep(built: &Path, place: &Path) -> Result<(), String> {
    let folder = place.parent().unwrap_or(Path::new("/"));
    std::fs::create_dir_all(folder).map_err(io_error(folder))?;
    // Rename it when complete, so that a half-written file is never taken for the program.
    let draft = place.with_extension(std::process::id().to_string());
    std::fs::copy(built, &draft).map_err(io_error(built))?;
    std::fs::rename(&draft, place).map_err(io_error(place))
}

/// Where the program is kept; each version and each state of its sources has its own place.
fn place() -> Result<PathBuf, String> {
    let version = cargo_tool::locked_version("wasm-bindgen")?;
    let mut hasher = DefaultHasher::new();
    SOURCE.hash(&mut hasher);
    let name = format!("bindgen-{version}-{:016x}", hasher.finish());
    Ok(project::cache()?.join("tools").join(name).join(PACKAGE))
}
