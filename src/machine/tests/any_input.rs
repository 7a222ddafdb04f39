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
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// An ID that no brain gets to in a run.
const NEVER_SEEN: u32 = 1_000_000;

#[derive(Clone, Debug)]
enum Action {
    /// With a fresh number where it makes a promise.
    Call(Call),
    /// Events in it are numbered `seq_step` after the last one.
    Socket(Which, SocketInput, u32),
    /// To the request sent so many requests ago, with its number off by `skew`.
    Reply(usize, Reply, u32),
    Peer(Which, PeerInput),
    Network(NetworkInput),
    Wake(Wake),
}

/// Which socket or peer, counted from the newest.
#[derive(Clone, Copy, Debug)]
enum Which {
    Open(usize),
    /// Perhaps closed.
    Ever(usize),
    NeverSeen,
}

#[derive(Clone, Debug)]
enum Reply {
    /// What the request hopes for.
    Granted,
    Nodes(usize),
    Done(Code),
    Renewed(Option<u64>),
}

/// When a timer fires.
#[derive(Clone, Copy, Debug)]
enum Wake {
    Due,
    Early,
    LateBy(u64),
}

fn any_event() -> impl Strategy<Value = ServerMessage> {
    let (seq, at_ms, text) = (0, 1, || String::from("x"));
    let from = || Member { id: "b".into(), name: String::new() };
    let streams = || vec![Stream { id: "s".into(), user: from(), extra: String::new() }];
    let change = |change| ServerMessage::Streams { seq, change, streams: streams(), reason: None };
    let users = |change| ServerMessage::Users { seq, change, users: vec![from()] };
    select(vec![
        change(Change::Add),
        change(Change::Delete),
        users(Change::Add),
        users(Change::Delete),
        ServerMessage::StreamExtra { seq, streams: streams() },
        ServerMessage::RoomExtra { seq, extra: Vec::new() },
        ServerMessage::Message { seq, from: from(), text: text(), at_ms },
        ServerMessage::Command { seq, from: from(), text: text() },
        ServerMessage::Barrage { n: 1, from: from(), text: text(), at_ms },
        ServerMessage::Count { users: 2 },
        ServerMessage::Connection { user: text(), up: false },
    ])
}

fn any_ttl() -> impl Strategy<Value = Option<u64>> {
    select(vec![None, Some(0), Some(50_000), Some(u64::MAX)])
}

fn any_hello() -> impl Strategy<Value = ServerMessage> {
    let snapshot = prop::option::of(Just(Snapshot::default()));
    let missed = prop::collection::vec(any_event(), 0..3);
    let heartbeat_ms = select(vec![1_000, 0, 60_000, u64::MAX]);
    let parts = (any::<bool>(), snapshot, missed, heartbeat_ms, any_ttl());
    parts.prop_map(|(resumed, snapshot, missed, heartbeat_ms, token_ttl_ms)| {
        let (session, secret) = ("session".into(), "secret".into());
        let hello = Hello { session, secret, resumed, snapshot, missed, ..Hello::default() };
        ServerMessage::Hello(Hello { heartbeat_ms, token_ttl_ms, ..hello })
    })
}

fn any_socket_input() -> impl Strategy<Value = SocketInput> {
    let goaway = |min_ms, max_ms| ServerMessage::Goaway { min_ms, max_ms };
    let rare = vec![
        ServerMessage::Heartbeat,
        ServerMessage::Pong { n: 3 },
        ServerMessage::Nodes { id: NEVER_SEEN, nodes: Vec::new() },
        ServerMessage::Done { id: 0, code: Code(7), message: String::new(), seq: 0 },
        ServerMessage::Bye,
        ServerMessage::End { code: Code::KICKED_BY_LOGIN, message: String::new() },
        goaway(0, 0),
        goaway(500, 2_000),
        goaway(u64::MAX, 3),
    ];
    prop_oneof![
        14 => any_hello().prop_map(SocketInput::Message),
        10 => any_event().prop_map(SocketInput::Message),
        3 => select(rare).prop_map(SocketInput::Message),
        2 => Just(SocketInput::Closed),
        1 => Just(SocketInput::Unknown),
    ]
}

