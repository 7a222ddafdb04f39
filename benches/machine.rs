//! The cost of an input to the brain. `cargo bench -p holdfast-rtc`; aim: under 2 µs.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, missing_docs)]

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use holdfast_protocol::{Change, Hello, Login, Node, ServerMessage, Snapshot, Stream, User};
use holdfast_rtc::machine::{
    Brain, Call, CallId, Effect, Input, Millis, NetworkInput, Output, PeerId, PeerInput, SocketId,
    SocketInput,
};
use std::hint::black_box;

/// A brain in a room of 50 users and 10 streams, which plays all of them.
fn busy() -> (Brain, SocketId, Vec<PeerId>) {
    let mut brain = Brain::new(1);
    let user = |number: u32| User { id: format!("user-{number}"), name: String::new() };
    let login = Box::new(Login { app: 1, room: "room".into(), user: user(0), ..Login::default() });
    let login = Box::new(Login { token: "token".into(), user_update: true, ..*login });
    brain.handle(Millis(0), Input::Call(Call::Login { call: CallId(1), login })).unwrap();
    let socket = SocketId(1);
    let stream = |number: u32| Stream {
        id: format!("stream-{number}"),
        user: user(number),
        extra: String::new(),
        muted: 0,
    };
    let snapshot = Some(Snapshot {
        users: (0..50).map(user).collect(),
        streams: (1..=10).map(stream).collect(),
        extra: Vec::new(),
    });
    let hello = Hello { session: "s".into(), secret: "s".into(), snapshot, ..Hello::default() };
    say(
        &mut brain,
        Millis(0),
        socket,
        ServerMessage::Hello(Hello { heartbeat_ms: 1_000, ..hello }),
    );
    let mut peers = Vec::new();
    for number in 1..=10 {
        let (call, stream) = (CallId(1 + number), format!("stream-{number}"));
        let now = Millis(u64::from(number) * 200);
        let call = Call::StartPlaying { call, room: None, stream, follow: false };
        brain.handle(now, Input::Call(call)).unwrap();
        let id = brain.take_outputs().into_iter().find_map(|output| match output {
            Output::Effect(Effect::SendMessage(
                _,
                holdfast_protocol::ClientMessage::Play { id, .. },
            )) => Some(id),
            _ => None,
        });
        let nodes = vec![Node { url: "/whep".into(), ..Node::default() }];
        say(&mut brain, now, socket, ServerMessage::Nodes { id: id.unwrap(), nodes });
        let peer = brain.take_outputs().into_iter().find_map(|output| match output {
            Output::Effect(Effect::OpenPeer { peer, .. }) => Some(peer),
            _ => None,
        });
        peers.push(peer.unwrap());
        brain.handle(now, Input::Peer(peer.unwrap(), PeerInput::Connected)).unwrap();
    }
    brain.take_outputs();
    (brain, socket, peers)
}

fn say(brain: &mut Brain, now: Millis, socket: SocketId, message: ServerMessage) {
    brain.handle(now, Input::Socket(socket, SocketInput::Message(message))).unwrap();
}

fn inputs(criterion: &mut Criterion) {
    let (mut brain, socket, peers) = busy();
    let mut now = Millis(3_000);
    criterion.bench_function("heartbeat", |bencher| {
        bencher.iter(|| {
            now = now + 1;
            say(&mut brain, now, socket, ServerMessage::Heartbeat);
            black_box(brain.take_outputs());
            black_box(brain.next_deadline())
        });
    });
    let mut bytes = 0;
    criterion.bench_function("sample of received bytes", |bencher| {
        bencher.iter(|| {
            bytes += 100;
            let input = Input::Peer(peers[9], PeerInput::Received(bytes));
            brain.handle(now, input).unwrap();
            black_box(brain.next_deadline())
        });
    });
    criterion.bench_function("timeout with ten samples due", |bencher| {
        bencher.iter(|| {
            now = now + 500;
            say(&mut brain, now, socket, ServerMessage::Heartbeat);
            brain.handle(now, Input::Timeout).unwrap();
            black_box(brain.take_outputs())
        });
    });
    let mut seq = 0;
    criterion.bench_function("a user comes, then goes", |bencher| {
        bencher.iter(|| {
            for change in [Change::Add, Change::Delete] {
                seq += 1;
                let users = vec![User { id: "late".into(), name: String::new() }];
                say(&mut brain, now, socket, ServerMessage::Users { seq, change, users });
            }
            black_box(brain.take_outputs())
        });
    });
    criterion.bench_function("link lost, then back", |bencher| {
        bencher.iter_batched(
            busy,
            |(mut brain, socket, _)| {
                let now = Millis(3_000);
                brain.handle(now, Input::Socket(socket, SocketInput::Closed)).unwrap();
                brain.handle(now, Input::Network(NetworkInput::Online)).unwrap();
                black_box(brain.take_outputs());
                brain
            },
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, inputs);
criterion_main!(benches);
