//! The task that owns all media sessions: datagrams in, packets from publishers to players,
//! datagrams out.

use super::fault::Faults;
use super::forward::drop_request;
use super::route::Routes;
use super::session::{BY_THE_PEER, Happening, Key, REPLACED, Session, Sessions};
use super::socket::{Arrival, Sockets};
use super::stream::Stream;
use super::{
    CloseError, Command, Condition, Counts, Fragment, OpenError, Opened, Opening, Patch,
    PatchError, Restarted, sdp,
};
use crate::config::StartError;
use crate::media_token::MediaToken;
use holdfast_protocol::DeleteReason;
use holdfast_rooms::{self as rooms, Direction, GuestMediaId, MediaEnd};
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::Instant;
use str0m::config::DtlsCert;
use str0m::crypto::from_feature_flags;
use str0m::net::{DatagramRecv, Protocol, Receive};
use str0m::{Input, media::MediaKind};
use tokio::sync::mpsc;
use tokio::time::sleep_until;

const SESSIONS_MAX: usize = 4_096;
/// Media sessions one room session may have open at a time.
const SESSIONS_PER_OWNER_MAX: usize = 128;
const DATAGRAM_BYTES_MAX: usize = 2_048;
const ID_BYTES: usize = 16;

/// Why a session ends that its client has closed by DELETE.
const BY_ITS_OWNER: &str = "closed by its owner";

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    Session(Key),
    Keyframe(String),
}

pub(super) struct Task {
    sockets: Sockets,
    cert: DtlsCert,
    random: StdRng,
    next_key: Key,
    pub(super) sessions: Sessions,
    by_id: HashMap<String, Key>,
    routes: Routes,
    pub(super) streams: HashMap<String, Stream>,
    pub(super) timers: BTreeSet<(Instant, Timer)>,
    happenings: VecDeque<(Key, Happening)>,
    /// Where it is told what becomes of guests' sessions.
    guests: mpsc::UnboundedSender<rooms::Input>,
    pub(super) faults: Faults,
}

impl Task {
    pub(super) fn new(
        sockets: Sockets,
        guests: mpsc::UnboundedSender<rooms::Input>,
    ) -> Result<Task, StartError> {
        let provider = from_feature_flags();
        let cert = provider.dtls_provider.generate_certificate();
        // Another task of this process may have installed it already; it is the same one.
        provider.install_process_default();
        Ok(Task {
            sockets,
            cert: cert.ok_or_else(|| StartError::new("media", "no DTLS certificate"))?,
            random: StdRng::from_os_rng(),
            next_key: 0,
            sessions: Sessions::new(),
            by_id: HashMap::new(),
            routes: Routes::default(),
            streams: HashMap::new(),
            timers: BTreeSet::new(),
            happenings: VecDeque::new(),
            guests,
            faults: Faults::default(),
        })
    }

