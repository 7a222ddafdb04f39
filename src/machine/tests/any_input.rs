//! Whatever happens, in whatever order: nothing panics, ROOM-02's graph holds (asserted where
//! states are told), whatever is closed stays closed, and after a logout nothing is left.
//!
//! A step names no socket, peer or request: it picks from those the brain itself has made, so
//! that most runs get into a room and many to live media.

use super::user::{ANSWER, OFFER, login};
use crate::machine::NetworkInput::{Changed, Offline, Online, Woke};
use crate::machine::*;
use holdfast_protocol::{
    Change, ClientMessage, Hello, Node, ServerMessage, Snapshot, Stream, User as Member,
};
use proptest::{prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner};
use std::collections::BTreeSet;

/// An ID, and an event number, that no run reaches.
const NEVER_SEEN: u32 = 1_000_000;

#[derive(Clone, Debug)]
enum Action {
    /// With a fresh number if it makes a promise.
    Call(Call),
    Socket(Which, SocketInput),
    /// One of [`events`], with a number this much above the last one's.
    Event(Which, usize, u32),
    /// To the request sent this many requests ago, with its number off by this much.
    Answer(usize, Answer, u32),
    Obstacle(Which, Obstacle),
    Peer(Which, PeerInput),
    Network(NetworkInput),
    /// A timer fires this much later than it should.
    Wake(i64),
}

/// Which socket or peer, counted from the newest.
#[derive(Clone, Copy, Debug)]
enum Which {
    Open(usize),
    /// Any that was ever made: it may be closed, or may never have existed.
    Ever(usize),
}

#[derive(Clone, Copy, Debug)]
enum Answer {
    /// What the request asks for, or this many nodes.
    Granted(usize),
    Done(Code),
    Renewed(Option<u64>),
}

/// Events of a room: something comes at even numbers and goes at odd ones.
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
        1 => Just(SocketInput::OverLimit),
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
    use PeerInput::{
        Answered, Broken, Connected, Disconnected, Failed, Offered, Patched, Received,
    };
    let restart = || 0..3u32;
    let stage = || select(vec![Stage::Offer, Stage::Answer]);
    let offer = || select(vec![OFFER, "", "v=0\r\n"]).prop_map(String::from);
    prop_oneof![
        12 => Just(Connected),
        12 => (0..5u64).prop_map(|n| Received(n * 100)),
        4 => Just(Disconnected),
        4 => (restart(), offer()).prop_map(|(restart, offer)| Offered { restart, offer }),
        8 => any_reply().prop_map(Answered),
        2 => (restart(), any_reply()).prop_map(|(restart, reply)| Patched { restart, reply }),
        1 => (restart(), stage()).prop_map(|(restart, stage)| Broken { restart, stage }),
        1 => Just(Failed),
    ]
}

fn any_reply() -> impl Strategy<Value = Option<Reply>> {
    let body = select(vec![ANSWER, "", "<html>"]).prop_map(String::from);
    let session = select(vec!["https://node/1", "https://node/2", ""]).prop_map(String::from);
    let retry_after_ms = select(vec![None, Some(0), Some(u64::MAX)]);
    let status = select(vec![201, 201, 201, 200, 401, 404, 503]);
    let reply = (status, body, session, any::<bool>(), any::<bool>(), retry_after_ms).prop_map(
        |(status, body, session, can_restart, is_redirected, retry_after_ms)| Reply {
            status,
            body,
            session,
            can_restart,
            is_redirected,
            retry_after_ms,
        },
    );
    prop_oneof![4 => reply.prop_map(Some), 1 => Just(None)]
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
        Call::RetryNow,
        Call::Mute { stream: "s".into(), muted: 3 },
        Call::StopPublishing { stream: "s".into() },
        Call::StopPlaying { stream: "s".into() },
    ];
    let window_ms = || select(vec![1_200_000, 30_000, 2_000, 0]);
    prop_oneof![
        10 => select(vec!["room", "other"])
            .prop_map(move |room| Call::Login { call, login: Box::new(login(room)) }),
        4 => select(requests).prop_map(move |request| Call::Send { call, room: None, request }),
        6 => stream().prop_map(|stream| Call::StartPublishing { room: None, stream, extra: String::new() }),
        6 => (stream(), any::<bool>())
            .prop_map(move |(stream, follow)| Call::StartPlaying { call, room: None, stream, follow }),
        4 => select(rare),
        1 => (window_ms(), window_ms()).prop_map(|(room_window_ms, media_window_ms)| {
            Call::Configure(Config { room_window_ms, media_window_ms })
        }),
    ]
}

