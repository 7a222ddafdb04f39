//! Installs Debian packages, if apt is there and we are allowed to.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::process;

const LIMIT: Duration = Duration::from_secs(15 * 60);

/// Installs `packages`; an error ends with the command that a person can run instead.
pub(crate) fn install(packages: &[&str], log: &Path) -> Result<(), String> {
    let by_hand = format!("run: sudo apt-get install {}", packages.join(" "));
    if process::find("apt-get").is_none() {
        return Err(format!("no apt-get here; install by hand: {}", packages.join(" ")));
    }
    let Some(become_root) = become_root() else {
        return Err(format!("installing needs root; {by_hand}"));
    };
    let run = |words: &[&str]| process::run(&mut apt_get(become_root, words), log, LIMIT);
    // The usual cause of a failure is that apt's lists are absent or old, so fetch them then.
    let mut words = vec!["install", "-y", "--no-install-recommends", "--no-remove"];
    words.extend(packages);
    let installed = if packages.iter().all(|package| is_known(package)) {
        run(&words)
    } else {
        Err(String::new())
    };
    installed
        .or_else(|_| run(&["update"]).and_then(|()| run(&words)))
        .map_err(|reason| format!("{reason}\n{by_hand}"))
}

/// Whether apt's lists have this package.
pub(crate) fn is_known(package: &str) -> bool {
    process::text(Command::new("apt-cache").args(["policy", package]))
        .is_ok_and(|policy| policy.contains("Candidate: ") && !policy.contains("Candidate: (none)"))
}

/// The words to put before a command to run it as root without a password prompt; `None` if that is impossible.
fn become_root() -> Option<&'static [&'static str]> {
    if process::is_root() {
        return Some(&[]);
    }
    process::find("sudo")?;
    process::text(Command::new("sudo").args(["-n", "true"])).ok()?;
    Some(&["sudo", "-n"])
}

fn apt_get(become_root: &[&str], words: &[&str]) -> Command {
    let mut line = become_root.to_vec();
    line.extend(["env", "DEBIAN_FRONTEND=noninteractive"]);
    line.extend(["apt-get", "-o", "DPkg::Lock::Timeout=300"]);
    line.extend(words);
    let mut command = Command::new(line[0]);
    command.args(&line[1..]);
    command
}
