//! Builds the module of the simulator's page, `www/simulator.html`. The server serves it at /simulator-module/. It is
//! not in the package, because only that page loads it.

use std::process::Command;
use std::time::Duration;

use crate::project::{self, io_error};
use crate::step::step;
use crate::tools::{self, Need, Toolkit};
use crate::{process, sim};

/// What cargo builds: the simulator, as fast and with the same assertions as the native one.
pub(crate) const PACKAGE: [&str; 5] =
    ["--locked", "--package", "holdfast-simulator", "--target", "wasm32-unknown-unknown"];
const CARGO_OUTPUT: &str = "wasm32-unknown-unknown/sim/holdfast_simulator.wasm";
const LIMIT: Duration = Duration::from_secs(20 * 60);

/// `cargo xtask simulator`, for when everything else is built.
pub(crate) fn command() -> Result<(), String> {
    build(&tools::setup(Need::PAGE)?)
}

/// Makes the module and its glue, in `target/npm/holdfast-simulator`.
pub(crate) fn build(toolkit: &Toolkit) -> Result<(), String> {
    step("simulator", || {
        let rust = toolkit.wasm_rust()?;
        let log = project::log("build simulator");
        let mut cargo = rust.cargo();
        cargo.arg("build").args(PACKAGE).args(["--lib", "--profile", sim::PROFILE]);
        process::run(&mut cargo, &log, LIMIT)?;
        let npm = project::target().join("npm");
        let (stage, folder) = (npm.join("stage-simulator"), npm.join("holdfast-simulator"));
        let compiled = rust.target_dir().join(CARGO_OUTPUT);
        let mut bindgen = Command::new(toolkit.wasm_bindgen()?);
        bindgen.arg(compiled).arg(&stage).arg("simulator");
        process::run(&mut bindgen, &log, LIMIT)?;
        // The module before its glue: a page that waits for both asks for the glue.
        std::fs::create_dir_all(&folder).map_err(io_error(&folder))?;
        for name in ["simulator_bg.wasm", "simulator.js"] {
            std::fs::rename(stage.join(name), folder.join(name)).map_err(io_error(&folder))?;
        }
        let module = folder.join("simulator_bg.wasm");
        let bytes = std::fs::metadata(&module).map_err(io_error(&module))?.len();
        Ok(((), format!("{bytes} bytes")))
    })
}
