//! The task that owns all media sessions: datagrams in, packets from publishers to players,
//! datagrams out.

use super::fault::Faults;
use super::forward::drop_request;
use super::route::{Routes, is_check};
use super::session::{BY_THE_PEER, Heard, Key, PeerSession, REPLACED, SessionEvent};
use super::sessions::{Sessions, contained};
use super::socket::{Arrival, Sockets};
use super::stream::Stream;
use super::{Command, Counts};
use crate::config::Config;
use crate::tripwire::{Place, Step, Tripwire};
use holdfast_protocol::DeleteReason;
use holdfast_rooms::{self as rooms, Direction, GuestMediaId, MediaEnd};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use str0m::Input;
use tokio::sync::{mpsc, watch};
use tokio::time::sleep_until;

/// The size of packet that most networks carry unfragmented.
const DATAGRAM_BYTES_MAX: usize = 1_500;

/// End reason: its client closed it by DELETE.
pub(super) const BY_ITS_OWNER: &str = "closed by its owner";
/// End reason: it panicked.
const PANICKED: &str = "failed";

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    Session(Key),
    Keyframe(String),
}

pub(super) struct Task {
    pub(super) sockets: Sockets,
    pub(super) random: StdRng,
    pub(super) next_key: Key,
    pub(super) sessions: Sessions,
    pub(super) by_id: HashMap<String, Key>,
    pub(super) routes: Routes,
    pub(super) streams: HashMap<String, Stream>,
    pub(super) timers: BTreeSet<(Instant, Timer)>,
    events: VecDeque<(Key, SessionEvent)>,
    /// Where changes to guests' sessions are reported.
    guests: mpsc::UnboundedSender<rooms::Input>,
    pub(super) faults: Faults,
    /// Bit rate limit for what one session sends.
    pub(super) bits_per_second: Option<u64>,
    /// Where the addresses for answers are published.
    addrs: watch::Sender<Arc<[SocketAddr]>>,
    pub(super) tripwire: Tripwire,
}

impl Task {
    pub(super) fn new(
        sockets: Sockets,
        addrs: watch::Sender<Arc<[SocketAddr]>>,
        guests: mpsc::UnboundedSender<rooms::Input>,
        config: &Config,
    ) -> Task {
        let tripwire = config.tripwire.clone();
        Task {
            sockets,
            random: StdRng::from_os_rng(),
            next_key: 0,
            sessions: Sessions::new(tripwire.clone()),
            by_id: HashMap::new(),
            routes: Routes::default(),
            streams: HashMap::new(),
            timers: BTreeSet::new(),
            events: VecDeque::new(),
            guests,
            faults: Faults::default(),
            bits_per_second: Some(1_000_000 * u64::from(config.publisher_mbps)),
            addrs,
            tripwire,
        }
    }

    pub(super) async fn run(mut self, mut inbox: mpsc::Receiver<Command>) {
        // One byte more than allowed, so that a datagram that is too long is not mistaken for a
        // shorter one.
        let mut buffer = vec![0; DATAGRAM_BYTES_MAX + 1];
        loop {
            let wake_at = self.timers.first().map(|(at, _)| *at);
            tokio::select! {
                command = inbox.recv() => match command {
                    Some(Command::Stop(done)) => {
                        self.close_all();
                        // Free the ports before saying so.
                        drop(self);
                        // The requester may have stopped waiting.
                        let _ = done.send(());
                        return;
                    }
                    Some(command) => {
                        self.tripwire.pass(Place::Media);
                        self.on_command(command);
                    }
                    None => return,
                },
                arrival = self.sockets.receive(&mut buffer) => self.on_datagram(&arrival, &buffer),
                () = sleep(wake_at) => {}
            }
            self.run_timers();
            self.settle();
        }
    }

    fn on_command(&mut self, command: Command) {
        let Some(command) = self.unless_broken(command) else {
            return;
        };
        match command {
            Command::Open { opening, reply } => self.on_open(*opening, reply),
            Command::OfferOf { id, token, reply } => {
                let offer = self.held_by(&id, &token).map(|(_, session)| session.ice.offer());
                let _ = reply.send(offer);
            }
            Command::Patch { patch, reply } => {
                let _ = reply.send(self.patch(*patch));
            }
            Command::Close { id, token, reply } => {
                let _ = reply.send(self.close(&id, &token));
            }
            Command::End(end) => self.end(&end),
            Command::Follow { ips, reply } => {
                self.sockets.follow(&ips);
                self.addrs.send_replace(self.sockets.addrs());
                let _ = reply.send(());
            }
            Command::Counts(reply) => {
                let _ = reply.send(self.counts());
            }
            Command::Silence { owner, lasts } => self.silence(owner, lasts),
            Command::Kill { owner, lasts } => self.kill(owner.as_ref(), lasts),
            Command::Stop(_) => {}
        }
    }

