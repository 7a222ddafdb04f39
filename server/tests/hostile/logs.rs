//! What strangers can write into the log.

use super::logins::try_link;
use super::siege::besiege;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const REQUESTS: usize = 5_000;
/// 50 lines a second are logged in full.
const LOG_BYTES_MAX: u64 = 100_000;

#[test]
fn attack_08_refused_requests_do_not_fill_the_log() {
    let name = "8: 5,000 requests without a token on one connection";
    let toll = besiege(name, &[], async |ground| {
        let mut tcp = ground.site.connect().await.unwrap();
        let body = "Content-Type: application/sdp\r\nContent-Length: 0\r\n\r\n";
        let request = format!("POST /whip/x%0a%1b HTTP/1.1\r\nHost: x\r\n{body}");
        let (mut answers, mut writes) = tcp.split();
        let write = async {
            for _ in 0..REQUESTS {
                // The server may cut the connection.
                let _ = writes.write_all(request.as_bytes()).await;
            }
            let _ = writes.shutdown().await;
        };
        let mut read = Vec::new();
        let _ = tokio::join!(write, answers.read_to_end(&mut read));
        let read = String::from_utf8_lossy(&read);
        format!("{} × 401, {} × 429", read.matches(" 401 ").count(), read.matches(" 429 ").count())
    });
    assert!(toll.log_bytes < LOG_BYTES_MAX, "{} bytes of log", toll.log_bytes);
    assert!(!toll.log.contains('\u{1b}'), "escapes in a log that is no terminal's");
}

#[test]
fn attack_08_refused_logins_do_not_fill_the_log() {
    let toll = besiege("8: logins with a bad token", &[], async |ground| {
        let mut login = ground.site.login("field", "mal");
        login["token"] = "rubbish".into();
        login["room"] = "a\nroom".into();
        let mut tries = 0;
        while !ground.is_over() {
            assert!(try_link(&ground.site, &login).await.is_none());
            tries += 1;
        }
        format!("{tries} tries")
    });
    assert!(toll.log_bytes < LOG_BYTES_MAX, "{} bytes of log", toll.log_bytes);
    assert!(!toll.log.contains("a\nroom"), "a line of the log is made by a stranger");
}
