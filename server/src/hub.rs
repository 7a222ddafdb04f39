//! The one task that owns the rooms: it feeds them inputs and carries out their outputs.

mod beats;
mod fault;
#[cfg(test)]
mod tests;

use crate::clock::{StepWatch, WallClock};
use crate::fault::{Broken, Fault};
use crate::media_token::{Holder, MediaToken};
use crate::nodes::Nodes;
use crate::sfu::{Draft, OpenError, OpenReply, Opened, Opening, Sfu};
use crate::token::Keys;
use crate::tripwire::{Place, Tripwire};
use crate::websocket::text_frame;
use crate::wire::{LinkCommand, Writer};
use crate::writers::Writers;
use beats::Beats;
use holdfast_protocol::{Code, DeleteReason, Login, Millis, Node};
use holdfast_rooms::{
    Counts, Direction, Guest, GuestMediaId, Input, LinkId, MediaGrant, MediaRefusal, Mint, Moment,
    Output, Pass, Rooms, SessionId, Settings,
};
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use std::collections::HashMap;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Duration, Instant, sleep_until};

const COMMANDS_MAX: usize = 4_096;
/// Everything due within this time is done together. Thousands of quiet links have heartbeats due
/// at different moments, and each would wake the task.
const BEAT_MS: u64 = 20;
/// How many commands are carried out before other work gets its turn.
const COMMANDS_AT_ONCE: usize = 64;
const SECRET_BYTES: usize = 24;

enum Command {
    Open { link: LinkId, login: Login, pass: Pass, writer: Writer },
    Input(Input),
    OpenMedia { token: MediaToken, draft: Box<Draft>, reply: OpenReply },
    Counts(oneshot::Sender<Counts>),
    Grace(oneshot::Sender<Duration>),
    Kick { room: Option<String>, user: String, message: String, found: oneshot::Sender<bool> },
    RemoveStream { stream: String, found: oneshot::Sender<bool> },
    Break { user: String, fault: Fault, lasts: Duration, found: oneshot::Sender<bool> },
}

/// Handle to the hub's task.
#[derive(Clone)]
pub(crate) struct Hub {
    commands: mpsc::Sender<Command>,
    next_link: Arc<AtomicU64>,
    /// Notified when somebody asks for a restart.
    restart: Arc<Notify>,
}

impl Hub {
    /// Start the task, which is returned as well. It ends when the last handle is dropped. `guests`
    /// carries the SFU's reports on guests' media.
    pub(crate) fn start(
        mut settings: Settings,
        keys: Arc<Keys>,
        nodes: Nodes,
        sfu: Sfu,
        guests: mpsc::UnboundedReceiver<Input>,
        tripwire: Tripwire,
    ) -> (Hub, JoinHandle<()>) {
        let (commands, inbox) = mpsc::channel(COMMANDS_MAX);
        settings.nodes = nodes.names();
        let clock = keys.clock().clone();
        let mint = ServerMint { random: StdRng::from_os_rng(), keys, nodes };
        let restart = Arc::new(Notify::new());
        let task = Task {
            rooms: Rooms::new(settings, mint),
            links: HashMap::new(),
            writers: Writers::start(),
            beats: Beats::new(),
            sfu,
            clock,
            steps: StepWatch::default(),
            next_guest: 1,
            guests_asked: HashMap::new(),
            started: Instant::now(),
            silent: Broken::default(),
            refusing: Broken::default(),
            restart: restart.clone(),
            tripwire,
        };
        let task = tokio::spawn(task.run(inbox, guests));
        (Hub { commands, next_link: Arc::default(), restart }, task)
    }

    /// Hand over a link whose login was accepted.
    pub(crate) async fn open(&self, login: Login, pass: Pass, writer: Writer) -> LinkId {
        let link = self.next_link.fetch_add(1, Ordering::Relaxed);
        self.send(Command::Open { link, login, pass, writer }).await;
        link
    }

    pub(crate) async fn input(&self, input: Input) {
        self.send(Command::Input(input)).await;
    }