fn any_reply() -> impl Strategy<Value = Reply> {
    let codes = vec![Code::STREAM_NOT_FOUND, Code::PLAY_REFUSED, Code::STREAM_ID_TAKEN, Code(7)];
    prop_oneof![
        10 => Just(Reply::Granted),
        2 => (0..=3usize).prop_map(Reply::Nodes),
        2 => select(codes).prop_map(Reply::Done),
        1 => any_ttl().prop_map(Reply::Renewed),
    ]
}

fn any_peer_input() -> impl Strategy<Value = PeerInput> {
    let refused = |status, retry_after_ms| PeerInput::Refused { status, retry_after_ms };
    let failures = vec![
        PeerInput::Failed,
        PeerInput::RestartFailed,
        PeerInput::Broken(Stage::Answer),
        refused(401, None),
        refused(404, None),
        refused(503, Some(0)),
        refused(503, Some(u64::MAX)),
    ];
    prop_oneof![
        6 => Just(PeerInput::Connected),
        6 => (0..5u64).prop_map(|n| PeerInput::Received(n * 100)),
        2 => Just(PeerInput::Disconnected),
        2 => select(failures),
    ]
}

/// Promises are numbered when the call is made.
fn any_call() -> impl Strategy<Value = Call> {
    let (call, text) = (CallId(0), || String::from("x"));
    let stream = || select(vec!["s", "s", "s", "t"]).prop_map(String::from);
    let log_in = move |room| Call::Login { call, login: Box::new(login(room)) };
    let requests = vec![
        Request::Broadcast { text: text() },
        Request::Barrage { text: text() },
        Request::Command { text: text(), to: Vec::new() },
        Request::RoomExtra { key: text(), value: text() },
        Request::StreamExtra { stream: "s".into(), extra: text() },
    ];
    let leaving = vec![
        Call::Logout { room: None },
        Call::Switch { from: "room".into(), call, login: Box::new(login("other")) },
        Call::Switch { from: "other".into(), call, login: Box::new(login("room")) },
    ];
    let window_ms = || select(vec![1_200_000, 30_000, 2_000, 0]);
    prop_oneof![
        10 => select(vec!["room", "other"]).prop_map(log_in),
        1 => select(leaving),
        1 => Just(Call::RenewToken { room: None, token: "newer".into() }),
        4 => select(requests).prop_map(move |request| Call::Send { call, room: None, request }),
        6 => stream().prop_map(|stream| Call::StartPublishing { stream, extra: String::new() }),
        6 => (stream(), any::<bool>())
            .prop_map(move |(stream, follow)| Call::StartPlaying { call, stream, follow }),
        1 => stream().prop_map(|stream| Call::StopPublishing { stream }),
        1 => stream().prop_map(|stream| Call::StopPlaying { stream }),
        1 => (window_ms(), window_ms()).prop_map(|(room_window_ms, media_window_ms)| {
            Call::Configure(Config { room_window_ms, media_window_ms })
        }),
    ]
}

fn any_action() -> impl Strategy<Value = Action> {
    let which = || {
        prop_oneof![
            16 => (0..4usize).prop_map(Which::Open),
            2 => (0..9usize).prop_map(Which::Ever),
            1 => Just(Which::NeverSeen),
        ]
    };
    let seq_step = prop_oneof![12 => 0..4u32, 1 => any::<u32>()];
    let ago = prop_oneof![3 => Just(0), 1 => 0..6usize];
    let skew = prop_oneof![12 => Just(0), 1 => 1..5u32];
    let late_by = (0..20_000_000u64).prop_map(Wake::LateBy);
    let wake = prop_oneof![12 => Just(Wake::Due), 4 => Just(Wake::Early), 1 => late_by];
    prop_oneof![
        6 => any_call().prop_map(Action::Call),
        6 => (which(), any_socket_input(), seq_step)
            .prop_map(|(which, input, seq_step)| Action::Socket(which, input, seq_step)),
        7 => (ago, any_reply(), skew).prop_map(|(ago, reply, skew)| Action::Reply(ago, reply, skew)),
        8 => (which(), any_peer_input()).prop_map(|(which, input)| Action::Peer(which, input)),
        1 => select(vec![Online, Offline, Changed, Woke]).prop_map(Action::Network),
        4 => wake.prop_map(Action::Wake),
    ]
}

