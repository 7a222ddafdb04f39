//! The run loop: feeds one input to the brain, carries out its effects, tells its events, sets one
//! timer.

#[cfg(feature = "dev")]
mod faults;

use super::clock::Clock;
use super::listener::Listener;
use super::peer::Peer;
use super::socket::Socket;
use super::{page, whip};
use crate::machine::{
    Brain, Call, Config, Direction, Effect, Event, Input, Millis, NetworkInput, Output, PeerId,
    PeerInput, Refusal, SocketId, Stage,
};
use crate::media::{Media, StartedStreams};
use crate::server::Server;
use gloo_timers::callback::Timeout;
use holdfast_protocol::timing;
use js_sys::Array;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

/// How long a driver lives after its engine's end: longer than a logout may take.
const KEPT_MS: u32 = timing::LOGOUT_TIMEOUT_MS as u32 + 2_000;

/// Called with each event.
type Sink = Box<dyn Fn(Event)>;

#[derive(Clone)]
enum Handle {
    Socket(Rc<Socket>),
    Peer(Rc<Peer>),
}

/// Any function it calls may be the page's own: a page may replace `WebSocket` or `fetch`, and the
/// replacement may call the engine. So **nothing is borrowed while JavaScript runs**. An input that
/// arrives meanwhile is decided at once, but its outputs are carried out after the earlier ones.
pub(crate) struct Driver {
    brain: RefCell<Brain>,
    #[cfg(feature = "trace")]
    recorder: RefCell<crate::trace::Recorder>,
    #[cfg(feature = "dev")]
    faults: faults::Faults,
    clock: Clock,
    server: Server,
    streams: StartedStreams,
    /// Open sockets and peers by generation. A socket and a peer never have the same number.
    handles: RefCell<Vec<(u32, Handle)>>,
    /// Outputs that are still to be carried out or told.
    outputs: RefCell<VecDeque<Output>>,
    is_draining: Cell<bool>,
    page: RefCell<Vec<Listener>>,
    sink: Sink,
}

impl Driver {
    pub(crate) fn new(server: Server, sink: Sink) -> Rc<Driver> {
        let seed = (js_sys::Math::random() * (1u64 << 53) as f64) as u64;
        let driver = Rc::new_cyclic(|driver| Driver {
            brain: RefCell::new(Brain::new(seed)),
            #[cfg(feature = "trace")]
            recorder: RefCell::new(crate::trace::Recorder::new(seed)),
            #[cfg(feature = "dev")]
            faults: faults::Faults::default(),
            clock: Clock::new(wake(driver.clone())),
            server,
            streams: StartedStreams::default(),
            handles: RefCell::default(),
            outputs: RefCell::default(),
            is_draining: Cell::default(),
            page: RefCell::default(),
            sink,
        });
        driver.page.replace(page::listen(&driver));
        if page::is_offline() {
            driver.report(Input::Network(NetworkInput::Offline));
        }
        driver
    }

    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    pub(crate) fn streams(&self) -> &StartedStreams {
        &self.streams
    }

    pub(crate) fn config(&self) -> Config {
        self.brain.borrow().config().clone()
    }

    /// Ends the sessions by beacons: a WebSocket's last message may be lost with its page
    /// (ROOM-13).
    pub(crate) fn say_farewell(&self) {
        let sessions = self.brain.borrow().sessions();
        for resume in sessions {
            // If this fails, the session ends with its grace.
            let _ = self.server.leave(&resume.session, &resume.secret);
        }
    }

    /// A call of the app. A refused call changes nothing.
    pub(crate) fn call(self: &Rc<Self>, call: Call) -> Result<(), Refusal> {
        self.feed(Input::Call(call))
    }

    /// A call that starts a stream. Its media must be there before the first effect needs it.
    pub(crate) fn start(
        self: &Rc<Self>,
        call: Call,
        stream: String,
        media: Media,
    ) -> Result<(), Refusal> {
        let outcome = self.handle(Input::Call(call));
        if outcome.is_ok() {
            self.streams.add(stream, media);
        }
        self.drain();
        outcome
    }

    /// The connections of a stream, the newest last.
    pub(crate) fn connections(&self, direction: Direction, stream: &str) -> Array {
        let mut connections = Vec::new();
        for (_, handle) in self.handles.borrow().iter() {
            if let Handle::Peer(peer) = handle
                && peer.direction == direction
                && peer.stream == stream
                && let Some(connection) = peer.session.connection()
            {
                connections.push(connection);
            }
        }
        connections.into_iter().collect()
    }

    /// All inputs and outputs of the brain so far.
    #[cfg(feature = "trace")]
    pub(crate) fn trace(&self) -> String {
        self.recorder.borrow().text().into()
    }

    /// Stops listening to the page. The app may drop its engine now, so the driver keeps itself
    /// until the logout is through and whatever is still running has ended (ROOM-13).
    pub(crate) fn stop_listening(self: &Rc<Self>) {
        drop(self.page.take());
        let driver = self.clone();
        Timeout::new(KEPT_MS, move || drop(driver)).forget();
    }