fn any_action() -> impl Strategy<Value = Action> {
    let (open, ever) =
        (|| (0..4usize).prop_map(Which::Open), || (0..40usize).prop_map(Which::Ever));
    let which = || prop_oneof![6 => open(), 1 => ever()];
    let seq_step = prop_oneof![12 => 0..20u32, 1 => any::<u32>()];
    let ago = prop_oneof![3 => Just(0), 1 => 0..6usize];
    let skew = prop_oneof![12 => Just(0), 1 => 1..5u32];
    let late_ms = prop_oneof![12 => Just(0), 4 => -100..0i64, 1 => 0..20_000_000i64];
    prop_oneof![
        6 => any_call().prop_map(Action::Call),
        4 => (which(), any_socket_input()).prop_map(|(which, input)| Action::Socket(which, input)),
        2 => (which(), 0..7usize, seq_step)
            .prop_map(|(which, index, seq_step)| Action::Event(which, index, seq_step)),
        7 => (ago, any_answer(), skew)
            .prop_map(|(ago, answer, skew)| Action::Answer(ago, answer, skew)),
        8 => (which(), any_peer_input()).prop_map(|(which, input)| Action::Peer(which, input)),
        1 => (ever(), select(Obstacle::TABLE.map(|row| row.0).to_vec()))
            .prop_map(|(which, obstacle)| Action::Obstacle(which, obstacle)),
        1 => select(vec![Online, Offline, Changed, Woke]).prop_map(Action::Network),
        4 => late_ms.prop_map(Action::Wake),
    ]
}

/// Each action follows a wait without a wake-up, in milliseconds.
fn any_steps() -> impl Strategy<Value = Vec<(u64, Action)>> {
    let wait_ms = prop_oneof![20 => 0..100u64, 4 => 0..1_500u64, 1 => 0..100_000u64];
    prop::collection::vec((wait_ms, any_action()), 1..400)
}

/// Sockets or peers, each with its kind.
#[derive(Default)]
struct Handles {
    open: Vec<(u32, String)>,
    ever: Vec<u32>,
}

impl Handles {
    /// Adds one. Returns how many of its kind are then open.
    fn open(&mut self, id: u32, kind: String) -> usize {
        let others = self.open.iter().filter(|(_, other)| *other == kind).count();
        assert!(others < 2, "a third one: {kind}");
        self.ever.push(id);
        self.open.push((id, kind));
        others + 1
    }

    fn require_open(&self, id: u32, effect: &Effect) {
        assert!(self.open.iter().any(|(open, _)| *open == id), "{effect:?}, but it is not open");
    }

    fn close(&mut self, id: u32, effect: &Effect) {
        self.require_open(id, effect);
        self.open.retain(|(open, _)| *open != id);
    }

    fn pick(&self, which: Which) -> Option<u32> {
        match which {
            Which::Open(back) => self.open.iter().rev().cycle().nth(back).map(|(id, _)| *id),
            Which::Ever(back) => self.ever.iter().rev().nth(back).copied().or(Some(NEVER_SEEN)),
        }
    }
}

/// What a brain has made and not yet ended, as its shell sees it.
#[derive(Default)]
struct Made {
    sockets: Handles,
    peers: Handles,
    /// Requests to the room, with the link each was sent on and whether it asks for nodes.
    requests: Vec<(SocketId, u32, bool)>,
    promises: BTreeSet<u32>,
    reached: BTreeSet<&'static str>,
}