/// Each action after a wait without a wake-up, in milliseconds.
fn any_steps() -> impl Strategy<Value = Vec<(u64, Action)>> {
    let wait_ms = prop_oneof![20 => 0..100u64, 4 => 0..1_500u64, 1 => 0..100_000u64];
    prop::collection::vec((wait_ms, any_action()), 1..250)
}

/// Sockets or peers, each of some kind.
#[derive(Default)]
struct Handles {
    open: Vec<(u32, String)>,
    ever: Vec<u32>,
}

impl Handles {
    fn open(&mut self, id: u32, kind: String) {
        assert!(!self.ever.contains(&id), "{kind} {id} is opened again");
        self.ever.push(id);
        self.open.push((id, kind.clone()));
        let of_kind = self.open.iter().filter(|(_, other)| *other == kind).count();
        assert!(of_kind <= 2, "{of_kind} of one kind are open: {kind}");
    }

    fn require_open(&self, id: u32, effect: &Effect) {
        assert!(self.open.iter().any(|(open, _)| *open == id), "{effect:?} on what is not open");
    }

    fn close(&mut self, id: u32, effect: &Effect) {
        self.require_open(id, effect);
        self.open.retain(|(open, _)| *open != id);
    }

    fn pick(&self, which: Which) -> Option<u32> {
        match which {
            Which::Open(back) => {
                self.open.iter().rev().nth(back % self.open.len().max(1)).map(|(id, _)| *id)
            }
            Which::Ever(back) => self.ever.iter().rev().nth(back).copied(),
            Which::NeverSeen => Some(NEVER_SEEN),
        }
    }
}

/// A request that waits for its reply.
struct Sent {
    socket: SocketId,
    id: u32,
    wants_nodes: bool,
}

/// How far a run got.
#[derive(Default)]
struct Reached {
    joined: bool,
    rejoined: bool,
    live: bool,
    /// A fresh session was opened beside one that fell silent.
    raced: bool,
}

/// A brain, and what it has open.
struct Run {
    brain: Brain,
    now: Millis,
    sockets: Handles,
    peers: Handles,
    requests: Vec<Sent>,
    promises: Vec<CallId>,
    last_call: u32,
    last_seq: u32,
    reached: Reached,
}

impl Run {
    /// All the steps, then a logout that must leave nothing.
    fn through(steps: Vec<(u64, Action)>) -> Reached {
        let mut run = Run {
            brain: Brain::new(5),
            now: Millis(0),
            sockets: Handles::default(),
            peers: Handles::default(),
            requests: Vec::new(),
            promises: Vec::new(),
            last_call: 0,
            last_seq: 0,
            reached: Reached::default(),
        };
        for (wait_ms, action) in steps {
            run.now = run.now + wait_ms;
            run.act(action);
        }
        run.end();
        run.reached
    }

