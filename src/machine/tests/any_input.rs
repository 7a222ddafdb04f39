//! Whatever happens, in whatever order: nothing panics, ROOM-02's graph holds (asserted where
//! states are told), and after a logout nothing is left to do.

use super::user::{User, login};
use crate::machine::NetworkInput::{Changed, Offline, Online, Woke};
use crate::machine::*;
use holdfast_protocol::{Hello, Node, ServerMessage, Snapshot};
use proptest::prelude::*;

fn any_message() -> impl Strategy<Value = ServerMessage> {
    let hello = any::<bool>().prop_map(|resumed| {
        ServerMessage::Hello(Hello {
            session: "a".into(),
            secret: "b".into(),
            seq: 1,
            resumed,
            heartbeat_ms: 1000,
            snapshot: Some(Snapshot::default()),
        })
    });
    let nodes = (0..30u32).prop_map(|id| {
        let node = Node { url: "/n".into(), token: "t".into() };
        ServerMessage::Nodes { id, nodes: vec![node; (id % 3) as usize] }
    });
    let codes = [Code::OK, Code::STREAM_ID_TAKEN, Code::STREAM_NOT_FOUND, Code(7)];
    let done = (0..30u32, prop::sample::select(codes.to_vec()))
        .prop_map(|(id, code)| ServerMessage::Done { id, code, message: String::new() });
    let end = ServerMessage::End { code: Code::KICKED_BY_LOGIN, message: String::new() };
    prop_oneof![
        4 => hello,
        4 => nodes,
        4 => done,
        1 => Just(ServerMessage::Heartbeat),
        1 => Just(ServerMessage::Bye),
        1 => Just(end),
    ]
}

fn any_call() -> impl Strategy<Value = Call> {
    let stream = || String::from("s");
    prop::sample::select(vec![
        Call::Login { call: CallId(1), login: Box::new(login("room")) },
        Call::Logout { room: None },
        Call::StartPublishing { stream: stream(), extra: String::new() },
        Call::StopPublishing { stream: stream() },
        Call::StartPlaying { call: CallId(2), stream: stream() },
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
