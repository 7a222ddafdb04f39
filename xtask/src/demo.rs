//! `cargo xtask demo`: builds what the demo page needs and serves it, and builds the rest meanwhile.

use std::os::unix::process::CommandExt;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

use crate::server::{self, Profile};
use crate::step::{self, step};
use crate::tools::{self, Need};
use crate::wasm::{self, Variant};
use crate::{process, project};

/// Runs `$1 simulator` at low priority until it ends, or until the program that started this script ends; `$2` is
/// the log.
const WHILE_SERVED: &str = r#"
nice -n 10 "$1" simulator >"$2" 2>&1 &
while kill -0 "$PPID" && kill -0 $!; do sleep 1; done 2>/dev/null
if ! kill -0 "$PPID" 2>/dev/null; then
    trap "" TERM
    kill -TERM -$$
elif wait $!; then
    echo "ready too: /simulator.html"
else
    echo "the simulator's page has no module: see $2"
fi
"#;

/// Turns this process into the server, so that the server itself gets Ctrl-C and SIGTERM; it prints `ready: …`.
pub(crate) fn command(extra: &[&str]) -> Result<(), String> {
    let begun = Instant::now();
    step::plan(&["wasm32 Rust", "wasm-bindgen", "server", "compile", "bind", "page"]);
    let server = build()?;
    build_simulator_beside()?;
    println!("\nbuilt in {:.1} s", begun.elapsed().as_secs_f64());
    let mut serve = Command::new(server);
    server::dev_arguments(&mut serve, &Variant::Demo.package());
    serve.args(extra).current_dir(project::root());
    let error = serve.exec();
    Err(format!("{}: {error}", process::shown(&serve)))
}

/// Builds the server and, at the same time, what a page loads; neither needs a Node package.
fn build() -> Result<PathBuf, String> {
    // wasm-bindgen first: it shares crates with the server, so the page's build need not wait for the server's.
    let toolkit = tools::setup(Need::PAGE)?;
    let (server, page) = thread::scope(|scope| {
        let page = scope.spawn(|| wasm::build(&toolkit, Variant::Demo));
        let server = step("server", || Ok((server::build(Profile::Dev)?, "dev".to_owned())));
        (server, page.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    page.and(server)
}

/// Starts another process to build the module of the simulator's page, since this one becomes the server.
fn build_simulator_beside() -> Result<(), String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut beside = Command::new("sh");
    beside.args(["-c", WHILE_SERVED, "xtask"]).arg(own).arg(project::log("demo simulator"));
    // Only the server is to get Ctrl-C; the script ends when the server does.
    beside.process_group(0).stdin(Stdio::null());
    beside.spawn().map(drop).map_err(|error| format!("sh: {error}"))
}
