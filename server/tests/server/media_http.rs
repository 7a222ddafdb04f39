//! WHIP and WHEP as HTTP: tokens, bodies, answers.

use super::client::{TestServer, soon};
use super::peer::{Endpoint, Peer, claim, find, go_live, post};
use holdfast_protocol::{ClientMessage, ServerMessage, limit};
use serde_json::Value;
use str0m::format::Codec;
use str0m::media::Direction;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CODECS: [Codec; 2] = [Codec::Opus, Codec::Vp8];

async fn fails(response: reqwest::Response, status: u16, code: u32) -> reqwest::header::HeaderMap {
    let (got, headers) = (response.status(), response.headers().clone());
    let body: Value = response.json().await.unwrap();
    assert_eq!(got, status, "{body}");
    assert_eq!(body["code"], code, "{body}");
    assert!(!body["message"].as_str().unwrap().is_empty());
    headers
}

#[tokio::test]
async fn whip_without_a_token_or_with_a_wrong_one_is_401() {
    let server = TestServer::start().await;
    let url = server.url("/whip/s");
    let headers = fails(server.http.post(&url).send().await.unwrap(), 401, 1102016).await;
    assert_eq!(headers["www-authenticate"], "Bearer");
    let room_token = server.login("r", "u")["token"].as_str().unwrap().to_owned();
    for token in ["rubbish", &room_token] {
        let headers =
            fails(post(&server, "/whip/s", token, String::new()).await, 401, 1102016).await;
        assert_eq!(headers["www-authenticate"], "Bearer error=\"invalid_token\"");
    }
}

#[tokio::test]
async fn a_token_for_another_stream_or_direction_is_403() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let Endpoint { token, .. } = claim(&mut a, "s").await;
    fails(post(&server, "/whip/other", &token, String::new()).await, 403, 1103019).await;
    fails(post(&server, "/whep/s", &token, String::new()).await, 403, 1104046).await;
}

#[tokio::test]
async fn pub_03_a_token_of_a_claim_that_was_given_up_is_403() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let (mut b, _) = server.enter("q", "b").await;
    let Endpoint { token, .. } = claim(&mut a, "s").await;
    a.ask(&ClientMessage::Unpublish { id: 4, stream: "s".into() }).await;
    claim(&mut b, "s").await;
    let offer = Peer::new(Direction::SendOnly, &CODECS).await.offer;
    fails(post(&server, "/whip/s", &token, offer).await, 403, 1103019).await;
}

#[tokio::test]
async fn a_body_that_is_no_usable_offer_is_refused() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let Endpoint { url, token } = claim(&mut a, "s").await;
    let request = server.http.post(server.url(&url)).bearer_auth(&token);
    let plain = request.header("content-type", "text/plain").body("v=0").send().await.unwrap();
    fails(plain, 415, 1100001).await;
    let player = Peer::new(Direction::RecvOnly, &CODECS).await.offer;
    for offer in ["", "hello", "v=0\r\n", "{\"type\":\"offer\"}", &player] {
        fails(post(&server, &url, &token, offer.to_owned()).await, 400, 1103022).await;
    }
    let long = "x".repeat(limit::SDP_BYTES_MAX + 1);
    fails(post(&server, &url, &token, long).await, 413, 1103022).await;
    let vp9 = Peer::new(Direction::SendOnly, &[Codec::Vp9]).await.offer;
    fails(post(&server, &url, &token, vp9).await, 406, 1103022).await;
    a.is_undisturbed().await;
    let good = Peer::new(Direction::SendOnly, &CODECS).await.offer;
    assert_eq!(post(&server, &url, &token, good).await.status(), 201);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_400_and_not_too_long() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let Endpoint { url, token } = claim(&mut a, "s").await;
    let mut tcp = TcpStream::connect(server.addr).await.unwrap();
    let request = format!(
        "POST {url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/sdp\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n"
    );
    tcp.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    soon("the answer", tcp.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains("1103022"), "{answer}");
}

