//! `cargo xtask bench`: figures from a real browser and an optimised server.

use std::process::Stdio;

use crate::netns::Network;
use crate::server::{self, Profile};
use crate::step::step;
use crate::test::browser_environment;
use crate::tools::{self, Need};
use crate::wasm::{self, Variant};
use crate::{process, project};

/// `cargo xtask bench login`.
pub(crate) fn login() -> Result<(), String> {
    let toolkit = tools::setup(Need::BROWSE)?;
    wasm::build(&toolkit, Variant::Release)?;
    let program = step("server", || {
        let program = server::build(Profile::Release)?;
        Ok((program, "release".to_owned()))
    })?;
    let network = Network::open();
    println!("\n{}", network.describe());
    let mut bench = network.command("node".as_ref());
    browser_environment(&mut bench, &toolkit, &program)?;
    bench.arg("tests/e2e/bench_login.mjs").current_dir(project::root()).stdin(Stdio::null());
    let ended = bench.status().map_err(|error| format!("{}: {error}", process::shown(&bench)))?;
    if ended.success() { Ok(()) } else { Err(format!("{}: {ended}", process::shown(&bench))) }
}
