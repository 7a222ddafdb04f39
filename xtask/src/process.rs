//! Starts other programs: their output goes to a log, and each has a time limit.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::project::io_error;

/// How many lines of a failed program's log are shown.
const TAIL_LINES: usize = 60;
const POLL: Duration = Duration::from_millis(20);

/// Variables that `cargo run` sets for this program and that would mislead another Rust toolchain.
const FROM_OUR_CARGO: [&str; 6] =
    ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN", "LD_LIBRARY_PATH", "CARGO_TARGET_DIR"];

/// Keeps a program from using the Rust toolchain that runs this one.
pub(crate) fn forget_our_cargo(command: &mut Command) -> &mut Command {
    for name in FROM_OUR_CARGO {
        command.env_remove(name);
    }
    command
}

/// The first file of this name on PATH or in the folders of system tools.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/local/bin", "/usr/bin", "/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// Whether this process runs as root. Asks `id`, since std has no call for it.
pub(crate) fn is_root() -> bool {
    text(Command::new("id").arg("-u")).is_ok_and(|uid| uid == "0")
}

/// Runs a program to its end and returns its output, trimmed. For short queries only.
pub(crate) fn text(command: &mut Command) -> Result<String, String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{}: {error}", shown(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{}: {}: {}", shown(command), output.status, said.trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a program to its end with all output in `log`; an error contains the log's last lines.
pub(crate) fn run(command: &mut Command, log: &Path, limit: Duration) -> Result<(), String> {
    let ended = run_to_status(command, log, limit)?;
    if ended.success() {
        return Ok(());
    }
    Err(format!("{}: {ended}\n{}", shown(command), tail(log)))
}

/// Like [`run`], for programs whose failure the caller reads from the log.
pub(crate) fn run_to_status(
    command: &mut Command,
    log: &Path,
    limit: Duration,
) -> Result<ExitStatus, String> {
    if let Some(folder) = log.parent() {
        std::fs::create_dir_all(folder).map_err(io_error(folder))?;
    }
    let out = File::create(log).map_err(io_error(log))?;
    let err = out.try_clone().map_err(io_error(log))?;
    let mut child = command
        .env("NO_COLOR", "1")
        .env("CARGO_TERM_COLOR", "never")
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(err)
        .spawn()
        .map_err(|error| format!("{}: {error}", shown(command)))?;
    match wait(&mut child, limit)? {
        Some(status) => Ok(status),
        None => {
            end(&mut child);
            let secs = limit.as_secs();
            Err(format!("{}: stopped after {secs} s\n{}", shown(command), tail(log)))
        }
    }
}

/// Stops a program and waits until it is gone.
pub(crate) fn end(child: &mut Child) {
    // Both fail only if the program has ended already.
    let _ = child.kill();
    let _ = child.wait();
}

/// The program's status, or `None` if it still runs when the limit is over.
fn wait(child: &mut Child, limit: Duration) -> Result<Option<ExitStatus>, String> {
    let deadline = Instant::now() + limit;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(Some(status)),
            Ok(None) if Instant::now() >= deadline => return Ok(None),
            Ok(None) => std::thread::sleep(POLL),
            Err(error) => return Err(format!("waiting for a program: {error}")),
        }
    }
}

/// The last lines of a log.
pub(crate) fn tail(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(TAIL_LINES);
    let mut shown = lines[from..].join("\n");
    if from > 0 {
        shown.insert_str(0, &format!("[… {from} lines more in {}]\n", log.display()));
    }
    shown
}

/// The command as it would be typed, without its variables.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
