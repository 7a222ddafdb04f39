//! A machine whose address changes while the server runs. The test needs its own network for that,
//! so it runs itself again in a network namespace.

use super::client::TestServer;
use super::peer::{Peer, claim, post};
use super::scene::ALL;
use std::process::Command;
use str0m::media::Direction;

const NAME: &str = "addresses::new_sessions_name_the_addresses_that_the_machine_has_now";
/// Set inside the namespace.
const INSIDE: &str = "HOLDFAST_TEST_INSIDE_NAMESPACE";

fn unshare() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--net"]);
    command
}

fn ip(line: &str) {
    let words = line.split_ascii_whitespace();
    assert!(Command::new("ip").args(words).status().unwrap().success(), "ip {line}");
}

#[test]
fn new_sessions_name_the_addresses_that_the_machine_has_now() {
    if std::env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        return runtime.block_on(the_address_changes());
    }
    let can = unshare().args(["ip", "link", "add", "srv0", "type", "dummy"]).output();
    if !can.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no network namespace with an interface can be made here");
        return;
    }
    let itself = std::env::current_exe().unwrap();
    let run = unshare().arg(itself).args(["--exact", NAME]).env(INSIDE, "1").output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
    assert!(String::from_utf8_lossy(&run.stdout).contains("1 passed"));
}

async fn the_address_changes() {
    ip("link set lo up");
    ip("link add srv0 type dummy");
    ip("link set srv0 up");
    ip("address add 10.77.3.2/24 dev srv0");
    let server = TestServer::start_with(&["--dev"], |config| config.public_ip.clear()).await;
    let (mut a, _) = server.enter("r", "a").await;
    let endpoint = claim(&mut a, "s").await;
    let mut peer = Peer::new(Direction::SendOnly, &ALL).await;
    peer.open(&server, &endpoint).await;
    assert_eq!(addresses(&peer.answer), ["10.77.3.2"]);

    ip("address del 10.77.3.2/24 dev srv0");
    ip("address add 10.77.3.3/24 dev srv0");
    ip("address add 10.77.4.4/24 dev srv0");
    let offer = Peer::new(Direction::SendOnly, &ALL).await.offer;
    let answer = post(&server, &endpoint.url, &endpoint.token, offer).await;
    assert_eq!(addresses(&answer.text().await.unwrap()), ["10.77.3.3", "10.77.4.4"]);
    let fragment = peer.restart().await;
    let request = server.http.patch(server.url(&peer.location)).bearer_auth(&endpoint.token);
    let request = request.header("content-type", "application/trickle-ice-sdpfrag");
    let answer = request.header("if-match", "*").body(fragment).send().await.unwrap();
    assert_eq!(addresses(&answer.text().await.unwrap()), ["10.77.3.3", "10.77.4.4"]);
    // The new address also takes packets, which the answer alone does not show.
    let mut newer = Peer::at("10.77.3.3", Direction::SendOnly, &ALL).await;
    newer.open(&server, &endpoint).await;
    newer.connected().await;
}

/// The addresses of the first m-line's candidates.
fn addresses(sdp: &str) -> Vec<String> {
    let candidates = sdp.lines().filter(|line| line.starts_with("a=candidate:"));
    let mut ips: Vec<String> =
        candidates.filter_map(|line| line.split(' ').nth(4)).map(str::to_owned).collect();
    ips.sort();
    ips.dedup();
    ips
}
