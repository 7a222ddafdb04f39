//! A Rust that builds for `wasm32-unknown-unknown`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::debian_rust;
use crate::{process, project};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// The time limit for fetching the target's std (25 MB), and for waiting on a server that does not answer.
const RUSTUP_LIMIT: Duration = Duration::from_secs(120);

/// The Rust that builds the WebAssembly.
pub(crate) enum WasmRust {
    /// The one that builds everything else.
    Host,
    /// Debian's, with a std that we built beside it.
    Debian {
        /// A sysroot whose `bin` has a rustc, rustdoc and cargo that use it.
        sysroot: PathBuf,
    },
}

impl WasmRust {
    /// The `cargo` of this Rust.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = Command::new("cargo");
        self.equip(&mut cargo, &[]);
        cargo
    }

    /// Puts this Rust and `folders` first on a program's PATH.
    pub(crate) fn equip(&self, command: &mut Command, folders: &[&Path]) {
        if matches!(self, Self::Debian { .. }) {
            process::forget_our_cargo(command);
        }
        command
            .env("PATH", self.path(folders))
            .env("CARGO_TARGET_DIR", self.target_dir())
            .current_dir(project::root());
    }

    /// The folder of its build output; two rustcs may not share one.
    pub(crate) fn target_dir(&self) -> PathBuf {
        match self {
            Self::Host => project::target().join("wasm"),
            Self::Debian { .. } => project::target().join("wasm-debian"),
        }
    }

    /// Whether it has clippy; Debian's clippy is a separate package.
    pub(crate) fn has_clippy(&self) -> bool {
        process::text(self.cargo().args(["clippy", "--version"])).is_ok()
    }

    fn path(&self, folders: &[&Path]) -> OsString {
        let mut first: Vec<PathBuf> = folders.iter().map(PathBuf::from).collect();
        if let Self::Debian { sysroot } = self {
            first.insert(0, sysroot.join("bin"));
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        // A folder with a colon in its name cannot be on a PATH; then leave PATH as it was.
        std::env::join_paths(first.into_iter().chain(std::env::split_paths(&path))).unwrap_or(path)
    }
}

pub(crate) fn get() -> Result<(WasmRust, String), String> {
    match std::env::var("HOLDFAST_WASM_RUST").as_deref() {
        Ok("rustup") => from_rustup(),
        Ok("debian") => from_debian(),
        Ok(other) => Err(format!("HOLDFAST_WASM_RUST is {other}; it can be rustup or debian")),
        Err(_) if host_has_target() => from_rustup(),
        // An earlier run made this sysroot, because rustup did not help.
        Err(_) if debian_rust::made().is_some() => from_debian(),
        Err(_) => from_rustup().or_else(|by_rustup| {
            from_debian().map_err(|by_debian| format!("{by_rustup}\n\nand {by_debian}"))
        }),
    }
}

fn from_rustup() -> Result<(WasmRust, String), String> {
    if host_has_target() {
        let version = process::text(Command::new("rustc").arg("--version"))?;
        return Ok((WasmRust::Host, short(&version)));
    }
    let mut add = Command::new("rustup");
    add.args(["target", "add", TARGET]);
    process::run(&mut add, &project::log("setup rustup"), RUSTUP_LIMIT)
        .map_err(|reason| format!("{reason}\nrun: rustup target add {TARGET}"))?;
    Ok((WasmRust::Host, "target added by rustup".to_owned()))
}

fn from_debian() -> Result<(WasmRust, String), String> {
    let sysroot = match debian_rust::made() {
        Some(sysroot) => sysroot,
        None => debian_rust::make()?,
    };
    let rustc = debian_rust::RUSTC;
    let version = process::text(Command::new(rustc).arg("--version"))?;
    Ok((WasmRust::Debian { sysroot }, format!("Debian's {}", short(&version))))
}

/// Makes `cargo build` leave out this machine's paths, which panic messages contain, so that the sources in `root`
/// give the same bytes on every machine and in every folder.
pub(crate) fn leave_out_paths(cargo: &mut Command, root: &Path) {
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = std::env::home_dir().map(|home| home.join(".cargo"));
    let places = [cargo_home.or(home), Some(root.to_owned())];
    let remap = |place: PathBuf| format!("--remap-path-prefix={}=.", place.display());
    let flags: Vec<_> = places.into_iter().flatten().map(remap).chain(remap_std()).collect();
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
}

/// Where the component rust-src is installed, rustc puts its local path into code that is made from std's sources. This
/// has it put the path that it uses without the component.
fn remap_std() -> Option<String> {
    let sysroot = process::text(Command::new("rustc").args(["--print", "sysroot"])).ok()?;
    let version = process::text(Command::new("rustc").arg("-vV")).ok()?;
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: "))?;
    let sources = Path::new(sysroot.trim()).join("lib").join("rustlib").join("src").join("rust");
    Some(format!("--remap-path-prefix={}=/rustc/{commit}", sources.display()))
}

/// Shortens `rustc 1.95.0 (59807616e 2026-04-14)` to `rustc 1.95.0`.
fn short(version: &str) -> String {
    version.split(" (").next().unwrap_or(version).to_owned()
}

/// Whether the Rust on PATH has the target's std, from whatever source.
fn host_has_target() -> bool {
    let ask = ["--print", "target-libdir", "--target", TARGET];
    process::text(Command::new("rustc").args(ask))
        .is_ok_and(|folder| !project::files_ending(Path::new(&folder), ".rlib").is_empty())
}
