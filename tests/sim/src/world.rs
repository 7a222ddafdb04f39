//! A world: devices, one server, its media nodes, the network between them, one clock.

use crate::check::{Broken, Messages, Number, ServerCheck, Verdict, Violation};
use crate::client::Client;
use crate::link::Link;
use crate::network::{CloseManners, Path};
use crate::node::{IceManners, Node, NodeSession, RequestManners, node_name};
use crate::queue::Queue;
use crate::random::Random;
use crate::server::Server;
use crate::trace::Trace;
use holdfast_protocol::{ServerMessage, Stream, User};
use holdfast_rooms::Settings;
use holdfast_rtc::machine::{Direction, Event, Input};
use std::collections::BTreeSet;

/// A future event. Numbers are indices.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    /// A device's timer fires.
    Timer(usize),
    /// The server's timer fires.
    ServerTimer,
    /// A new connection reaches the server's machine.
    Syn(usize),
    /// A frame reaches the server.
    Up(usize),
    /// A frame reaches the client.
    Down(usize),
    /// The client's browser notices that a link is gone.
    CloseTold(usize),
    /// The server notices that a link is gone.
    LinkLost(usize),
    /// The browser reports something to the brain.
    Reported(usize, Input),
    /// A media session's next step.
    Media(usize, MediaStep),
    /// A check of everything.
    Look,
    /// For the driver of the world.
    Alarm(u32),
}

/// A step in a media session's life.
#[derive(Clone, Debug)]
pub(crate) enum MediaStep {
    /// The offer reaches the node.
    Posted,
    /// ICE and DTLS are complete.
    Connected,
    /// The fragment of this ICE restart reaches the node.
    Patched(u32),
    /// ICE has restarted, if the path is whole.
    Restarted,
    /// The node has waited long enough for a session to connect.
    Abandoned,
    /// The client gave it up, and its request reaches the node.
    Deleted,
    /// The node has received nothing for long, or the client is told of trouble.
    Watched,
    /// The browser reports something.
    Told(holdfast_rtc::machine::PeerInput),
    /// The browser has counted the bytes.
    Sampled,
}

/// How a world behaves throughout.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The seed of all randomness.
    pub seed: u64,
    /// The server's settings.
    pub settings: Settings,
    /// When the world begins, in milliseconds since 1970.
    pub unix_start_ms: u64,
    /// How many media nodes there are; their names are `node0` and so on.
    pub nodes: usize,
    /// How clients learn of the ends of links.
    pub closes: CloseManners,
    /// How clients learn of trouble with media.
    pub ice: IceManners,
    /// What happens to requests to nodes.
    pub requests: RequestManners,
    /// In this many of a hundred cases, a late event of something that the brain has closed still
    /// reaches it.
    pub stale_percent: u64,
    /// Check that there is a wait before a retry after a remote cause; whims break that.
    pub expects_jitter: bool,
    /// Keep everything that each app is told.
    pub keeps_story: bool,
    /// Stop at the first broken rule. The checks know only the simulator's own apps, so a world
    /// whose apps come from outside is not judged.
    pub is_judged: bool,
}

impl Setup {
    /// A friendly world.
    pub fn new(seed: u64) -> Setup {
        Setup {
            seed,
            settings: Settings::default(),
            unix_start_ms: 0,
            nodes: 1,
            closes: CloseManners { missing_percent: 0, late_ms_max: 0 },
            ice: IceManners { missing_percent: 0, late_ms_max: 0 },
            requests: RequestManners { hang_percent: 0, late_ms_max: 0, forgets_offers: false },
            stale_percent: 0,
            expects_jitter: true,
            keeps_story: false,
            is_judged: true,
        }
    }
}

/// What those outside the world are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// An app is told something.
    Event(Event),
    /// A stream that is played has new tracks (PLAY-06).
    Attached(String),
    /// An app's stream is no longer needed.
    Released(Direction, String),
}

/// What an app was told, and when.
#[derive(Clone, Debug)]
pub struct Told {
    /// Virtual time.
    pub at_ms: u64,
    /// The device.
    pub client: usize,
    /// The event.
    pub event: Event,
}

/// Reacts to the events of a world.
pub trait Driver {
    /// An app is told something.
    fn on_event(&mut self, world: &mut World, client: usize, event: &Event);
    /// An alarm that was set with [`World::set_alarm`] fires.
    fn on_alarm(&mut self, world: &mut World, alarm: u32);
}

/// Does nothing.
pub struct Idle;

impl Driver for Idle {
    fn on_event(&mut self, _: &mut World, _: usize, _: &Event) {}
    fn on_alarm(&mut self, _: &mut World, _: u32) {}
}

/// How much happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Inputs that brains took.
    pub inputs: u64,
    /// Virtual time in milliseconds.
    pub virtual_ms: u64,
}

/// How often everything is checked.
const LOOK_MS: u64 = 1_000;
/// How many timeouts at one moment one brain may have before it counts as spinning.
const SPINS_MAX: u32 = 500;