#[tokio::test]
async fn play_03_a_play_token_does_not_play_another_rooms_stream() {
    let server = TestServer::start().await;
    let (mut b, _) = server.enter("r", "b").await;
    let (mut a, _) = server.enter("r", "a").await;
    let (mut c, _) = server.enter("q", "c").await;
    claim(&mut a, "s").await;
    go_live(&mut a, "s").await;
    let Endpoint { url, token } = find(&mut b, "s").await;
    let unpublish = ClientMessage::Unpublish { id: 4, stream: "s".into() };
    a.ask(&unpublish).await;
    let node = claim(&mut c, "s").await;
    let mut publisher = Peer::new(Direction::SendOnly, &CODECS).await;
    publisher.open(&server, &node).await;
    soon("the connection", publisher.connected()).await;
    go_live(&mut c, "s").await;
    let offer = Peer::new(Direction::RecvOnly, &CODECS).await.offer;
    let response = post(&server, &url, &token, offer).await;
    fails(response, 409, 1104039).await;
}

#[tokio::test]
async fn whep_for_a_stream_whose_media_is_not_there_is_409() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    claim(&mut a, "s").await;
    // Declared live, but no media session was ever opened.
    go_live(&mut a, "s").await;
    let play = ClientMessage::Play { id: 3, stream: "s".into() };
    let ServerMessage::Nodes { nodes, .. } = a.ask(&play).await else { panic!() };
    let Endpoint { url, token } = (&nodes[0]).into();
    let offer = Peer::new(Direction::RecvOnly, &CODECS).await.offer;
    let response = post(&server, &url, &token, offer).await;
    let headers = fails(response, 409, 1104039).await;
    assert_eq!(headers["retry-after"], "1");
}

#[tokio::test]
async fn room_16_a_streams_id_is_encoded_in_every_address_and_decoded_in_every_request() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let Endpoint { url, token } = claim(&mut a, "ann.b+1@x#=").await;
    assert_eq!(url, "/whip/ann.b%2B1%40x%23%3D");
    let offer = Peer::new(Direction::SendOnly, &CODECS).await.offer;
    let response = post(&server, &url, &token, offer).await;
    assert_eq!(response.status(), 201);
    let location = response.headers()["location"].to_str().unwrap();
    let session = response.url().join(location).unwrap();
    assert!(session.path().starts_with("/whip/ann.b%2B1%40x%23%3D/"), "{session}");
    let deleted = server.http.delete(session).bearer_auth(&token).send().await.unwrap();
    assert_eq!(deleted.status(), 200);
    // As a client writes it that encodes no more than it must.
    fails(post(&server, "/whip/ann.b+1@x%23=", &token, String::new()).await, 400, 1103022).await;
}

#[tokio::test]
async fn the_answer_is_ice_lite_and_names_its_session() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let Endpoint { url, token } = claim(&mut a, "s").await;
    let offer = Peer::new(Direction::SendOnly, &CODECS).await.offer;
    let response = post(&server, &url, &token, offer).await;
    assert_eq!(response.status(), 201);
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    let (location, etag) = (header("location"), header("etag"));
    assert!(location.starts_with("s/"), "{location}");
    let session = response.url().join(&location).unwrap();
    assert!(session.path().starts_with("/whip/s/"), "{session}");
    let exposed = header("access-control-expose-headers").to_lowercase();
    for name in ["location", "etag", "link", "retry-after"] {
        assert!(exposed.contains(name), "{exposed}");
    }
    let answer = response.text().await.unwrap();
    assert!(answer.contains("a=ice-lite"));
    assert!(answer.contains("127.0.0.1"));
    let ufrag = etag.trim_matches('"');
    assert!(etag.starts_with('"') && answer.contains(&format!("a=ice-ufrag:{ufrag}")), "{etag}");

    let put = server.http.put(session.clone()).bearer_auth(&token).send().await.unwrap();
    let headers = fails(put, 405, 1100001).await;
    assert_eq!(headers["allow"], "PATCH,DELETE");
    fails(server.http.delete(session.clone()).send().await.unwrap(), 401, 1102016).await;
    let (mut b, _) = server.enter("r", "b").await;
    let other = claim(&mut b, "t").await.token;
    let deleted = server.http.delete(session.clone()).bearer_auth(&other).send().await.unwrap();
    fails(deleted, 403, 1103019).await;
    let missing = server.http.delete(server.url("/whip/s/0")).bearer_auth(&token).send();
    assert_eq!(missing.await.unwrap().status(), 200);
    let deleted = server.http.delete(session.clone()).bearer_auth(&token).send().await.unwrap();
    assert_eq!(deleted.status(), 200);
}

