//! The project's own commands: `cargo xtask setup | build | pack | demo | test | sim | size | film | bench | load`.
//!
//! Each starts plain programs in order; [`tools`] first finds or gets what they need.
#![allow(clippy::print_stdout, reason = "talking to the terminal is what this program does")]

mod bench;
mod demo;
mod express;
mod film;
mod load;
mod netns;
mod package;
mod process;
mod project;
mod server;
mod sim;
mod simulator;
mod size;
mod stamp;
mod step;
mod tally;
mod test;
mod testing;
mod tools;
mod wasm;
mod wasm_module;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  setup               find or get every tool the other commands use
  build               build the npm packages into target/npm/holdfast-rtc and
                      target/npm/holdfast-express, and the module of the simulator's page
                      beside them
  pack                build the packages and make their tarballs, target/npm/NAME-VERSION.tgz
  demo [-- ARGS…]     build what the demo page needs and serve it, and the simulator's page
                      a little later; ARGS go to holdfast-server
  simulator           build the module of the simulator's page alone
  test [NAME…]        run every check and test, or the steps whose name contains a NAME
  size [--peers]      bytes a page loads, against the budget, and the largest functions
                      (--peers: beside SDKs of others, all bundled alike)
  sim [OPTIONS]       worlds of brains, server and network under a virtual clock
                      (--help: the options)
  film                the animation in README, of a cable that is pulled (needs img2webp, which
                      Debian's package webp has)
  bench login         time from loginRoom to LOGINED, over 50 logins
  bench recovery [--rtt 50] [--runs 20] [--only a,b,e] [--program NAME]
                      time to recover from faults of a network, beside programs of others
                      (needs what `node tests/interop/obtain.mjs npm livekit` gets)
  load rooms [OPTIONS]
                      what a link, a login and a message of 9,500 users cost the server, beside
                      Centrifugo (--help: the options)

Each command sets up what it needs by itself. Environment:

  HOLDFAST_WASM_RUST  rustup or debian: which Rust builds the WebAssembly
                      (by default rustup's where it has the target, else Debian's)
  XDG_CACHE_HOME      tools are kept in its folder holdfast (default ~/.cache)
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["setup"] => tools::setup(tools::Need::ALL).map(|_| ()),
        ["build"] => wasm::command(),
        ["pack"] => package::command(),
        ["simulator"] => simulator::command(),
        ["demo"] => demo::command(&[]),
        ["demo", "--", extra @ ..] => demo::command(extra),
        ["test", names @ ..] => test::command(names),
        ["size"] => size::command(),
        ["size", "--peers"] => size::peers(),
        ["film"] => film::command(),
        ["bench", "login"] => bench::login(),
        ["bench", "recovery", words @ ..] => bench::recovery(words),
        ["load", "rooms", words @ ..] => load::rooms(words),
        ["sim", words @ ..] => sim::command(words),
        [] | ["help" | "-h" | "--help"] => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("unknown command: {}\n\n{USAGE}", args.join(" "));
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}
