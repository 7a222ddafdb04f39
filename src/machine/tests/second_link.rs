//! Links in doubt, and the server's instructions for coming back.

use super::user::User;
use crate::machine::RoomReason::*;
use crate::machine::*;
use holdfast_protocol::{Change, ClientMessage, Hello, ServerMessage, User as Member};

fn hello(seq: u32, resumed: bool) -> Hello {
    let session = if resumed { "session 1" } else { "session 2" };
    let (session, secret) = (session.into(), "secret".into());
    Hello { session, secret, seq, resumed, heartbeat_ms: 1_000, ..Hello::default() }
}

/// A user whose link has been silent for so long that a second one is being opened.
fn in_doubt() -> (User, SocketId, SocketId) {
    let mut user = User::logged_in();
    let first = user.socket();
    user.pass(1_799);
    assert_eq!(user.sockets_opened(), 0);
    user.pass(1);
    assert_eq!(user.sockets_opened(), 1, "300 ms after the probe");
    let second = user.socket();
    (user, first, second)
}

fn say(user: &mut User, socket: SocketId, message: ServerMessage) {
    user.input(Input::Socket(socket, SocketInput::Message(message))).unwrap();
}

#[test]
fn bey_04_a_second_link_that_answers_takes_over_and_nothing_is_told() {
    let (mut user, first, second) = in_doubt();
    say(&mut user, second, ServerMessage::Hello(hello(10, true)));
    assert!(user.effects.contains(&Effect::CloseSocket(first)));
    assert!(user.reasons().is_empty());
    user.input(Input::Socket(first, SocketInput::Closed)).unwrap();
    assert!(user.reasons().is_empty(), "the first one is nobody's any more");
    user.pass(1_400);
    say(&mut user, second, ServerMessage::Heartbeat);
    user.pass(1_400);
    assert!(user.reasons().is_empty());
}

#[test]
fn bey_04_the_second_link_is_the_running_try_once_the_first_is_dead() {
    let (mut user, first, second) = in_doubt();
    user.pass(1_000);
    assert_eq!(user.reasons(), [(Reconnecting, Code::NETWORK_BROKEN)]);
    assert!(user.effects.contains(&Effect::CloseSocket(first)));
    assert_eq!(user.sockets_opened(), 1, "no third one");
    say(&mut user, second, ServerMessage::Hello(hello(10, true)));
    assert_eq!(user.reasons()[1..], [(Reconnected, Code::OK)]);
}

#[test]
fn bey_04_a_second_link_that_fails_leaves_the_first_alone() {
    let (mut user, first, second) = in_doubt();
    user.input(Input::Socket(second, SocketInput::Closed)).unwrap();
    assert!(user.effects.contains(&Effect::CloseSocket(second)));
    say(&mut user, first, ServerMessage::Pong { n: 1 });
    user.pass(1_000);
    assert!(user.reasons().is_empty());
}

#[test]
fn bey_04_no_event_twice_when_both_links_brought_it() {
    let (mut user, first, second) = in_doubt();
    let users = vec![Member { id: "b".into(), name: String::new() }];
    let added = ServerMessage::Users { seq: 11, change: Change::Add, users };
    say(&mut user, first, added.clone());
    let missed = vec![added];
    say(&mut user, second, ServerMessage::Hello(Hello { missed, ..hello(10, true) }));
    let told = user.events.iter().filter(|event| matches!(event, Event::RoomChanged { .. }));
    assert_eq!(told.count(), 1);
}

#[test]
fn bey_04_a_second_link_to_a_server_that_forgot_is_told_as_a_reconnect() {
    let (mut user, _, second) = in_doubt();
    say(&mut user, second, ServerMessage::Hello(hello(0, false)));
    assert_eq!(user.reasons(), [(Reconnecting, Code::NETWORK_BROKEN), (Reconnected, Code::OK)]);
}

