//! Whatever happens, in whatever order: nothing panics, ROOM-02's graph holds (asserted where
//! states are told), what is closed stays closed, and after a logout nothing is left.
//!
//! A step names no socket, peer or request: it picks from those the brain itself has made, so
//! that most runs get into a room and many to live media.

use super::user::login;
use crate::machine::NetworkInput::{Changed, Offline, Online, Woke};
use crate::machine::*;
use holdfast_protocol::{
    Change, ClientMessage, Hello, Node, ServerMessage, Snapshot, Stream, User as Member,
};
use proptest::{prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner};
use std::collections::BTreeSet;

/// An ID, and a number of an event, that no run gets to.
const NEVER_SEEN: u32 = 1_000_000;

#[derive(Clone, Debug)]
enum Action {
    /// With a fresh number where it makes a promise.
    Call(Call),
    Socket(Which, SocketInput),
    /// One of [`events`], its number so much above the last one's.
    Event(Which, usize, u32),
    /// To the request sent so many requests ago, with its number off by so much.
    Answer(usize, Answer, u32),
    Peer(Which, PeerInput),
    Network(NetworkInput),
    /// A timer fires so much later than it should.
    Wake(i64),
}

/// Which socket or peer, counted from the newest.
#[derive(Clone, Copy, Debug)]
enum Which {
    Open(usize),
    /// Perhaps closed, perhaps never made.
    Ever(usize),
}

#[derive(Clone, Copy, Debug)]
enum Answer {
    /// What the request hopes for, or so many nodes.
    Granted(usize),
    Done(Code),
    Renewed(Option<u64>),
}

/// What a room may tell; something comes at even numbers and goes at odd ones.
fn events(seq: u32) -> [ServerMessage; 7] {
    let (text, at_ms) = (String::from("x"), 1);
    let change = if seq.is_multiple_of(2) { Change::Add } else { Change::Delete };
    let from = Member { id: "b".into(), name: String::new() };
    let streams =
        vec![Stream { id: "s".into(), user: from.clone(), extra: String::new(), muted: 0 }];
    [
        ServerMessage::Streams { seq, change, streams: streams.clone(), reason: None },
        ServerMessage::Users { seq, change, users: vec![from.clone()] },
        ServerMessage::StreamExtra { seq, streams },
        ServerMessage::RoomExtra { seq, extra: Vec::new() },
        ServerMessage::Message { seq, from: from.clone(), text: text.clone(), at_ms },
        ServerMessage::Command { seq, from, text: text.clone() },
        ServerMessage::Connection { user: text, up: false },
    ]
}

fn any_hello() -> impl Strategy<Value = ServerMessage> {
    let snapshot = prop::option::of(Just(Snapshot::default()));
    let heartbeat_ms = select(vec![1_000, 0, 60_000, u64::MAX]);
    let ttl_ms = select(vec![None, Some(0), Some(50_000), Some(u64::MAX)]);
    let parts = (any::<bool>(), snapshot, 0..50u32, 0..7usize, heartbeat_ms, ttl_ms);
    parts.prop_map(|(resumed, snapshot, seq, missed, heartbeat_ms, token_ttl_ms)| {
        let missed = events(seq)[missed..].to_vec();
        let hello = Hello { seq, resumed, snapshot, missed, ..Hello::default() };
        ServerMessage::Hello(Hello { heartbeat_ms, token_ttl_ms, ..hello })
    })
}

fn any_socket_input() -> impl Strategy<Value = SocketInput> {
    let rare = vec![
        ServerMessage::Heartbeat,
        ServerMessage::Count { users: 2 },
        ServerMessage::Nodes { id: NEVER_SEEN, nodes: Vec::new() },
        ServerMessage::Bye,
        ServerMessage::End { code: Code::KICKED_BY_LOGIN, message: String::new() },
        ServerMessage::Goaway { min_ms: 0, max_ms: 0 },
        ServerMessage::Goaway { min_ms: u64::MAX, max_ms: 500 },
    ];
    prop_oneof![
        14 => any_hello().prop_map(SocketInput::Message),
        3 => select(rare).prop_map(SocketInput::Message),
        2 => Just(SocketInput::Closed),
        1 => Just(SocketInput::Unknown),
    ]
}

fn any_answer() -> impl Strategy<Value = Answer> {
    let codes = vec![Code::OK, Code::STREAM_NOT_FOUND, Code::STREAM_ID_TAKEN, Code(7)];
    prop_oneof![
        12 => (0..4usize).prop_map(|fewer| Answer::Granted(3 - fewer)),
        2 => select(codes).prop_map(Answer::Done),
        1 => select(vec![None, Some(0), Some(40_000)]).prop_map(Answer::Renewed),
    ]
}

fn any_peer_input() -> impl Strategy<Value = PeerInput> {
    use PeerInput::{Broken, Connected, Disconnected, Failed, Received, Refused, RestartFailed};
    let refused = (select(vec![401, 404, 503]), select(vec![None, Some(0), Some(u64::MAX)]));
    prop_oneof![
        12 => Just(Connected),
        12 => (0..5u64).prop_map(|n| Received(n * 100)),
        4 => Just(Disconnected),
        1 => select(vec![Failed, RestartFailed, Broken(Stage::Answer)]),
        1 => refused.prop_map(|(status, retry_after_ms)| Refused { status, retry_after_ms }),
    ]
}

fn any_call() -> impl Strategy<Value = Call> {
    let (call, text) = (CallId(0), || String::from("x"));
    let stream = || select(vec!["s", "s", "s", "t"]).prop_map(String::from);
    let requests = vec![
        Request::Broadcast { text: text() },
        Request::Barrage { text: text() },
        Request::Command { text: text(), to: Vec::new() },
        Request::RoomExtra { key: text(), value: text() },
        Request::StreamExtra { stream: "s".into(), extra: text() },
    ];
    let rare = vec![
        Call::Logout { room: None },
        Call::Switch { from: "room".into(), call, login: Box::new(login("other")) },
        Call::Switch { from: "other".into(), call, login: Box::new(login("room")) },
        Call::RenewToken { room: None, token: "newer".into() },
        Call::Mute { stream: "s".into(), muted: 3 },
