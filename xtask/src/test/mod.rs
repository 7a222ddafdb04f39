//! `cargo xtask test`: runs every check and test, cheapest first, and ends with one line of counts.

mod apps;
mod browser;
mod host;
mod interop;
mod net;
mod package;
mod rust_face;
mod same_bytes;
mod scripts;
mod testing;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub(crate) use browser::environment as browser_environment;
pub(crate) use net::build_emulator;

use crate::netns::Network;
use crate::step;
use crate::tally::Tally;
use crate::tools::{self, Need, Toolkit};
use crate::wasm::{Variant, build};
use crate::{process, project};

/// How many of the slowest steps are named at the end.
const SLOWEST: usize = 8;

/// How long one step may take.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// What the steps share: tools, and the results of earlier steps.
struct Session {
    toolkit: Toolkit,
    built: Option<Result<(), String>>,
    programs: Option<Result<(), String>>,
    network: Option<Network>,
}

/// The result of a step; an `Err` says why the step failed as a whole.
type StepResult = Result<Verdict, String>;

/// The verdict of a step that could run.
enum Verdict {
    /// The tests it ran; `log` is shown if any failed.
    Counted { tally: Tally, log: PathBuf },
    /// A check passed; a few words about it.
    Holds(String),
    /// Nothing was checked, and why.
    Skipped(String),
}

/// A part of the test run.
struct Step {
    name: &'static str,
    /// What the step needs; a run gets only what its steps need.
    needs: &'static [Need],
    run: fn(&mut Session, &Path) -> StepResult,
}

const STEPS: [Step; 24] = [
    Step { name: "fmt", needs: &[Need::Lints], run: host::fmt },
    Step { name: "clippy", needs: &[Need::Lints], run: host::clippy },
    Step { name: "clippy-wasm", needs: &[Need::WasmRust], run: package::clippy },
    Step { name: "doc", needs: &[], run: host::doc },
    Step { name: "doc-wasm", needs: &[Need::WasmRust], run: package::doc },
    Step { name: "biome", needs: &[Need::Node], run: package::biome },
    Step { name: "types", needs: Need::BUILD, run: package::types },
    Step { name: "api-docs", needs: &[Need::Node], run: package::api_docs },
    Step { name: "scripts", needs: &[Need::Node], run: scripts::of_package },
    Step { name: "www", needs: &[Need::Node], run: scripts::of_demo },
    Step { name: "cargo-test", needs: &[], run: host::cargo_test },
    Step { name: "hostile", needs: &[], run: host::hostile },
    Step { name: "sim-test", needs: &[], run: host::sim_test },
    Step { name: "sim", needs: &[], run: host::sim },
    Step { name: "size", needs: Need::BUILD, run: package::size },
    Step { name: "same-bytes", needs: Need::BUILD, run: same_bytes::run },
    Step { name: "testing", needs: Need::BUILD, run: testing::worlds },
    Step { name: "vitest", needs: Need::BUILD, run: testing::vitest },
    Step { name: "wasm-pack", needs: Need::WASM_TESTS, run: browser::wasm_pack },
    Step { name: "package", needs: Need::BROWSE, run: apps::run },
    Step { name: "rust-face", needs: Need::BROWSE, run: rust_face::run },
    Step { name: "e2e", needs: Need::BROWSE, run: browser::end_to_end },
    Step { name: "interop", needs: Need::BROWSE, run: interop::run },
    Step { name: "net", needs: Need::BREAK, run: net::run },
];

/// Runs the steps whose name contains one of `names`, or all; goes on after a failure.
pub(crate) fn command(names: &[&str]) -> Result<(), String> {
    let chosen: Vec<&Step> = STEPS
        .iter()
        .filter(|step| names.is_empty() || names.iter().any(|name| step.name.contains(name)))
        .collect();
    if chosen.is_empty() {
        let known = STEPS.map(|step| step.name).join(", ");
        return Err(format!("no step is called {}; there are {known}", names.join(" or ")));
    }
    let toolkit = tools::gather(&needs_of(&chosen));
    let mut session = Session { toolkit, built: None, programs: None, network: None };
    println!("test (logs in {})", project::target().join("xtask").display());
    let begun = Instant::now();
    let mut total = Tally::default();
    let mut times = Vec::new();
    for step in chosen {
        let step_begun = Instant::now();
        total.add(run(step, &mut session));
        times.push((step.name, step_begun.elapsed()));
    }
    // Remove the namespace before printing the last line.
    drop(session);
    if times.len() > 1 {
        println!("\n{}", slowest(times, begun.elapsed()));
    }
    println!("\n{total}");
    if total.failed == 0 { Ok(()) } else { Err("not everything passed".to_owned()) }
}

