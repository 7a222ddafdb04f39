//! A user: a brain, a clock, and all its outputs.

use crate::machine::*;
use holdfast_protocol::{
    ClientMessage, Hello, Login, Node, ServerMessage, Snapshot, Stream, User as Member,
};

pub(super) struct User {
    pub(super) brain: Brain,
    pub(super) now: Millis,
    pub(super) effects: Vec<Effect>,
    pub(super) events: Vec<Event>,
    /// How many sessions the server has made for it.
    sessions: u32,
    /// The media sessions whose offers a node has answered.
    answered: Vec<PeerId>,
}

pub(super) const OFFER: &str = "m=audio 9\r\na=ice-ufrag:mine\r\na=ice-pwd:my secret\r\n";
pub(super) const ANSWER: &str = "m=audio 9\r\na=ice-ufrag:its\r\na=ice-pwd:its secret\r\n";

impl User {
    pub(super) fn new() -> User {
        User {
            brain: Brain::new(5),
            now: Millis(0),
            effects: Vec::new(),
            events: Vec::new(),
            sessions: 0,
            answered: Vec::new(),
        }
    }

    /// Logged in to `room` by a first socket.
    pub(super) fn logged_in() -> User {
        let mut user = User::new();
        user.login();
        user.hello(false, &[]);
        user.forget();
        user
    }

    /// Publishing stream `s` at the first of these nodes.
    pub(super) fn publishing(urls: &[&str]) -> User {
        let mut user = User::logged_in();
        user.publish();
        user.nodes(urls);
        user.peer_input(PeerInput::Connected);
        user.done(Code::OK);
        user.forget_told();
        user
    }

    /// Playing stream `s` from the first of these nodes.
    pub(super) fn playing(urls: &[&str]) -> User {
        let mut user = User::logged_in();
        user.play();
        user.nodes(urls);
        user.peer_input(PeerInput::Connected);
        user.forget_told();
        user
    }

    /// The brain takes an input. Its browser makes each session's first offer at once.
    pub(super) fn input(&mut self, input: Input) -> Result<(), Refusal> {
        if let Input::Peer(peer, PeerInput::Connected) = input {
            self.answer(peer);
        }
        let outcome = self.brain.handle(self.now, input);
        let mut offering = Vec::new();
        for output in self.brain.take_outputs() {
            match output {
                Output::Effect(effect) => {
                    if let Effect::MakeOffer { peer, restart: 0 } = effect {
                        offering.push(peer);
                    }
                    self.effects.push(effect);
                }
                Output::Event(event) => self.events.push(event),
            }
        }
        for peer in offering {
            let offer = String::from(OFFER);
            self.input(Input::Peer(peer, PeerInput::Offered { restart: 0, offer }))?;
        }
        outcome
    }

    /// The node answers the offer of a session, unless it has done so already: no session connects
    /// before.
    fn answer(&mut self, peer: PeerId) {
        if !self.answered.contains(&peer) {
            self.answered.push(peer);
            let reply = Some(Reply {
                status: 201,
                body: ANSWER.into(),
                session: format!("https://node/session/{}", peer.0),
                can_restart: true,
                ..Reply::default()
            });
            self.input(Input::Peer(peer, PeerInput::Answered(reply))).unwrap();
        }
    }

    pub(super) fn call(&mut self, call: Call) -> Result<(), Refusal> {
        self.input(Input::Call(call))
    }

    pub(super) fn login(&mut self) {
        let login = Box::new(login("room"));
        self.call(Call::Login { call: CallId(1), login }).unwrap();
    }

    pub(super) fn publish(&mut self) {
        self.call(Call::StartPublishing { room: None, stream: "s".into(), extra: String::new() })
            .unwrap();
    }

    pub(super) fn play(&mut self) {
        self.call(Call::StartPlaying {
            call: CallId(2),
            room: None,
            stream: "s".into(),
            follow: false,
        })
        .unwrap();
    }

    pub(super) fn message(&mut self, message: ServerMessage) {
        let socket = self.socket();
        self.input(Input::Socket(socket, SocketInput::Message(message))).unwrap();
    }

