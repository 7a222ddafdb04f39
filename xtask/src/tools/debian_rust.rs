//! Debian's Rust with a wasm32 std built from its packaged sources, for machines that cannot
//! reach rustup's servers.
//!
//! Nothing under `/usr` is changed: the std goes into a sysroot in the cache, whose `bin` has
//! wrappers that make Debian's compiler use it. wasm-pack asks that rustc for its sysroot and finds
//! the target there.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::apt;
use super::rust::TARGET;
use crate::process;
use crate::project::{self, io_error};

pub(crate) const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const SOURCES: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";
const LINKER: &str = "/usr/bin/rust-lld";
const CLIPPY: &str = "/usr/bin/cargo-clippy";
const RUSTLIB: &str = "/usr/lib/rustlib";
const PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"];
const CLIPPY_PACKAGE: &str = "rust-web-clippy";
/// Raised when [`lay_out`] changes, so that an older sysroot is not taken for a new one.
const LAYOUT: u32 = 2;
const BUILD_LIMIT: Duration = Duration::from_secs(15 * 60);

/// The sysroot that an earlier [`make`] left, if it belongs to this rustc.
pub(crate) fn made() -> Option<PathBuf> {
    let sysroot = sysroot().ok()?;
    (sysroot.is_dir() && Path::new(LINKER).exists()).then_some(sysroot)
}

/// Installs the packages and builds the std: about a minute, once for each rustc.
pub(crate) fn make() -> Result<PathBuf, String> {
    install()?;
    let sysroot = sysroot()?;
    // Make it under another name and rename it when complete, so that a half-made one is never used.
    let draft = sysroot.with_extension(format!("draft-{}", std::process::id()));
    let made = build_std(&draft).and_then(|rlibs| lay_out(&draft, &sysroot, &rlibs));
    let moved = made.and_then(|()| std::fs::rename(&draft, &sysroot).map_err(io_error(&draft)));
    // After the rename there is no draft left to remove.
    let _ = std::fs::remove_dir_all(&draft);
    moved.map(|()| sysroot)
}

fn install() -> Result<(), String> {
    let log = project::log("setup debian rust");
    if ![RUSTC, CARGO, SOURCES].iter().all(|file| Path::new(file).exists()) {
        apt::install(&PACKAGES, &log)?;
    }
    if !Path::new(LINKER).exists() {
        // rust-lld is a link to the lld of the LLVM that rustc was built with.
        let llvm = field(&rustc_version()?, "LLVM version")?;
        let major = llvm.split('.').next().unwrap_or(&llvm).to_owned();
        apt::install(&["rust-web-llvm", &format!("lld-{major}")], &log)?;
    }
    if !Path::new(CLIPPY).exists() && apt::is_known(CLIPPY_PACKAGE) {
        // Without it the lints of the browser half are skipped, and the test run says so.
        let _ = apt::install(&[CLIPPY_PACKAGE], &log);
    }
    Ok(())
}

/// Builds std in `draft` and returns its libraries.
fn build_std(draft: &Path) -> Result<Vec<PathBuf>, String> {
    let package = draft.join("std");
    write(&package.join("src").join("lib.rs"), "")?;
    let manifest = "[package]\nname = \"empty\"\nedition = \"2021\"\n[workspace]\n";
    write(&package.join("Cargo.toml"), manifest)?;
    let mut cargo = Command::new(CARGO);
    process::forget_our_cargo(&mut cargo)
        .args(["build", "--release", "-Zbuild-std=std,panic_abort,test", "--target", TARGET])
        .current_dir(&package)
        .env("RUSTC", RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", package.join("target"))
        // Small, and with the bitcode that link-time optimisation needs.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "z");
    process::run(&mut cargo, &project::log("setup wasm32 std"), BUILD_LIMIT)?;
    let built = package.join("target").join(TARGET).join("release").join("deps");
    let mut rlibs = project::files_ending(&built, ".rlib");
    rlibs.retain(|rlib| !rlib.to_string_lossy().contains("libempty-"));
    Ok(rlibs)
}

/// Makes `draft` a sysroot; its wrappers name `sysroot`, its final place.
fn lay_out(draft: &Path, sysroot: &Path, rlibs: &[PathBuf]) -> Result<(), String> {
    let rustlib = draft.join("lib").join("rustlib");
    let wasm_std = rustlib.join(TARGET).join("lib");
    std::fs::create_dir_all(&wasm_std).map_err(io_error(&wasm_std))?;
    for rlib in rlibs {
        let Some(name) = rlib.file_name() else {
            continue;
        };
        std::fs::rename(rlib, wasm_std.join(name)).map_err(io_error(rlib))?;
    }
    // Build scripts and procedural macros are for the host.
    let host = field(&rustc_version()?, "host")?;
    let host_std = rustlib.join(&host);
    std::os::unix::fs::symlink(Path::new(RUSTLIB).join(host), &host_std)
        .map_err(io_error(&host_std))?;
    let sources = rustlib.join("src");
    std::os::unix::fs::symlink(Path::new(RUSTLIB).join("src"), &sources)
        .map_err(io_error(&sources))?;
    let package = draft.join("std");
    std::fs::remove_dir_all(&package).map_err(io_error(&package))?;

    let root = quoted(sysroot);
    let bin = quoted(&sysroot.join("bin"));
    for name in ["rustc", "rustdoc"] {
        wrapper(draft, name, &format!("exec /usr/bin/{name} --sysroot {root} \"$@\""))?;
    }
    let variables = format!("RUSTC={bin}/rustc RUSTDOC={bin}/rustdoc SYSROOT={root}");
    wrapper(draft, "cargo", &format!("export {variables}\nexec {CARGO} \"$@\""))?;
    // It comes before rustup's on PATH, which would lint with another compiler.
    wrapper(draft, "cargo-clippy", &format!("exec {CLIPPY} \"$@\""))
}

fn wrapper(draft: &Path, name: &str, script: &str) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let file = draft.join("bin").join(name);
    write(&file, &format!("#!/bin/sh\n{script}\n"))?;
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&file, mode).map_err(io_error(&file))
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(io_error(folder))?;
    }
    std::fs::write(file, text).map_err(io_error(file))
}

/// A path quoted for a shell, in single quotes.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', r"'\''"))
}

/// The place of the installed rustc's sysroot; each rustc has its own, since a std works with one rustc only.
fn sysroot() -> Result<PathBuf, String> {
    let version = rustc_version()?;
    let mut hasher = DefaultHasher::new();
    (LAYOUT, &version).hash(&mut hasher);
    let name = format!("{}-{:016x}", field(&version, "release")?, hasher.finish());
    Ok(project::cache()?.join("debian-rust").join(name))
}

fn rustc_version() -> Result<String, String> {
    process::text(process::forget_our_cargo(&mut Command::new(RUSTC)).arg("-vV"))
}

/// One field of what `rustc -vV` prints.
fn field(version: &str, name: &str) -> Result<String, String> {
    version
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        .map(str::to_owned)
        .ok_or_else(|| format!("{RUSTC} -vV tells no {name}"))
}