    fn end(&mut self, end: &MediaEnd) {
        let is_meant = |session: &PeerSession| match end {
            MediaEnd::Stream(stream) => session.grant.stream == *stream,
            MediaEnd::Session(owner) => session.grant.session == *owner,
        };
        let meant = self.sessions.iter().filter(|(_, session)| is_meant(session));
        for key in meant.map(|(key, _)| key).collect::<Vec<_>>() {
            self.remove(key, "ended by the room");
        }
    }

    fn counts(&self) -> Counts {
        let connected = |direction| {
            let is_it =
                |s: &PeerSession| s.connected && !s.is_aside() && s.grant.direction == direction;
            self.sessions.iter().filter(|(_, session)| is_it(session)).count()
        };
        Counts { publishers: connected(Direction::Publish), players: connected(Direction::Play) }
    }

    fn close_all(&mut self) {
        for key in self.sessions.iter().map(|(key, _)| key).collect::<Vec<_>>() {
            self.remove(key, "the server stops");
        }
    }

    fn on_datagram(&mut self, arrival: &Arrival, buffer: &[u8]) {
        let datagram = buffer.get(..arrival.bytes).unwrap_or_default();
        if datagram.len() > DATAGRAM_BYTES_MAX {
            return;
        }
        // A connectivity check is parsed before its session is known.
        let Some(Some(key)) = contained(|| self.routes.find(arrival.source, datagram)) else {
            return;
        };
        let is_known = self.routes.knows(arrival.source, key);
        let hear = |session: &mut PeerSession| session.hear(arrival, datagram, is_known);
        let (is_back, ended) = match self.sessions.with(key, Step::Receive, hear) {
            None | Some(Heard::Nothing) => return,
            Some(Heard::Former(reply)) => {
                return self.sockets.send(arrival.destination, arrival.source, &reply);
            }
            Some(Heard::Peer { is_back, ended }) => (is_back, ended),
        };
        self.routes.learn(arrival.source, key);
        if is_back {
            self.want_keyframe_after_gap(key, false);
        }
        if is_check(datagram) {
            self.path_was_checked(key);
        }
        match ended {
            None => self.poll(key),
            Some(why) => self.remove(key, why),
        }
    }

    fn run_timers(&mut self) {
        let now = Instant::now();
        while let Some((at, timer)) = self.timers.first().cloned() {
            if at > now {
                return;
            }
            self.timers.pop_first();
            match timer {
                Timer::Session(key) => self.on_session_timer(key, now),
                Timer::Keyframe(stream) => self.ask_for_keyframe(&stream, now),
            }
        }
    }

    fn on_session_timer(&mut self, key: Key, now: Instant) {
        let Some(session) = self.sessions.get_mut(key) else {
            return;
        };
        session.armed_at = None;
        if let Some((_, why)) = session.given_up().filter(|(at, _)| *at <= now) {
            return self.remove(key, why);
        }
        let wake = |session: &mut PeerSession| session.handle(Input::Timeout(now));
        match self.sessions.with(key, Step::Wake, wake) {
            None => {}
            Some(Ok(())) => self.poll(key),
            Some(Err(why)) => self.remove(key, why),
        }
    }

    /// Send what the session has pending, queue what happened, and set its timer.
    pub(super) fn poll(&mut self, key: Key) {
        let mut happened = Vec::new();
        let poll = |session: &mut PeerSession| {
            let wake_at = session.poll(&self.sockets, &mut happened);
            session.given_up().map_or(wake_at, |(at, _)| wake_at.min(at))
        };
        let polled = self.sessions.with(key, Step::Poll, poll);
        let (Some(wake_at), Some(session)) = (polled, self.sessions.get_mut(key)) else {
            return;
        };
        if session.armed_at != Some(wake_at) {
            if let Some(armed_at) = session.armed_at.replace(wake_at) {
                self.timers.remove(&(armed_at, Timer::Session(key)));
            }
            self.timers.insert((wake_at, Timer::Session(key)));
        }
        self.events.extend(happened.into_iter().map(|event| (key, event)));
    }

