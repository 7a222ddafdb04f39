//! SDP made to do harm: offers, restarts, guests.

use super::client::{Client, Site, soon};
use super::logins::try_link;
use super::peer::{Endpoint, Peer, claim};
use super::process::SECRET;
use super::siege::{Ground, besiege};
use holdfast_protocol::{ClientMessage, ServerMessage};
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};
use str0m::format::Codec;
use str0m::media::Direction;
use tokio::task::JoinSet;

/// How many requests run at once.
const AT_ONCE: usize = 32;
/// As many lines as fit into the size limit of an offer.
const LINES: usize = 12_000;

/// How often each status came; 0 stands for no answer.
#[derive(Default)]
pub(crate) struct Answers(BTreeMap<u16, u32>);

impl Answers {
    pub(crate) fn note(&mut self, status: u16) {
        *self.0.entry(status).or_default() += 1;
    }

    pub(crate) fn count(&self) -> u32 {
        self.0.values().sum()
    }

    pub(crate) fn describe(&self) -> String {
        let counts = self.0.iter().map(|(status, count)| match status {
            0 => format!("{count} unanswered"),
            status => format!("{count} × {status}"),
        });
        counts.collect::<Vec<_>>().join(", ")
    }
}

/// POST an offer. Returns the status and the body; status 0 if there was no answer.
pub(crate) async fn try_post(site: &Site, to: &Endpoint, body: String) -> (u16, String) {
    let request = site.http.post(site.url(&to.url)).bearer_auth(&to.token);
    let request = request.header("content-type", "application/sdp").body(body);
    match request.send().await {
        Ok(response) => {
            let status = response.status().as_u16();
            (status, response.text().await.unwrap_or_default())
        }
        Err(_) => (0, String::new()),
    }
}

/// A user in its own room who may publish.
pub(crate) async fn publisher(ground: &Ground) -> (Client, Endpoint) {
    let (mut client, _) = ground.site.enter("field", "mal").await;
    let endpoint = claim(&mut client, "mal").await;
    (client, endpoint)
}

/// A stream token, made as the app's server makes it.
pub(crate) fn guest_token(room: &str, user: &str, stream: &str, direction: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({"aud": "holdfast-stream", "app": 1, "room": room, "user": user,
        "stream": stream, "direction": direction, "iat": now, "exp": now + 600});
    encode(&Header::default(), &claims, &EncodingKey::from_secret(&SECRET)).unwrap()
}

/// An offer whose two m-lines have this direction and these payload types.
fn offer(direction: &str, audio: u8, video: u8) -> String {
    let line = |kind: &str, mid: u8, pt: u8, codec: &str| {
        let print = ["A1"; 32].join(":");
        format!(
            "m={kind} 9 UDP/TLS/RTP/SAVPF {pt}\r\nc=IN IP4 0.0.0.0\r\na=mid:{mid}\r\n\
             a={direction}\r\na=rtcp-mux\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n\
             a=fingerprint:sha-256 {print}\r\na=setup:actpass\r\na=rtpmap:{pt} {codec}\r\n"
        )
    };
    let head = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n";
    let audio = line("audio", 0, audio, "opus/48000/2");
    format!("{head}{audio}{}", line("video", 1, video, "VP8/90000"))
}

/// The same request again and again, many at once, each with another body.
async fn storm(ground: &Ground, to: &Endpoint, body: impl Fn(u32) -> String) -> Answers {
    let mut answers = Answers::default();
    let mut under_way = JoinSet::new();
    let mut sent = 0;
    loop {
        while under_way.len() < AT_ONCE && !ground.is_over() {
            let request = ground.site.http.post(ground.site.url(&to.url)).bearer_auth(&to.token);
            let request = request.header("content-type", "application/sdp").body(body(sent));
            under_way.spawn(request.send());
            sent += 1;
        }
        let Some(answered) = under_way.join_next().await else { return answers };
        answers.note(answered.unwrap().map_or(0, |response| response.status().as_u16()));
    }
}