    fn end(&mut self) {
        self.call(Call::Logout { room: None });
        let end = self.now + timing::LOGOUT_TIMEOUT_MS;
        while let Some(deadline) = self.brain.next_deadline() {
            assert!(deadline <= end, "still waiting for {deadline:?} after a logout");
            self.wake(Wake::Due);
        }
        assert!(self.sockets.open.is_empty(), "left open: sockets {:?}", self.sockets.open);
        assert!(self.peers.open.is_empty(), "left open: peers {:?}", self.peers.open);
        assert!(self.promises.is_empty(), "never settled: {:?}", self.promises);
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Call(call) => self.call(call),
            Action::Socket(which, mut input, seq_step) => {
                let Some(id) = self.sockets.pick(which) else { return };
                if let SocketInput::Message(message) = &mut input {
                    self.number(message, seq_step);
                }
                self.input(Input::Socket(SocketId(id), input));
            }
            Action::Reply(ago, reply, skew) => self.reply(ago, reply, skew),
            Action::Peer(which, input) => {
                let Some(id) = self.peers.pick(which) else { return };
                self.input(Input::Peer(PeerId(id), input));
            }
            Action::Network(input) => self.input(Input::Network(input)),
            Action::Wake(wake) => self.wake(wake),
        }
    }

    fn call(&mut self, mut call: Call) {
        let mut promise = None;
        if let Call::Login { call, .. }
        | Call::Switch { call, .. }
        | Call::Send { call, .. }
        | Call::StartPlaying { call, .. } = &mut call
        {
            self.last_call += 1;
            *call = CallId(self.last_call);
            promise = Some(*call);
        }
        let outcome = self.brain.handle(self.now, Input::Call(call));
        match outcome {
            Ok(()) => self.promises.extend(promise),
            Err(refusal) => {
                let outputs = self.brain.take_outputs();
                assert!(outputs.is_empty(), "refused with {refusal:?}, and yet {outputs:?}");
            }
        }
        self.take_outputs();
    }

    fn reply(&mut self, ago: usize, reply: Reply, skew: u32) {
        let Some(index) = self.requests.len().checked_sub(ago + 1) else { return };
        let Sent { socket, id, wants_nodes } = self.requests[index];
        if skew == 0 {
            self.requests.remove(index);
        }
        let id = id.wrapping_sub(skew);
        let done = |code| ServerMessage::Done { id, code, message: String::new(), seq: 0 };
        let message = match reply {
            Reply::Granted if wants_nodes => ServerMessage::Nodes { id, nodes: nodes(2) },
            Reply::Granted => done(Code::OK),
            Reply::Nodes(count) => ServerMessage::Nodes { id, nodes: nodes(count) },
            Reply::Done(code) => done(code),
            Reply::Renewed(token_ttl_ms) => ServerMessage::Renewed { id, token_ttl_ms },
        };
        self.input(Input::Socket(socket, SocketInput::Message(message)));
    }

    /// A timer fires; what was due is then done, or the shell would spin.
    fn wake(&mut self, wake: Wake) {
        let due = self.brain.next_deadline().unwrap_or(self.now);
        self.now = self.now.max(match wake {
            Wake::Due => due,
            Wake::Early => Millis(due.0.saturating_sub(1)),
            Wake::LateBy(late_ms) => due + late_ms,
        });
        self.input(Input::Timeout);
        let next = self.brain.next_deadline();
        assert!(next.is_none_or(|next| next > self.now), "{next:?} is due at {:?}", self.now);
    }

    fn input(&mut self, input: Input) {
        assert_eq!(self.brain.handle(self.now, input), Ok(()), "only calls are refused");
        self.take_outputs();
    }

    /// Numbers an event after the last plausible one.
    fn number(&mut self, message: &mut ServerMessage, seq_step: u32) {
        let seq = match message {
            ServerMessage::Hello(hello) => {
                for missed in &mut hello.missed {
                    self.number(missed, seq_step);
                }
                &mut hello.seq
            }
            ServerMessage::Users { seq, .. }
            | ServerMessage::Streams { seq, .. }
            | ServerMessage::Message { seq, .. }
            | ServerMessage::Command { seq, .. }
            | ServerMessage::RoomExtra { seq, .. }
            | ServerMessage::StreamExtra { seq, .. } => seq,
            _ => return,
        };
        *seq = self.last_seq.wrapping_add(seq_step);
        if seq_step < 10 {
            self.last_seq = *seq;
        }
    }

    fn take_outputs(&mut self) {
        for output in self.brain.take_outputs() {
            match output {
                Output::Effect(effect) => self.take_effect(effect),
                Output::Event(event) => self.take_event(event),
            }
        }
    }

    fn take_effect(&mut self, effect: Effect) {
        match &effect {
            Effect::OpenSocket(socket, _) => self.sockets.open(socket.0, "socket".into()),
            Effect::SendMessage(socket, message) => {
                self.sockets.require_open(socket.0, &effect);
                self.requests.extend(sent(*socket, message));
            }
            Effect::CloseSocket(socket) => self.sockets.close(socket.0, &effect),
            Effect::OpenPeer { peer, direction, stream, .. } => {
                let kind = format!("{direction:?} of {stream}");
                self.reached.raced |= self.peers.open.iter().any(|(_, other)| *other == kind);
                self.peers.open(peer.0, kind);
            }
            Effect::AttachTracks(peer) | Effect::RestartPeer(peer) | Effect::SamplePeer(peer) => {
                self.peers.require_open(peer.0, &effect);
            }
            Effect::ClosePeer(peer) => self.peers.close(peer.0, &effect),
            Effect::ReleaseStream(..) => {}
        }
    }

    fn take_event(&mut self, event: Event) {
        let call = match event {
            Event::LoginSettled(call, _) => call,
            Event::SendSettled(call, _) => call,
            Event::PlaySettled(call, _) => call,
            Event::RoomState { reason, .. } => {
                self.reached.joined |= reason == RoomReason::Logined;
                self.reached.rejoined |= reason == RoomReason::Reconnected;
                return;
            }
            Event::MediaState { state, .. } => {
                self.reached.live |= state == MediaState::Flowing;
                return;
            }
            _ => return,
        };
        let index = self.promises.iter().position(|promise| *promise == call);
        self.promises.swap_remove(index.unwrap_or_else(|| panic!("{call:?} is not open")));
    }
}