    /// A callback for the browser to report inputs by, which does not keep the driver alive.
    pub(crate) fn reporter(self: &Rc<Self>) -> impl Fn(Input) + Clone + 'static {
        let driver = Rc::downgrade(self);
        move |input| {
            if let Some(driver) = driver.upgrade() {
                driver.report(input);
            }
        }
    }

    /// Something happened.
    pub(crate) fn report(self: &Rc<Self>, input: Input) {
        #[cfg(feature = "dev")]
        let Some(input) = self.faults.admit_input(input) else { return };
        // Only calls can be refused, and nobody waits for the outcome of the page's own logout.
        let _ = self.feed(input);
    }

    fn feed(self: &Rc<Self>, input: Input) -> Result<(), Refusal> {
        let outcome = self.handle(input);
        self.drain();
        outcome
    }

    fn handle(&self, input: Input) -> Result<(), Refusal> {
        let now = self.clock.now();
        #[cfg(feature = "trace")]
        self.recorder.borrow_mut().input(now, &input);
        let mut brain = self.brain.borrow_mut();
        let outcome = brain.handle(now, input);
        let outputs = brain.take_outputs();
        #[cfg(feature = "trace")]
        self.recorder.borrow_mut().outputs(&outputs);
        self.outputs.borrow_mut().extend(outputs);
        outcome
    }

    fn drain(self: &Rc<Self>) {
        #[cfg(feature = "dev")]
        if self.faults.is_asleep() {
            return;
        }
        // A caller further up is already draining, and will get to the new outputs.
        if self.is_draining.replace(true) {
            return;
        }
        loop {
            while let Some(output) = self.next_output() {
                match output {
                    Output::Effect(effect) => self.carry_out(effect),
                    Output::Event(event) => (self.sink)(event),
                }
            }
            let deadline = self.next_deadline();
            self.clock.arm(deadline);
            // Setting a timer may also have called the engine.
            if self.outputs.borrow().is_empty() && self.next_deadline() == deadline {
                break;
            }
        }
        self.is_draining.set(false);
    }

    fn next_deadline(&self) -> Option<Millis> {
        self.brain.borrow().next_deadline()
    }

    fn next_output(&self) -> Option<Output> {
        self.outputs.borrow_mut().pop_front()
    }

    fn carry_out(self: &Rc<Self>, effect: Effect) {
        #[cfg(feature = "dev")]
        let Some(effect) = self.admit_effect(effect) else { return };
        match effect {
            Effect::OpenSocket(id, login) => match Socket::open(self, id, &login) {
                Ok(socket) => self.keep(id.0, Handle::Socket(Rc::new(socket))),
                Err(_) => Socket::report_end(self, id),
            },
            Effect::SendMessage(id, message) => {
                if let Some(Handle::Socket(socket)) = self.find(id.0) {
                    socket.send(&message);
                }
            }
            Effect::ProbeServer(id) => {
                let report = self.reporter();
                self.server.probe(move |obstacle| report(Input::Obstacle(id, obstacle)));
            }
            Effect::OpenPeer { peer, direction, stream } => {
                match Peer::open(self, peer, direction, stream) {
                    Ok(opened) => self.keep(peer.0, Handle::Peer(Rc::new(opened))),
                    Err(_) => {
                        let broken = PeerInput::Broken { restart: 0, stage: Stage::Offer };
                        self.report(Input::Peer(peer, broken));
                    }
                }
            }
            Effect::MakeOffer { peer, restart } => {
                self.with(peer, |peer| peer.session.make_offer(restart));
            }
            Effect::Post { peer, url, authorization, offer } => {
                self.with(peer, |peer| peer.session.post(&url, &authorization, &offer));
            }
            Effect::TakeAnswer { peer, restart, answer } => {
                self.with(peer, |peer| peer.session.take_answer(restart, &answer));
            }
            Effect::Patch { peer, restart, url, authorization, fragment } => {
                self.with(peer, |peer| peer.session.patch(restart, url, &authorization, &fragment));
            }
            Effect::Delete { url, authorization } => whip::delete(url, &authorization),
            Effect::AttachTracks(id) => {
                self.with(id, |peer| {
                    if let Some(connection) = peer.session.connection() {
                        peer.media.attach(&connection);
                    }
                });
            }
            Effect::SamplePeer(id) => self.with(id, |peer| {
                peer.session.sample(peer.direction == Direction::Play);
            }),
            Effect::CloseSocket(SocketId(id)) | Effect::ClosePeer(PeerId(id)) => {
                let closed = self.take(id);
                drop(closed);
            }
            Effect::ReleaseStream(direction, stream) => self.streams.release(direction, &stream),
        }
    }

    fn with(&self, id: PeerId, act: impl FnOnce(&Peer)) {
        if let Some(Handle::Peer(peer)) = self.find(id.0) {
            act(&peer);
        }
    }

    fn keep(&self, id: u32, handle: Handle) {
        self.handles.borrow_mut().push((id, handle));
    }

    fn find(&self, id: u32) -> Option<Handle> {
        let handles = self.handles.borrow();
        handles.iter().find(|(known, _)| *known == id).map(|(_, handle)| handle.clone())
    }

    fn take(&self, id: u32) -> Option<Handle> {
        let mut handles = self.handles.borrow_mut();
        let index = handles.iter().position(|(known, _)| *known == id)?;
        Some(handles.remove(index).1)
    }
}

/// The callback of the timer.
fn wake(driver: Weak<Driver>) -> Rc<dyn Fn()> {
    Rc::new(move || {
        if let Some(driver) = driver.upgrade() {
            driver.clock.disarm();
            driver.report(Input::Timeout);
        }
    })
}
