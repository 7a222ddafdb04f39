//! A publisher and a player of one stream, which most media tests use.

use super::client::{Client, Site, TestServer};
use super::peer::{Peer, claim, find, go_live};
use str0m::format::Codec;
use str0m::media::Direction;

pub(crate) const ALL: [Codec; 3] = [Codec::Opus, Codec::Vp8, Codec::H264];

pub(crate) struct Scene {
    pub(crate) server: TestServer,
    pub(crate) a: Client,
    pub(crate) b: Client,
    pub(crate) publisher: Peer,
    pub(crate) player: Peer,
}

pub(crate) async fn scene(publishes: &[Codec], plays: &[Codec]) -> Scene {
    scene_on(TestServer::start().await, "r", ["a", "b"], "s", [publishes, plays]).await
}

/// The same on an existing server.
pub(crate) async fn scene_on(
    server: TestServer,
    room: &str,
    users: [&str; 2],
    stream: &str,
    codecs: [&[Codec]; 2],
) -> Scene {
    let Pair { a, b, publisher, player } = pair(&server, room, users, stream, codecs).await;
    Scene { server, a, b, publisher, player }
}

/// Two users in a room, each with a media session.
pub(crate) struct Pair {
    pub(crate) a: Client,
    pub(crate) b: Client,
    pub(crate) publisher: Peer,
    pub(crate) player: Peer,
}

/// A publisher and a player of one stream, both connected.
pub(crate) async fn pair(
    server: &Site,
    room: &str,
    users: [&str; 2],
    stream: &str,
    [publishes, plays]: [&[Codec]; 2],
) -> Pair {
    let (mut a, _) = server.enter(room, users[0]).await;
    let (mut b, _) = server.enter(room, users[1]).await;
    a.next().await;
    let mut publisher = Peer::new(Direction::SendOnly, publishes).await;
    publisher.open(server, &claim(&mut a, stream).await).await;
    publisher.connected().await;
    go_live(&mut a, stream).await;
    let mut player = Peer::new(Direction::RecvOnly, plays).await;
    player.open(server, &find(&mut b, stream).await).await;
    player.connected().await;
    Pair { a, b, publisher, player }
}

impl Scene {
    /// Another connected session of the publisher's user, and the token that opened it.
    pub(crate) async fn newer_publisher(&mut self) -> (Peer, String) {
        let node = claim(&mut self.a, "s").await;
        let mut newer = Peer::new(Direction::SendOnly, &ALL).await;
        newer.open(&self.server, &node).await;
        newer.connected().await;
        (newer, node.token)
    }
}