    /// Handle what happened, until nothing more follows from it.
    fn settle(&mut self) {
        loop {
            while let Some(key) = self.sessions.next_panicked() {
                self.remove(key, PANICKED);
            }
            let Some((key, event)) = self.events.pop_front() else {
                return;
            };
            match event {
                SessionEvent::Connected => self.on_connected(key),
                SessionEvent::Restarted(former) => {
                    self.routes.drop_ufrag(&former);
                    self.want_keyframe_after_gap(key, true);
                }
                SessionEvent::Packet(packet) => self.on_packet(key, packet),
                SessionEvent::KeyframeWanted => self.want_keyframe(key),
                SessionEvent::Ended(why) => self.remove(key, why),
            }
        }
    }

    fn on_connected(&mut self, key: Key) {
        let Some(session) = self.sessions.get(key) else {
            return;
        };
        tracing::info!(media = session.id, "media session connected");
        if session.grant.direction == Direction::Play {
            return self.want_keyframe(key);
        }
        let stream = self.streams.entry(session.grant.stream.clone()).or_default();
        let former = stream.publisher.and_then(|former| Some((former, self.sessions.get(former)?)));
        if former.is_some_and(|(newer, other)| !session.comes_after(other, key > newer)) {
            // The client's POST hung and it made another: the session that connects last may not be
            // the newest.
            return self.remove(key, "a newer session is there already");
        }
        let aside = former.filter(|(_, other)| session.is_of_the_client_of(other));
        let aside = aside.map(|(key, _)| key);
        let (useless, guest) = (stream.replace_publisher(key, aside), session.guest);
        let players = stream.players.clone();
        // A publisher sends a keyframe first, so none is requested.
        self.expect_keyframe(&players);
        if let Some(media) = guest {
            self.tell_guests(rooms::Input::GuestLive { media });
        }
        if let Some(key) = aside {
            self.step_aside(key, true);
        }
        for key in useless {
            self.remove(key, REPLACED);
        }
    }

    fn step_aside(&mut self, key: Key, is_aside: bool) {
        if let Some(session) = self.sessions.get_mut(key) {
            session.step_aside(is_aside);
            self.poll(key);
        }
    }

    /// The publisher's client has closed its newer session, so the former one publishes again.
    fn go_back_to(&mut self, publisher: Key) {
        self.step_aside(publisher, false);
        self.want_keyframe_after_gap(publisher, true);
    }

    pub(super) fn remove(&mut self, key: Key, why: &str) {
        let Some(session) = self.sessions.remove(key) else {
            return;
        };
        tracing::info!(media = session.id, why, "media session ended");
        self.by_id.remove(&session.id);
        self.routes.forget(key, session.ice.ufrags());
        let reason = match why {
            BY_ITS_OWNER | BY_THE_PEER => DeleteReason::STOPPED,
            _ => DeleteReason::CONNECTION_LOST,
        };
        self.tell_guest_closed(session.guest, reason);
        if let Some(armed_at) = session.armed_at {
            self.timers.remove(&(armed_at, Timer::Session(key)));
        }
        if let Some(stream) = self.streams.get_mut(&session.grant.stream) {
            let former = stream.remove(key);
            if stream.is_empty() {
                self.forget_stream(&session.grant.stream);
            }
            if let Some(former) = former {
                self.go_back_to(former);
            }
        }
        self.sessions.close(session, &self.sockets);
    }

    pub(super) fn tell_guest_closed(&self, guest: Option<GuestMediaId>, reason: DeleteReason) {
        if let Some(media) = guest {
            self.tell_guests(rooms::Input::GuestClosed { media, reason });
        }
    }

    fn tell_guests(&self, input: rooms::Input) {
        // Nobody listens any more once the server ends.
        let _ = self.guests.send(input);
    }

    fn forget_stream(&mut self, name: &str) {
        let Some(stream) = self.streams.remove(name) else {
            return;
        };
        drop_request(&mut self.timers, name, stream.keyframe_due_at());
    }
}

async fn sleep(until: Option<Instant>) {
    match until {
        Some(at) => sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