/// A user with a try from before the network came back, and a newer try beside it.
fn two_tries() -> (User, SocketId, SocketId) {
    let mut user = User::logged_in();
    user.socket_closed();
    user.pass(1_000);
    let slow = user.socket();
    user.pass(2_000);
    user.network(NetworkInput::Online);
    user.pass(0);
    let fast = user.socket();
    (user, slow, fast)
}

#[test]
fn bey_04_a_try_from_before_the_network_came_back_gets_another_beside_it() {
    let (mut user, slow, fast) = two_tries();
    assert_eq!(user.sockets_opened(), 2);
    assert!(!user.effects.contains(&Effect::CloseSocket(slow)), "the running try goes on");
    say(&mut user, fast, ServerMessage::Hello(hello(10, true)));
    assert!(user.effects.contains(&Effect::CloseSocket(slow)));
    assert_eq!(user.reasons()[1..], [(Reconnected, Code::OK)]);
}

/// Two tries for one session, of which the earlier one is answered.
fn overtaking(answer: Hello) -> (User, SocketId, SocketId) {
    let (mut user, slow, fast) = two_tries();
    say(&mut user, slow, ServerMessage::Hello(answer));
    assert_eq!(user.reasons()[1..], [(Reconnected, Code::OK)]);
    (user, slow, fast)
}

#[test]
fn bey_04_a_later_try_that_the_server_heard_as_well_takes_over_untold() {
    let (mut user, slow, fast) = overtaking(hello(10, true));
    assert!(!user.effects.contains(&Effect::CloseSocket(fast)), "the server may have heard it");
    say(&mut user, fast, ServerMessage::Hello(hello(10, true)));
    assert!(user.effects.contains(&Effect::CloseSocket(slow)));
    user.input(Input::Socket(slow, SocketInput::Closed)).unwrap();
    assert_eq!(user.reasons().len(), 2, "nothing more is told");
}

#[test]
fn bey_04_a_later_try_at_a_server_that_forgot_comes_to_the_session_that_the_earlier_made() {
    let (mut user, slow, fast) = overtaking(hello(0, false));
    assert!(!user.effects.contains(&Effect::CloseSocket(fast)), "the server may have heard it");
    say(&mut user, fast, ServerMessage::Hello(hello(0, false)));
    assert!(user.effects.contains(&Effect::CloseSocket(slow)));
    assert_eq!(user.reasons().len(), 2, "nothing more is told");
}

#[test]
fn room_06_goaway_names_the_range_to_come_back_in() {
    let mut waits = Vec::new();
    for seed in 0..50 {
        let mut user = User::logged_in();
        user.brain = Brain::new(seed);
        user.login();
        user.hello(false, &[]);
        user.forget();
        user.message(ServerMessage::Goaway { min_ms: 2_000, max_ms: 9_000 });
        assert_eq!(
            user.reasons(),
            [(Reconnecting, Code::NETWORK_BROKEN)],
            "no waiting for a close"
        );
        let began = user.now;
        while user.sockets_opened() == 0 {
            user.pass(10);
        }
        waits.push(user.now - began);
    }
    assert!(waits.iter().all(|wait_ms| (2_000..=9_010).contains(wait_ms)), "{waits:?}");
    let (least, most) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
    assert!(most - least > 5_000, "they spread: {waits:?}");
}

#[test]
fn room_06_goaway_in_place_of_hello_is_waited_out() {
    let mut user = User::new();
    user.login();
    user.message(ServerMessage::Goaway { min_ms: 5_000, max_ms: 5_000 });
    user.effects.clear();
    user.pass(4_999);
    assert_eq!(user.sockets_opened(), 0);
    user.pass(1);
    assert_eq!(user.sockets_opened(), 1);
}

