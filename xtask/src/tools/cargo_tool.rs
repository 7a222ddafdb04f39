//! Programs that `cargo install` builds once into the cache.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::process;
use crate::project::{self, io_error};

const WASM_PACK_VERSION: &str = "0.15.1";
/// A quick build: the programs run for seconds only, and every new machine has to build them.
const FAST_BUILD: [&str; 5] =
    ["--debug", "--config", "profile.dev.debug=false", "--config", "profile.dev.opt-level=1"];
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// wasm-pack and what it starts.
pub(crate) struct WasmPack {
    pub(crate) program: PathBuf,
    /// The folder of wasm-bindgen's programs, one of which runs the tests.
    pub(crate) wasm_bindgen: PathBuf,
}

pub(crate) fn wasm_pack() -> Result<(WasmPack, String), String> {
    // It must have exactly the crate's version, so take that from the lock file. The features leave out HTTPS.
    let version = locked_version("wasm-bindgen")?;
    let wasm_bindgen =
        get("wasm-bindgen", "wasm-bindgen-cli", &version, &["--no-default-features"])?;
    let program = get("wasm-pack", "wasm-pack", WASM_PACK_VERSION, &[])?;
    let wasm_bindgen = wasm_bindgen.with_file_name("");
    Ok((WasmPack { program, wasm_bindgen }, WASM_PACK_VERSION.to_owned()))
}

/// The program, built if it is not there.
fn get(program: &str, package: &str, version: &str, options: &[&str]) -> Result<PathBuf, String> {
    let folder = project::cache()?.join("tools").join(format!("{program}-{version}"));
    let file = folder.join("bin").join(program);
    if file.is_file() {
        return Ok(file);
    }
    let mut install = Command::new("cargo");
    install.args(["install", "--locked", package, "--version", version]).args(options);
    install.args(FAST_BUILD).arg("--root").arg(&folder).env_remove("CARGO_TARGET_DIR");
    process::run(&mut install, &project::log(&format!("setup {program}")), LIMIT)
        .map_err(|reason| format!("{reason}\nrun: {}", process::shown(&install)))?;
    Ok(file)
}

/// The version of a crate in `Cargo.lock`.
pub(super) fn locked_version(name: &str) -> Result<String, String> {
    let path = project::root().join("Cargo.lock");
    let lock = std::fs::read_to_string(&path).map_err(io_error(&path))?;
    version_in(&lock, name)
        .map(str::to_owned)
        .ok_or_else(|| format!("{}: has no {name}", path.display()))
}

fn version_in<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let (_, entry) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    entry.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn version_is_that_of_the_very_crate() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.1.0\"\n\n\
            [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\nsource = \"…\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen"), Some("0.2.129"));
        assert_eq!(version_in(lock, "wasm"), None);
    }
}
