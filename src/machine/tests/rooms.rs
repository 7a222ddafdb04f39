//! Several rooms at once (ROOM-17).

use super::user::{User, login};
use crate::machine::RoomReason::*;
use crate::machine::*;
use holdfast_protocol::{Change, ClientMessage, Hello, ServerMessage, Snapshot, Stream, limit};

const ROOM_WINDOW_MS: u64 = 1_200_000;

/// In rooms `a` and `b`, on the links of this order.
fn in_two_rooms() -> (User, SocketId, SocketId) {
    let mut user = User::new();
    user.call(Call::EnableMultiRoom(true)).unwrap();
    let a = enter(&mut user, "a");
    let b = enter(&mut user, "b");
    user.forget();
    (user, a, b)
}

fn log_in(user: &mut User, room: &str) -> Result<(), Refusal> {
    user.call(Call::Login { call: CallId(1), login: Box::new(login(room)) })
}

fn enter(user: &mut User, room: &str) -> SocketId {
    log_in(user, room).unwrap();
    let socket = user.last_socket_opened().unwrap();
    hello(user, socket, false, &[]);
    socket
}

fn hello(user: &mut User, socket: SocketId, resumed: bool, streams: &[&str]) {
    let streams = streams.iter().map(|id| stream(id)).collect();
    let hello = Hello {
        session: format!("session of {}", socket.0),
        secret: "secret".into(),
        resumed,
        heartbeat_ms: 1_000,
        snapshot: Some(Snapshot { streams, ..Snapshot::default() }),
        ..Hello::default()
    };
    user.message_on(socket, ServerMessage::Hello(hello));
}

fn stream(id: &str) -> Stream {
    let user = holdfast_protocol::User { id: "other".into(), name: String::new() };
    Stream { id: id.into(), user, extra: String::new(), muted: 0 }
}

fn close(user: &mut User, socket: SocketId) {
    user.input(Input::Socket(socket, SocketInput::Closed)).unwrap();
}

/// The states told of each room.
fn told(user: &User) -> Vec<(&str, RoomReason)> {
    let state = |event| match event {
        &Event::RoomState { ref room, reason, .. } => Some((room.as_str(), reason)),
        _ => None,
    };
    user.events.iter().filter_map(state).collect()
}

/// The links that messages of this kind were sent on.
fn sent_on(user: &User, test: fn(&ClientMessage) -> bool) -> Vec<SocketId> {
    let link = |effect: &Effect| match effect {
        Effect::SendMessage(socket, message) if test(message) => Some(*socket),
        _ => None,
    };
    user.effects.iter().filter_map(link).collect()
}

fn code(outcome: Result<(), Refusal>) -> Code {
    outcome.unwrap_err().code
}

fn publish(user: &mut User, room: Option<&str>, stream: &str) -> Result<(), Refusal> {
    let (room, stream) = (room.map(String::from), stream.into());
    user.call(Call::StartPublishing { room, stream, extra: String::new() })
}

fn play(user: &mut User, room: Option<&str>, stream: &str) -> Result<(), Refusal> {
    let (room, stream) = (room.map(String::from), stream.into());
    user.call(Call::StartPlaying { call: CallId(2), room, stream, follow: true })
}

#[test]
fn room_17_without_it_a_second_room_is_refused_and_with_it_both_are_logged_in() {
    let mut user = User::new();
    log_in(&mut user, "a").unwrap();
    assert_eq!(code(log_in(&mut user, "b")), Code::SECOND_ROOM);
    let (mut user, _, _) = in_two_rooms();
    assert_eq!(code(log_in(&mut user, "a")), Code::ALREADY_LOGGED_IN);
    log_in(&mut user, "c").unwrap();
    assert_eq!(code(log_in(&mut user, "c")), Code::LOGIN_IN_PROGRESS);
    assert_eq!(told(&user), [("c", Logining)]);
}

