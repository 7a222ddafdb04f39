//! Command line and environment.

use crate::front::FrontTimeouts;
use crate::front::places::PlaceLimits;
use crate::tripwire::Tripwire;
use crate::wire::QueueLimits;
use clap::Parser;
use holdfast_protocol::limit;
use rand::TryRngCore;
use rand::rngs::OsRng;
use std::fmt;
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The variable that holds the app's secret in hex.
pub const SECRET_VARIABLE: &str = "HOLDFAST_APP_SECRET";
const SECRET_FILE: &str = "holdfast-app-secret";
const SECRET_BYTES: usize = 32;
const SECRET_BYTES_MIN: usize = 16;

/// Limit on one address's connections that are not room links: those of some forty browsers at
/// once.
const CONNECTIONS_PER_ADDRESS: usize = 256;

/// Room server and embedded WHIP/WHEP SFU. Works with no arguments.
///
/// The app's secret is read from the environment variable HOLDFAST_APP_SECRET (hex), else from
/// the file of --app-secret-file.
#[derive(Clone, Debug, Parser)]
#[command(name = "holdfast-server", version)]
pub struct Config {
    /// Where to listen for HTTP and WebSockets; port 0 = any free one
    #[arg(long, default_value = "0.0.0.0:8080")]
    pub listen: SocketAddr,

    /// The app's number, part of every login
    #[arg(long, default_value_t = 1)]
    pub app_id: u32,

    /// File with the app's secret in hex, made if missing [default: holdfast-app-secret]
    #[arg(long, value_name = "PATH")]
    pub app_secret_file: Option<PathBuf>,

    /// For development only: anyone gets a token from POST /dev/token
    #[arg(long)]
    pub dev: bool,

    /// With --dev: pages of this origin get tokens too, besides those of this machine and those
    /// opened by this server's IP address; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    pub dev_origin: Vec<String>,

    /// Folder served at /
    #[arg(long, value_name = "DIR", default_value = "www")]
    pub www: PathBuf,

    /// Folder served at /sdk/
    #[arg(long, value_name = "DIR", default_value = "target/npm/holdfast-rtc")]
    pub sdk: PathBuf,

    /// Folder served at /simulator-module/, for the page simulator.html
    #[arg(long, value_name = "DIR", default_value = "target/npm/holdfast-simulator")]
    pub simulator: PathBuf,

    /// UDP port of all media; 0 = any free one
    #[arg(long, value_name = "PORT", default_value_t = 8081)]
    pub media_port: u16,

    /// Address players and publishers reach this machine at; may be repeated
    /// [default: every address of this machine, loopback and link-local ones left out]
    #[arg(long, value_name = "IP")]
    pub public_ip: Vec<IpAddr>,

    /// Most that one media session's client may send, in Mbit/s; what comes over it is dropped.
    /// 0 = no limit
    #[arg(long, value_name = "MBIT/S", default_value_t = 20)]
    pub publisher_mbps: u32,

    /// Seconds a session is kept without a link
    #[arg(long, value_name = "SECONDS", default_value = "90", value_parser = parse_seconds)]
    pub grace: Duration,

    /// Seconds by which the clocks of those who make tokens may differ from this machine's
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = parse_seconds)]
    pub token_leeway: Duration,

    /// A room token that names no room is good for every room of its user (docs/operations.md)
    #[arg(long)]
    pub user_tokens: bool,

    /// How long a link may be quiet before the server sends a heartbeat
    #[arg(long, value_name = "MS", default_value_t = holdfast_protocol::timing::HEARTBEAT_MS,
          value_parser = clap::value_parser!(u64).range(50..=60_000))]
    pub heartbeat_ms: u64,

    /// File that names further media servers (docs/nodes.md)
    #[arg(long, value_name = "FILE")]
    pub nodes: Option<PathBuf>,

    /// Serve WHIP and WHEP only, as a node of a room server with the same app secret
    #[arg(long, conflicts_with_all = ["nodes", "dev", "user_tokens"])]
    pub media_node: bool,

    /// Open connections of one address, room links not counted; 0 = as many as there may be in all
    /// [default: 256; 0 with --trust-forwarded-for]
    #[arg(long, value_name = "NUMBER")]
    pub connections_per_address: Option<usize>,

    /// Behind a reverse proxy: believe its X-Forwarded-For, for the addresses in the log
    #[arg(long)]
    pub trust_forwarded_for: bool,

    /// Limits of each link.
    #[arg(skip)]
    pub limits: LinkLimits,

    /// Where tests have the server panic.
    #[arg(skip)]
    pub tripwire: Tripwire,

    /// How many connections there may be, if not as many as the descriptors allow.
    #[arg(skip)]
    pub places: Option<PlaceLimits>,

    /// How long a client may take over a request.
    #[arg(skip)]
    pub front_timeouts: FrontTimeouts,
}