    pub(super) async fn run(mut self, mut inbox: mpsc::Receiver<Command>) {
        let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
        loop {
            let wake_at = self.timers.first().map(|(at, _)| *at);
            tokio::select! {
                command = inbox.recv() => match command {
                    Some(Command::Stop(done)) => {
                        self.close_all();
                        // The ports are free before it is told.
                        drop(self);
                        // Who asked may have stopped waiting.
                        let _ = done.send(());
                        return;
                    }
                    Some(command) => self.on_command(command),
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
            Command::Open { opening, reply } => {
                let guest = opening.guest;
                let opened = self.open(*opening);
                if opened.is_err() {
                    self.tell_guest_closed(guest, DeleteReason::CONNECTION_LOST);
                }
                let key =
                    opened.as_ref().ok().and_then(|opened| self.by_id.get(&opened.id)).copied();
                let is_told = reply.send(opened).is_ok();
                let session = key.and_then(|key| self.sessions.get_mut(&key));
                let is_answered = session.is_some_and(|session| {
                    session.is_answered |= is_told;
                    session.is_answered
                });
                if let (Some(key), false) = (key, is_answered) {
                    // Nobody waits for the answer any more, so nobody will ever connect.
                    self.remove(key, "request given up");
                }
            }
            Command::Patch { patch, reply } => {
                let _ = reply.send(self.patch(patch));
            }
            Command::Close { id, token, reply } => {
                let _ = reply.send(self.close(&id, &token));
            }
            Command::End(end) => self.end(&end),
            Command::Counts(reply) => {
                let _ = reply.send(self.counts());
            }
            Command::Silence { owner, lasts } => self.silence(owner, lasts),
            Command::Kill { owner, lasts } => self.kill(owner.as_ref(), lasts),
            Command::Stop(_) => {}
        }
    }

    fn open(&mut self, opening: Opening) -> Result<Opened, OpenError> {
        if let Some(known) = self.sessions.values().find(|session| session.is_of(&opening)) {
            return Ok(known.opened());
        }
        let owner = &opening.grant.session;
        let owned = self.sessions.values().filter(|s| s.grant.session == *owner).count();
        if self.sessions.len() >= SESSIONS_MAX || owned >= SESSIONS_PER_OWNER_MAX {
            return Err(OpenError::Busy);
        }
        let id = self.new_id();
        let publisher = self.streams.get(&opening.grant.stream).and_then(|s| s.publisher);
        let publisher = publisher.and_then(|key| self.sessions.get(&key));
        let (mut session, mut answer) =
            Session::open(id.clone(), opening, &self.sockets, &self.cert)?;
        if session.grant.direction == Direction::Play {
            let publisher = publisher.ok_or(OpenError::NoPublisher)?;
            if !session.fits(publisher) {
                return Err(OpenError::NoCommonCodec);
            }
            for (kind, name) in [(MediaKind::Audio, "audio"), (MediaKind::Video, "video")] {
                if !publisher.has(kind) {
                    answer = sdp::with_inactive(&answer, name);
                }
            }
        } else if publisher.is_some_and(|publisher| !session.comes_after(publisher, true)) {
            return Err(OpenError::NotAllowed);
        }
        session.set_answer(answer);
        let opened = session.opened();
        let key = self.next_key;
        self.next_key += 1;
        tracing::info!(
            media = id,
            stream = session.grant.stream,
            direction = ?session.grant.direction,
            "media session opened"
        );
        let stream = self.streams.entry(session.grant.stream.clone()).or_default();
        if session.grant.direction == Direction::Play {
            stream.players.push(key);
        }
        self.by_id.insert(id, key);
        self.routes.add_ufrag(opened.etag.clone(), key);
        self.sessions.insert(key, session);
        self.poll(key);
        Ok(opened)
    }

    fn new_id(&mut self) -> String {
        let mut bytes = [0; ID_BYTES];
        self.random.fill_bytes(&mut bytes);
        hex::encode(bytes)
    }

    fn patch(&mut self, patch: Patch) -> Result<Option<Restarted>, PatchError> {
        let Patch { id, token, condition, fragment } = patch;
        let key = *self.by_id.get(&id).ok_or(PatchError::NotFound)?;
        let session = self.sessions.get_mut(&key).ok_or(PatchError::NotFound)?;
        if !session.is_held_by(&token) {
            return Err(PatchError::NotAllowed);
        }
        let Condition::Tags(tags) = condition else {
            return self.restart(key, fragment).map(Some);
        };
        if !tags.iter().any(|tag| tag == session.ice.etag()) {
            return Err(PatchError::WrongTag);
        }
        if !session.ice.has(&fragment) {
            let why = "the credentials are new: for an ICE restart If-Match must be *";
            return Err(PatchError::BadFragment(why));
        }
        session.trickle(fragment.candidates);
        self.poll(key);
        Ok(None)
    }

    fn restart(&mut self, key: Key, fragment: Fragment) -> Result<Restarted, PatchError> {
        let session = self.sessions.get_mut(&key).ok_or(PatchError::NotFound)?;
        let creds = fragment.creds.ok_or(PatchError::BadFragment(
            "for an ICE restart ice-ufrag and ice-pwd are needed",
        ))?;
        let stale: Vec<String> = session.ice.ufrags().map(str::to_owned).collect();
        let restarted = session.restart(&creds, fragment.candidates);
        stale.iter().for_each(|ufrag| self.routes.drop_ufrag(ufrag));
        for ufrag in session.ice.ufrags() {
            self.routes.add_ufrag(ufrag.to_owned(), key);
        }
        tracing::info!(media = session.id, is_done = restarted.is_ok(), "ICE restart");
        let etag = session.ice.etag().to_owned();
        let fragment = restarted.map_err(|error| {
            tracing::warn!(media = session.id, %error, "ICE not restarted");
            PatchError::NoRestart
        })?;
        self.poll(key);
        Ok(Restarted { fragment, etag })
    }

    fn close(&mut self, id: &str, token: &MediaToken) -> Result<(), CloseError> {
        let key = *self.by_id.get(id).ok_or(CloseError::NotFound)?;
        let session = self.sessions.get(&key).ok_or(CloseError::NotFound)?;
        if !session.is_held_by(token) {
            return Err(CloseError::NotAllowed);
        }
        self.remove(key, BY_ITS_OWNER);
        Ok(())
    }

    fn end(&mut self, end: &MediaEnd) {
        let is_meant = |session: &Session| match end {
            MediaEnd::Stream(stream) => session.grant.stream == *stream,
            MediaEnd::Session(owner) => session.grant.session == *owner,
        };
        let meant = self.sessions.iter().filter(|(_, session)| is_meant(session));
        for key in meant.map(|(key, _)| *key).collect::<Vec<_>>() {
            self.remove(key, "ended by the room");
        }
    }

    fn counts(&self) -> Counts {
        let connected = |direction| {
            let is_it =
                |s: &&Session| s.connected && !s.is_aside() && s.grant.direction == direction;
            self.sessions.values().filter(is_it).count()
        };
        Counts { publishers: connected(Direction::Publish), players: connected(Direction::Play) }
    }

    fn close_all(&mut self) {
        for key in self.sessions.keys().copied().collect::<Vec<_>>() {
            self.remove(key, "the server stops");
        }
    }

    fn on_datagram(&mut self, arrival: &Arrival, buffer: &[u8]) {
        let datagram = &buffer[..arrival.bytes];
        let Ok(contents) = DatagramRecv::try_from(datagram) else {
            return;
        };
        let Some(key) = self.routes.find(arrival.source, datagram) else {
            return;
        };
        let Some(session) = self.sessions.get_mut(&key) else {
            return;
        };
        if session.is_silent() {
            return;
        }
        if self.routes.knows(arrival.source, key)
            && let Some(reply) = session.ice.former_reply(datagram, arrival.source)
        {
            return self.sockets.send(arrival.destination, arrival.source, &reply);
        }
        let receive = Receive {
            proto: Protocol::Udp,
            source: arrival.source,
            destination: arrival.destination,
            contents,
        };
        let input = Input::Receive(Instant::now(), receive);
        if !session.accepts(&input) {
            return;
        }
        let is_back = session.is_back(Instant::now());
        let handled = session.handle(input);
        self.routes.learn(arrival.source, key);
        if is_back {
            self.want_keyframe_after_gap(key, false);
        }
        if is_check(datagram) {
            self.path_was_checked(key);
        }
        match handled {
            Ok(()) => self.poll(key),
            Err(why) => self.remove(key, why),
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
        let Some(session) = self.sessions.get_mut(&key) else {
            return;
        };
        session.armed_at = None;
        if let Some((_, why)) = session.given_up().filter(|(at, _)| *at <= now) {
            return self.remove(key, why);
        }
        match session.handle(Input::Timeout(now)) {
            Ok(()) => self.poll(key),
            Err(why) => self.remove(key, why),
        }
    }

    /// Send what the session has to send, queue what happened, set its timer.
    pub(super) fn poll(&mut self, key: Key) {
        let Some(session) = self.sessions.get_mut(&key) else {
            return;
        };
        let mut happened = Vec::new();
        let mut wake_at = session.poll(&self.sockets, &mut happened);
        if let Some((at, _)) = session.given_up() {
            wake_at = wake_at.min(at);
        }
        if session.armed_at != Some(wake_at) {
            if let Some(armed_at) = session.armed_at.replace(wake_at) {
                self.timers.remove(&(armed_at, Timer::Session(key)));
            }
            self.timers.insert((wake_at, Timer::Session(key)));
        }
        self.happenings.extend(happened.into_iter().map(|happening| (key, happening)));
    }

    /// Work off what happened, until nothing more follows from it.
    fn settle(&mut self) {
        while let Some((key, happening)) = self.happenings.pop_front() {
            match happening {
                Happening::Connected => self.on_connected(key),
                Happening::Restarted(former) => {
                    self.routes.drop_ufrag(&former);
                    self.want_keyframe_after_gap(key, true);
                }
                Happening::Packet(packet) => self.on_packet(key, packet),
                Happening::KeyframeWanted => self.want_keyframe(key),
                Happening::Ended(why) => self.remove(key, why),
            }
        }
    }

    fn on_connected(&mut self, key: Key) {
        let Some(session) = self.sessions.get(&key) else {
            return;
        };
        tracing::info!(media = session.id, "media session connected");
        if session.grant.direction == Direction::Play {
            return self.want_keyframe(key);
        }
        let stream = self.streams.entry(session.grant.stream.clone()).or_default();
        let former =
            stream.publisher.and_then(|former| Some((former, self.sessions.get(&former)?)));
        if former.is_some_and(|(newer, other)| !session.comes_after(other, key > newer)) {
            // A POST that hung while the client made another: what connects last is not newest.
            return self.remove(key, "a newer session is there already");
        }
        let aside = former.filter(|(_, other)| session.is_of_the_client_of(other));
        let aside = aside.map(|(key, _)| key);
        let (useless, guest) = (stream.replace_publisher(key, aside), session.guest);
        let players = stream.players.clone();
        // What a publisher sends first is a keyframe, so none is asked for.
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
        if let Some(session) = self.sessions.get_mut(&key) {
            session.step_aside(is_aside);
            self.poll(key);
        }
    }

    /// The publisher's client has closed its newer session, so it goes on with the one before.
    fn go_back_to(&mut self, publisher: Key) {
        self.step_aside(publisher, false);
        self.want_keyframe_after_gap(publisher, true);
    }

    pub(super) fn remove(&mut self, key: Key, why: &str) {
        let Some(mut session) = self.sessions.remove(&key) else {
            return;
        };
        session.close(&self.sockets);
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
    }

    fn tell_guest_closed(&self, guest: Option<GuestMediaId>, reason: DeleteReason) {
        if let Some(media) = guest {
            self.tell_guests(rooms::Input::GuestClosed { media, reason });
        }
    }

    fn tell_guests(&self, input: rooms::Input) {
        // Nobody listens any more when the server ends.
        let _ = self.guests.send(input);
    }

    fn forget_stream(&mut self, name: &str) {
        let Some(stream) = self.streams.remove(name) else {
            return;
        };
        drop_request(&mut self.timers, name, stream.keyframe_due_at);
    }
}

/// Whether a datagram is a connectivity check, which is answered (RFC 7983 section 7).
fn is_check(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|first| *first < 4)
}

async fn sleep(until: Option<Instant>) {
    match until {
        Some(at) => sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
