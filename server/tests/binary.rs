//! The program itself: its start, its files, its end.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("holdfast-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn start(folder: &Path, flags: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_holdfast-server"))
        .args([
            "--listen",
            "127.0.0.1:0",
            "--media-port",
            "0",
            "--public-ip",
            "127.0.0.1",
        ])
        .args(flags)
        .env_remove("RUST_LOG")
        .env_remove("HOLDFAST_APP_SECRET")
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn end_with(signal: &str) {
    let folder = folder(signal);
    let mut child = start(&folder, &[]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.next().unwrap().unwrap();
    let port = ready
        .strip_prefix("ready: http://localhost:")
        .expect("the ready line");
    assert_ne!(port.parse::<u16>().unwrap(), 0);
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-s", signal, &pid])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(lines.next().is_none(), "one line on stdout, no more");

    let file = folder.join("holdfast-app-secret");
    let secret = std::fs::read_to_string(&file).unwrap();
    assert_eq!(secret.trim().len(), 64);
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let mut log = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    assert!(
        log.contains("holdfast-app-secret") && !log.contains(secret.trim()),
        "{log}"
    );
    assert!(
        log.contains("listening") && log.contains("stopped"),
        "{log}"
    );
    assert!(!log.contains("development"), "{log}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn it_starts_with_hardly_any_arguments_and_sigterm_ends_it_cleanly() {
    end_with("TERM");
}

#[test]
fn sigint_ends_it_cleanly() {
    end_with("INT");
}

#[test]
fn dev_says_so_and_keeps_its_secret_in_memory() {
    let folder = folder("dev");
    let mut child = start(&folder, &["--dev"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.next().unwrap().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let mut log = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    assert!(log.contains("development only"), "{log}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn what_stops_it_from_starting_is_said_in_one_line() {
    let folder = folder("bad");
    std::fs::write(folder.join("holdfast-app-secret"), "not hex at all").unwrap();
    let mut child = start(&folder, &[]);
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let mut log = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    assert!(
        log.contains("app secret file holdfast-app-secret: not hex"),
        "{log}"
    );
    std::fs::remove_dir_all(&folder).unwrap();
}
