//! Users who come, leave and come again.

use super::client::{Client, Site};
use super::siege::{Ground, besiege};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::{SinkExt, StreamExt};
use holdfast_protocol::{ClientMessage, Hello, LOGIN_ENTRY_PREFIX, ServerMessage};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// How many users are in the room where others come and leave.
const MEMBERS: u32 = 300;
/// How long to wait for a login.
const PATIENCE: Duration = Duration::from_secs(2);

/// Try a login. Returns the hello, unless the server sends something else or nothing.
pub(crate) async fn try_link(site: &Site, login: &Value) -> Option<(Client, Hello)> {
    let entry = URL_SAFE_NO_PAD.encode(login.to_string());
    let offered = format!("holdfast.v1, {LOGIN_ENTRY_PREFIX}{entry}");
    let entering = async {
        let (mut socket, _) = site.handshake(site.connect().await.ok()?, &offered).await.ok()?;
        let Some(Ok(Message::Text(text))) = socket.next().await else { return None };
        match serde_json::from_str(&text) {
            Ok(ServerMessage::Hello(hello)) => Some((Client { socket }, hello)),
            _ => None,
        }
    };
    timeout(PATIENCE, entering).await.ok().flatten()
}

/// Reads everything its user is told, and counts it.
pub(crate) struct Ears(Arc<Mutex<BTreeMap<String, u32>>>);

impl Ears {
    pub(crate) fn of(mut client: Client) -> Ears {
        let counts: Arc<Mutex<BTreeMap<String, u32>>> = Arc::default();
        let kept = counts.clone();
        tokio::spawn(async move {
            while let Some(Ok(frame)) = client.socket.next().await {
                let Message::Text(text) = frame else { continue };
                let kind = text.strip_prefix(r#"{"t":""#).and_then(|rest| rest.split('"').next());
                *kept.lock().unwrap().entry(kind.unwrap_or_default().to_owned()).or_default() += 1;
            }
        });
        Ears(counts)
    }

    pub(crate) fn heard(&self, kind: &str) -> u32 {
        self.0.lock().unwrap().get(kind).copied().unwrap_or_default()
    }
}

/// Fill a room with members who read. Returns the ears of the first.
async fn fill(ground: &Ground, room: &str, adjust: impl Fn(&mut Value)) -> Vec<Ears> {
    let mut members = Vec::new();
    for n in 0..MEMBERS {
        let site = ground.site_of((n / 32 + 2) as u8);
        let mut login = site.login(room, &format!("member{n}"));
        adjust(&mut login);
        members.push(Ears::of(site.link(&login).await));
    }
    members
}

#[test]
fn attack_07_logins_do_not_fill_the_buckets_anew() {
    besiege("7: logins for the sake of new buckets", &[], async |ground| {
        let elsewhere = ground.site_of(2);
        let (away, hello) = elsewhere.enter("field", "away").await;
        let (mut third, _) = elsewhere.enter("field", "third").await;
        let (witness, _) = elsewhere.enter("field", "witness").await;
        let ears = Ears::of(witness);
        drop(away);
        let text = "remember me".to_owned();
        third.send(&ClientMessage::Broadcast { id: 1, text }).await;
        ground.begin();
        let begun = Instant::now();
        let (mut logins, mut tries) = (0, 0);
        let login = ground.site.login("field", "mal");
        while !ground.is_over() {
            tries += 1;
            let Some((mut client, _)) = try_link(&ground.site, &login).await else { continue };
            logins += 1;
            for id in 1..=32 {
                let message = ClientMessage::Broadcast { id, text: "x".repeat(1_000) };
                let message = Message::text(serde_json::to_string(&message).unwrap());
                let _ = client.socket.feed(message).await;
            }
            let _ = client.socket.flush().await;
            // The last reply shows that all requests were handled.
            let _ = timeout(PATIENCE, async {
                let mut replies = 0;
                while let Some(Ok(frame)) = client.socket.next().await {
                    let is_reply =
                        matches!(&frame, Message::Text(t) if t.contains(r#""t":"done""#));
                    replies += u32::from(is_reply);
                    if replies == 32 {
                        break;
                    }
                }
            })
            .await;
        }
        let seconds = begun.elapsed().as_secs_f64();
        let heard = ears.heard("message");
        let mut login = elsewhere.login("field", "away");
        let Hello { session, secret, seq, .. } = hello;
        login["resume"] = json!({"session": session, "secret": secret, "seq": seq});
        let (_back, hello) = try_link(&elsewhere, &login).await.expect("nobody is kept out");
        let is_remembered = serde_json::to_string(&hello).unwrap().contains("remember me");
        let words = format!(
            "{logins} logins of {tries} tries, {heard} messages heard in {seconds:.1} s, \
             one who was away {} a third user's",
            if is_remembered { "got" } else { "lost" }
        );
        println!("{words}");
        assert!(f64::from(heard) < 32.0 + 10.0 * (seconds + 1.0) + 2.0, "{words}");
        assert!(hello.resumed && is_remembered, "{words}");
        words
    });
}

#[test]
fn attack_07_a_link_that_comes_and_goes() {
    besiege("7: drop and resume in a room of 300", &[], async |ground| {
        let members = fill(ground, "field", |login| login["connections"] = true.into()).await;
        let mut login = ground.site.login("field", "mal");
        let (client, hello) = try_link(&ground.site, &login).await.unwrap();
        drop(client);
        ground.begin();
        let (begun, mut resumed) = (Instant::now(), 0);
        login["resume"] =
            json!({"session": hello.session, "secret": hello.secret, "seq": hello.seq});
        while !ground.is_over() {
            resumed += u32::from(try_link(&ground.site, &login).await.is_some());
        }
        let seconds = begun.elapsed().as_secs_f64();
        let told = members[0].heard("connection");
        let words = format!("{resumed} resumes in {seconds:.1} s, {told} events for each member");
        println!("{words}");
        assert!(f64::from(told) < 8.0 + 4.0 * seconds, "{words}");
        words
    });
}

#[test]
fn attack_07_a_user_that_logs_in_under_ever_new_names() {
    besiege("7: logins under new names in a room of 300", &[], async |ground| {
        let members = fill(ground, "field", |_| {}).await;
        let mut login = ground.site.login("field", "mal");
        // By then the last one has been told about all who came.
        tokio::time::sleep(Duration::from_millis(200)).await;
        ground.begin();
        let before = members[0].heard("users");
        let (begun, mut logins, mut tries) = (Instant::now(), 0, 0);
        let mut last = JoinSet::new();
        while !ground.is_over() {
            tries += 1;
            login["user"]["name"] = format!("mal {tries}").into();
            if let Some(linked) = try_link(&ground.site, &login).await {
                logins += 1;
                last.spawn(async move { drop(linked) });
            }
        }
        let seconds = begun.elapsed().as_secs_f64();
        let told = members[0].heard("users") - before;
        let words = format!("{logins} logins of {tries} tries, {told} events for each member");
        println!("{words}");
        assert!(f64::from(told) < 2.0 * (20.0 + 2.0 * seconds), "{words}");
        words
    });
}
