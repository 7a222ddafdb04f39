//! A stranger's requests: each is valid, but they never end.

use super::siege::{ATTACK, Ground, besiege};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::sleep;

const CONNECTIONS: usize = 32;
/// How many requests are in flight on each connection.
const AT_ONCE: usize = 20;

/// Repeat a request on a connection until the server stops answering.
async fn repeat(
    mut tcp: TcpStream,
    batch: String,
    answered: Arc<AtomicUsize>,
) -> std::io::Result<()> {
    let mut buffer = vec![0; 64 * 1_024];
    loop {
        tcp.write_all(batch.as_bytes()).await?;
        let mut answers = 0;
        while answers < AT_ONCE {
            let bytes = tcp.read(&mut buffer).await?;
            if bytes == 0 {
                return Ok(());
            }
            let more = String::from_utf8_lossy(&buffer[..bytes]).matches("HTTP/1.1 ").count();
            answered.fetch_add(more, Ordering::Relaxed);
            answers += more;
        }
    }
}

/// Send the same request on many connections for the length of an attack.
async fn flood(ground: &Ground, request: &str) -> String {
    let answered = Arc::new(AtomicUsize::new(0));
    let mut floods = JoinSet::new();
    for _ in 0..CONNECTIONS {
        if let Ok(tcp) = ground.site.connect().await {
            floods.spawn(repeat(tcp, request.repeat(AT_ONCE), answered.clone()));
        }
    }
    sleep(ATTACK).await;
    floods.shutdown().await;
    format!("{} requests answered", answered.load(Ordering::Relaxed))
}

#[test]
fn attack_22_health_asked_for_without_end() {
    besiege("22: `/health` without end", &[], async |ground| {
        flood(ground, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await
    });
}

#[test]
fn attack_22_farewells_without_end() {
    besiege("22: farewells without end", &[], async |ground| {
        let body = "0123456789abcdef fedcba9876543210";
        let length = body.len();
        let head = format!("POST /leave HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n");
        flood(ground, &(head + body)).await
    });
}
