//! Checks of what a page loads: the browser half of the crate, the JavaScript, the types, the size.

use std::path::Path;

use super::{Session, StepResult, Verdict, check, count, node_tests};
use crate::tally::Tally;
use crate::{project, simulator, size, step, testing, tools};

const PACKAGE: [&str; 5] =
    ["--locked", "--package", "holdfast-rtc", "--target", "wasm32-unknown-unknown"];

/// As a Rust front end uses the crate.
const RUST_FACE: [&str; 1] = ["--no-default-features"];

pub(super) fn clippy(session: &mut Session, log: &Path) -> StepResult {
    let rust = session.toolkit.wasm_rust()?;
    if !rust.has_clippy() {
        return Ok(Verdict::Skipped("no clippy for this Rust (rust-web-clippy)".to_owned()));
    }
    for features in ["", "dev"] {
        let mut cargo = rust.cargo();
        cargo.arg("clippy").args(PACKAGE).args(["--features", features]);
        check(cargo.args(["--lib", "--tests", "--", "-D", "warnings"]), log)?;
    }
    let mut cargo = rust.cargo();
    cargo.arg("clippy").args(PACKAGE).args(RUST_FACE).args(["--lib", "--", "-D", "warnings"]);
    check(&mut cargo, log)?;
    for package in [testing::PACKAGE, simulator::PACKAGE] {
        let mut cargo = rust.cargo();
        cargo.arg("clippy").args(package).args(["--lib", "--", "-D", "warnings"]);
        check(&mut cargo, log)?;
    }
    Ok(Verdict::Holds("ok".to_owned()))
}

/// Makes the docs of what only browsers have, and compiles their examples. None is run: each is `standalone_crate`,
/// because rustdoc runs those that it merges even if they are `no_run`.
pub(super) fn doc(session: &mut Session, log: &Path) -> StepResult {
    let rust = session.toolkit.wasm_rust()?;
    let mut cargo = rust.cargo();
    cargo.arg("doc").args(PACKAGE).arg("--no-deps");
    check(cargo.env("RUSTDOCFLAGS", "-D warnings"), log)?;
    let mut cargo = rust.cargo();
    cargo.args(["test", "--doc"]).args(PACKAGE).args(RUST_FACE);
    count(&mut cargo, log, Tally::of_cargo)
}

/// Checks the format and lints of the JavaScript files that `biome.json` names.
pub(super) fn biome(session: &mut Session, log: &Path) -> StepResult {
    let mut biome = session.toolkit.node()?.program("@biomejs/biome/bin/biome");
    check(biome.args(["ci", "--colors=off"]), log)
}

/// Compiles with TypeScript's strictest settings: the types and a program that uses them, then the package's scripts,
/// then the types' examples. The scripts are checked against the types of the glue, which only a build makes. The demo
/// page's scripts are compiled less strictly, to see that they use the package as its types say.
pub(super) fn types(session: &mut Session, log: &Path) -> StepResult {
    let tests = project::root().join("tests");
    let usage = tests.join("types");
    compile(session, &usage, log)?;
    session.build_package()?;
    let scripts = project::root().join("pkg-template");
    let express = project::root().join("express-template");
    for folder in [scripts.clone(), scripts.join("testing"), express, tests.join("www")] {
        compile(session, &folder, log)?;
    }
    count(&mut node_tests(session, &usage)?, log, Tally::of_node)
}

/// Compiles a folder's `tsconfig.json`.
fn compile(session: &Session, folder: &Path, log: &Path) -> StepResult {
    let mut tsc = session.toolkit.node()?.program("typescript/bin/tsc");
    check(tsc.args(["--noEmit", "--pretty", "false", "--project"]).arg(folder), log)
}

/// Makes docs/api from the types; an undocumented item or a broken link is an error.
pub(super) fn api_docs(session: &mut Session, log: &Path) -> StepResult {
    let folder = project::root().join("xtask").join("typedoc");
    let installed = tools::install_copy(&folder, "typedoc")?;
    let mut typedoc = session.toolkit.node()?.command();
    typedoc.arg(installed.join("node_modules").join("typedoc").join("bin").join("typedoc"));
    check(typedoc.arg("--options").arg(folder.join("typedoc.json")), log)
}

/// Checks that the package builds and is within the budget.
pub(super) fn size(session: &mut Session, log: &Path) -> StepResult {
    session.build_package()?;
    let (report, within_budget) = size::report(&session.toolkit)?;
    std::fs::write(log, &report).map_err(project::io_error(log))?;
    within_budget.map_err(|reason| format!("{reason}\n{report}"))?;
    step::say(&report);
    Ok(Verdict::Holds("within the budget".to_owned()))
}
