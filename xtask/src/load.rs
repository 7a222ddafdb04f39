//! `cargo xtask load`: what thousands of users cost the server, compared with another project's server.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::server::{self, Profile};
use crate::step::step;
use crate::tools::{self, Need};
use crate::{process, project};

const BUILD_LIMIT: Duration = Duration::from_secs(30 * 60);
const OBTAIN_LIMIT: Duration = Duration::from_secs(15 * 60);
const PACKAGE: &str = "holdfast-load";

/// `cargo xtask load rooms`; `words` are the load generator's own options.
pub(crate) fn rooms(words: &[&str]) -> Result<(), String> {
    let program = step("server", || {
        let program = server::build(Profile::Release)?;
        Ok((program, "release".to_owned()))
    })?;
    let generator = step("load generator", || Ok((build()?, "release".to_owned())))?;
    let peer = step("centrifugo", || {
        Ok(match centrifugo() {
            Ok(peer) => (Some(peer), "there".to_owned()),
            Err(reason) => (None, format!("skipped: {reason}")),
        })
    })?;
    println!();
    let mut load = Command::new(generator);
    load.arg("--holdfast").arg(program);
    if let Some(peer) = peer {
        load.arg("--centrifugo").arg(peer);
    }
    load.args(words).current_dir(project::root()).stdin(Stdio::null());
    let ended = load.status().map_err(|error| format!("{}: {error}", process::shown(&load)))?;
    if ended.success() { Ok(()) } else { Err(format!("{}: {ended}", process::shown(&load))) }
}

fn build() -> Result<PathBuf, String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--locked", "--release", "--package", PACKAGE]);
    cargo.current_dir(project::root());
    process::run(&mut cargo, &project::log("build load generator"), BUILD_LIMIT)?;
    Ok(project::target().join("release").join(PACKAGE))
}

/// Gets Centrifugo the way the interop tests get their programs.
fn centrifugo() -> Result<PathBuf, String> {
    let toolkit = tools::setup(&[Need::Node])?;
    let mut obtain = toolkit.node()?.command();
    obtain.env("HOLDFAST_LOAD", "1");
    obtain.args(["tests/interop/obtain.mjs", "centrifugo"]).current_dir(project::root());
    let log = project::log("obtain centrifugo");
    process::run(&mut obtain, &log, OBTAIN_LIMIT)?;
    let program = project::target().join("interop").join("centrifugo").join("centrifugo");
    if program.is_file() { Ok(program) } else { Err(process::tail(&log)) }
}