#[tokio::test]
async fn the_answer_keeps_the_offers_order_of_codecs() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let Endpoint { url, token } = claim(&mut a, "s").await;
    let video = |sdp: &str| -> Vec<String> {
        let line = sdp.lines().find(|line| line.starts_with("m=video")).unwrap();
        line.split_whitespace().map(str::to_owned).collect()
    };
    let codecs = [Codec::Opus, Codec::Vp8, Codec::H264];
    let offer = Peer::new(Direction::SendOnly, &codecs).await.offer;
    let line = video(&offer);
    let mut turned = line.clone();
    turned[3..].reverse();
    let offer = offer.replace(&line.join(" "), &turned.join(" "));
    let answer = post(&server, &url, &token, offer).await.text().await.unwrap();
    let answered = video(&answer);
    assert!(answered.len() > 6, "{answered:?}");
    turned.retain(|token| answered.contains(token));
    assert_eq!(answered, turned);
}

#[tokio::test]
async fn a_preflight_is_answered_for_any_origin() {
    let server = TestServer::start().await;
    for path in ["/whip/s", "/whep/s", "/whip/s/x", "/dev/token", "/health"] {
        let request = server.http.request(reqwest::Method::OPTIONS, server.url(path));
        let response = request
            .header("origin", "https://elsewhere.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization, content-type, if-match")
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!(header("access-control-allow-origin"), "*");
        assert_eq!(header("access-control-max-age"), "86400");
        let allowed = header("access-control-allow-headers");
        for name in ["authorization", "content-type", "if-match"] {
            assert!(allowed.contains(name), "{allowed}");
        }
        let allowed = header("access-control-allow-methods");
        for name in ["POST", "PATCH", "DELETE"] {
            assert!(allowed.contains(name), "{allowed}");
        }
    }
}

#[tokio::test]
async fn who_asks_for_one_stream_too_often_is_told_when_to_come_back() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let Endpoint { url, token } = claim(&mut a, "s").await;
    let mut refused = None;
    for _ in 0..50 {
        let response = post(&server, &url, &token, "rubbish".to_owned()).await;
        if response.status() != 400 {
            refused = Some(response);
            break;
        }
    }
    let headers = fails(refused.expect("no limit"), 429, 1103021).await;
    let seconds: u64 = headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=2).contains(&seconds), "{seconds}");
    let other = claim(&mut a, "t").await;
    let offer = Peer::new(Direction::SendOnly, &CODECS).await.offer;
    let response = post(&server, &other.url, &other.token, offer).await;
    assert_eq!(response.status(), 201, "another stream has its own pace");
}

#[tokio::test]
async fn an_offer_is_not_read_beyond_its_limits() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let Endpoint { url, token } = claim(&mut a, "s").await;
    let offer = Peer::new(Direction::SendOnly, &CODECS).await.offer;
    let long = format!("{offer}{}", "a=x\r\n".repeat(1_000));
    fails(post(&server, &url, &token, long).await, 400, 1103022).await;
    let data = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:d\r\n";
    fails(post(&server, &url, &token, format!("{offer}{data}")).await, 400, 1103022).await;
    let broken = post(&server, &url, &token, "v=0\r\na=sendonly\r\n".to_owned()).await;
    assert_eq!(broken.status(), 400);
    let body: Value = broken.json().await.unwrap();
    assert_eq!(body["message"], "the offer is not SDP", "in fixed words");
    assert_eq!(post(&server, &url, &token, offer).await.status(), 201);
}