/// Devices, a server, media nodes, and everything between them.
pub struct World {
    pub(crate) setup: Setup,
    pub(crate) now: u64,
    pub(crate) step: u64,
    pub(crate) queue: Queue<Happening>,
    pub(crate) random: Random,
    pub(crate) clients: Vec<Client>,
    pub(crate) links: Vec<Link>,
    pub(crate) server: Server,
    pub(crate) nodes: Vec<Node>,
    pub(crate) sessions: Vec<NodeSession>,
    /// Streams whose publishers send nothing.
    pub(crate) silent: BTreeSet<String>,
    pub(crate) server_check: ServerCheck,
    pub(crate) messages: Messages,
    pub(crate) next_call: u32,
    pub(crate) next_broadcast: u64,
    /// Notices that nobody outside has taken yet, by device.
    pub(crate) notices: Vec<(usize, Notice)>,
    /// What apps were told, if that is kept, until somebody takes it.
    pub(crate) told: Option<Vec<Told>>,
    pub(crate) stats: Stats,
    /// Broadcasts without a reply: link, request, number.
    pub(crate) broadcasts: Vec<(u64, u32, Number)>,
    /// When handshakes arrived at the server, if that is kept.
    pub(crate) arrivals: Option<Vec<u64>>,
    violation: Option<Violation>,
    trace: Option<Trace>,
    spins: (u64, u32),
}

impl World {
    /// A world with no devices in it yet.
    pub fn new(setup: Setup) -> World {
        let mut random = Random::new(setup.seed);
        let mut settings = setup.settings.clone();
        settings.nodes = (0..setup.nodes).map(node_name).collect();
        let server = Server::new(settings, random.number());
        let mut world = World {
            now: 0,
            step: 0,
            queue: Queue::new(),
            random,
            clients: Vec::new(),
            links: Vec::new(),
            server,
            nodes: (0..setup.nodes).map(|_| Node::new()).collect(),
            sessions: Vec::new(),
            silent: BTreeSet::new(),
            server_check: ServerCheck::default(),
            messages: Messages::default(),
            next_call: 0,
            next_broadcast: 0,
            notices: Vec::new(),
            told: None,
            stats: Stats::default(),
            broadcasts: Vec::new(),
            arrivals: None,
            violation: None,
            trace: None,
            spins: (0, 0),
            setup,
        };
        world.queue.plan(LOOK_MS, Happening::Look);
        world
    }

    /// Writes a trace of everything from now on.
    pub fn set_trace(&mut self, trace: Trace) {
        self.trace = Some(trace);
    }

    /// The hash of the trace.
    pub fn trace_hash(&self) -> Option<u64> {
        self.trace.as_ref().map(Trace::hash)
    }

    /// Adds a device.
    pub fn add_client(&mut self, name: &str, user_id: &str, path: Path) -> usize {
        let user = User { id: user_id.to_owned(), name: String::new() };
        let mut client = Client::new(name, user, self.random.number(), path);
        client.punctual_since = self.now;
        client.story = self.setup.keeps_story.then(Vec::new);
        self.clients.push(client);
        self.clients.len() - 1
    }

    /// How many events have happened.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// The world's time in milliseconds.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// How much happened so far.
    pub fn stats(&self) -> Stats {
        Stats { virtual_ms: self.now, ..self.stats }
    }

    /// The first broken rule.
    pub fn violation(&self) -> Option<&Violation> {
        self.violation.as_ref()
    }

    /// How many devices there are.
    pub fn devices(&self) -> usize {
        self.clients.len()
    }

    /// A device.
    pub fn client(&self, client: usize) -> &Client {
        &self.clients[client]
    }

    /// How long the server keeps a session without a link.
    pub fn grace_ms(&self) -> u64 {
        self.server.settings.grace_ms
    }

    /// The users in a room, according to the server.
    pub fn members(&self, room: &str) -> Vec<User> {
        self.server.rooms.members(room)
    }

    /// The streams of a room, according to the server.
    pub fn streams(&self, room: &str) -> Vec<Stream> {
        self.server.rooms.streams(room)
    }

    /// Has [`Driver::on_alarm`] called at that time.
    pub fn set_alarm(&mut self, at: u64, alarm: u32) {
        self.queue.plan(at.max(self.now), Happening::Alarm(alarm));
    }

    /// Lets time pass up to and including this moment, or to the first violation.
    pub fn run_until(&mut self, until: u64, driver: &mut dyn Driver) {
        while self.step_until(until, driver) {}
        self.reach(until);
    }

    /// Lets the next event happen, if it is due by this moment. Returns whether one happened.
    pub(crate) fn step_until(&mut self, until: u64, driver: &mut dyn Driver) -> bool {
        let Some(happening) = self.pop_until(until) else { return false };
        match happening {
            Happening::Alarm(alarm) => driver.on_alarm(self, alarm),
            other => self.happen(other),
        }
        self.hand_on(driver);
        true
    }

    /// Lets time pass until there is a notice, at most up to and including this moment. Alarms do
    /// nothing.
    pub fn run_to_notice(&mut self, until: u64) {
        while self.notices.is_empty() {
            let Some(happening) = self.pop_until(until) else {
                return self.reach(until);
            };
            self.happen(happening);
        }
    }