    pub(super) fn hello(&mut self, resumed: bool, streams: &[(&str, &str)]) {
        let stream = |(id, owner): &(&str, &str)| Stream {
            id: String::from(*id),
            user: member(owner),
            extra: String::new(),
            muted: 0,
        };
        self.hello_with(resumed, streams.iter().map(stream).collect());
    }

    pub(super) fn hello_with(&mut self, resumed: bool, streams: Vec<Stream>) {
        self.sessions += u32::from(!resumed);
        self.message(ServerMessage::Hello(Hello {
            session: format!("session {}", self.sessions),
            secret: "secret".into(),
            seq: 10,
            resumed,
            heartbeat_ms: 1000,
            snapshot: Some(Snapshot { users: vec![member("me")], streams, ..Snapshot::default() }),
            ..Hello::default()
        }));
    }

    /// The room's answer to the last request.
    pub(super) fn nodes(&mut self, urls: &[&str]) {
        let node = |url: &&str| Node {
            url: String::from(*url),
            authorization: "Bearer token".into(),
            ..Node::default()
        };
        let message =
            ServerMessage::Nodes { id: self.request(), nodes: urls.iter().map(node).collect() };
        self.message(message);
    }

    pub(super) fn done(&mut self, code: Code) {
        let message =
            ServerMessage::Done { id: self.request(), code, message: String::new(), seq: 0 };
        self.message(message);
    }

    pub(super) fn socket_closed(&mut self) {
        let socket = self.socket();
        self.input(Input::Socket(socket, SocketInput::Closed)).unwrap();
    }

    pub(super) fn peer_input(&mut self, input: PeerInput) {
        let peer = self.peer().unwrap();
        self.input(Input::Peer(peer, input)).unwrap();
    }

    /// The session opened last connects, whoever answered its offer.
    pub(super) fn connected(&mut self) {
        self.answered.extend(self.peer());
        self.peer_input(PeerInput::Connected);
    }

    /// Bytes arrive at the session opened last.
    pub(super) fn media_arrives(&mut self) {
        let peer = self.peer().unwrap();
        self.media_arrives_at(peer);
    }

    pub(super) fn media_arrives_at(&mut self, peer: PeerId) {
        for bytes in [1_000, 2_000] {
            self.input(Input::Peer(peer, PeerInput::Received(bytes))).unwrap();
        }
    }

    pub(super) fn network(&mut self, input: NetworkInput) {
        self.input(Input::Network(input)).unwrap();
    }

    /// Lets time pass, waking the brain at its deadlines.
    pub(super) fn pass(&mut self, duration_ms: u64) {
        let end = self.now + duration_ms;
        while let Some(deadline) = self.brain.next_deadline().filter(|at| *at <= end) {
            self.now = deadline.max(self.now);
            self.input(Input::Timeout).unwrap();
        }
        self.now = end;
    }

    /// Like `pass`, but every try of the room or of media fails at once. Returns how many did.
    pub(super) fn pass_failing(&mut self, duration_ms: u64) -> usize {
        let end = self.now + duration_ms;
        let mut failures = 0;
        loop {
            while let Some(effect) = self.effects.pop() {
                let failed = match effect {
                    Effect::OpenSocket(id, _) => Input::Socket(id, SocketInput::Closed),
                    Effect::OpenPeer { peer, .. } => Input::Peer(peer, not_reached()),
                    _ => continue,
                };
                failures += 1;
                self.input(failed).unwrap();
            }
            let Some(deadline) = self.brain.next_deadline().filter(|at| *at <= end) else {
                break;
            };
            self.now = deadline.max(self.now);
            self.input(Input::Timeout).unwrap();
        }
        self.now = end;
        failures
    }

    pub(super) fn forget(&mut self) {
        self.effects.clear();
        self.events.clear();
    }

    /// The room states told, with their codes.
    pub(super) fn reasons(&self) -> Vec<(RoomReason, Code)> {
        let reason = |event: &Event| match event {
            Event::RoomState { reason, code, .. } => Some((*reason, *code)),
            _ => None,
        };
        self.events.iter().filter_map(reason).collect()
    }