/// How much one link may send, and how far it may fall behind.
#[derive(Clone, Copy, Debug)]
pub struct LinkLimits {
    /// Frames a second, on average.
    pub frames_per_second: f64,
    /// Frames at once.
    pub frames_burst: f64,
    /// Messages waiting to be sent.
    pub queue_messages_max: usize,
    /// How many bytes may wait, not counting the message that is being sent.
    pub queue_bytes_max: usize,
}

impl LinkLimits {
    pub(crate) fn queue(&self) -> QueueLimits {
        QueueLimits { commands: self.queue_messages_max, bytes: self.queue_bytes_max }
    }
}

impl Default for LinkLimits {
    fn default() -> LinkLimits {
        LinkLimits {
            frames_per_second: limit::FRAMES_PER_SECOND as f64,
            frames_burst: limit::FRAMES_AT_ONCE as f64,
            queue_messages_max: 1_024,
            queue_bytes_max: 1024 * 1024,
        }
    }
}

impl Config {
    /// Warn about missing folders: a browser would only see 404.
    pub fn warn_of_missing_folders(&self) {
        let www = "start the server in the repository's folder";
        let sdk = "make it with `cargo xtask build`";
        for (flag, folder, advice) in [("--www", &self.www, www), ("--sdk", &self.sdk, sdk)] {
            if !folder.is_dir() {
                let folder = folder.display();
                tracing::warn!("folder {folder} is missing: {advice}, or name another with {flag}");
            }
        }
    }
}

impl Config {
    pub(crate) fn connections_per_address(&self) -> usize {
        // All connections through a proxy come from the proxy's address.
        let default = if self.trust_forwarded_for { 0 } else { CONNECTIONS_PER_ADDRESS };
        self.connections_per_address.unwrap_or(default)
    }

    /// Anyone could read a secret in a folder that is served.
    pub(crate) fn check_that_no_secret_is_served(&self) -> Result<(), StartError> {
        if self.media_node {
            return Ok(());
        }
        let secret = self.app_secret_file.as_deref().unwrap_or(Path::new(SECRET_FILE));
        let secrets = [("app secret file", Some(secret)), ("nodes file", self.nodes.as_deref())];
        let served = [("--www", &self.www), ("--sdk", &self.sdk), ("--simulator", &self.simulator)];
        for (what, path) in secrets {
            let Some(path) = path.and_then(place_of) else {
                continue;
            };
            for (flag, folder) in served {
                if folder.canonicalize().is_ok_and(|folder| path.starts_with(folder)) {
                    let what = format!("{what} {}", path.display());
                    let why = format!("everybody could read it in the folder of {flag}: move it");
                    return Err(StartError::new(what, why));
                }
            }
        }
        Ok(())
    }
}

/// Where a file is, or where it would be made.
fn place_of(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok().or_else(|| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
        Some(folder.join(path.file_name()?))
    })
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("'{text}' is not a number of seconds"))?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if duration <= Duration::from_secs(86_400) => Ok(duration),
        _ => Err("must be from 0 to 86400 seconds".to_owned()),
    }
}

/// Why the server did not start.
#[derive(Debug)]
pub struct StartError(String);

