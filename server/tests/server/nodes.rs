//! Media servers elsewhere (BEY-06): what the room tells about them, and a media node of this
//! server's kind.

use super::camera::{Camera, flows};
use super::client::{Client, File, TestServer};
use super::guests::stream_token;
use super::peer::{Endpoint, Peer, claim, find, post};
use super::scene::ALL;
use holdfast_protocol::{ClientMessage, Code, Node, ServerMessage};
use serde_json::Value;
use str0m::format::Codec;
use str0m::media::Direction;

async fn nodes(client: &mut Client, message: &ClientMessage) -> Vec<Node> {
    match client.ask(message).await {
        ServerMessage::Nodes { nodes, .. } => nodes,
        other => panic!("expected nodes, got {other:?}"),
    }
}

async fn live(client: &mut Client, stream: &str, node: &str) {
    let message = ClientMessage::Live { id: 2, stream: stream.into(), node: node.into() };
    assert!(matches!(client.ask(&message).await, ServerMessage::Done { code: Code::OK, .. }));
}

fn publish(stream: &str) -> ClientMessage {
    ClientMessage::Publish { id: 1, stream: stream.into(), extra: String::new(), muted: 0 }
}

fn play(stream: &str) -> ClientMessage {
    ClientMessage::Play { id: 3, stream: stream.into() }
}

#[tokio::test]
async fn bey_06_publishers_are_told_all_nodes_and_players_the_streams_own() {
    let file = File::new(
        r#"
        [[node]]
        name = "mtx"
        whip = "https://mtx:8889/{stream}/whip"
        whep = "https://mtx:8889/{stream}/whep"
        auth = { basic = { user = "u", password = "p" } }

        [[node]]
        name = "bare"
        whip = "http://bare/whip?app=live&stream={stream}"
        whep = "http://bare/whep?app=live&stream={stream}"
        auth = "none"
        priority = -1
        "#,
    );
    let server = TestServer::start_with(&["--dev", "--nodes", file.path()], |_| {}).await;
    let (mut a, _) = server.enter("r", "a").await;
    let told = nodes(&mut a, &publish("s")).await;
    let names: Vec<&str> = told.iter().map(|node| &*node.name).collect();
    assert_eq!(names, ["bare", "own", "mtx"]);
    assert_eq!(told[0].url, "http://bare/whip?app=live&stream=s");
    assert_eq!(told[0].authorization, "");
    assert_eq!(told[1].url, "/whip/s");
    assert_eq!(told[2].authorization, "Basic dTpw");
    live(&mut a, "s", "mtx").await;
    let told = nodes(&mut a, &play("s")).await;
    assert_eq!((told.len(), &*told[0].url), (1, "https://mtx:8889/s/whep"));
}

/// A room server whose only media server is a media node, with their shared secret.
async fn pair() -> (TestServer, TestServer) {
    let secret = File::new(&"5e".repeat(32));
    let flags = ["--media-node", "--app-secret-file", secret.path()];
    let media = TestServer::start_with(&flags, |_| {}).await;
    let file = File::new(&format!(
        "[own]\nenabled = false\n[[node]]\nname = \"east\"\nwhip = \"{0}\"\nwhep = \"{1}\"\n",
        media.url("/whip/{stream}"),
        media.url("/whep/{stream}")
    ));
    let flags = ["--dev", "--nodes", file.path(), "--app-secret-file", secret.path()];
    (TestServer::start_with(&flags, |_| {}).await, media)
}

#[tokio::test]
async fn bey_06_media_goes_through_a_media_node() {
    let (rooms, media) = pair().await;
    let (mut a, _) = rooms.enter("r", "a").await;
    let (mut b, _) = rooms.enter("r", "b").await;
    a.next().await;
    let mut publisher = Peer::new(Direction::SendOnly, &ALL).await;
    publisher.open(&media, &claim(&mut a, "s").await).await;
    publisher.connected().await;
    live(&mut a, "s", "east").await;
    let mut player = Peer::new(Direction::RecvOnly, &ALL).await;
    player.open(&media, &find(&mut b, "s").await).await;
    player.connected().await;
    let mut camera = Camera::new(Codec::Vp8);
    flows(&mut publisher, &mut player, &mut camera).await;
    let health: Value =
        media.http.get(media.url("/health")).send().await.unwrap().json().await.unwrap();
    assert_eq!((&health["publishers"], &health["players"]), (&1.into(), &1.into()));
    for path in ["/room", "/", "/dev/token", "/admin/kick"] {
        assert_eq!(media.http.get(media.url(path)).send().await.unwrap().status(), 404, "{path}");
    }
}

#[tokio::test]
async fn bey_06_at_a_media_node_the_newest_token_publishes_and_an_older_one_cannot_come_back() {
    let (rooms, media) = pair().await;
    let (mut a, _) = rooms.enter("r", "a").await;
    let old = claim(&mut a, "s").await;
    let mut replaced = Peer::new(Direction::SendOnly, &ALL).await;
    replaced.open(&media, &old).await;
    replaced.connected().await;
    let mut late = Peer::new(Direction::SendOnly, &ALL).await;
    a.ask(&ClientMessage::Unpublish { id: 4, stream: "s".into() }).await;
    let (mut b, _) = rooms.enter("r", "b").await;
    let new = claim(&mut b, "s").await;
    let mut owner = Peer::new(Direction::SendOnly, &ALL).await;
    owner.open(&media, &new).await;
    // Requested while the old publisher is connected, and connected after the new one is.
    late.open(&media, &old).await;
    owner.connected().await;
    replaced.ended().await;
    late.ended().await;
    let offer = Peer::new(Direction::SendOnly, &ALL).await.offer;
    let Endpoint { url, token } = old;
    assert_eq!(post(&media, &url, &token, offer).await.status(), 403);
}

#[tokio::test]
async fn bey_06_guests_go_through_the_own_node_or_none() {
    let (rooms, media) = pair().await;
    let token = stream_token(&rooms, "r", "cam", "s", "publish").await;
    // A media node has no rooms for a guest, and the room server's own node is switched off.
    for (server, code) in [(&media, 1103019), (&rooms, 1103020)] {
        let offer = Peer::new(Direction::SendOnly, &ALL).await.offer;
        let response = post(server, "/whip/s", &token, offer).await;
        assert_eq!(response.status(), 403);
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["code"], code);
    }
}
