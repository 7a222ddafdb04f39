//! Builds `holdfast-rtc/testing`: one script that contains the simulator's module, so that it works
//! in Node, in jsdom and in pages without fetching anything.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::project::{self, io_error, read, write};
use crate::step::step;
use crate::tools::Toolkit;
use crate::{process, stamp, wasm_module};

/// What cargo builds.
pub(crate) const PACKAGE: [&str; 5] =
    ["--locked", "--package", "holdfast-testing", "--target", "wasm32-unknown-unknown"];
const CARGO_OUTPUT: &str = "wasm32-unknown-unknown/wasm/holdfast_testing.wasm";
/// The file in the package.
pub(crate) const SCRIPT: &str = "testing.js";
/// The most gzipped bytes of the script; more fails. No page loads it, but every install does.
pub(crate) const BUDGET_BYTES: u64 = 300 * 1024;
const LIMIT: Duration = Duration::from_secs(20 * 60);

/// Makes the script and puts it into the package.
pub(crate) fn build(toolkit: &Toolkit) -> Result<(), String> {
    let stage = project::target().join("npm").join("stage-testing");
    step("testing", || {
        compile(toolkit)?;
        bind(toolkit, &stage)?;
        copy_scripts(&stage)?;
        let script = bundle(toolkit, &stage)?;
        let file = project::npm_package().join(SCRIPT);
        std::fs::write(&file, &script).map_err(io_error(&file))?;
        Ok(((), format!("{} bytes", script.len())))
    })
}

fn compile(toolkit: &Toolkit) -> Result<(), String> {
    let rust = toolkit.wasm_rust()?;
    let mut cargo = rust.cargo();
    cargo.arg("build").args(PACKAGE).args(["--lib", "--profile", "wasm"]);
    process::run(&mut cargo, &project::log("build testing"), LIMIT)
}

fn bind(toolkit: &Toolkit, stage: &Path) -> Result<(), String> {
    let compiled = toolkit.wasm_rust()?.target_dir().join(CARGO_OUTPUT);
    let mut bindgen = Command::new(toolkit.wasm_bindgen()?);
    // The same names as the main entry's module, so that the same scripts fit it.
    bindgen.arg(compiled).arg(stage).args(["holdfast", "--omit-default-module-path"]);
    process::run(&mut bindgen, &project::log("build testing"), LIMIT)?;
    let module = wasm_module::without_names(&read(&stage.join(stamp::MODULE))?)?;
    for (name, bytes) in stamp::marked(&module, read(&stage.join(stamp::GLUE))?) {
        write(&stage.join(name), &bytes)?;
    }
    Ok(())
}

/// Copies the package's own scripts and, beside them, those of the world.
fn copy_scripts(stage: &Path) -> Result<(), String> {
    let template = project::root().join("pkg-template");
    let own = stage.join("testing");
    std::fs::create_dir_all(&own).map_err(io_error(&own))?;
    for (from, to) in [(template.clone(), stage), (template.join("testing"), own.as_path())] {
        for script in project::files_ending(&from, ".js") {
            let name = script.file_name().unwrap_or_default();
            std::fs::copy(&script, to.join(name)).map_err(io_error(&script))?;
        }
    }
    Ok(())
}

fn bundle(toolkit: &Toolkit, stage: &Path) -> Result<Vec<u8>, String> {
    let mut esbuild = toolkit.node()?.program("esbuild/bin/esbuild");
    let mut inject = std::ffi::OsString::from("--inject:");
    inject.push(stage.join("testing").join("browser.js"));
    esbuild
        .args(["--minify", "--bundle", "--format=esm", "--target=es2022"])
        .args(["--loader:.wasm=binary"])
        .arg(inject)
        .arg(stage.join("testing").join("index.js"));
    Ok(process::text(&mut esbuild)?.into_bytes())
}
