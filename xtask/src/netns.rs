//! A network for the tests alone: server and browser run in a namespace, where they can reach only
//! loopback and the two ends of one cable.
//!
//! ```text
//! namespace holdfast-PID:  lo 127.0.0.1    host0 10.77.0.1/24 ═══ veth ═══ host1 (no address)
//! ```
//!
//! host0 is like a real interface, so Chromium offers its address as an ICE candidate, which it does
//! not do for loopback. There is no route out, so name look-ups fail at once.

use std::io::Write;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::process;

/// A namespace's name is this prefix and the pid of the program that made it; the pid shows which are stale.
const PREFIX: &str = "holdfast-";
const ADDRESS: &str = "10.77.0.1/24";
/// The port of a server in a namespace, where every port is free.
const PORT: u16 = 8080;

/// Removes the namespace `$1`, and ends all that runs in it, when the script's input ends. That happens
/// however the program that made the namespace ends. `$2` is `ip`.
const GUARD: &str = r#"
trap "" INT TERM HUP
read -r _
for signal in TERM KILL; do
    pids=$("$2" netns pids "$1") || break
    [ -n "$pids" ] || break
    kill -"$signal" $pids
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        [ -n "$("$2" netns pids "$1")" ] || break
        sleep 0.1
    done
done
"$2" netns delete "$1"
"#;

/// Where tests with a browser run.
pub(crate) enum Network {
    /// A namespace that lasts as long as this value.
    Namespace(Namespace),
    /// The machine's own loopback.
    Loopback {
        /// Why there is no namespace.
        reason: String,
    },
}

/// A namespace; dropping it, or the end of this program in any way, removes it.
pub(crate) struct Namespace {
    name: String,
    ip: std::path::PathBuf,
    guard: Child,
}

impl Network {
    /// Opens a namespace if one can be made, else loopback.
    pub(crate) fn open() -> Self {
        match Namespace::make() {
            Ok(namespace) => Self::Namespace(namespace),
            Err(reason) => Self::Loopback { reason },
        }
    }

    pub(crate) fn is_loopback(&self) -> bool {
        matches!(self, Self::Loopback { .. })
    }

    /// What to tell the user about it.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Namespace(namespace) => {
                format!("browser tests run in the network namespace {}", namespace.name)
            }
            Self::Loopback { reason } => {
                format!("browser tests run on plain loopback: no network namespace ({reason})")
            }
        }
    }

    /// The command to run a program in this network. Its variables tell it which network that is:
    /// `HOLDFAST_NETNS` is the namespace's name or empty, `HOLDFAST_LOOPBACK` is 1 without one.
    pub(crate) fn command(&self, program: &Path) -> Command {
        match self {
            Self::Namespace(namespace) => {
                let mut command = Command::new(&namespace.ip);
                command.args(["netns", "exec", &namespace.name]).arg(program);
                command.env("HOLDFAST_NETNS", &namespace.name).env_remove("HOLDFAST_LOOPBACK");
                command
            }
            Self::Loopback { .. } => {
                let mut command = Command::new(program);
                command.env("HOLDFAST_NETNS", "").env("HOLDFAST_LOOPBACK", "1");
                command
            }
        }
    }

    /// A port of 127.0.0.1 that nothing listens on.
    pub(crate) fn free_port(&self) -> Result<u16, String> {
        if !self.is_loopback() {
            return Ok(PORT);
        }
        TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .map(|address| address.port())
            .map_err(|error| format!("no free port: {error}"))
    }
}

impl Namespace {
    fn make() -> Result<Self, String> {
        if !process::is_root() {
            return Err("only root can make one".to_owned());
        }
        let ip = process::find("ip").ok_or("there is no ip; run: apt-get install iproute2")?;
        sweep(&ip);
        let name = format!("{PREFIX}{}", std::process::id());
        process::text(Command::new(&ip).args(["netns", "add", &name]))?;
        let guard = Command::new("sh")
            .args(["-c", GUARD, "guard", &name])
            .arg(&ip)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Only the tests are to get Ctrl-C; the guard cleans up after them.
            .process_group(0)
            .spawn()
            .map_err(|error| format!("sh: {error}"));
        let namespace = match guard {
            Ok(guard) => Self { name, ip, guard },
            Err(reason) => {
                remove(&ip, &name);
                return Err(reason);
            }
        };
        namespace.connect().map(|()| namespace)
    }

    /// Brings up loopback and the cable.
    fn connect(&self) -> Result<(), String> {
        let steps: [&[&str]; 5] = [
            &["link", "set", "lo", "up"],
            &["link", "add", "host0", "type", "veth", "peer", "name", "host1"],
            &["address", "add", ADDRESS, "dev", "host0"],
            &["link", "set", "host0", "up"],
            &["link", "set", "host1", "up"],
        ];
        for words in steps {
            process::text(Command::new(&self.ip).args(["-n", &self.name]).args(words))?;
        }
        // Some containers allow making a namespace but not entering it.
        process::text(Command::new(&self.ip).args(["netns", "exec", &self.name, "true"]))?;
        Ok(())
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        if let Some(mut input) = self.guard.stdin.take() {
            // If the guard is gone the write fails; then there is nothing left to clean.
            let _ = input.write_all(b"\n");
        }
        let _ = self.guard.wait();
    }
}

/// Removes namespaces whose programs and guards have both ended.
fn sweep(ip: &Path) {
    let Ok(list) = process::text(Command::new(ip).args(["netns", "list"])) else {
        return;
    };
    for name in list.lines().filter_map(|line| line.split_whitespace().next()) {
        let pid = name.strip_prefix(PREFIX).and_then(|pid| pid.parse::<u32>().ok());
        if pid.is_some_and(|pid| !Path::new("/proc").join(pid.to_string()).exists()) {
            remove(ip, name);
        }
    }
}

fn remove(ip: &Path, name: &str) {
    // The next sweep finds a namespace that cannot be removed now.
    let _ = process::text(Command::new(ip).args(["netns", "delete", name]));
}