    /// Open a media session if the rooms still allow it. The request goes through the hub, so that
    /// no session opens after the rooms asked for its end.
    pub(crate) async fn open_media(
        &self,
        token: MediaToken,
        draft: Box<Draft>,
    ) -> Result<Opened, OpenError> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::OpenMedia { token, draft, reply }).await;
        answer.await.unwrap_or(Err(OpenError::Busy))
    }

    /// Counts of rooms, sessions, links and streams; `None` if the hub is gone.
    pub(crate) async fn counts(&self) -> Option<Counts> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Counts(reply)).await;
        answer.await.ok()
    }

    /// How long sessions without a link are kept; `None` if the hub is gone.
    pub(crate) async fn grace(&self) -> Option<Duration> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Grace(reply)).await;
        answer.await.ok()
    }

    /// Remove a user. Returns whether it was there; `None` if the hub is gone.
    pub(crate) async fn kick(
        &self,
        room: Option<String>,
        user: String,
        message: String,
    ) -> Option<bool> {
        let (found, answer) = oneshot::channel();
        self.send(Command::Kick { room, user, message, found }).await;
        answer.await.ok()
    }

    /// Remove a stream. Returns whether it was there; `None` if the hub is gone.
    pub(crate) async fn remove_stream(&self, stream: String) -> Option<bool> {
        let (found, answer) = oneshot::channel();
        self.send(Command::RemoveStream { stream, found }).await;
        answer.await.ok()
    }

    /// Break something for a user, or for everybody, for development. Returns whether the user is
    /// in a room; `None` if the hub is gone.
    pub(crate) async fn fault(&self, user: String, fault: Fault, lasts: Duration) -> Option<bool> {
        let (found, answer) = oneshot::channel();
        self.send(Command::Break { user, fault, lasts, found }).await;
        answer.await.ok()
    }

    /// Wait until somebody asks for a restart.
    pub(crate) async fn restart_asked(&self) {
        self.restart.notified().await;
    }

    async fn send(&self, command: Command) {
        // Fails only when the task is gone. A caller that waits for a reply notices that.
        let _ = self.commands.send(command).await;
    }
}

struct Task {
    rooms: Rooms<ServerMint>,
    links: HashMap<LinkId, Arc<Writer>>,
    writers: Writers,
    beats: Beats,
    sfu: Sfu,
    clock: WallClock,
    steps: StepWatch,
    next_guest: GuestMediaId,
    /// Guests' requests that the rooms have not answered yet.
    guests_asked: HashMap<GuestMediaId, (Holder, Box<Draft>, OpenReply)>,
    started: Instant,
    /// Users whose links are silenced, and users whose logins are refused (`POST /dev/fault`).
    silent: Broken<String>,
    refusing: Broken<String>,
    restart: Arc<Notify>,
    tripwire: Tripwire,
}

impl Task {
    async fn run(
        mut self,
        mut inbox: mpsc::Receiver<Command>,
        mut guests: mpsc::UnboundedReceiver<Input>,
    ) {
        let mut commands = Vec::with_capacity(COMMANDS_AT_ONCE);
        loop {
            let deadline = self.rooms.next_deadline();
            tokio::select! {
                count = inbox.recv_many(&mut commands, COMMANDS_AT_ONCE) => {
                    if count == 0 {
                        return;
                    }
                    for command in commands.drain(..) {
                        self.tripwire.pass(Place::Hub);
                        self.on_command(command).await;
                    }
                }
                Some(input) = guests.recv() => self.feed(input).await,
                () = self.sleep_until(deadline) => self.feed(Input::Timeout).await,
            }
            self.send_beats().await;
        }
    }

    async fn sleep_until(&self, deadline: Option<Millis>) {
        match deadline {
            Some(at) => {
                let beat_ms = at.0.checked_next_multiple_of(BEAT_MS).unwrap_or(at.0);
                sleep_until(self.started + Duration::from_millis(beat_ms)).await;
            }
            None => pending().await,
        }
    }

    async fn on_command(&mut self, command: Command) {
        match command {
            Command::Open { link, login, pass, writer } => {
                let Some(writer) = self.unless_broken(&login.user.id, writer) else {
                    return;
                };
                self.links.insert(link, Arc::new(writer));
                self.feed(Input::LinkOpened { link, login, pass }).await;
            }
            Command::Input(input) => {
                if let Input::LinkClosed { link } = input {
                    self.links.remove(&link);
                }
                self.feed(input).await;
            }
            Command::OpenMedia { token, draft, reply } => {
                self.open_media(token, draft, reply).await;
            }
            Command::Counts(reply) => {
                let _ = reply.send(self.rooms.counts());
            }
            Command::Grace(reply) => {
                let _ = reply.send(Duration::from_millis(self.rooms.settings().grace_ms));
            }
            Command::Kick { room, user, message, found } => {
                let is_there = match &room {
                    Some(room) => self.rooms.is_in(&user, room),
                    None => self.rooms.has_session(&user),
                };
                self.feed(Input::Kick { room, user, message }).await;
                let _ = found.send(is_there);
            }
            Command::RemoveStream { stream, found } => {
                let is_there = self.rooms.holder(&stream).is_some();
                self.feed(Input::RemoveStream { stream }).await;
                let _ = found.send(is_there);
            }
            Command::Break { user, fault, lasts, found } => {
                let _ = found.send(self.on_fault(user, fault, lasts).await);
            }
        }
    }

