//! Paths on which a round trip takes seconds.

use super::user::{User, not_reached};
use crate::machine::MediaState::*;
use crate::machine::RoomReason::*;
use crate::machine::*;

#[test]
fn room_06_a_handshake_that_takes_longer_than_a_try_gets_in_all_the_same() {
    let mut user = User::new();
    user.login();
    let first = user.socket();
    user.pass(11_000);
    assert!(user.sockets_opened() > 1, "another one is tried meanwhile");
    assert!(!user.effects.contains(&Effect::CloseSocket(first)));
    let hello = holdfast_protocol::Hello {
        session: "session".into(),
        heartbeat_ms: 1_000,
        ..Default::default()
    };
    user.message_on(first, holdfast_protocol::ServerMessage::Hello(hello.clone()));
    assert_eq!(user.reasons(), [(Logining, Code::OK), (Logined, Code::OK)]);
    let second = user.last_socket_opened().unwrap();
    assert!(!user.effects.contains(&Effect::CloseSocket(second)), "the server may have heard it");
    user.message_on(second, holdfast_protocol::ServerMessage::Hello(hello));
    assert!(user.effects.contains(&Effect::CloseSocket(first)));
    assert_eq!(user.reasons().len(), 2, "it is the same session: nothing more is told");
}

#[test]
fn room_06_a_try_without_an_answer_holds_up_none_of_those_that_follow() {
    let mut user = User::logged_in();
    user.socket_closed();
    user.pass(120_000);
    // A try lasts 8 s, with up to 8 s between two of them.
    assert!(user.sockets_opened() >= 8, "{}", user.sockets_opened());
    let mut open = 0;
    for effect in &user.effects {
        match effect {
            Effect::OpenSocket(..) => open += 1,
            Effect::CloseSocket(socket) if *socket != SocketId(1) => open -= 1,
            _ => {}
        }
        assert!(open <= 2, "bey_04: two at a time");
    }
}

#[test]
fn room_06_a_refusal_does_not_wait_for_the_try_that_lingers() {
    let mut user = User::logged_in();
    user.socket_closed();
    user.pass(9_000);
    let opened = |effect: &Effect| match effect {
        Effect::OpenSocket(socket, _) => Some(*socket),
        _ => None,
    };
    let latest = user.effects.iter().rev().find_map(opened).unwrap();
    let lingering = user.effects.iter().find_map(opened).unwrap();
    assert_ne!(lingering, latest);
    assert!(!user.effects.contains(&Effect::CloseSocket(lingering)), "it goes on");
    user.forget();
    user.input(Input::Socket(latest, SocketInput::Closed)).unwrap();
    // No wait between two tries is longer than 8 s.
    let refused = user.pass_failing(8_000);
    assert!(refused >= 1, "{refused}");
    assert_eq!(user.reasons(), []);
}

#[test]
fn pub_05_sessions_that_are_not_connected_in_time_get_longer_from_try_to_try() {
    let mut user = User::logged_in();
    user.publish();
    user.nodes(&["/whip/s"]);
    for limit_ms in [8_000, 16_000, 30_000] {
        user.effects
            .retain(|effect| matches!(effect, Effect::OpenPeer { .. } | Effect::Post { .. }));
        let peer = user.peer().unwrap();
        alive(&mut user, limit_ms - 100);
        assert!(!user.effects.contains(&Effect::ClosePeer(peer)), "{limit_ms}");
        alive(&mut user, 200);
        assert!(user.effects.contains(&Effect::ClosePeer(peer)), "{limit_ms}");
        if limit_ms < 30_000 {
            while user.peer() == Some(peer) {
                alive(&mut user, 100);
                if user.request() > 0 && user.peer() == Some(peer) {
                    user.nodes(&["/whip/s"]);
                }
            }
        }
    }
    assert_eq!(user.states().last(), Some(&(Stopped, Code::PUBLISH_TIMEOUT)));
}

#[test]
fn pub_05_a_refusal_is_no_sign_of_a_slow_path() {
    let mut user = User::logged_in();
    user.publish();
    user.nodes(&["/whip/s"]);
    alive(&mut user, 8_100);
    user.pass(1_000);
    user.nodes(&["/whip/s"]);
    user.peer_input(not_reached());
    user.pass(1_000);
    user.effects.retain(|effect| !matches!(effect, Effect::ClosePeer(_)));
    user.nodes(&["/whip/s"]);
    let peer = user.peer().unwrap();
    alive(&mut user, 8_100);
    assert!(user.effects.contains(&Effect::ClosePeer(peer)));
}

fn alive(user: &mut User, duration_ms: u64) {
    for _ in 0..duration_ms / 100 {
        user.pass(100);
        user.message_on(SocketId(1), holdfast_protocol::ServerMessage::Heartbeat);
    }
}
