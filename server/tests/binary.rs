//! The program itself: how it starts, which files it serves, how it ends.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("holdfast-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// Start it with defaults, except for what keeps two tests from using the same ports.
fn start(folder: &Path, flags: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_holdfast-server"))
        .args(["--listen", "127.0.0.1:0", "--media-port", "0"])
        .args(flags)
        .env_remove("RUST_LOG")
        .env_remove("HOLDFAST_APP_SECRET")
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What is served in this folder at these paths, and what the log contains.
fn served(folder: &Path, paths: [&str; 2]) -> ([(u16, String); 2], String) {
    let mut child = start(folder, &[]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.next().unwrap().unwrap();
    let port = ready.rsplit(':').next().unwrap();
    let answers = paths.map(|path| {
        let mut tcp = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
        write!(tcp, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        tcp.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.to_owned())
    });
    (answers, ended(child))
}

/// Stop it like an operator does. Returns its log.
fn ended(mut child: Child) -> String {
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-s", "TERM", &pid]).status().unwrap().success());
    child.wait().unwrap();
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    log
}

#[test]
fn without_its_folders_it_says_which_are_missing_and_serves_the_rest() {
    let folder = folder("no-folders");
    let (answers, log) = served(&folder, ["/", "/sdk/index.js"]);
    assert_eq!(answers.map(|(status, _)| status), [404, 404]);
    for (folder, flag) in [("www", "--www"), ("target/npm/holdfast-rtc", "--sdk")] {
        let missing = format!("folder {folder} is missing: ");
        let line = log.lines().find(|line| line.contains(&missing));
        assert!(line.is_some_and(|line| line.contains(flag)), "{log}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn with_its_folders_in_place_it_needs_no_arguments_to_serve_them() {
    let folder = folder("folders");
    let (www, sdk) = (folder.join("www"), folder.join("target/npm/holdfast-rtc"));
    std::fs::create_dir_all(&www).unwrap();
    std::fs::create_dir_all(&sdk).unwrap();
    std::fs::write(www.join("index.html"), "the page").unwrap();
    std::fs::write(sdk.join("index.js"), "the sdk").unwrap();
    let (answers, log) = served(&folder, ["/", "/sdk/index.js"]);
    let expected = ["the page", "the sdk"].map(|body| (200, body.to_owned()));
    assert_eq!(answers, expected);
    assert!(!log.contains("is missing"), "{log}");
    std::fs::remove_dir_all(&folder).unwrap();
}

fn end_with(signal: &str) {
    let folder = folder(signal);
    let mut child = start(&folder, &[]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.next().unwrap().unwrap();
    let port = ready.strip_prefix("ready: http://localhost:").expect("the ready line");
    assert_ne!(port.parse::<u16>().unwrap(), 0);
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(lines.next().is_none(), "one line on stdout, no more");

    let file = folder.join("holdfast-app-secret");
    let secret = std::fs::read_to_string(&file).unwrap();
    assert_eq!(secret.trim().len(), 64);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.contains("holdfast-app-secret") && !log.contains(secret.trim()), "{log}");
    assert!(log.contains("listening") && log.contains("stopped"), "{log}");
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
    let log = ended(child);
    assert!(log.contains("development only"), "{log}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_bad_file_of_nodes_stops_it_and_its_secrets_stay_there() {
    let folder = folder("bad-nodes");
    let node = "[[node]]\nname = \"x\"\nauth = { bearer = \"hunter2\" }\n";
    std::fs::write(folder.join("nodes.toml"), node).unwrap();
    let mut child = start(&folder, &["--nodes", "nodes.toml"]);
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.contains("nodes file nodes.toml: line 1: missing field `whip`"), "{log}");
    assert!(!log.contains("hunter2"), "{log}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_media_node_makes_no_secret_of_its_own() {
    let folder = folder("media-node");
    let mut child = start(&folder, &["--media-node"]);
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.contains("needs the room server's secret"), "{log}");
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
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.contains("app secret file holdfast-app-secret: not hex"), "{log}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_secret_that_would_be_served_stops_it() {
    let folder = folder("served-secret");
    let sub = folder.join("www/deep");
    std::fs::create_dir_all(&sub).unwrap();
    for flags in [
        &["--www", "."][..],
        &["--app-secret-file", "www/deep/secret"],
        &["--sdk", "../", "--app-secret-file", "secret"],
        &["--app-secret-file", "../secret", "--nodes", "www/nodes.toml"],
    ] {
        let child = start(&folder, flags);
        let output = child.wait_with_output().unwrap();
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{log}");
        assert!(log.contains("everybody could read it"), "{log}");
    }
    assert_eq!(std::fs::read_dir(&sub).unwrap().count(), 0, "no secret was made");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn refused_requests_are_gathered_and_the_log_has_addresses_and_no_colours() {
    let folder = folder("flood");
    let mut child = start(&folder, &["--trust-forwarded-for"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.next().unwrap().unwrap();
    let port = ready.rsplit(':').next().unwrap();
    let mut tcp = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    let request = "GET /nothing HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 192.0.2.9\r\n\r\n";
    const REQUESTS: usize = 2_000;
    let mut reader = tcp.try_clone().unwrap();
    let reading = std::thread::spawn(move || {
        let mut answers = Vec::new();
        let mut buffer = [0; 65_536];
        let has_all = |answers: &[u8]| {
            String::from_utf8_lossy(answers).matches("HTTP/1.1 404").count() == REQUESTS
        };
        while !has_all(&answers) {
            let read = reader.read(&mut buffer).unwrap();
            assert_ne!(read, 0);
            answers.extend_from_slice(&buffer[..read]);
        }
    });
    let begun = std::time::Instant::now();
    tcp.write_all(request.repeat(REQUESTS).as_bytes()).unwrap();
    reading.join().unwrap();
    let log = ended(child);
    let told = log.lines().filter(|line| line.contains("request refused")).count();
    let seconds = usize::try_from(begun.elapsed().as_secs()).unwrap();
    assert!(told >= 50 && told <= 50 * (seconds + 2), "{told} in {seconds} s");
    assert!(log.contains("client=192.0.2.9"), "{log}");
    assert!(!log.contains('\u{1b}'), "{log}");
    std::fs::remove_dir_all(&folder).unwrap();
}
