//! The project's folders: its root, its build output, and the cache of tools.

use std::path::{Path, PathBuf};

/// The folder with the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map_or(here.clone(), Path::to_path_buf)
}

/// Cargo's output for host code.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The npm package that `build` makes.
pub(crate) fn npm_package() -> PathBuf {
    target().join("npm").join("holdfast-rtc")
}

/// The npm package `holdfast-express` that `build` makes.
pub(crate) fn express_package() -> PathBuf {
    target().join("npm").join("holdfast-express")
}

/// The log of the step called `name`.
pub(crate) fn log(name: &str) -> PathBuf {
    target().join("xtask").join(format!("{}.log", name.replace(' ', "-")))
}

/// The folder for tools that survive a `cargo clean`, shared by all checkouts of one user.
pub(crate) fn cache() -> Result<PathBuf, String> {
    let base = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute())
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))
        .ok_or("neither XDG_CACHE_HOME nor HOME is set, so there is no place to keep tools")?;
    Ok(base.join("holdfast"))
}

/// The files of one folder with this ending, sorted by name; none if there is no such folder.
pub(crate) fn files_ending(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    found.sort();
    found
}

/// An I/O error with its path, which the standard library's error lacks.
pub(crate) fn io_error(path: &Path) -> impl FnOnce(std::io::Error) -> String + '_ {
    move |error| format!("{}: {error}", path.display())
}

/// Reads a whole file.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(io_error(file))
}

/// Writes a file with exactly these bytes.
pub(crate) fn write(file: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(file, bytes).map_err(io_error(file))
}

/// Copies a folder of sources over the files in `to`; leaves what npm, cargo and bundlers put there.
pub(crate) fn copy_sources(from: &Path, to: &Path) -> Result<(), String> {
    std::fs::create_dir_all(to).map_err(io_error(to))?;
    for file in files_ending(from, "") {
        let copy = to.join(file.file_name().unwrap_or_default());
        if file.is_dir() {
            let is_output =
                ["node_modules", "dist", "target"].iter().any(|name| file.ends_with(name));
            if !is_output {
                copy_sources(&file, &copy)?;
            }
        } else {
            std::fs::copy(&file, &copy).map_err(io_error(&file))?;
        }
    }
    Ok(())
}
