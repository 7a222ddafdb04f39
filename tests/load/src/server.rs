//! The measured server: its start on its own core, and what it has used.

use crate::Fault;
use crate::product::Product;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

const SERVER_CORE: &str = "0";
const OUR_CORE: &str = "1";
const READY_LIMIT: Duration = Duration::from_secs(20);
const TICKS_PER_SECOND: u64 = 100;

/// What a process has used so far.
#[derive(Clone, Copy)]
pub(crate) struct Usage {
    pub(crate) resident_bytes: u64,
    pub(crate) cpu: Duration,
}

pub(crate) struct Server {
    /// Killed when this value is dropped.
    child: Child,
    port: u16,
    version: String,
}

impl Server {
    pub(crate) async fn start(product: &Product) -> Result<Server, Fault> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let version = product.version().await?;
        let mut command = pinned(product.program());
        product.arguments(&mut command, port)?;
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = child.kill_on_drop(true).spawn()?;
        let up = async {
            while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(READY_LIMIT, up).await.map_err(|_| format!("{version} did not get ready"))?;
        Ok(Server { child, port, version })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    pub(crate) fn usage(&self) -> Result<Usage, Fault> {
        let folder = PathBuf::from("/proc").join(self.child.id().ok_or("ended")?.to_string());
        let status = std::fs::read_to_string(folder.join("status"))?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let resident =
            resident.and_then(|text| text.trim().strip_suffix(" kB")).ok_or("no VmRSS")?;
        let stat = std::fs::read_to_string(folder.join("stat"))?;
        // The fields after the name, which is in parentheses; utime and stime are fields 14 and 15.
        let (_, fields) = stat.rsplit_once(')').ok_or("no name")?;
        let mut fields = fields.split_ascii_whitespace().skip(11);
        let mut ticks = || fields.next().unwrap_or_default().parse::<u64>();
        let ticks = ticks()? + ticks()?;
        Ok(Usage {
            resident_bytes: resident.parse::<u64>()? * 1_024,
            cpu: Duration::from_millis(ticks * 1_000 / TICKS_PER_SECOND),
        })
    }
}

fn pinned(program: &Path) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", SERVER_CORE]).arg(program);
    command
}

/// Keeps this process off the server's core. Without `taskset` the server would not have started
/// either.
pub(crate) fn pin_this_process() {
    let own = std::process::id().to_string();
    let mut command = std::process::Command::new("taskset");
    command.args(["-a", "-c", "-p", OUR_CORE, &own]).stdout(Stdio::null());
    let _ = command.status();
}