#[test]
fn room_17_it_is_enabled_before_the_first_login_only() {
    let mut user = User::new();
    user.call(Call::EnableMultiRoom(true)).unwrap();
    user.call(Call::EnableMultiRoom(false)).unwrap();
    log_in(&mut user, "a").unwrap();
    assert_eq!(code(user.call(Call::EnableMultiRoom(true))), Code::MULTI_ROOM_OFF);
    user.call(Call::Logout { room: None }).unwrap();
    user.pass(4_000);
    assert_eq!(code(user.call(Call::EnableMultiRoom(true))), Code::MULTI_ROOM_OFF);
    log_in(&mut user, "a").unwrap();
    assert_eq!(code(log_in(&mut user, "b")), Code::SECOND_ROOM);
}

#[test]
fn room_17_the_logins_of_one_client_carry_its_number_and_each_its_own() {
    let mut user = User::new();
    user.call(Call::EnableMultiRoom(true)).unwrap();
    enter(&mut user, "a");
    let (client, device) = (user.last_login().unwrap().client, user.last_login().unwrap().device);
    enter(&mut user, "b");
    assert_ne!(client, 0);
    assert_eq!(user.last_login().unwrap().client, client);
    assert_ne!(user.last_login().unwrap().device, device);
    let mut user = User::new();
    user.login();
    assert_eq!(user.last_login().unwrap().client, 0, "one room at a time");
}

#[test]
fn room_17_a_lost_link_is_told_of_its_room_only() {
    let (mut user, a, b) = in_two_rooms();
    close(&mut user, a);
    assert_eq!(told(&user), [("a", Reconnecting)]);
    user.pass(1_000);
    let again = user.last_socket_opened().unwrap();
    hello(&mut user, again, true, &[]);
    assert_eq!(told(&user), [("a", Reconnecting), ("a", Reconnected)]);
    user.forget();
    user.message_on(b, ServerMessage::Goaway { min_ms: 0, max_ms: 0 });
    assert_eq!(told(&user), [("b", Reconnecting)]);
}

#[test]
fn room_17_each_room_has_a_window_of_its_own() {
    let (mut user, a, b) = in_two_rooms();
    close(&mut user, a);
    // Room b lives on, and something happens in it again and again.
    for second in 1..ROOM_WINDOW_MS / 1_000 {
        user.message_on(b, ServerMessage::Heartbeat);
        user.pass_failing(1_000);
        assert!(user.reasons().iter().all(|(reason, _)| *reason != ReconnectFailed), "{second}");
        if second == 600 {
            close(&mut user, b);
        }
    }
    user.pass_failing(1_000);
    assert_eq!(told(&user), [("a", Reconnecting), ("b", Reconnecting), ("a", ReconnectFailed)]);
    user.pass_failing(600_000);
    assert_eq!(told(&user).last(), Some(&("b", ReconnectFailed)));
    assert_eq!(user.brain.next_deadline(), None);
}

#[test]
fn room_17_a_publisher_names_its_room_and_is_claimed_there_once() {
    let (mut user, _, b) = in_two_rooms();
    assert_eq!(code(publish(&mut user, None, "s")), Code::BAD_PARAMETER);
    assert_eq!(code(publish(&mut user, Some("c"), "s")), Code::NOT_IN_ROOM);
    assert!(user.effects.is_empty() && user.events.is_empty());
    publish(&mut user, Some("b"), "s").unwrap();
    let is_claim = |message: &_| matches!(message, ClientMessage::Publish { .. });
    assert_eq!(sent_on(&user, is_claim), [b]);
    assert_eq!(code(publish(&mut user, Some("a"), "s")), Code::ALREADY_PUBLISHING);
    user.call(Call::StopPublishing { stream: "s".into() }).unwrap();
    let is_release = |message: &_| matches!(message, ClientMessage::Unpublish { .. });
    assert_eq!(sent_on(&user, is_release), [b]);
    publish(&mut user, Some("a"), "s").unwrap();
}