impl StartError {
    /// What failed, and why.
    pub fn new(what: impl fmt::Display, why: impl fmt::Display) -> StartError {
        StartError(format!("{what}: {why}"))
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

/// The app's secret: from the environment or the file; with `--dev` and neither, a new one.
pub fn app_secret(config: &Config) -> Result<Vec<u8>, StartError> {
    if let Some(text) = std::env::var_os(SECRET_VARIABLE) {
        tracing::info!(variable = SECRET_VARIABLE, "app secret from the environment");
        return parse_secret(SECRET_VARIABLE, &text.to_string_lossy());
    }
    match &config.app_secret_file {
        None if config.media_node => read_secret(Path::new(SECRET_FILE)),
        None if config.dev => {
            tracing::info!("app secret made for this run only");
            new_secret()
        }
        None => read_or_make_secret(Path::new(SECRET_FILE)),
        Some(path) if config.media_node => read_secret(path),
        Some(path) => read_or_make_secret(path),
    }
}

/// The room server's secret. One made here would be useless.
fn read_secret(path: &Path) -> Result<Vec<u8>, StartError> {
    if !path.exists() {
        let what = format!("app secret file {}", path.display());
        return Err(StartError::new(what, "missing; a media node needs the room server's secret"));
    }
    read_or_make_secret(path)
}

fn read_or_make_secret(path: &Path) -> Result<Vec<u8>, StartError> {
    let what = format!("app secret file {}", path.display());
    match std::fs::read_to_string(path) {
        Ok(text) => {
            tracing::info!(path = %path.display(), "app secret read");
            parse_secret(&what, &text)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let secret = new_secret()?;
            write_secret(path, &secret).map_err(|error| StartError::new(what, error))?;
            tracing::info!(path = %path.display(), "app secret made");
            Ok(secret)
        }
        Err(error) => Err(StartError::new(what, error)),
    }
}

fn parse_secret(what: &str, text: &str) -> Result<Vec<u8>, StartError> {
    // The parser's own error would quote a character of the secret.
    let secret = hex::decode(text.trim()).map_err(|_| StartError::new(what, "not hex"))?;
    if secret.len() < SECRET_BYTES_MIN {
        return Err(StartError::new(what, format!("shorter than {SECRET_BYTES_MIN} bytes")));
    }
    Ok(secret)
}

fn new_secret() -> Result<Vec<u8>, StartError> {
    let mut secret = vec![0; SECRET_BYTES];
    OsRng.try_fill_bytes(&mut secret).map_err(|error| StartError::new("randomness", error))?;
    Ok(secret)
}

fn write_secret(path: &Path, secret: &[u8]) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{}", hex::encode(secret))?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_arguments_are_enough_and_have_the_documented_defaults() {
        let config = Config::parse_from(["holdfast-server"]);
        assert_eq!(config.listen.to_string(), "0.0.0.0:8080");
        assert_eq!((config.app_id, config.media_port, config.dev), (1, 8081, false));
        assert_eq!(config.grace, Duration::from_secs(90));
        assert_eq!(config.heartbeat_ms, 1_000);
        assert!(Config::try_parse_from(["holdfast-server", "--grace", "-1"]).is_err());
        assert!(Config::try_parse_from(["holdfast-server", "--heartbeat-ms", "0"]).is_err());
    }

    #[test]
    fn a_secret_file_is_made_once_readable_by_its_owner_only() {
        let folder = std::env::temp_dir().join(format!("holdfast-secret-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("secret");
        let made = read_or_make_secret(&path).unwrap();
        assert_eq!(made.len(), SECRET_BYTES);
        assert_eq!(read_or_make_secret(&path).unwrap(), made);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(&path, "zz").unwrap();
        assert!(read_or_make_secret(&path).unwrap_err().to_string().ends_with("not hex"));
        std::fs::write(&path, "00ff").unwrap();
        assert!(read_or_make_secret(&path).unwrap_err().to_string().contains("shorter"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
