//! The program under attack, and what the system reports about it.

use super::client::Site;
use holdfast_server::token::Keys;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) const SECRET: [u8; 32] = [0x5e; 32];
const APP: u32 = 1;
/// Clock ticks of `/proc` in a second.
const TICKS: u64 = 100;

pub(crate) struct Process {
    child: Child,
    addr: SocketAddr,
    /// Its working folder, with its log and whatever a test puts there.
    pub(crate) folder: PathBuf,
    /// Kept open, because the program must not write to a closed pipe.
    _stdout: BufReader<ChildStdout>,
}

impl Process {
    /// Start it with at most this many descriptors (0: no limit), and wait until it listens.
    pub(crate) fn start(flags: &[&str], descriptors: u32) -> Process {
        let folder = new_folder();
        let command = command(flags, descriptors, &folder);
        Process::run(command, folder).unwrap_or_else(|log| panic!("it did not start:\n{log}"))
    }

    /// Run it in its folder. If it does not start to listen, returns its log.
    pub(crate) fn run(mut command: Command, folder: PathBuf) -> Result<Process, String> {
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut ready = String::new();
        stdout.read_line(&mut ready).unwrap();
        let port = ready.trim().rsplit(':').next().and_then(|port| port.parse().ok());
        let port: Option<u16> = port;
        let addr = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port.unwrap_or_default());
        let process = Process { child, addr, folder, _stdout: stdout };
        if port.is_some() { Ok(process) } else { Err(process.log()) }
    }

    /// The server as seen by clients at an address of this machine.
    pub(crate) fn site(&self, from: IpAddr) -> Site {
        Site::new(self.addr, Arc::new(Keys::new(APP, SECRET.to_vec())), from)
    }

    /// The exit status, if it has ended.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(self.folder.join("log")).unwrap()).into_owned()
    }

    pub(crate) fn gauge(&self) -> Gauge {
        Gauge { pid: self.child.id(), log: self.folder.join("log") }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself, and nothing depends on the folder.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A new folder for each run.
pub(crate) fn new_folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("holdfast-hostile-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The program with defaults except for its ports and its secret. It logs to a file.
pub(crate) fn command(flags: &[&str], descriptors: u32, folder: &PathBuf) -> Command {
    let built = env!("CARGO_BIN_EXE_holdfast-server").to_owned();
    let program = std::env::var("HOLDFAST_SERVER_BIN").unwrap_or(built);
    let limit = match descriptors {
        0 => String::new(),
        count => format!("ulimit -n {count} && "),
    };
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{limit}exec \"$0\" \"$@\"")])
        .arg(program)
        .args(["--listen", "127.0.0.1:0", "--media-port", "0", "--public-ip", "127.0.0.1"])
        .args(flags)
        .env_remove("RUST_LOG")
        .env("HOLDFAST_APP_SECRET", hex::encode(SECRET))
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(File::create(folder.join("log")).unwrap());
    command
}

/// Reads how much a process uses.
#[derive(Clone)]
pub(crate) struct Gauge {
    pid: u32,
    log: PathBuf,
}

impl Gauge {
    /// Resident memory; 0 if the process is gone.
    pub(crate) fn memory_kb(&self) -> u64 {
        let status = self.read("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
    }

    /// CPU time used so far.
    pub(crate) fn cpu_ms(&self) -> u64 {
        let stat = self.read("stat");
        // The name may contain anything, but ends at the last bracket.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok());
        ticks.sum::<u64>() * 1_000 / TICKS
    }

    pub(crate) fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.pid)).map_or(0, Iterator::count)
    }

    pub(crate) fn log_bytes(&self) -> u64 {
        std::fs::metadata(&self.log).map_or(0, |metadata| metadata.len())
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{name}", self.pid)).unwrap_or_default()
    }
}
