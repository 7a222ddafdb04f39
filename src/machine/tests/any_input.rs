//! Whatever happens, in whatever order: nothing panics, ROOM-02's graph holds (asserted where
//! states are told), and after a logout nothing is left to do.

use super::user::{User, login};
use crate::machine::NetworkInput::{Changed, Offline, Online, Woke};
use crate::machine::*;
use holdfast_protocol::{Change, Hello, Node, ServerMessage, Snapshot, Stream, User as Member};
use proptest::prelude::*;

fn owner() -> Member {
    Member { id: "b".into(), name: String::new() }
}

fn any_event() -> impl Strategy<Value = ServerMessage> {
    let stream = || Stream { id: "s".into(), user: owner(), extra: String::new() };
    let streams = (0..9u32, any::<bool>()).prop_map(move |(seq, is_new)| {
        let change = if is_new { Change::Add } else { Change::Delete };
        ServerMessage::Streams { seq, change, streams: vec![stream()], reason: None }
    });
    let users = (0..9u32, any::<bool>()).prop_map(|(seq, is_new)| {
        let change = if is_new { Change::Add } else { Change::Delete };
        ServerMessage::Users { seq, change, users: vec![owner()] }
    });
    let message = (0..9u32).prop_map(|seq| ServerMessage::Message {
        seq,
        from: owner(),
        text: "x".into(),
        at_ms: 1,
    });
    let connection =
        any::<bool>().prop_map(|up| ServerMessage::Connection { user: "b".into(), up });
    let count = (0..3u32).prop_map(|users| ServerMessage::Count { users });
    let renewed = (0..30u32, prop::sample::select(vec![None, Some(0), Some(40_000)]))
        .prop_map(|(id, token_ttl_ms)| ServerMessage::Renewed { id, token_ttl_ms });
    prop_oneof![streams, users, message, connection, count, renewed]
}

fn any_message() -> impl Strategy<Value = ServerMessage> {
    let missed = prop::collection::vec(any_event(), 0..4);
    let ttl = prop::sample::select(vec![None, Some(0), Some(50_000), Some(u64::MAX)]);
    let hello = (any::<bool>(), any::<bool>(), missed, ttl);
    let hello = hello.prop_map(|(resumed, is_whole, missed, token_ttl_ms)| {
        ServerMessage::Hello(Hello {
            session: "a".into(),
            secret: "b".into(),
            seq: 1,
            resumed,
            heartbeat_ms: 1000,
            snapshot: is_whole.then(Snapshot::default),
            missed,
            token_ttl_ms,
            ..Hello::default()
        })
    });
    let nodes = (0..30u32).prop_map(|id| {
        let node = Node { url: "/n".into(), token: "t".into(), ..Node::default() };
        ServerMessage::Nodes { id, nodes: vec![node; (id % 3) as usize] }
    });
    let codes = [Code::OK, Code::STREAM_ID_TAKEN, Code::STREAM_NOT_FOUND, Code(7)];
    let done = (0..30u32, prop::sample::select(codes.to_vec()))
        .prop_map(|(id, code)| ServerMessage::Done { id, code, message: String::new(), seq: 0 });
    let end = ServerMessage::End { code: Code::KICKED_BY_LOGIN, message: String::new() };
    prop_oneof![
        4 => hello,
        4 => any_event(),
        1 => (0..u64::MAX, any::<u64>())
            .prop_map(|(min_ms, max_ms)| ServerMessage::Goaway { min_ms, max_ms }),
        4 => nodes,
        4 => done,
        1 => Just(ServerMessage::Heartbeat),
        1 => Just(ServerMessage::Bye),
        1 => Just(end),
    ]
}

fn any_call() -> impl Strategy<Value = Call> {
    let stream = || String::from("s");
    let send = |request| Call::Send { call: CallId(3), room: None, request };
    prop::sample::select(vec![
        send(Request::Broadcast { text: "x".into() }),
        send(Request::Barrage { text: "x".into() }),
        send(Request::StreamExtra { stream: stream(), extra: "x".into() }),
        Call::RenewToken { room: None, token: "newer".into() },
        Call::Switch { from: "room".into(), call: CallId(4), login: Box::new(login("other")) },
        Call::StartPlaying { call: CallId(2), stream: stream(), follow: true },
        Call::Login { call: CallId(1), login: Box::new(login("room")) },
        Call::Logout { room: None },
        Call::StartPublishing { stream: stream(), extra: String::new() },
        Call::StopPublishing { stream: stream() },
        Call::StartPlaying { call: CallId(2), stream: stream(), follow: false },
        Call::StopPlaying { stream: stream() },
    ])
}

fn any_input() -> impl Strategy<Value = Input> {
    let socket = || (0..30u32).prop_map(SocketId);
    let peer_inputs = vec![
        PeerInput::Connected,
        PeerInput::Disconnected,
        PeerInput::Failed,
        PeerInput::Refused { status: 401, retry_after_ms: None },
        PeerInput::Refused { status: 503, retry_after_ms: Some(u64::MAX) },
        PeerInput::Broken(Stage::Answer),
        PeerInput::RestartFailed,
        PeerInput::Received(1),
        PeerInput::Received(2),
    ];
    let network = vec![Online, Offline, Changed, Woke];
    prop_oneof![
        2 => any_call().prop_map(Input::Call),
        6 => (socket(), any_message())
            .prop_map(|(id, message)| Input::Socket(id, SocketInput::Message(message))),
        1 => socket().prop_map(|id| Input::Socket(id, SocketInput::Closed)),
        3 => ((0..30u32).prop_map(PeerId), prop::sample::select(peer_inputs))
            .prop_map(|(id, input)| Input::Peer(id, input)),
        1 => prop::sample::select(network).prop_map(Input::Network),
        2 => Just(Input::Timeout),
    ]
}

proptest! {
    #[test]
    fn room_02_no_sequence_of_inputs_leaves_the_graph(
        steps in prop::collection::vec((any_input(), 0..20_000u64), 1..120),
    ) {
        let mut user = User::new();
        user.login();
        for (input, wait_ms) in steps {
            user.now = user.now + wait_ms;
            let _ = user.input(input);
        }
        let _ = user.call(Call::Logout { room: None });
        user.pass(3_000);
        prop_assert_eq!(user.brain.next_deadline(), None, "nothing is left to wake up for");
    }
}
