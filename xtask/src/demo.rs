//! `cargo xtask demo`: everything built, then served.

use std::process::Command;

use crate::server::{self, Profile};
use crate::step::step;
use crate::tools::{self, Need};
use crate::wasm::{self, Variant};
use crate::{process, project, simulator};

/// Becomes the server, so that Ctrl-C and SIGTERM are the server's own; it prints `ready: …`.
pub(crate) fn command(extra: &[&str]) -> Result<(), String> {
    use std::os::unix::process::CommandExt;

    // All of it, as `test` does; what only tests use is no reason not to serve.
    let toolkit = tools::gather(Need::ALL);
    wasm::build(&toolkit, Variant::Release)?;
    simulator::build(&toolkit)?;
    let program = step("server", || {
        let program = server::build(Profile::Release)?;
        Ok((program, "release".to_owned()))
    })?;
    println!();
    let mut serve = Command::new(program);
    server::dev_arguments(&mut serve);
    serve.args(extra).current_dir(project::root());
    let error = serve.exec();
    Err(format!("{}: {error}", process::shown(&serve)))
}