impl Made {
    fn take_effect(&mut self, effect: Effect) {
        match &effect {
            Effect::OpenSocket(socket, _) => {
                self.sockets.open(socket.0, "socket".into());
            }
            Effect::SendMessage(socket, message) => {
                self.sockets.require_open(socket.0, &effect);
                self.requests.extend(request(*socket, message));
            }
            Effect::CloseSocket(socket) => self.sockets.close(socket.0, &effect),
            Effect::OpenPeer { peer, direction, stream, .. } => {
                if self.peers.open(peer.0, format!("{direction:?} of {stream}")) == 2 {
                    self.reached.insert("race");
                }
            }
            Effect::AttachTracks(peer)
            | Effect::MakeOffer { peer, .. }
            | Effect::Post { peer, .. }
            | Effect::TakeAnswer { peer, .. }
            | Effect::Patch { peer, .. }
            | Effect::SamplePeer(peer) => {
                self.peers.require_open(peer.0, &effect);
            }
            Effect::ClosePeer(peer) => self.peers.close(peer.0, &effect),
            Effect::ProbeServer(socket) => assert!(self.sockets.ever.contains(&socket.0)),
            Effect::Delete { url, .. } => assert!(!url.is_empty()),
            Effect::ReleaseStream(..) => {}
        }
    }

    fn take_event(&mut self, event: Event) {
        let reached = match event {
            Event::LoginSettled(call, _)
            | Event::SendSettled(call, _)
            | Event::PlaySettled(call, _) => {
                assert!(self.promises.remove(&call.0), "{call:?} is settled already, or not made");
                return;
            }
            Event::RoomState { reason: RoomReason::Logined, .. } => "login",
            Event::RoomState { reason: RoomReason::Reconnected, .. } => "return",
            Event::MediaState { state: MediaState::Flowing, .. } => "media",
            _ => return,
        };
        self.reached.insert(reached);
    }
}

struct Run {
    brain: Brain,
    now: Millis,
    made: Made,
    last_call: u32,
    last_seq: u32,
}

