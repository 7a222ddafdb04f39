//! Every state with every input, as a table whose diff shows what a change changes.
//!
//! `HOLDFAST_BLESS=1 cargo test -p holdfast-rtc golden` writes the tables anew.

use super::user::{User, login, not_reached, refused, restart_failed};
use crate::machine::*;
use holdfast_protocol::{Change, Hello, ServerMessage, Stream, User as Member};
use std::fmt::Write;

type Make = fn() -> User;
type Give = fn(&mut User);

/// One line for each state and input: the next state, the effects and the events.
fn table(states: &[(&str, Make)], inputs: &[(&str, Give)], name: fn(&User) -> String) -> String {
    let mut table = String::new();
    for (state, make) in states {
        assert_eq!(&name(&make()), state, "a state of another name");
        for (input, give) in inputs {
            let mut user = make();
            let (effects, events) = (user.effects.len(), user.events.len());
            give(&mut user);
            let mut outputs: Vec<String> = user.effects[effects..].iter().map(effect).collect();
            outputs.extend(user.events[events..].iter().map(event));
            let line = format!("{state} + {input} -> {}: {}", name(&user), outputs.join(", "));
            writeln!(table, "{}", line.trim_end_matches([' ', ':'])).unwrap();
        }
        table.push('\n');
    }
    table
}

fn check(file: &str, golden: &str, table: &str) {
    if std::env::var_os("HOLDFAST_BLESS").is_some() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/machine/tests/golden/");
        std::fs::write([folder, file].concat(), table).unwrap();
        return;
    }
    for (number, (line, expected)) in table.lines().zip(golden.lines()).enumerate() {
        assert_eq!(line, expected, "{file}, line {}", number + 1);
    }
    assert_eq!(table.lines().count(), golden.lines().count(), "{file}");
}

fn effect(effect: &Effect) -> String {
    match effect {
        Effect::SendMessage(_, message) => {
            let message = format!("{message:?}");
            format!("send {}", first_word(&message))
        }
        effect => first_word(&format!("{effect:?}")).into(),
    }
}

fn event(event: &Event) -> String {
    match event {
        Event::RoomState { reason, code, .. } => format!("{reason:?} {}", code.0),
        Event::MediaState { state, code, .. } => format!("{state:?} {}", code.0),
        Event::Retry(update) if update.wait_ms > 0 => format!("wait {:?}", update.cause),
        Event::Retry(update) => format!("try {:?}", update.cause),
        Event::LoginSettled(_, outcome) => format!("login {}", outcome.is_ok()),
        Event::PlaySettled(_, outcome) => format!("play {}", outcome.is_ok()),
        event => first_word(&format!("{event:?}")).into(),
    }
}

fn first_word(text: &str) -> &str {
    text.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default()
}

/// The name of a machine's state.
fn state_name(machine: &impl std::fmt::Debug) -> String {
    let text = format!("{machine:?}");
    let (_, state) = text.split_once(" state: ").unwrap();
    state.split(['(', ' ', ',']).next().unwrap().into()
}

fn room_state(user: &User) -> String {
    user.brain.stays.first().map_or("Ended".into(), |stay| state_name(&stay.room))
}

fn media_state(user: &User) -> String {
    user.brain.stays.first().and_then(|stay| stay.media.first()).map_or("Ended".into(), state_name)
}

fn connecting() -> User {
    let mut user = User::logged_in();
    user.socket_closed();
    user.pass(1_000);
    user
}

fn waiting() -> User {
    let mut user = User::logged_in();
    user.network(NetworkInput::Offline);
    user.pass(400);
    user
}

fn first_try() -> User {
    let mut user = User::new();
    user.login();
    user
}

fn in_doubt() -> User {
    let mut user = User::logged_in();
    user.pass(1_800);
    user
}

fn expired() -> User {
    let mut user = connecting();
    token_expired(&mut user);
    user
}

/// The token has expired so long ago that the server would refuse every try.
fn with_a_dead_token(user: User) -> User {
    let mut user = user;
    let hello = Hello { heartbeat_ms: 60_000, token_ttl_ms: Some(0), ..Hello::default() };
    user.message(ServerMessage::Hello(hello));
    user.pass(60_000);
    user.message_on(user.socket(), ServerMessage::Heartbeat);
    user
}

fn token_expired(user: &mut User) {
    let (code, socket) = (Code::TOKEN_EXPIRED, user.last_socket_opened().unwrap_or(SocketId(1)));
    user.message_on(socket, ServerMessage::End { code, message: String::new() });
}

fn leaving() -> User {
    let mut user = User::logged_in();
    user.call(Call::Logout { room: None }).unwrap();
    user
}