async fn ends_nothing(ground: &Ground, to: &Endpoint, body: String) -> String {
    let (status, _) = try_post(&ground.site, to, body.clone()).await;
    // Try once more, because damage may show only now.
    let (again, answer) = try_post(&ground.site, to, body).await;
    assert!(!answer.contains("0x"), "an address of the heap: {answer}");
    format!("2 POSTs: {status}, {again}")
}

#[test]
fn attack_01_a_payload_type_claimed_twice_by_a_publisher() {
    besiege("1: a payload type twice, WHIP", &[], async |ground| {
        let (_client, endpoint) = publisher(ground).await;
        ends_nothing(ground, &endpoint, offer("sendrecv", 96, 96)).await
    });
}

#[test]
fn attack_01_a_payload_type_claimed_twice_by_a_player() {
    besiege("1: a payload type twice, WHEP", &[], async |ground| {
        let (mut client, endpoint) = publisher(ground).await;
        let mut publisher = Peer::new(Direction::SendOnly, &[Codec::Opus, Codec::Vp8]).await;
        publisher.open(&ground.site, &endpoint).await;
        publisher.connected().await;
        super::peer::go_live(&mut client, "mal").await;
        let token = guest_token("field", "tv", "mal", "play");
        let to = Endpoint { url: "/whep/mal".into(), token };
        ends_nothing(ground, &to, offer("recvonly", 96, 96)).await
    });
}

#[test]
fn attack_06_offers_of_twelve_thousand_lines() {
    besiege("6: offers of 12,000 lines", &[], async |ground| {
        let (_client, endpoint) = publisher(ground).await;
        let body = offer("sendonly", 111, 96) + &"a=x\r\n".repeat(LINES - 100);
        // The same offer again would get the same session.
        let body = |n: u32| body.replace("ufrag:abcd", &format!("ufrag:a{n:07}"));
        let answers = storm(ground, &endpoint, body).await;
        format!("{} POSTs: {}", answers.count(), answers.describe())
    });
}

#[test]
fn attack_06_offers_that_are_refused() {
    besiege("6: long offers that are refused", &[], async |ground| {
        let (_client, endpoint) = publisher(ground).await;
        let body = offer("recvonly", 111, 96) + &"a=x\r\n".repeat(LINES - 100);
        let answers = storm(ground, &endpoint, |_| body.clone()).await;
        format!("{} POSTs: {}", answers.count(), answers.describe())
    });
}

#[test]
fn attack_06_good_offers_without_end() {
    besiege("6: good offers without end", &[], async |ground| {
        let (_client, endpoint) = publisher(ground).await;
        let body = offer("sendonly", 111, 96);
        let body = |n: u32| body.replace("ufrag:abcd", &format!("ufrag:a{n:07}"));
        let answers = storm(ground, &endpoint, body).await;
        format!("{} POSTs: {}", answers.count(), answers.describe())
    });
}

#[test]
fn attack_06_offers_with_a_new_login_for_each_few() {
    besiege("6: long offers, a login for each ten", &[], async |ground| {
        let rest = "a=x\r\n".repeat(LINES - 100);
        let login = ground.site.login("field", "mal");
        let (mut answers, mut logins) = (Answers::default(), 0);
        while !ground.is_over() {
            let Some((mut client, _)) = try_link(&ground.site, &login).await else { continue };
            logins += 1;
            let endpoint = claim(&mut client, "mal").await;
            for n in 0..10 {
                let offer = offer("sendonly", 111, 96) + &rest;
                let body = offer.replace("ufrag:abcd", &format!("ufrag:a{logins:05}{n}"));
                answers.note(try_post(&ground.site, &endpoint, body).await.0);
            }
        }
        format!("{logins} logins, {} POSTs: {}", answers.count(), answers.describe())
    });
}