#[test]
fn room_07_waking_up_past_the_windows_end_leaves_one_last_try() {
    let mut user = User::logged_in();
    user.network(NetworkInput::Offline);
    user.pass_failing(60_000);
    user.forget();
    user.now = user.now + 7_200_000;
    user.input(Input::Timeout).unwrap();
    assert_eq!(user.sockets_opened(), 1);
    assert!(user.reasons().is_empty());
    user.socket_closed();
    assert_eq!(user.reasons(), [(ReconnectFailed, Code::WINDOW_ENDED)]);
    assert_eq!(user.brain.next_deadline(), None);
}

#[test]
fn room_07_the_last_try_stays_the_only_one() {
    let mut user = User::logged_in();
    user.network(NetworkInput::Offline);
    user.pass_failing(60_000);
    user.now = user.now + 7_200_000;
    user.network(NetworkInput::Online);
    user.forget_told();
    user.effects.retain(|effect| matches!(effect, Effect::OpenSocket(..)));
    let opened = user.sockets_opened();
    for _ in 0..9 {
        user.pass(1_000);
        user.network(NetworkInput::Changed);
        user.network(NetworkInput::Woke);
    }
    assert_eq!(user.sockets_opened(), opened);
    assert_eq!(user.reasons(), [(ReconnectFailed, Code::WINDOW_ENDED)]);
}

#[test]
fn room_06_good_news_does_not_cut_a_told_wait_short() {
    let mut user = User::logged_in();
    user.message(ServerMessage::Goaway { min_ms: 5_000, max_ms: 5_000 });
    user.pass(1_000);
    for input in [NetworkInput::Online, NetworkInput::Changed, NetworkInput::Woke] {
        user.network(input);
    }
    assert_eq!(user.sockets_opened(), 0);
    user.pass(4_000);
    assert_eq!(user.sockets_opened(), 1);
}

#[test]
fn room_07_the_last_try_may_succeed() {
    let mut user = User::logged_in();
    user.network(NetworkInput::Offline);
    user.pass_failing(60_000);
    user.forget();
    user.now = user.now + 7_200_000;
    user.network(NetworkInput::Online);
    user.pass(0);
    user.hello(false, &[]);
    assert_eq!(user.reasons(), [(Reconnected, Code::OK)]);
}

#[test]
fn room_05_a_probe_that_was_out_while_asleep_is_sent_again() {
    let mut user = User::logged_in();
    user.pass(1_500);
    user.now = user.now + 3_600_000;
    user.input(Input::Timeout).unwrap();
    assert!(user.reasons().is_empty(), "its answer may be next in the queue");
    user.pass(1_300);
    assert_eq!(user.reasons(), [(Reconnecting, Code::NETWORK_BROKEN)]);
}

#[test]
fn room_05_an_answer_that_a_busy_page_has_not_read_yet_counts() {
    let mut user = User::logged_in();
    user.network(NetworkInput::Offline);
    user.now = user.now + 600;
    user.input(Input::Timeout).unwrap();
    assert!(user.reasons().is_empty(), "its answer may be next in the queue");
    user.message(ServerMessage::Pong { n: 1 });
    user.pass(1_000);
    assert!(user.reasons().is_empty());
}

#[test]
fn room_05_a_page_that_is_always_busy_notices_all_the_same() {
    let mut user = User::logged_in();
    for _ in 0..3 {
        user.now = user.now + 1_700;
        user.input(Input::Timeout).unwrap();
    }
    assert_eq!(user.reasons(), [(Reconnecting, Code::NETWORK_BROKEN)]);
}

#[test]
fn room_08_what_was_missed_is_told_in_order_and_once() {
    let mut user = User::logged_in();
    user.socket_closed();
    user.pass(1_000);
    user.forget_told();
    let from = Member { id: "b".into(), name: String::new() };
    let message =
        |seq| ServerMessage::Message { seq, from: from.clone(), text: seq.to_string(), at_ms: 1 };
    let added = ServerMessage::Users { seq: 12, change: Change::Add, users: vec![from.clone()] };
    let missed = vec![message(11), added, message(13), message(13)];
    let socket = user.socket();
    say(&mut user, socket, ServerMessage::Hello(Hello { missed, ..hello(13, true) }));
    let told: Vec<_> = user
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Received { item: Received::Broadcast { seq, .. }, .. } => Some(*seq),
            Event::RoomChanged { .. } => Some(0),
            _ => None,
        })
        .collect();
    assert_eq!(told, [11, 0, 13]);
    user.socket_closed();
    user.pass(1_000);
    assert_eq!(user.last_login().unwrap().resume.as_ref().unwrap().seq, 13);
}