#[test]
fn room_17_a_player_finds_the_room_that_has_its_stream() {
    let (mut user, a, b) = in_two_rooms();
    let streams = vec![stream("there")];
    user.message_on(
        b,
        ServerMessage::Streams { seq: 1, change: Change::Add, streams, reason: None },
    );
    let is_question = |message: &_| matches!(message, ClientMessage::Play { .. });
    for (room, name, link) in [(None, "there", b), (None, "nowhere", a), (Some("b"), "named", b)] {
        user.forget();
        play(&mut user, room, name).unwrap();
        assert_eq!(sent_on(&user, is_question), [link], "{name}");
        assert_eq!(code(play(&mut user, Some("a"), name)), Code::ALREADY_PLAYING);
    }
    assert_eq!(code(play(&mut user, Some("c"), "s")), Code::NOT_IN_ROOM);
}

#[test]
fn room_17_a_stream_of_one_room_is_none_of_the_others() {
    let (mut user, a, b) = in_two_rooms();
    // A followed stream that is not in its room waits for its ADD there.
    play(&mut user, Some("a"), "s").unwrap();
    user.message_on(
        a,
        ServerMessage::Done {
            id: user.request(),
            code: Code::STREAM_NOT_FOUND,
            message: String::new(),
            seq: 0,
        },
    );
    user.forget();
    let added = |seq| ServerMessage::Streams {
        seq,
        change: Change::Add,
        streams: vec![stream("s")],
        reason: None,
    };
    user.message_on(b, added(1));
    assert!(user.sent().is_empty() && user.states().is_empty());
    user.message_on(a, added(1));
    assert_eq!(user.states(), [(MediaState::Requesting, Code::OK)]);
}

#[test]
fn room_17_one_room_is_left_and_the_other_goes_on_with_its_streams() {
    let (mut user, a, b) = in_two_rooms();
    publish(&mut user, Some("a"), "of-a").unwrap();
    publish(&mut user, Some("b"), "of-b").unwrap();
    user.forget();
    user.call(Call::Logout { room: Some("a".into()) }).unwrap();
    assert_eq!(sent_on(&user, |message| *message == ClientMessage::Logout), [a]);
    assert_eq!(user.states(), [(MediaState::Stopped, Code::OK)]);
    user.message_on(a, ServerMessage::Bye);
    assert_eq!(told(&user), [("a", Logout)]);
    assert_eq!(code(user.call(Call::Logout { room: Some("a".into()) })), Code::NOT_IN_ROOM);
    let text = || Request::Broadcast { text: "x".into() };
    let send =
        |room: &str| Call::Send { call: CallId(3), room: Some(room.into()), request: text() };
    assert_eq!(code(user.call(send("a"))), Code::NOT_IN_ROOM);
    user.call(send("b")).unwrap();
    assert_eq!(sent_on(&user, |message| matches!(message, ClientMessage::Broadcast { .. })), [b]);
}

#[test]
fn room_17_a_logout_without_a_room_leaves_all_and_a_kick_only_its_own() {
    let (mut user, a, b) = in_two_rooms();
    let end = ServerMessage::End { code: Code::KICKED_BY_SERVER, message: String::new() };
    user.message_on(a, end);
    assert_eq!(told(&user), [("a", KickOut)]);
    enter(&mut user, "a");
    user.forget();
    user.call(Call::Logout { room: None }).unwrap();
    user.message_on(b, ServerMessage::Bye);
    user.pass(3_000);
    assert_eq!(told(&user), [("b", Logout), ("a", LogoutFailed)]);
    assert_eq!(user.brain.next_deadline(), None);
}

#[test]
fn room_17_a_switch_leaves_its_room_and_no_other() {
    let (mut user, a, _) = in_two_rooms();
    let switch = |from: &str, to| Call::Switch {
        from: from.into(),
        call: CallId(4),
        login: Box::new(login(to)),
    };
    assert_eq!(code(user.call(switch("a", "b"))), Code::ALREADY_LOGGED_IN);
    assert_eq!(code(user.call(switch("c", "d"))), Code::NOT_IN_ROOM);
    user.call(switch("a", "c")).unwrap();
    assert_eq!(code(log_in(&mut user, "c")), Code::LOGIN_IN_PROGRESS, "on the way there");
    assert_eq!(code(user.call(switch("b", "c"))), Code::ALREADY_LOGGED_IN);
    user.message_on(a, ServerMessage::Bye);
    let socket = user.last_socket_opened().unwrap();
    hello(&mut user, socket, false, &[]);
    assert_eq!(told(&user), [("a", Logout), ("c", Logining), ("c", Logined)]);
}

