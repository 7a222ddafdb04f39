//! A server that is never reached: the app is told the likely obstacle (ROOM-03).

use super::user::User;
use crate::machine::RoomReason::*;
use crate::machine::*;
use holdfast_protocol::{ServerMessage, timing};

/// The tries after which the server was probed.
fn probes(user: &User) -> Vec<SocketId> {
    let probes = user.effects.iter().filter_map(|effect| match effect {
        Effect::ProbeServer(socket) => Some(*socket),
        _ => None,
    });
    probes.collect()
}

/// The reason and the wait of each reported try and wait.
fn reasons(user: &User) -> Vec<(Option<Obstacle>, u64)> {
    let updates = user.events.iter().filter_map(|event| match event {
        Event::Retry(update) => Some((update.reason, update.wait_ms)),
        _ => None,
    });
    updates.collect()
}

fn found(user: &mut User, socket: SocketId, obstacle: Obstacle) {
    user.input(Input::Obstacle(socket, obstacle)).unwrap();
}

fn unreached() -> (User, SocketId) {
    let mut user = User::new();
    user.login();
    let socket = user.socket();
    (user, socket)
}

#[test]
fn room_03_what_is_found_at_the_address_is_told_at_once_and_with_each_later_try() {
    let (mut user, socket) = unreached();
    user.socket_closed();
    assert_eq!(probes(&user), [socket]);
    user.forget_told();
    found(&mut user, socket, Obstacle::WrongPath);
    let [(Some(Obstacle::WrongPath), wait_ms)] = reasons(&user)[..] else {
        panic!("{:?}", user.events);
    };
    assert!(wait_ms > 0, "the wait goes on");
    user.forget_told();
    user.pass_failing(60_000);
    assert!(reasons(&user).len() > 10);
    assert!(reasons(&user).iter().all(|(reason, _)| *reason == Some(Obstacle::WrongPath)));
    assert!(user.reasons().is_empty(), "it may heal");
}

#[test]
fn room_03_the_same_obstacle_is_no_news_and_another_is() {
    let (mut user, socket) = unreached();
    user.socket_closed();
    user.forget_told();
    for obstacle in [Obstacle::NoServer, Obstacle::NoServer, Obstacle::NotHoldfast] {
        found(&mut user, socket, obstacle);
    }
    let told: Vec<_> = reasons(&user).into_iter().map(|(reason, _)| reason).collect();
    assert_eq!(told, [Some(Obstacle::NoServer), Some(Obstacle::NotHoldfast)]);
}

#[test]
fn room_03_what_can_never_heal_ends_the_login_at_once_with_its_code() {
    let finals = Obstacle::TABLE.iter().filter(|row| row.0.is_final());
    let codes: Vec<_> = finals.map(|(obstacle, _, code)| (*obstacle, *code)).collect();
    assert_eq!(codes.len(), 2);
    for (obstacle, code) in codes {
        let (mut user, socket) = unreached();
        found(&mut user, socket, obstacle);
        assert_eq!(user.reasons(), [(Logining, Code::OK), (LoginFailed, code)]);
        let refusal = Err(Refusal::from(code));
        assert!(user.events.contains(&Event::LoginSettled(CallId(1), refusal)));
        assert_eq!(user.brain.next_deadline(), None, "nothing is tried again");
    }
}

#[test]
fn room_03_a_first_try_that_nobody_answers_is_looked_into_within_seconds() {
    let (mut user, socket) = unreached();
    user.pass(timing::PROBE_SERVER_AFTER_MS - 1);
    assert_eq!(probes(&user), []);
    user.pass(1);
    assert_eq!(probes(&user), [socket]);
    user.forget_told();
    found(&mut user, socket, Obstacle::NoWebsocket);
    assert_eq!(reasons(&user), [], "the right server may be slow");
    found(&mut user, socket, Obstacle::NoServer);
    assert_eq!(reasons(&user), [(Some(Obstacle::NoServer), 0)], "the try goes on");
    user.pass(timing::CONNECT_TIMEOUT_MS - timing::PROBE_SERVER_AFTER_MS);
    assert_eq!(probes(&user), [socket], "once a try");
}

#[test]
fn room_03_a_server_that_was_reached_once_is_not_looked_into() {
    let mut user = User::logged_in();
    user.socket_closed();
    user.pass_failing(60_000);
    assert_eq!(probes(&user), []);
    user.forget_told();
    found(&mut user, SocketId(1), Obstacle::MixedContent);
    let socket = user.last_socket_opened();
    found(&mut user, socket.unwrap_or(SocketId(1)), Obstacle::Csp);
    assert!(user.events.is_empty());
}

#[test]
fn room_03_a_server_that_asks_to_wait_is_the_right_one() {
    let (mut user, _) = unreached();
    user.message(ServerMessage::Goaway { min_ms: 100, max_ms: 100 });
    assert_eq!(probes(&user), []);
}

#[test]
fn room_03_nothing_is_looked_into_while_the_browser_is_offline() {
    let mut user = User::new();
    user.network(NetworkInput::Offline);
    user.login();
    user.pass_failing(60_000);
    assert_eq!(probes(&user), []);
}

#[test]
fn room_03_what_an_older_login_found_is_not_told_of_the_next() {
    let (mut user, socket) = unreached();
    user.socket_closed();
    user.call(Call::Logout { room: None }).unwrap();
    user.login();
    user.forget_told();
    found(&mut user, socket, Obstacle::Csp);
    assert!(user.events.is_empty());
}

#[test]
fn the_outage_after_a_login_has_no_reason_left() {
    let (mut user, socket) = unreached();
    user.socket_closed();
    found(&mut user, socket, Obstacle::NoServer);
    user.pass(1_000);
    user.hello(false, &[]);
    user.forget_told();
    user.socket_closed();
    assert!(reasons(&user).iter().all(|(reason, _)| reason.is_none()));
}

#[test]
fn obstacles_have_their_names_and_codes_in_the_order_of_their_numbers() {
    for (number, (obstacle, name, code)) in Obstacle::TABLE.into_iter().enumerate() {
        assert_eq!(obstacle as usize, number);
        assert_eq!((obstacle.name(), obstacle.code()), (name, code));
    }
}