#[test]
fn room_08_messages_older_than_the_snapshot_are_told_as_well() {
    let mut user = User::logged_in();
    user.socket_closed();
    user.pass(1_000);
    user.forget_told();
    let from = Member { id: "b".into(), name: String::new() };
    let missed = vec![ServerMessage::Message { seq: 15, from, text: "x".into(), at_ms: 1 }];
    let snapshot = Some(holdfast_protocol::Snapshot::default());
    let socket = user.socket();
    let hello = Hello { missed, snapshot, ..hello(900, true) };
    say(&mut user, socket, ServerMessage::Hello(hello));
    assert!(user.events.iter().any(|event| matches!(event, Event::Received { .. })));
    user.socket_closed();
    user.pass(1_000);
    assert_eq!(user.last_login().unwrap().resume.as_ref().unwrap().seq, 900);
}

#[test]
fn media_10_events_cannot_make_a_storm_of_tries() {
    let mut user = User::logged_in();
    user.socket_closed();
    let began = user.now;
    for _ in 0..10_000 {
        user.network(NetworkInput::Online);
        if let Some(socket) = user.last_socket_opened() {
            user.input(Input::Socket(socket, SocketInput::Closed)).unwrap();
        }
        user.pass(1);
    }
    let seconds = (user.now - began) / 1_000;
    assert!(user.sockets_opened() as u64 <= 10 + 10 * seconds, "{}", user.sockets_opened());
    assert!(user.sent().iter().all(|sent| !matches!(sent, ClientMessage::Logout)));
}

#[test]
fn room_06_a_goaway_without_a_wait_is_no_invitation_to_a_storm() {
    let mut user = User::new();
    user.login();
    let mut tries = 0;
    while user.now < Millis(60_000) {
        if let Some(socket) = user.last_socket_opened() {
            tries += 1;
            user.effects.clear();
            say(&mut user, socket, ServerMessage::Goaway { min_ms: 0, max_ms: 0 });
        }
        user.pass(10);
    }
    assert!((5..40).contains(&tries), "{tries}");
}

#[test]
fn room_08_a_number_out_of_all_order_does_not_make_deaf() {
    let mut user = User::logged_in();
    let users = |id: &str| vec![Member { id: id.into(), name: String::new() }];
    let event = |seq, id| ServerMessage::Users { seq, change: Change::Add, users: users(id) };
    user.message(event(u32::MAX, "b"));
    user.socket_closed();
    user.pass(1_000);
    let socket = user.last_socket_opened().unwrap();
    say(&mut user, socket, ServerMessage::Hello(hello(12, true)));
    user.forget_told();
    say(&mut user, socket, event(13, "c"));
    assert!(matches!(user.events[..], [Event::RoomChanged { .. }]));
}

#[test]
fn room_13_a_logout_that_crosses_the_move_to_a_second_link_is_said_there_too() {
    let (mut user, first, second) = in_doubt();
    user.call(Call::Logout { room: None }).unwrap();
    user.input(Input::Socket(first, SocketInput::Closed)).unwrap();
    assert!(user.reasons().is_empty(), "the session may live on by the other link");
    user.effects.clear();
    say(&mut user, second, ServerMessage::Hello(hello(10, true)));
    assert_eq!(user.effects, [Effect::SendMessage(second, ClientMessage::Logout)]);
    say(&mut user, second, ServerMessage::Bye);
    assert_eq!(user.reasons(), [(Logout, Code::OK)]);
    assert_eq!(user.brain.next_deadline(), None);
}