#[test]
fn room_17_all_rooms_are_one_users_and_there_are_not_too_many() {
    let (mut user, a, _) = in_two_rooms();
    let mut other = login("c");
    other.user.id = "somebody_else".into();
    let call = Call::Login { call: CallId(1), login: Box::new(other.clone()) };
    assert_eq!(code(user.call(call.clone())), Code::OTHER_USER);
    for number in 2..limit::USER_ROOMS_MAX {
        enter(&mut user, &format!("more{number}"));
    }
    assert_eq!(code(log_in(&mut user, "c")), Code::TOO_MANY_ROOMS);
    // A room that is being left does not count, though its server has not answered.
    user.call(Call::Logout { room: Some("a".into()) }).unwrap();
    user.forget();
    log_in(&mut user, "c").unwrap();
    assert_eq!(told(&user), [("a", Logout), ("c", Logining)]);
    assert!(user.effects.contains(&Effect::CloseSocket(a)));
    assert_eq!(code(log_in(&mut user, "d")), Code::TOO_MANY_ROOMS);
    user.call(Call::Logout { room: None }).unwrap();
    user.call(call).unwrap();
}

#[test]
fn room_17_a_token_and_extra_info_go_to_their_room() {
    let (mut user, a, b) = in_two_rooms();
    let renew = |room: Option<&str>| Call::RenewToken {
        room: room.map(String::from),
        token: "newer".into(),
    };
    assert_eq!(code(user.call(renew(None))), Code::BAD_PARAMETER);
    user.call(renew(Some("b"))).unwrap();
    assert_eq!(sent_on(&user, |message| matches!(message, ClientMessage::Renew { .. })), [b]);
    publish(&mut user, Some("a"), "s").unwrap();
    user.forget();
    let request = Request::StreamExtra { stream: "s".into(), extra: "x".into() };
    user.call(Call::Send { call: CallId(3), room: None, request }).unwrap();
    user.call(Call::Mute { stream: "s".into(), muted: 1 }).unwrap();
    let is_extra = |message: &_| matches!(message, ClientMessage::SetStreamExtra { .. });
    assert_eq!(sent_on(&user, is_extra), [a]);
    assert_eq!(sent_on(&user, |message| matches!(message, ClientMessage::SetMuted { .. })), [a]);
}

#[test]
fn room_17_a_network_that_is_back_brings_every_room_back_through_one_limiter() {
    let (mut user, a, b) = in_two_rooms();
    for number in 2..limit::USER_ROOMS_MAX {
        enter(&mut user, &format!("more{number}"));
    }
    user.network(NetworkInput::Offline);
    user.pass(20_000);
    user.forget();
    user.network(NetworkInput::Online);
    user.pass(2_000);
    assert!(user.sockets_opened() >= limit::USER_ROOMS_MAX, "{}", user.sockets_opened());
    let mut rooms: Vec<_> = user
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::OpenSocket(_, login) => Some(login.room.clone()),
            _ => None,
        })
        .collect();
    rooms.sort();
    rooms.dedup();
    assert_eq!(rooms.len(), limit::USER_ROOMS_MAX);
    assert_ne!(a, b);
}

#[test]
fn room_17_media_10_questions_of_two_rooms_take_turns_at_one_pace() {
    let (mut user, a, b) = in_two_rooms();
    for number in 0..200 {
        let room = if number < 100 { "a" } else { "b" };
        play(&mut user, Some(room), &format!("s{number}")).unwrap();
    }
    let is_question = |message: &_| matches!(message, ClientMessage::Play { .. });
    user.forget();
    user.pass(1_000);
    let asked = sent_on(&user, is_question);
    assert!((30..=45).contains(&asked.len()), "one pace for all rooms: {}", asked.len());
    let of_b = asked.iter().filter(|link| **link == b).count();
    assert!(of_b * 3 > asked.len(), "{of_b} of {}, besides {a:?}", asked.len());
}
