//! Tests in a real browser: those that wasm-pack runs, and those that drive whole pages.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{LIMIT, Session, StepResult, count};
use crate::server::{self, Server};
use crate::tally::Tally;
use crate::tools::Toolkit;
use crate::{process, project, sim, simulator};

/// How many test files run at once: most of a file's time is waiting for deadlines. More than two would be late on two
/// processors, where the browsers encode video.
const CONCURRENCY: &str = "2";

/// The browser half's own tests and those of `tests/*.rs`, with what `holdfast-rtc/dev` has, on a real server at
/// `HOLDFAST_TEST_SERVER`. A page has no environment, so the tests read that with `option_env!`
/// when they are compiled.
pub(super) fn wasm_pack(session: &mut Session, log: &Path) -> StepResult {
    let program = session.program(server::PACKAGE)?;
    let port = session.open_network().free_port()?;
    let test_server = format!("http://127.0.0.1:{port}");
    let rust = session.toolkit.wasm_rust()?;

    // The namespace has no route out, and wasm-pack reads the crates of every target.
    process::run(rust.cargo().args(["fetch", "--locked"]), log, LIMIT)?;
    let mut compile = rust.cargo();
    compile
        .args(["test", "--no-run", "--locked", "--target", "wasm32-unknown-unknown"])
        .args(["--package", "holdfast-rtc", "--features", "dev", "--lib", "--test", "*"])
        .env("HOLDFAST_TEST_SERVER", &test_server);
    process::run(&mut compile, log, LIMIT)?;

    let chromedriver = &session.toolkit.browser()?.chromedriver;
    let wasm_pack = session.toolkit.wasm_pack()?;
    let network = session.network.as_ref().ok_or("there is no network")?;
    let _server = Server::start(&program, network, port)?;
    let mut test = network.command(&wasm_pack.program);
    rust.equip(&mut test, &[&wasm_pack.wasm_bindgen]);
    test.args(["test", "--headless", "--chrome", "--chromedriver"])
        .arg(chromedriver)
        .args([".", "--features", "dev", "--lib", "--test", "*"])
        .env("CHROMEDRIVER", chromedriver)
        .env("CARGO_NET_OFFLINE", "true")
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
        .env("HOLDFAST_TEST_SERVER", &test_server);
    count(&mut test, log, Tally::of_cargo)
}

/// `tests/e2e/*.test.mjs`, which start servers and browsers of their own.
pub(super) fn end_to_end(session: &mut Session, log: &Path) -> StepResult {
    session.build_package()?;
    simulator::build(&session.toolkit)?;
    let replayer = build_replayer(log)?;
    let simulator = sim::build(log)?;
    let mut node = tests_with_pages(session, "e2e", CONCURRENCY)?;
    node.env("HOLDFAST_REPLAYER", replayer).env("HOLDFAST_SIM", simulator);
    count(&mut node, log, Tally::of_node)
}

/// The tests in a folder of `tests`, which start servers and browsers of their own in the session's network. So many
/// files run at once.
pub(super) fn tests_with_pages(
    session: &mut Session,
    folder: &str,
    concurrency: &str,
) -> Result<Command, String> {
    let program = session.program(server::PACKAGE)?;
    let mut node = session.open_network().command("node".as_ref());
    environment(&mut node, &session.toolkit, &program)?;
    node.args(["--test", "--test-reporter=spec", "--test-concurrency", concurrency])
        .args(project::files_ending(&project::root().join("tests").join(folder), ".test.mjs"))
        .current_dir(project::root());
    Ok(node)
}

/// The program that replays what `holdfast-rtc/dev` recorded.
fn build_replayer(log: &Path) -> Result<PathBuf, String> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--locked", "--package", "holdfast-rtc", "--features", "trace"])
        .args(["--example", "replay"])
        .current_dir(project::root());
    process::run(&mut cargo, log, LIMIT)?;
    Ok(project::target().join("debug").join("examples").join("replay"))
}

/// Sets the variables that tell a Node program what to start.
pub(crate) fn environment(
    command: &mut Command,
    toolkit: &Toolkit,
    server: &Path,
) -> Result<(), String> {
    command
        .env("HOLDFAST_SERVER_BIN", server)
        .env("HOLDFAST_CHROMIUM", &toolkit.browser()?.chromium)
        .env("HOLDFAST_SDK", project::npm_package())
        .env("HOLDFAST_WWW", project::root().join("www"));
    Ok(())
}