    /// The notices since the last call, by device, in order.
    pub fn take_notices(&mut self) -> Vec<(usize, Notice)> {
        std::mem::take(&mut self.notices)
    }

    fn pop_until(&mut self, until: u64) -> Option<Happening> {
        if self.violation.is_some() || self.queue.next_at().is_none_or(|at| at > until) {
            return None;
        }
        let (at, happening) = self.queue.pop()?;
        self.now = self.now.max(at);
        self.step += 1;
        Some(happening)
    }

    fn reach(&mut self, until: u64) {
        if self.violation.is_none() {
            self.now = self.now.max(until);
        }
    }

    /// Passes what the apps were told on to the driver.
    fn hand_on(&mut self, driver: &mut dyn Driver) {
        while !self.notices.is_empty() {
            for (client, notice) in self.take_notices() {
                if let Notice::Event(event) = notice {
                    driver.on_event(self, client, &event);
                    if let Some(told) = &mut self.told {
                        told.push(Told { at_ms: self.now, client, event });
                    }
                }
            }
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Timer(client) => self.on_timer(client),
            Happening::ServerTimer => self.on_server_timer(),
            Happening::Syn(link) => self.on_syn(link),
            Happening::Up(link) => self.on_up(link),
            Happening::Down(link) => self.on_down(link),
            Happening::CloseTold(link) => self.on_close_told(link),
            Happening::LinkLost(link) => self.on_link_lost(link),
            Happening::Reported(client, input) => self.deliver(client, input),
            Happening::Media(session, step) => self.on_media(session, step),
            Happening::Look => self.look(),
            Happening::Alarm(_) => {}
        }
    }

    /// Checks what no single step shows: deadlines that pass without an event.
    fn look(&mut self) {
        self.queue.plan(self.now + LOOK_MS, Happening::Look);
        let (now, settings) = (self.now, &self.server.settings);
        let (heartbeat_ms, grace_ms) = (settings.heartbeat_ms, settings.grace_ms);
        for index in 0..self.clients.len() {
            let client = &self.clients[index];
            if client.sleep != crate::Sleep::Awake || client.throttle_ms > 0 {
                continue;
            }
            let ahead_ms = client.clock_ahead_ms;
            let since = client.punctual_since;
            let (clock, since_then) = (now + ahead_ms, since + ahead_ms);
            let mut verdict = client.seen.room.look(clock, since_then);
            verdict = verdict.and_then(|()| client.seen.side_room.look(clock, since_then));
            if let (Ok(()), Some(deaf_since)) = (&verdict, client.deaf_since) {
                verdict = client.seen.room.deaf_for(now - deaf_since.max(since), heartbeat_ms);
            }
            let verdict = verdict.and_then(|()| self.look_at_media(index));
            self.judge_client(index, verdict);
        }
        let verdict = self.server_check.look(now, heartbeat_ms);
        self.judge(verdict);
        let overdue = self.server_check.overdue(now, grace_ms).find(|(user, room)| {
            self.server.rooms.members(room).iter().any(|member| member.id == *user)
        });
        if let Some((user, room)) = overdue {
            let what = format!("{user:?} is still in {room:?} after its grace");
            self.judge(crate::check::broken("ROOM-09", what));
        }
    }

    pub(crate) fn judge(&mut self, verdict: Verdict) {
        if let Err(Broken { rule, what }) = verdict
            && self.setup.is_judged
            && self.violation.is_none()
        {
            self.violation =
                Some(Violation { at_ms: self.now, step: self.step, rule, what: what.clone() });
            self.note("world", "violation", &(rule, what));
        }
    }

    pub(crate) fn judge_client(&mut self, client: usize, verdict: Verdict) {
        self.judge(verdict.map_err(|broken| {
            let what = format!("{}: {}", self.clients[client].name, broken.what);
            Broken { what, ..broken }
        }));
    }

    pub(crate) fn note(&mut self, who: &str, kind: &str, what: &dyn std::fmt::Debug) {
        if let Some(trace) = &mut self.trace {
            trace.add(self.now, self.step, who, kind, what);
        }
    }

    pub(crate) fn note_client(&mut self, client: usize, kind: &str, what: &dyn std::fmt::Debug) {
        if let Some(trace) = &mut self.trace {
            trace.add(self.now, self.step, &self.clients[client].name, kind, what);
        }
    }

    pub(crate) fn is_traced(&self) -> bool {
        self.trace.is_some()
    }

    /// Whether a brain wakes many times without time passing.
    pub(crate) fn spins(&mut self) -> bool {
        let (at, count) = self.spins;
        self.spins = if at == self.now { (at, count + 1) } else { (self.now, 0) };
        self.spins.1 > SPINS_MAX + 10 * self.clients.len() as u32
    }

    pub(crate) fn is_heartbeat(input: &Input) -> bool {
        use holdfast_rtc::machine::SocketInput;
        matches!(input, Input::Socket(_, SocketInput::Message(ServerMessage::Heartbeat)))
    }
}