fn needs_of(steps: &[&Step]) -> Vec<Need> {
    let is_needed = |need: &Need| steps.iter().any(|step| step.needs.contains(need));
    Need::ALL.iter().copied().filter(is_needed).collect()
}

/// A table of the steps that took longest.
fn slowest(mut times: Vec<(&str, Duration)>, whole: Duration) -> String {
    times.sort_by_key(|&(_, took)| std::cmp::Reverse(took));
    let whole_secs = whole.as_secs_f64();
    let mut table = format!("the slowest of {} steps, {whole_secs:.1} s in all", times.len());
    for (name, took) in times.into_iter().take(SLOWEST) {
        let secs = took.as_secs_f64();
        table += &format!("\n  {name:18} {secs:7.1} s {:3.0} %", 100.0 * secs / whole_secs);
    }
    table
}

fn run(step: &Step, session: &mut Session) -> Tally {
    let log = project::log(&format!("test {}", step.name));
    let begun = step::begin(step.name);
    // A step that lacks a tool must not build anything first.
    let lacking = session.toolkit.lacking(step.needs).map(str::to_owned);
    let result = lacking.map_or_else(|| (step.run)(session, &log), Err);
    let (words, tally, details) = match result {
        Ok(Verdict::Holds(words)) => (words, Tally::ONE_PASSED, None),
        Ok(Verdict::Skipped(reason)) => (format!("skipped: {reason}"), Tally::ONE_SKIPPED, None),
        Ok(Verdict::Counted { tally, log }) => {
            (tally.to_string(), tally, (tally.failed > 0).then(|| process::tail(&log)))
        }
        Err(reason) => ("FAILED".to_owned(), Tally::ONE_FAILED, Some(reason)),
    };
    step::finish(step.name, &words, begun);
    if let Some(details) = details {
        println!("{details}\n");
    }
    tally
}

impl Session {
    /// The npm package, built once.
    fn build_package(&mut self) -> Result<(), String> {
        let toolkit = &self.toolkit;
        self.built.get_or_insert_with(|| build(toolkit, Variant::Release)).clone()
    }

    /// A program of the workspace, in the build that its own package's tests use; all are built once.
    fn program(&mut self, package: &str) -> Result<PathBuf, String> {
        self.programs.get_or_insert_with(host::build_programs).clone()?;
        Ok(project::target().join("debug").join(package))
    }

    /// Makes the network on first use.
    fn open_network(&mut self) -> &Network {
        self.network.get_or_insert_with(|| {
            let network = Network::open();
            step::say(&network.describe());
            network
        })
    }
}

/// Runs a check that either passes or prints why it does not.
fn check(command: &mut std::process::Command, log: &Path) -> StepResult {
    process::run(command, log, LIMIT).map(|()| Verdict::Holds("ok".to_owned()))
}

/// The command that runs a folder's `*.test.mjs`, for tests that need no browser.
fn node_tests(session: &Session, folder: &Path) -> Result<std::process::Command, String> {
    let mut node = session.toolkit.node()?.command();
    node.args(["--test", "--test-reporter=spec"]);
    node.args(project::files_ending(folder, ".test.mjs"));
    Ok(node)
}

/// Runs tests and counts them. A runner that fails without a failed test counts as a failure, and so does one that
/// ran nothing.
fn count(command: &mut std::process::Command, log: &Path, read: fn(&str) -> Tally) -> StepResult {
    let ended = process::run_to_status(command, log, LIMIT)?;
    let printed = std::fs::read(log).map_err(project::io_error(log))?;
    let mut tally = read(&String::from_utf8_lossy(&printed));
    if !ended.success() && tally.failed == 0 {
        tally.failed = 1;
    }
    if tally == Tally::default() {
        return Err(format!("{}: ran no test\n{}", process::shown(command), process::tail(log)));
    }
    Ok(Verdict::Counted { tally, log: log.to_owned() })
}