    /// The publisher's or player's states told, with their codes.
    pub(super) fn states(&self) -> Vec<(MediaState, Code)> {
        let state = |event: &Event| match event {
            Event::MediaState { state, code, .. } => Some((*state, *code)),
            _ => None,
        };
        self.events.iter().filter_map(state).collect()
    }

    pub(super) fn sent(&self) -> Vec<&ClientMessage> {
        let messages = self.effects.iter().filter_map(|effect| match effect {
            Effect::SendMessage(_, message) => Some(message),
            _ => None,
        });
        messages.collect()
    }

    pub(super) fn sockets_opened(&self) -> usize {
        self.effects.iter().filter(|effect| matches!(effect, Effect::OpenSocket(..))).count()
    }

    /// The nodes' addresses to which offers were posted, each session's once.
    pub(super) fn urls_opened(&self) -> Vec<&str> {
        let mut posts = self.posts();
        let mut seen = Vec::new();
        posts.retain(|(peer, _)| {
            let is_new = !seen.contains(peer);
            seen.push(*peer);
            is_new
        });
        posts.into_iter().map(|(_, url)| url).collect()
    }

    /// All offers posted: of which session, and where to.
    pub(super) fn posts(&self) -> Vec<(PeerId, &str)> {
        let posts = self.effects.iter().filter_map(|effect| match effect {
            Effect::Post { peer, url, .. } => Some((*peer, url.as_str())),
            _ => None,
        });
        posts.collect()
    }

    /// The login of the last try.
    pub(super) fn last_login(&self) -> Option<&Login> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::OpenSocket(_, login) => Some(&**login),
            _ => None,
        })
    }

    /// The peer opened last.
    pub(super) fn peer(&self) -> Option<PeerId> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::OpenPeer { peer, .. } => Some(*peer),
            _ => None,
        })
    }

    /// The newest room link: the one opened or used last.
    pub(super) fn socket(&self) -> SocketId {
        let socket = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::OpenSocket(id, _) | Effect::SendMessage(id, _) => Some(*id),
            _ => None,
        });
        // The first ID that a brain gives out is that of its first socket.
        socket.unwrap_or(SocketId(1))
    }

    pub(super) fn last_socket_opened(&self) -> Option<SocketId> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::OpenSocket(id, _) => Some(*id),
            _ => None,
        })
    }

    pub(super) fn message_on(&mut self, socket: SocketId, message: ServerMessage) {
        self.input(Input::Socket(socket, SocketInput::Message(message))).unwrap();
    }

    pub(super) fn forget_told(&mut self) {
        self.events.clear();
    }

    /// The number of the last request sent.
    pub(super) fn request(&self) -> u32 {
        let id = |message: &&ClientMessage| match message {
            ClientMessage::Publish { id, .. }
            | ClientMessage::Live { id, .. }
            | ClientMessage::Unpublish { id, .. }
            | ClientMessage::Play { id, .. }
            | ClientMessage::Broadcast { id, .. }
            | ClientMessage::SetRoomExtra { id, .. }
            | ClientMessage::SetStreamExtra { id, .. }
            | ClientMessage::SetMuted { id, .. } => Some(*id),
            _ => None,
        };
        // If there is none, the number of a request that was never made.
        self.sent().iter().rev().find_map(id).unwrap_or(0)
    }
}

/// The node refuses a session's offer.
pub(super) fn refused(status: u16, retry_after_ms: Option<u64>) -> PeerInput {
    PeerInput::Answered(Some(Reply { status, retry_after_ms, ..Reply::default() }))
}

/// The node cannot be reached with a session's offer.
pub(super) fn not_reached() -> PeerInput {
    PeerInput::Answered(None)
}

/// A session's first ICE restart fails.
pub(super) fn restart_failed() -> PeerInput {
    PeerInput::Broken { restart: 1, stage: Stage::Offer }
}

fn member(id: &str) -> Member {
    Member { id: id.into(), name: String::new() }
}

pub(super) fn login(room: &str) -> Login {
    Login {
        app: 1,
        room: room.into(),
        user: Member { id: "me".into(), name: "Me".into() },
        token: "token".into(),
        user_update: true,
        ..Login::default()
    }
}