    async fn open_media(&mut self, token: MediaToken, draft: Box<Draft>, reply: OpenReply) {
        let MediaToken { holder, stream, direction, issued_ms, age_ms, ttl_ms } = token;
        let (session, allowed) = match &holder {
            Holder::Session { id: session, .. } => {
                let (session, stream) = (session.clone(), stream.clone());
                let allowed = self.rooms.check_media(&MediaGrant {
                    session: session.clone(),
                    stream,
                    direction,
                });
                (session, allowed)
            }
            Holder::Guest { room, user } if direction == Direction::Play => {
                // The guest is in no room, so only the end of the stream ends its session.
                let owner = SessionId::from(format!("guest {room} {}", user.id));
                (owner, self.rooms.check_guest_play(room, &stream))
            }
            Holder::Guest { room, user } => {
                let (room, user) = (room.clone(), user.clone());
                let guest = Guest { room, user, stream, age_ms, ttl_ms };
                let media = self.next_guest;
                self.next_guest += 1;
                self.guests_asked.insert(media, (holder, draft, reply));
                return self.feed(Input::GuestOpened { media, guest }).await;
            }
        };
        let error = match allowed {
            Ok(()) => {
                let grant = MediaGrant { session, stream, direction };
                let opening = Opening { grant, holder, issued_ms, guest: None, draft };
                self.sfu.open(opening, reply);
                return;
            }
            Err(MediaRefusal::NotAllowed) => OpenError::NotAllowed,
            Err(MediaRefusal::NotLive) => OpenError::NoPublisher,
        };
        // The requester may be gone; then nobody needs the answer.
        let _ = reply.send(Err(error));
    }

    fn on_guest_answered(
        &mut self,
        media: GuestMediaId,
        stream: String,
        result: Result<SessionId, Code>,
    ) {
        let Some((holder, draft, reply)) = self.guests_asked.remove(&media) else {
            return;
        };
        match result {
            Ok(session) => {
                let grant = MediaGrant { session, stream, direction: Direction::Publish };
                let guest = Some(media);
                let opening = Opening { grant, holder, issued_ms: 0, guest, draft };
                if !self.sfu.open(opening, reply) {
                    let reason = DeleteReason::CONNECTION_LOST;
                    let now = self.now();
                    self.rooms.handle(now, Input::GuestClosed { media, reason });
                }
            }
            Err(code) => drop(reply.send(Err(OpenError::NoGuest(code)))),
        }
    }

    async fn feed(&mut self, input: Input) {
        let now = self.now();
        self.rooms.handle(now, input);
        while let Some(output) = self.rooms.poll() {
            if !self.beats.takes(&output) {
                self.send_beats().await;
                self.carry_out(output).await;
            }
        }
    }

    async fn carry_out(&mut self, output: Output) {
        match output {
            Output::Send { links, message } => match serde_json::to_string(&message) {
                Ok(text) => self.deliver(&links, LinkCommand::Frames(text_frame(text))).await,
                Err(error) => tracing::error!(%error, "message not serialised"),
            },
            Output::Ping { .. } => {}
            Output::Close { link, code, reason } => {
                self.deliver(&[link], LinkCommand::Close(code, reason)).await;
                self.links.remove(&link);
            }
            Output::EndMedia(end) => self.sfu.end(end).await,
            Output::GuestAnswered { media, stream, result } => {
                self.on_guest_answered(media, stream, result);
            }
        }
    }

    /// Send the heartbeats and pings that are due.
    async fn send_beats(&mut self) {
        if self.beats.is_empty() {
            return;
        }
        for (links, command) in self.beats.take() {
            self.deliver(&links, command).await;
        }
    }

    /// Send these links a command, after all earlier ones. A link that falls too far behind is cut
    /// by its own task.
    async fn deliver(&self, links: &[LinkId], command: LinkCommand) {
        let known = links.iter().filter_map(|link| Some((*link, self.links.get(link)?.clone())));
        self.writers.deliver(command, known).await;
    }

    /// The current moment, by the rooms' clock and the time of day.
    fn now(&mut self) -> Moment {
        let at = Millis(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX));
        let unix_ms = self.clock.unix_ms();
        if let Some(step_ms) = self.steps.look(at.0, unix_ms) {
            let seconds = step_ms / 1_000;
            tracing::warn!(seconds, "the time of day stepped: it was set, or the machine slept");
        }
        Moment { at, unix_ms }
    }
}

/// The server's randomness, keys and nodes.
struct ServerMint {
    random: StdRng,
    keys: Arc<Keys>,
    nodes: Nodes,
}

impl Mint for ServerMint {
    fn secret(&mut self) -> String {
        let mut bytes = [0; SECRET_BYTES];
        self.random.fill_bytes(&mut bytes);
        hex::encode(bytes)
    }

    fn node(&mut self, name: &str, user: &str, grant: &MediaGrant) -> Option<Node> {
        self.nodes.node(name, user, grant, &self.keys)
    }
}