/// So many nodes, each at an origin of its own.
fn nodes(count: usize) -> Vec<Node> {
    let urls = ["/whip", "https://b.example/whip", "https://c.example/whip"];
    let node = |url: &&str| Node { url: (*url).into(), token: "t".into(), ..Node::default() };
    urls.iter().take(count).map(node).collect()
}

fn sent(socket: SocketId, message: &ClientMessage) -> Option<Sent> {
    let (id, wants_nodes) = match message {
        ClientMessage::Publish { id, .. } | ClientMessage::Play { id, .. } => (*id, true),
        ClientMessage::Live { id, .. }
        | ClientMessage::Unpublish { id, .. }
        | ClientMessage::Renew { id, .. }
        | ClientMessage::Broadcast { id, .. }
        | ClientMessage::Barrage { id, .. }
        | ClientMessage::Command { id, .. }
        | ClientMessage::SetRoomExtra { id, .. }
        | ClientMessage::SetStreamExtra { id, .. } => (*id, false),
        ClientMessage::Ping { .. } | ClientMessage::Logout => return None,
    };
    Some(Sent { socket, id, wants_nodes })
}

proptest! {
    #[test]
    fn room_02_no_sequence_of_inputs_leaves_the_graph(steps in any_steps()) {
        Run::through(steps);
    }
}

#[test]
fn room_02_the_sequences_get_into_rooms_and_to_live_media() {
    let mut runner = TestRunner::deterministic();
    let (mut joined, mut rejoined, mut live, mut raced) = (0, 0, 0, 0);
    for _ in 0..100 {
        let reached = Run::through(any_steps().new_tree(&mut runner).unwrap().current());
        joined += u32::from(reached.joined);
        rejoined += u32::from(reached.rejoined);
        live += u32::from(reached.live);
        raced += u32::from(reached.raced);
    }
    println!("{joined} {rejoined} {live} {raced}");
    assert!(joined > 75 && rejoined > 40 && live > 40 && raced > 5);
}