#[test]
fn attack_06_restarts_without_end() {
    besiege("6: ICE restarts of a long offer", &[], async |ground| {
        let (_client, endpoint) = publisher(ground).await;
        let mut peer = Peer::new(Direction::SendOnly, &[Codec::Opus, Codec::Vp8]).await;
        // The longest offer that is accepted.
        let short = peer.offer.clone();
        for lines in [LINES - 200, 900, 0] {
            peer.offer = short.clone() + &"a=x\r\n".repeat(lines);
            if try_post(&ground.site, &endpoint, peer.offer.clone()).await.0 == 201 {
                break;
            }
        }
        // The same offer gets the same session.
        peer.open(&ground.site, &endpoint).await;
        let mut answers = Answers::default();
        while !ground.is_over() {
            let n = answers.count();
            let body = format!("a=ice-ufrag:r{n:07}\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n");
            let request = ground.site.http.patch(ground.site.url(&peer.location));
            let request = request.bearer_auth(&endpoint.token).header("if-match", "*");
            let request = request.header("content-type", "application/trickle-ice-sdpfrag");
            let answer = request.body(body).send().await;
            answers.note(answer.map_or(0, |response| response.status().as_u16()));
        }
        format!("{} PATCHes: {}", answers.count(), answers.describe())
    });
}

/// What a client has been told so far.
async fn told(client: &mut Client) -> Vec<ServerMessage> {
    client.send(&ClientMessage::Ping { n: 99 }).await;
    let mut told = Vec::new();
    loop {
        match client.next().await {
            ServerMessage::Pong { n: 99 } => return told,
            message => told.push(message),
        }
    }
}

#[test]
fn attack_10_guests_that_offer_rubbish() {
    besiege("10: guests that offer rubbish", &[], async |ground| {
        let (mut member, _) = ground.site.enter("field", "eve").await;
        let token = guest_token("field", "cam", "cam", "publish");
        let to = Endpoint { url: "/whip/cam".into(), token };
        let mut answers = Answers::default();
        let mut under_way = JoinSet::new();
        for _ in 0..2_000 {
            let request = ground.site.http.post(ground.site.url(&to.url)).bearer_auth(&to.token);
            let request = request.header("content-type", "application/sdp").body("rubbish");
            under_way.spawn(request.send());
            if under_way.len() >= AT_ONCE {
                let answered = under_way.join_next().await.unwrap().unwrap();
                answers.note(answered.map_or(0, |response| response.status().as_u16()));
            }
        }
        while let Some(answered) = under_way.join_next().await {
            answers.note(answered.unwrap().map_or(0, |response| response.status().as_u16()));
        }
        let told = soon("what the room was told", told(&mut member)).await;
        let users = told.iter().filter(|m| matches!(m, ServerMessage::Users { .. })).count();
        let words = format!("2,000 POSTs: {}; {users} events", answers.describe());
        println!("{words}");
        assert_eq!(users, 0, "{words}");
        words
    });
}

#[test]
fn attack_22_a_data_channel_is_not_negotiated() {
    besiege("22: a data channel", &[], async |ground| {
        let (_client, endpoint) = publisher(ground).await;
        let mut body = offer("sendonly", 111, 96).replace("BUNDLE 0 1", "BUNDLE 0 1 2");
        body.push_str(
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:2\r\n\
             a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\na=sctp-port:5000\r\n\
             a=setup:actpass\r\n",
        );
        let (status, answer) = try_post(&ground.site, &endpoint, body).await;
        let line = answer.lines().find(|line| line.starts_with("m=application"));
        let is_open = line.is_some_and(|line| !line.starts_with("m=application 0 "));
        assert!(!is_open, "{answer}");
        format!("1 POST: {status}, {}", line.unwrap_or("no such line"))
    });
}

#[test]
fn attack_22_what_is_wrong_with_an_offer_is_told_without_addresses_of_memory() {
    besiege("22: an address of the heap", &[], async |ground| {
        let (_client, endpoint) = publisher(ground).await;
        let (mut bodies, mut answers) = (vec!["v=0\r\na=sendonly\r\nm=".to_owned()], Vec::new());
        bodies.push("rubbish\r\na=sendonly\r\n".to_owned());
        bodies.push(offer("sendonly", 111, 96).replace("m=video", "m=\u{0}video"));
        for body in bodies {
            let (status, answer) = try_post(&ground.site, &endpoint, body).await;
            assert!(!answer.contains("0x"), "{answer}");
            answers.push(status.to_string());
        }
        format!("3 POSTs: {}", answers.join(", "))
    });
}
