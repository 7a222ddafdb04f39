//! Tests the crate as a Rust front end uses it: its example is built, and used by two people.

use std::path::{Path, PathBuf};

use super::browser::tests_with_pages;
use super::{LIMIT, Session, StepResult, Verdict, count};
use crate::process;
use crate::project::{self, io_error};
use crate::tally::Tally;
use crate::tools::TARGET;

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
    let mut node = tests_with_pages(session, "rust_face", "1")?;
    node.env("HOLDFAST_RUST_FACE", &site);
    count(&mut node, log, Tally::of_node)
}

/// Builds the example as its README says, into a folder that a web server can serve.
fn build(session: &Session, example: &Path, log: &Path) -> Result<PathBuf, String> {
    let (package, glue) = PACKAGE;
    let rust = session.toolkit.wasm_rust()?;
    // A folder of its own: the crate's library has one file name whatever its features are, so that in a shared folder
    // this build and the project's replace each other's.
    let target = rust.target_dir().join(package);
    let mut cargo = rust.cargo();
    cargo.args(["build", "--locked", "--target", TARGET]);
    cargo.env("CARGO_TARGET_DIR", &target).current_dir(example);
    process::run(&mut cargo, log, LIMIT)?;
    let module = target.join(TARGET).join("debug").join(format!("{package}.wasm"));
    let site = project::target().join("rust-face");
    let mut bindgen = std::process::Command::new(session.toolkit.wasm_bindgen()?);
    process::run(bindgen.arg(module).arg(&site).arg(glue), log, LIMIT)?;
    for file in FILES {
        let to = site.join(file);
        std::fs::copy(example.join(file), &to).map_err(io_error(&to))?;
    }
    Ok(site)
}