fn hello(user: &mut User, resumed: bool) {
    let session = if resumed { "session 1" } else { "session 2" };
    let (session, secret) = (session.into(), "secret".into());
    let hello =
        Hello { session, secret, seq: 10, resumed, heartbeat_ms: 1_000, ..Hello::default() };
    user.message(ServerMessage::Hello(hello));
}

fn stream_change(user: &mut User, change: Change) {
    let owner = Member { id: "b".into(), name: String::new() };
    let streams = vec![Stream { id: "s".into(), user: owner, extra: String::new(), muted: 0 }];
    let seq = if change == Change::Add { 11 } else { 12 };
    user.message_on(SocketId(1), ServerMessage::Streams { seq, change, streams, reason: None });
}

const ROOM_STATES: &[(&str, Make)] = &[
    ("Ended", User::new),
    ("Connecting", first_try),
    ("Connecting", connecting),
    ("Waiting", waiting),
    ("Waiting", || {
        let mut user = with_a_dead_token(first_try());
        user.network(NetworkInput::Offline);
        user.input(Input::Socket(SocketId(1), SocketInput::Closed)).unwrap();
        user
    }),
    ("Expired", expired),
    ("Joined", User::logged_in),
    ("Joined", in_doubt),
    ("Joined", || {
        let mut user = with_a_dead_token(first_try());
        user.pass(90_300);
        user
    }),
    ("Leaving", leaving),
];

const ROOM_INPUTS: &[(&str, Give)] = &[
    ("login", |user| {
        let login = Box::new(login("room"));
        let _ = user.call(Call::Login { call: CallId(9), login });
    }),
    ("logout", |user| user.call(Call::Logout { room: None }).unwrap()),
    ("switch", |user| {
        let (from, login) = ("room".into(), Box::new(login("other")));
        let _ = user.call(Call::Switch { from, call: CallId(9), login });
    }),
    ("hello, resumed", |user| hello(user, true)),
    ("hello, forgotten", |user| hello(user, false)),
    ("end", |user| {
        let code = Code::KICKED_BY_LOGIN;
        user.message(ServerMessage::End { code, message: String::new() });
    }),
    ("end, token expired", token_expired),
    ("newer token", |user| {
        let _ = user.call(Call::RenewToken { room: None, token: "newer".into() });
    }),
    ("goaway", |user| user.message(ServerMessage::Goaway { min_ms: 100, max_ms: 100 })),
    ("bye", |user| user.message(ServerMessage::Bye)),
    ("heartbeat", |user| user.message(ServerMessage::Heartbeat)),
    ("unknown message", |user| {
        user.input(Input::Socket(user.socket(), SocketInput::Unknown)).unwrap();
    }),
    ("socket closed", User::socket_closed),
    ("older socket closed", |user| {
        user.input(Input::Socket(SocketId(0), SocketInput::Closed)).unwrap();
    }),
    ("no server", |user| {
        user.input(Input::Obstacle(user.socket(), Obstacle::NoServer)).unwrap();
    }),
    ("mixed content", |user| {
        user.input(Input::Obstacle(user.socket(), Obstacle::MixedContent)).unwrap();
    }),
    ("online", |user| user.network(NetworkInput::Online)),
    ("offline", |user| user.network(NetworkInput::Offline)),
    ("changed", |user| user.network(NetworkInput::Changed)),
    ("woke", |user| user.network(NetworkInput::Woke)),
    ("retry now", |user| user.call(Call::RetryNow).unwrap()),
    ("early timeout", |user| user.input(Input::Timeout).unwrap()),
    ("the deadline", |user| {
        user.now = user.brain.next_deadline().unwrap_or(user.now);
        user.input(Input::Timeout).unwrap();
    }),
    ("the window's end", |user| {
        user.now = user.now + 1_200_000;
        user.input(Input::Timeout).unwrap();
    }),
    ("a long sleep", |user| {
        user.now = user.now + 7_200_000;
        user.input(Input::Timeout).unwrap();
    }),
];

fn following(finish: fn(&mut User)) -> User {
    let mut user = User::logged_in();
    let (call, stream) = (CallId(2), "s".into());
    user.call(Call::StartPlaying { call, room: None, stream, follow: true }).unwrap();
    finish(&mut user);
    user
}

fn player(finish: fn(&mut User)) -> User {
    let mut user = User::logged_in();
    user.play();
    finish(&mut user);
    user
}

fn publisher(finish: fn(&mut User)) -> User {
    let mut user = User::logged_in();
    user.publish();
    user.nodes(&["/whip/s"]);
    finish(&mut user);
    user
}