impl Run {
    /// Takes all the steps, then a logout that must leave nothing. Returns how far it got.
    fn through(steps: Vec<(u64, Action)>) -> BTreeSet<&'static str> {
        let (brain, made) = (Brain::new(steps.len() as u64), Made::default());
        let mut run = Run { brain, now: Millis(0), made, last_call: 0, last_seq: 0 };
        for (wait_ms, action) in steps {
            run.now = run.now + wait_ms;
            run.act(action);
        }
        run.input(Input::Call(Call::Logout { room: None }));
        let end = run.now + timing::LOGOUT_TIMEOUT_MS;
        while let Some(deadline) = run.brain.next_deadline() {
            assert!(deadline <= end, "something is due at {deadline:?}, long after the logout");
            run.act(Action::Wake(0));
        }
        let Made { sockets, peers, promises, reached, .. } = run.made;
        assert_eq!((sockets.open, peers.open, promises), Default::default(), "left behind");
        reached
    }

    /// Does nothing if there is nothing to act on.
    fn act(&mut self, action: Action) -> Option<()> {
        let socket_input = |id, input| Input::Socket(SocketId(id), input);
        let input = match action {
            Action::Call(call) => Input::Call(call),
            Action::Wake(late_ms) => {
                let due = self.brain.next_deadline().unwrap_or(self.now);
                self.now = self.now.max(Millis(due.0.saturating_add_signed(late_ms)));
                Input::Timeout
            }
            Action::Socket(which, input) => socket_input(self.made.sockets.pick(which)?, input),
            Action::Event(which, index, seq_step) => {
                let seq = self.last_seq.wrapping_add(seq_step);
                self.last_seq = if seq < NEVER_SEEN { seq } else { self.last_seq };
                let event = SocketInput::Message(events(seq)[index].clone());
                socket_input(self.made.sockets.pick(which)?, event)
            }
            Action::Answer(ago, answer, skew) => self.answer(ago, answer, skew)?,
            Action::Obstacle(which, obstacle) => {
                Input::Obstacle(SocketId(self.made.sockets.pick(which)?), obstacle)
            }
            Action::Peer(which, input) => Input::Peer(PeerId(self.made.peers.pick(which)?), input),
            Action::Network(input) => Input::Network(input),
        };
        self.input(input);
        Some(())
    }

    fn input(&mut self, mut input: Input) {
        let promise = self.number(&mut input);
        let is_timeout = input == Input::Timeout;
        let outcome = self.brain.handle(self.now, input);
        self.made.promises.extend(promise.filter(|_| outcome.is_ok()));
        for output in self.brain.take_outputs() {
            assert!(outcome.is_ok(), "the call was refused, and yet: {output:?}");
            match output {
                Output::Effect(effect) => self.made.take_effect(effect),
                Output::Event(event) => self.made.take_event(event),
            }
        }
        let is_done = self.brain.next_deadline().is_none_or(|deadline| deadline > self.now);
        assert!(is_done || !is_timeout, "the shell spins: a timeout left something due");
    }

    /// Gives a call its own number if it makes a promise.
    fn number(&mut self, input: &mut Input) -> Option<u32> {
        let Input::Call(
            Call::Login { call, .. }
            | Call::Switch { call, .. }
            | Call::Send { call, .. }
            | Call::StartPlaying { call, .. },
        ) = input
        else {
            return None;
        };
        self.last_call += 1;
        *call = CallId(self.last_call);
        Some(self.last_call)
    }

    fn answer(&mut self, ago: usize, answer: Answer, skew: u32) -> Option<Input> {
        let index = self.made.requests.len().checked_sub(ago + 1)?;
        let (socket, id, asks_for_nodes) = self.made.requests[index];
        if skew == 0 {
            self.made.requests.remove(index);
        }
        let id = id.wrapping_sub(skew);
        let done = |code| ServerMessage::Done { id, code, message: String::new(), seq: 0 };
        let message = match answer {
            Answer::Granted(count) if asks_for_nodes => nodes(id, count),
            Answer::Granted(_) => done(Code::OK),
            Answer::Done(code) => done(code),
            Answer::Renewed(token_ttl_ms) => ServerMessage::Renewed { id, token_ttl_ms },
        };
        Some(Input::Socket(socket, SocketInput::Message(message)))
    }
}

/// This many nodes, each at an origin of its own.
fn nodes(id: u32, count: usize) -> ServerMessage {
    let urls = ["/whip", "https://b.example/whip", "https://c.example/whip"];
    let node =
        |url: &&str| Node { url: (*url).into(), authorization: "t".into(), ..Node::default() };
    ServerMessage::Nodes { id, nodes: urls.iter().take(count).map(node).collect() }
}

fn request(socket: SocketId, message: &ClientMessage) -> Option<(SocketId, u32, bool)> {
    use ClientMessage::{Play, Publish};
    let id = serde_json::to_value(message).unwrap().get("id")?.as_u64()?;
    Some((socket, id as u32, matches!(message, Publish { .. } | Play { .. })))
}

proptest! {
    #[test]
    fn room_02_no_sequence_of_inputs_leaves_the_graph(steps in any_steps()) {
        Run::through(steps);
    }
}

#[test]
fn room_02_most_sequences_get_into_a_room_and_many_to_live_media() {
    let mut runner = TestRunner::deterministic();
    let mut reached = Vec::new();
    for _ in 0..100 {
        reached.extend(Run::through(any_steps().new_tree(&mut runner).unwrap().current()));
    }
    for (what, at_least) in [("login", 75), ("return", 40), ("media", 40), ("race", 8)] {
        let runs = reached.iter().filter(|reached| **reached == what).count();
        assert!(runs >= at_least, "{what} in {runs} of 100 runs");
    }
}
