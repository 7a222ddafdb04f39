//! Tests the crate as a Rust front end uses it: its example is built, and used by two people.

use std::path::{Path, PathBuf};

use super::browser::environment;
use super::{LIMIT, Session, StepResult, Verdict, count};
use crate::project::{self, io_error};
use crate::tally::Tally;
use crate::tools::TARGET;
use crate::{process, server};

/// The example's package, and the name of its glue.
const PACKAGE: (&str, &str) = ("leptos-call", "leptos_call");
/// Its files that are served as they are.
const FILES: [&str; 3] = ["index.html", "start.js", "style.css"];

/// `tests/rust_face/*.test.mjs`, on the built example.
pub(super) fn run(session: &mut Session, log: &Path) -> StepResult {
    let example = project::root().join("www").join("examples").join(PACKAGE.0);
    let mut fetch = session.toolkit.wasm_rust()?.cargo();
    fetch.args(["fetch", "--locked", "--target", TARGET]).current_dir(&example);
    if let Err(reason) = process::run(&mut fetch, log, LIMIT) {
        // An outdated lock file is a mistake of ours.
        if reason.contains("lock file") {
            return Err(reason);
        }
        return Ok(Verdict::Skipped("the example's crates cannot be had".to_owned()));
    }
    let site = build(session, &example, log)?;
    let program = session.program(server::PACKAGE)?;
    let tests = project::root().join("tests").join("rust_face");
    let mut node = session.open_network().command("node".as_ref());
    environment(&mut node, &session.toolkit, &program)?;
    node.env("HOLDFAST_RUST_FACE", &site);
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=1"])
        .args(project::files_ending(&tests, ".test.mjs"))
        .current_dir(project::root());
    count(&mut node, log, Tally::of_node)
}

/// Builds the example as its README says, into a folder that a web server can serve.
fn build(session: &Session, example: &Path, log: &Path) -> Result<PathBuf, String> {
    let (package, glue) = PACKAGE;
    let rust = session.toolkit.wasm_rust()?;
    let mut cargo = rust.cargo();
    cargo.args(["build", "--locked", "--target", TARGET]).current_dir(example);
    process::run(&mut cargo, log, LIMIT)?;
    let module = rust.target_dir().join(TARGET).join("debug").join(format!("{package}.wasm"));
    let site = project::target().join("rust-face");
    let mut bindgen = std::process::Command::new(session.toolkit.wasm_bindgen()?);
    process::run(bindgen.arg(module).arg(&site).arg(glue), log, LIMIT)?;
    for file in FILES {
        let to = site.join(file);
        std::fs::copy(example.join(file), &to).map_err(io_error(&to))?;
    }
    Ok(site)
}
