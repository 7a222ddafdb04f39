//! Building the module of the simulator's page, `www/simulator.html`. The server has it at /simulator-module/,
//! beside the package and not in it: only that page loads it.

use std::process::Command;
use std::time::Duration;

use crate::project::{self, io_error};
use crate::step::step;
use crate::tools::Toolkit;
use crate::{process, sim};

/// What cargo builds: as fast, and with as many assertions, as the native simulator.
pub(crate) const PACKAGE: [&str; 5] =
    ["--locked", "--package", "holdfast-simulator", "--target", "wasm32-unknown-unknown"];
const CARGO_OUTPUT: &str = "wasm32-unknown-unknown/sim/holdfast_simulator.wasm";
const LIMIT: Duration = Duration::from_secs(20 * 60);

/// Makes the module and its glue, in `target/npm/holdfast-simulator`.
pub(crate) fn build(toolkit: &Toolkit) -> Result<(), String> {
    step("simulator", || {
        let rust = toolkit.wasm_rust()?;
        let log = project::log("build simulator");
        let mut cargo = rust.cargo();
        cargo.arg("build").args(PACKAGE).args(["--lib", "--profile", sim::PROFILE]);
        process::run(&mut cargo, &log, LIMIT)?;
        let folder = project::target().join("npm").join("holdfast-simulator");
        let mut bindgen = Command::new(toolkit.wasm_bindgen()?);
        bindgen
            .args(["--target", "web", "--no-typescript", "--out-name", "simulator", "--out-dir"])
            .arg(&folder)
            .arg(rust.target_dir().join(CARGO_OUTPUT));
        process::run(&mut bindgen, &log, LIMIT)?;
        let module = folder.join("simulator_bg.wasm");
        let bytes = std::fs::metadata(&module).map_err(io_error(&module))?.len();
        Ok(((), format!("{bytes} bytes")))
    })
}
