//! `cargo xtask bench`: figures from a real browser and an optimised server.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::netns::Network;
use crate::server::{self, Profile};
use crate::step::step;
use crate::test::{browser_environment, build_emulator};
use crate::tools::{self, Need, Toolkit};
use crate::wasm::{self, Variant};
use crate::{process, project};

/// `cargo xtask bench login`.
pub(crate) fn login() -> Result<(), String> {
    let (toolkit, program) = build()?;
    let network = Network::open();
    println!("\n{}", network.describe());
    let mut bench = network.command("node".as_ref());
    browser_environment(&mut bench, &toolkit, &program)?;
    run(bench.arg("tests/e2e/bench_login.mjs"))
}

/// `cargo xtask bench recovery`, which makes its own namespaces; `words` are its options.
pub(crate) fn recovery(words: &[&str]) -> Result<(), String> {
    let (toolkit, program) = build()?;
    let emulator = step("emulator", || {
        let emulator = build_emulator(&project::log("build emulator"))?;
        Ok((emulator, "dev".to_owned()))
    })?;
    println!();
    let mut bench = toolkit.node()?.command();
    browser_environment(&mut bench, &toolkit, &program)?;
    bench.env("HOLDFAST_NETEM", emulator);
    run(bench.arg("tests/e2e/net/bench/recovery.mjs").args(words))
}

/// Builds the package that pages load, and the server.
fn build() -> Result<(Toolkit, PathBuf), String> {
    let toolkit = tools::setup(Need::BROWSE)?;
    wasm::build(&toolkit, Variant::Release)?;
    let program = step("server", || {
        let program = server::build(Profile::Release)?;
        Ok((program, "release".to_owned()))
    })?;
    Ok((toolkit, program))
}

fn run(bench: &mut Command) -> Result<(), String> {
    bench.current_dir(project::root()).stdin(Stdio::null());
    let ended = bench.status().map_err(|error| format!("{}: {error}", process::shown(bench)))?;
    if ended.success() { Ok(()) } else { Err(format!("{}: {ended}", process::shown(bench))) }
}
