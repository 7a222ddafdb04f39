//! Builds and starts `holdfast-server` for the commands that need it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::netns::Network;
use crate::process;
use crate::project::{self, io_error};

/// The name of the server's package and of its program.
pub(crate) const PACKAGE: &str = "holdfast-server";
const BUILD_LIMIT: Duration = Duration::from_secs(30 * 60);
const READY_LIMIT: Duration = Duration::from_secs(20);
/// The text that the server prints, followed by its address, once it answers.
const READY: &str = "ready: ";

/// How much the compiler is to optimise.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    Dev,
    Release,
}

/// Builds the server and returns the program.
pub(crate) fn build(profile: Profile) -> Result<PathBuf, String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--locked", "--package", PACKAGE]);
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => {
            cargo.arg("--release");
            "release"
        }
    };
    cargo.current_dir(project::root());
    process::run(&mut cargo, &project::log("build server"), BUILD_LIMIT)?;
    Ok(project::target().join(folder).join(PACKAGE))
}

/// The arguments of a server that serves the demo page and hands out tokens.
pub(crate) fn dev_arguments(command: &mut Command, sdk: &Path) {
    command.arg("--dev");
    // The same secret at every start, so that open pages reconnect by themselves.
    let secret = project::target().join("demo-app-secret");
    command.arg("--app-secret-file").arg(secret);
    command.arg("--www").arg(project::root().join("www"));
    command.arg("--sdk").arg(sdk);
}

/// A running server; dropping this value ends it.
pub(crate) struct Server {
    child: Child,
}

impl Server {
    /// Starts it in `network` on `port` of loopback; returns once it says that it is ready.
    pub(crate) fn start(program: &Path, network: &Network, port: u16) -> Result<Self, String> {
        let mut command = network.command(program);
        dev_arguments(&mut command, &project::npm_package());
        command.arg("--listen").arg(format!("127.0.0.1:{port}")).args(["--media-port", "0"]);
        if network.is_loopback() {
            command.args(["--public-ip", "127.0.0.1"]);
        }
        let log = project::log("server");
        let errors = std::fs::File::create(&log).map_err(io_error(&log))?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("{}: {error}", process::shown(&command)))?;
        let (send, receive) = mpsc::channel();
        if let Some(output) = child.stdout.take() {
            // Reads on after the line, so that a full pipe never blocks the server.
            std::thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    if line.starts_with(READY) {
                        // The receiver is gone if the line comes a second time.
                        let _ = send.send(());
                    }
                }
            });
        }
        let server = Self { child };
        receive
            .recv_timeout(READY_LIMIT)
            .map_err(|_| format!("holdfast-server did not get ready:\n{}", process::tail(&log)))?;
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        process::end(&mut self.child);
    }
}
