//! Media that stops without any event, and the signs that show it.

use super::user::User;
use crate::machine::MediaState::*;
use crate::machine::*;
use holdfast_protocol::ServerMessage;

/// Answers every request for received bytes with a number from `bytes`.
fn flow(user: &mut User, duration_ms: u64, mut bytes: impl FnMut() -> u64) {
    let peer = user.peer().unwrap();
    for _ in 0..duration_ms / 100 {
        user.pass(100);
        if user.effects.contains(&Effect::SamplePeer(peer)) {
            user.input(Input::Peer(peer, PeerInput::Received(bytes()))).unwrap();
        }
        user.effects.retain(|effect| !matches!(effect, Effect::SamplePeer(_)));
        let socket = SocketId(1);
        let heartbeat = SocketInput::Message(ServerMessage::Heartbeat);
        user.input(Input::Socket(socket, heartbeat)).unwrap();
    }
}

/// Media flows for a while. Returns the bytes received so far.
pub(super) fn flows(user: &mut User) -> u64 {
    let mut bytes = 0;
    flow(user, 5_000, || {
        bytes += 1_000;
        bytes
    });
    bytes
}

#[test]
fn media_09_media_in_doubt_is_replaced_before_it_is_lost_and_nobody_is_told() {
    for direction in [Direction::Publish, Direction::Play] {
        let mut user = match direction {
            Direction::Publish => User::publishing(&["/node"]),
            Direction::Play => User::playing(&["/node"]),
        };
        let bytes = flows(&mut user);
        let peer = user.peer().unwrap();
        flow(&mut user, 400, || bytes);
        assert!(user.effects.contains(&Effect::MakeOffer { peer, restart: 1 }));
        user.pass(300);
        assert_eq!(user.urls_opened(), ["/node", "/node"]);
        user.peer_input(PeerInput::Connected);
        if direction == Direction::Play {
            user.media_arrives();
        }
        assert!(user.effects.contains(&Effect::ClosePeer(peer)));
        assert!(user.states().is_empty(), "{direction:?}");
    }
}

#[test]
fn media_09_media_in_doubt_that_comes_back_ends_the_fresh_try() {
    let mut user = User::playing(&["/node"]);
    let bytes = flows(&mut user);
    let peer = user.peer().unwrap();
    flow(&mut user, 400, || bytes);
    user.pass(300);
    let fresh = user.peer().unwrap();
    user.input(Input::Peer(peer, PeerInput::Received(bytes + 1))).unwrap();
    assert!(user.effects.contains(&Effect::ClosePeer(fresh)));
    assert!(user.states().is_empty());
}

#[test]
fn media_09_what_the_browser_says_is_gone_is_told_at_once() {
    let mut user = User::playing(&["/node"]);
    user.peer_input(PeerInput::Disconnected);
    assert_eq!(user.states(), [(Requesting, Code::NETWORK_BROKEN)]);
}

#[test]
fn media_09_what_the_browser_says_late_of_media_that_flows_is_only_looked_into() {
    let mut user = User::playing(&["/node"]);
    user.media_arrives();
    let peer = user.peer().unwrap();
    user.effects.retain(|effect| matches!(effect, Effect::OpenPeer { .. } | Effect::Post { .. }));
    user.peer_input(PeerInput::Disconnected);
    assert!(user.states().is_empty());
    user.pass(0);
    assert!(user.effects.contains(&Effect::SamplePeer(peer)));
}

#[test]
fn cfg_01_without_a_window_a_doubt_ends_nothing() {
    let mut user = User::new();
    let config = Config { media_window_ms: 0, ..Config::default() };
    user.call(Call::Configure(config)).unwrap();
    user.login();
    user.hello(false, &[]);
    user.play();
    user.nodes(&["/node"]);
    user.peer_input(PeerInput::Connected);
    let bytes = flows(&mut user);
    user.forget_told();
    flow(&mut user, 900, || bytes);
    assert!(user.states().is_empty());
    flow(&mut user, 300, || bytes);
    assert_eq!(user.states().last(), Some(&(Stopped, Code::NETWORK_BROKEN)));
}

#[test]
fn media_09_bytes_that_stand_still_start_recovery_without_any_event() {
    let mut user = User::playing(&["/whep/s"]);
    let bytes = flows(&mut user);
    assert!(user.states().is_empty());
    let peer = user.peer().unwrap();
    flow(&mut user, 600, || bytes);
    assert!(user.effects.contains(&Effect::MakeOffer { peer, restart: 1 }));
    user.pass(400);
    user.input(Input::Peer(peer, PeerInput::Received(bytes))).unwrap();
    assert_eq!(user.states(), [(Requesting, Code::NETWORK_BROKEN)]);
    user.input(Input::Peer(peer, PeerInput::Received(bytes + 1))).unwrap();
    assert_eq!(user.states()[1..], [(Flowing, Code::OK)], "a false alarm does no harm");
}

#[test]
fn media_09_a_publisher_is_given_longer_unless_the_link_is_found_dead() {
    let mut user = User::publishing(&["/one/whip/s", "/two/whip/s"]);
    for second in 1..=20 {
        flow(&mut user, 1_000, || second * 100);
    }
    let bytes = 2_000;
    flow(&mut user, 200, || bytes);
    assert!(user.states().is_empty());
    let peer = user.peer().unwrap();
    user.input(Input::Socket(SocketId(1), SocketInput::Closed)).unwrap();
    user.pass(0);
    user.input(Input::Peer(peer, PeerInput::Received(bytes))).unwrap();
    assert_eq!(user.states(), [(Requesting, Code::NETWORK_BROKEN)]);
}

#[test]
fn media_10_many_streams_are_not_many_storms() {
    let mut user = User::logged_in();
    let node = holdfast_protocol::Node { url: "/whep".into(), ..Default::default() };
    for number in 0..40 {
        let (call, stream) = (CallId(100 + number), format!("s{number}"));
        user.call(Call::StartPlaying { call, room: None, stream, follow: false }).unwrap();
        let id = user.request();
        user.message(ServerMessage::Nodes { id, nodes: vec![node.clone()] });
    }
    assert_eq!(user.urls_opened().len(), 9, "the login was the tenth");
    user.pass(1_000);
    assert_eq!(user.urls_opened().len(), 19);
    let limited = user
        .events
        .iter()
        .any(|event| matches!(event, Event::Retry(update) if update.cause == RetryCause::Limited));
    assert!(limited, "and the app is told why");
}

#[test]
fn media_09_a_player_that_never_got_a_byte_is_at_the_wrong_node() {
    let mut user = User::playing(&["/whep/s"]);
    flow(&mut user, 9_500, || 0);
    assert!(user.states().is_empty());
    let peer = user.peer().unwrap();
    flow(&mut user, 1_000, || 0);
    assert_eq!(user.states(), [(Requesting, Code::NETWORK_BROKEN)]);
    let is_restarted = user.effects.contains(&Effect::MakeOffer { peer, restart: 1 });
    assert!(is_restarted || user.peer() != Some(peer), "told, and something done about it");
}