fn connected(user: &mut User) {
    user.peer_input(PeerInput::Connected);
}

fn live(user: &mut User) {
    user.nodes(&["/whep/s", "/other/whep/s"]);
    connected(user);
}

const MEDIA_STATES: &[(&str, Make)] = &[
    ("Asking", || player(|_| {})),
    ("Connecting", || player(|user| user.nodes(&["/whep/s", "/other/whep/s"]))),
    ("Connecting", || publisher(|_| {})),
    ("Proving", || {
        player(|user| {
            live(user);
            user.peer_input(PeerInput::Failed);
            connected(user);
        })
    }),
    ("Announcing", || publisher(connected)),
    ("Live", || player(live)),
    ("Live", || {
        publisher(|user| {
            connected(user);
            user.done(Code::OK);
        })
    }),
    ("Restarting", || {
        player(|user| {
            live(user);
            user.peer_input(PeerInput::Disconnected);
        })
    }),
    ("Waiting", || player(|user| user.done(Code::STREAM_NOT_FOUND))),
    ("Parked", || following(|user| user.done(Code::STREAM_NOT_FOUND))),
];

const MEDIA_INPUTS: &[(&str, Give)] = &[
    ("stop", |user| {
        user.call(Call::StopPlaying { stream: "s".into() }).unwrap();
        user.call(Call::StopPublishing { stream: "s".into() }).unwrap();
    }),
    ("muted", |user| user.call(Call::Mute { stream: "s".into(), muted: 2 }).unwrap()),
    ("nodes", |user| user.nodes(&["/new"])),
    ("done", |user| user.done(Code::OK)),
    ("refused for good", |user| user.done(Code::PLAY_REFUSED)),
    ("refused for now", |user| user.done(Code::STREAM_NOT_FOUND)),
    ("connected", |user| peer(user, PeerInput::Connected)),
    ("disconnected", |user| peer(user, PeerInput::Disconnected)),
    ("failed", |user| peer(user, PeerInput::Failed)),
    ("refused 401", |user| {
        peer(user, refused(401, None));
    }),
    ("refused 503", |user| {
        peer(user, refused(503, Some(2_000)));
    }),
    ("broken", |user| peer(user, not_reached())),
    ("restart failed", |user| peer(user, restart_failed())),
    ("received", |user| peer(user, PeerInput::Received(1_000))),
    ("received and more", |user| user.media_arrives_at(user.peer().unwrap_or(PeerId(0)))),
    ("older session failed", |user| {
        user.input(Input::Peer(PeerId(0), PeerInput::Failed)).unwrap();
    }),
    ("link lost", |user| {
        user.input(Input::Socket(SocketId(1), SocketInput::Closed)).unwrap();
    }),
    ("link lost and back", |user| {
        user.input(Input::Socket(SocketId(1), SocketInput::Closed)).unwrap();
        user.pass(500);
        hello(user, true);
    }),
    ("session forgotten", |user| {
        user.input(Input::Socket(SocketId(1), SocketInput::Closed)).unwrap();
        user.pass(500);
        hello(user, false);
    }),
    ("room over", |user| {
        let end = ServerMessage::End { code: Code::KICKED_BY_SERVER, message: String::new() };
        user.message_on(SocketId(1), end);
    }),
    ("stream added", |user| stream_change(user, Change::Add)),
    ("stream deleted", |user| {
        stream_change(user, Change::Add);
        stream_change(user, Change::Delete);
    }),
    ("online", |user| user.network(NetworkInput::Online)),
    ("retry now", |user| user.call(Call::RetryNow).unwrap()),
    ("the deadline", |user| {
        user.now = user
            .brain
            .stays
            .first()
            .and_then(|stay| stay.media.first()?.deadline())
            .unwrap_or(user.now);
        user.input(Input::Timeout).unwrap();
    }),
    ("a long sleep", |user| {
        user.now = user.now + 7_200_000;
        user.input(Input::Timeout).unwrap();
    }),
];

fn peer(user: &mut User, input: PeerInput) {
    let peer = user.peer().unwrap_or(PeerId(0));
    user.input(Input::Peer(peer, input)).unwrap();
}

#[test]
fn every_room_state_with_every_input() {
    let table = table(ROOM_STATES, ROOM_INPUTS, room_state);
    check("room.txt", include_str!("golden/room.txt"), &table);
}

#[test]
fn every_media_state_with_every_input() {
    let table = table(MEDIA_STATES, MEDIA_INPUTS, media_state);
    check("media.txt", include_str!("golden/media.txt"), &table);
}
