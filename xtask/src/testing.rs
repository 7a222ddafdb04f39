//! Building `holdfast-rtc/testing`: one script with the simulator's module in it, so that it works
//! in Node, in jsdom and in pages without anything to fetch.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::project::{self, io_error};
use crate::step::step;
use crate::tools::Toolkit;
use crate::{process, wasm_module};

const CRATE: &str = "holdfast-testing";
const CARGO_OUTPUT: &str = "wasm32-unknown-unknown/wasm/holdfast_testing.wasm";
/// The package's file.
pub(crate) const SCRIPT: &str = "testing.js";
/// More than this by gzip fails: tests load it, and installs carry it.
const LIMIT_BYTES: u64 = 300 * 1024;
const LIMIT: Duration = Duration::from_secs(20 * 60);

/// Makes the script.
pub(crate) fn build(toolkit: &Toolkit) -> Result<Vec<u8>, String> {
    let folder = project::target().join("npm").join("stage-testing");
    step("testing", || {
        compile(toolkit)?;
        bind(toolkit, &folder)?;
        copy_scripts(&folder)?;
        let script = bundle(toolkit, &folder)?;
        let words = format!("{} bytes", script.len());
        Ok((script, words))
    })
}

/// The script's bytes by gzip, if they are within the limit.
pub(crate) fn check_size(gzip: u64) -> Result<(), String> {
    match gzip <= LIMIT_BYTES {
        true => Ok(()),
        false => Err(format!("{SCRIPT}: {gzip} bytes by gzip are over {LIMIT_BYTES}")),
    }
}

fn compile(toolkit: &Toolkit) -> Result<(), String> {
    let rust = toolkit.wasm_rust()?;
    let mut cargo = rust.cargo();
    cargo.args(["build", "--locked", "--lib", "--package", CRATE, "--profile", "wasm"]);
    cargo.args(["--target", "wasm32-unknown-unknown"]);
    process::run(&mut cargo, &project::log("build testing"), LIMIT)
}

fn bind(toolkit: &Toolkit, folder: &Path) -> Result<(), String> {
    let compiled = toolkit.wasm_rust()?.target_dir().join(CARGO_OUTPUT);
    let mut bindgen = Command::new(toolkit.wasm_bindgen()?);
    // The names of the main entry's module, so that the same scripts fit around it.
    bindgen
        .args(["--target", "web", "--omit-default-module-path", "--no-typescript"])
        .args(["--out-name", "holdfast", "--out-dir"])
        .arg(folder)
        .arg(compiled);
    process::run(&mut bindgen, &project::log("build testing"), LIMIT)?;
    let module = folder.join("holdfast_bg.wasm");
    let bytes = wasm_module::without_names(&read(&module)?)?;
    std::fs::write(&module, bytes).map_err(io_error(&module))
}

/// The package's own scripts, and beside them those of the world.
fn copy_scripts(folder: &Path) -> Result<(), String> {
    let template = project::root().join("pkg-template");
    let own = folder.join("testing");
    std::fs::create_dir_all(&own).map_err(io_error(&own))?;
    for (from, to) in [(template.clone(), folder), (template.join("testing"), &own)] {
        for script in project::files_ending(&from, ".js") {
            let name = script.file_name().unwrap_or_default();
            std::fs::copy(&script, to.join(name)).map_err(io_error(&script))?;
        }
    }
    Ok(())
}

fn bundle(toolkit: &Toolkit, folder: &Path) -> Result<Vec<u8>, String> {
    let mut esbuild = toolkit.node()?.program("esbuild/bin/esbuild");
    let mut inject = std::ffi::OsString::from("--inject:");
    inject.push(folder.join("testing").join("browser.js"));
    esbuild
        .args(["--minify", "--bundle", "--format=esm", "--target=es2022"])
        .args(["--loader:.wasm=binary", "--keep-names"])
        .arg(inject)
        .arg(folder.join("testing").join("index.js"));
    Ok(process::text(&mut esbuild)?.into_bytes())
}

fn read(file: &PathBuf) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(io_error(file))
}
