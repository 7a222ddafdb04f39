//! `cargo xtask film`: makes the animation in README again, with the real programs.

use std::process::Stdio;

use crate::server::{self, Profile};
use crate::step::step;
use crate::test::{browser_environment, build_emulator};
use crate::tools::{self, Need};
use crate::wasm::{self, Variant};
use crate::{process, project};

/// Makes its own namespaces, so that it can pull a real network cable.
pub(crate) fn command() -> Result<(), String> {
    let toolkit = tools::setup(Need::BROWSE)?;
    wasm::build(&toolkit, Variant::Release)?;
    let program = step("server", || Ok((server::build(Profile::Dev)?, "dev".to_owned())))?;
    let emulator = step("emulator", || {
        let emulator = build_emulator(&project::log("build emulator"))?;
        Ok((emulator, "dev".to_owned()))
    })?;
    let mut film = toolkit.node()?.command();
    browser_environment(&mut film, &toolkit, &program)?;
    film.env("HOLDFAST_NETEM", emulator)
        .arg("tests/e2e/net/film/cable.mjs")
        .current_dir(project::root())
        .stdin(Stdio::null());
    let ended = film.status().map_err(|error| format!("{}: {error}", process::shown(&film)))?;
    if ended.success() { Ok(()) } else { Err(format!("{}: {ended}", process::shown(&film))) }
}
