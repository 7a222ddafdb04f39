//! Connections that send little or nothing.

use super::client::{Client, Site};
use super::siege::{ALL_DESCRIPTORS, Ground, IS_STRICT, besiege, besiege_with};
use futures_util::SinkExt;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

/// More than a process's default limit of descriptors.
const SILENT: u32 = 1_100;
/// A connection without progress is closed within this: one request's time limit, and then the next
/// one's.
const SLOW_MAX: Duration = Duration::from_secs(30);

/// Open this many connections from this many addresses. Returns those that are accepted.
async fn connections(ground: &Ground, count: u32, addresses: u8) -> Vec<TcpStream> {
    let sites: Vec<Site> = (1..=addresses).map(|number| ground.site_of(number)).collect();
    let mut open = Vec::new();
    for n in 0..count as usize {
        let connecting = sites[n % sites.len()].connect();
        if let Ok(Ok(tcp)) = timeout(Duration::from_millis(100), connecting).await {
            open.push(tcp);
        }
    }
    open
}

/// How many the server has not closed yet.
fn still_open(connections: &[TcpStream]) -> usize {
    let is_open = |tcp: &&TcpStream| matches!(tcp.try_read(&mut [0; 64]), Err(e) if e.kind() == std::io::ErrorKind::WouldBlock);
    connections.iter().filter(is_open).count()
}

async fn wait(ground: &Ground) {
    while !ground.is_over() {
        sleep(Duration::from_millis(50)).await;
    }
}

#[test]
fn attack_04_silent_connections_of_one_address() {
    besiege("4: 1,100 silent connections of one address", &[], async |ground| {
        let open = connections(ground, SILENT, 1).await;
        wait(ground).await;
        format!("{} connected, {} stay", open.len(), still_open(&open))
    });
}

#[test]
fn attack_04_silent_connections_of_many_addresses() {
    let name = "4: 1,100 silent connections of 40 addresses";
    besiege_with(name, &[], ALL_DESCRIPTORS, async |ground| {
        let open = connections(ground, SILENT, 40).await;
        wait(ground).await;
        format!("{} connected, {} stay", open.len(), still_open(&open))
    });
}

#[test]
fn attack_04_connections_that_get_nowhere_are_closed() {
    besiege("4: half requests", &[], async |ground| {
        let whip = super::offers::guest_token("field", "cam", "cam", "publish");
        let half = |path: &str, more: &str| {
            let head = "Host: x\r\nContent-Length: 100\r\nContent-Type: application/";
            let token = format!("Authorization: Bearer {whip}\r\n");
            format!("POST {path} HTTP/1.1\r\n{token}{head}{more}\r\n\r\nhalf")
        };
        let kinds = [
            ("nothing", String::new()),
            ("half a header", "GET /health HTTP/1.1\r\nHost:".to_owned()),
            ("a finished answer", "GET /health HTTP/1.1\r\nHost: x\r\n\r\n".to_owned()),
            ("half a farewell", half("/leave", "text")),
            ("half a kick", half("/admin/kick", "json")),
            ("half an offer", half("/whip/cam", "sdp")),
        ];
        let mut closing = JoinSet::new();
        for (what, text) in kinds {
            let mut tcp = ground.site.connect().await.unwrap();
            tcp.write_all(text.as_bytes()).await.unwrap();
            closing.spawn(async move {
                let begun = Instant::now();
                let closed = timeout(SLOW_MAX, tcp.read_to_end(&mut Vec::new())).await;
                (what, closed.is_ok().then(|| begun.elapsed().as_secs_f64()))
            });
        }
        let mut closed = closing.join_all().await;
        closed.sort_by_key(|(what, _)| *what);
        let words: Vec<String> = closed
            .iter()
            .map(|(what, after)| match after {
                Some(seconds) => format!("{what} {seconds:.0} s"),
                None => format!("{what} stays"),
            })
            .collect();
        let words = words.join(", ");
        println!("closed after: {words}");
        assert!(closed.iter().all(|(_, after)| after.is_some()), "closed after: {words}");
        format!("closed after: {words}")
    });
}

#[test]
fn attack_05_headers_without_end() {
    const COUNT: u32 = 200;
    let toll = besiege("5: 200 headers of 400 kB", &[], async |ground| {
        let mut sent = 0;
        let mut open = connections(ground, COUNT, 10).await;
        for tcp in &mut open {
            let mut header = "GET /health HTTP/1.1\r\n".to_owned();
            for n in 0..99 {
                header.push_str(&format!("x-{n}: {}\r\n", "x".repeat(4_000)));
            }
            let write = tcp.write_all(header.as_bytes());
            if let Ok(Ok(())) = timeout(Duration::from_millis(200), write).await {
                sent += 1;
            }
        }
        wait(ground).await;
        format!("{sent} headers taken, {} connections stay", still_open(&open))
    });
    let growth_kb = toll.growth_kb();
    assert!(growth_kb < u64::from(COUNT) * 64, "{growth_kb} KB for {COUNT} connections");
}

/// This many users, spread over addresses, in rooms of a hundred.
async fn links(ground: &Ground, count: u32) -> Vec<Client> {
    let mut clients = Vec::new();
    for n in 0..count {
        let site = ground.site_of((n / 32 + 1) as u8);
        let (room, user) = (format!("field{}", n / 100), format!("u{n}"));
        let mut login = site.login(&room, &user);
        login["user_update"] = false.into();
        let mut client = site.link(&login).await;
        client.next().await;
        clients.push(client);
    }
    clients
}

#[test]
fn attack_13_messages_that_are_never_finished() {
    const COUNT: u32 = 40;
    let toll = besiege("13: 40 messages that are never finished", &[], async |ground| {
        let mut clients = links(ground, COUNT).await;
        ground.begin();
        for client in &mut clients {
            for n in 0..15 {
                let kind = if n == 0 { Data::Text } else { Data::Continue };
                let part = Frame::message(vec![b' '; 65_000], OpCode::Data(kind), false);
                let send = client.socket.send(Message::Frame(part));
                // Being refused is the expected outcome.
                if !matches!(timeout(Duration::from_millis(300), send).await, Ok(Ok(()))) {
                    break;
                }
            }
        }
        wait(ground).await;
        format!("{COUNT} links, up to 975 kB each")
    });
    let each_kb = toll.growth_kb() / u64::from(COUNT);
    assert!(each_kb < 300, "{each_kb} KB a link");
}

#[test]
fn attack_13_links_that_do_nothing() {
    const COUNT: u32 = if IS_STRICT { 2_000 } else { 400 };
    let toll = besiege_with("13: idle links", &[], ALL_DESCRIPTORS, async |ground| {
        let before_kb = ground.gauge.memory_kb();
        let _clients = links(ground, COUNT).await;
        let each_kb = (ground.gauge.memory_kb() - before_kb) as f64 / f64::from(COUNT);
        ground.begin();
        let cpu_ms = ground.gauge.cpu_ms();
        wait(ground).await;
        let share =
            (ground.gauge.cpu_ms() - cpu_ms) as f64 / super::siege::ATTACK.as_millis() as f64;
        let words =
            format!("{COUNT} links: {each_kb:.1} kB each, {:.1} % of a core", share * 100.0);
        println!("{words}");
        // Futures are larger in unoptimised builds.
        assert!(each_kb < if IS_STRICT { 20.0 } else { 60.0 }, "{words}");
        words
    });
    drop(toll);
}
