//! The embedded media server: receives what publishers send and forwards it to players, packet by
//! packet, never re-encoded.
//!
//! One task owns all sessions and the UDP sockets; [`Sfu`] is the handle to it.

mod codec;
mod consent;
mod draft;
mod drops;
mod fault;
mod forward;
mod fragment;
mod hold;
mod ice;
mod inflow;
mod loss;
mod offer;
mod packet;
mod request;
mod rewrite;
mod route;
mod sdp;
mod session;
mod sessions;
mod socket;
mod stream;
mod task;
mod track;

pub(crate) use draft::Draft;
pub(crate) use fragment::Fragment;

use crate::config::{Config, StartError};
use crate::media_token::{Holder, MediaToken};
use crate::tripwire::{Place, Step, Tripwire};
use holdfast_protocol::Code;
use holdfast_rooms::{GuestMediaId, Input, MediaEnd, MediaGrant, SessionId};
use offer::Offer;
use sessions::contained;
use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use str0m::change::SdpOffer;
use str0m::config::DtlsCert;
use str0m::crypto::from_feature_flags;
use str0m::{Candidate, IceCreds};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::{JoinHandle, spawn_blocking};

const COMMANDS_MAX: usize = 4_096;
const SESSIONS_MAX: usize = 4_096;

/// A media session that is asked for and allowed.
pub(crate) struct Opening {
    /// What it may do.
    pub(crate) grant: MediaGrant,
    /// Whose tokens may change and close it.
    pub(crate) holder: Holder,
    /// When its token was issued, in milliseconds since 1970.
    pub(crate) issued_ms: u64,
    /// Its number, if a room's guest publishes through it. The rooms are told what happens to it.
    pub(crate) guest: Option<GuestMediaId>,
    /// The answer to its offer.
    pub(crate) draft: Box<Draft>,
}

/// A media session that was opened.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The session's ID, unguessable.
    pub(crate) id: String,
    /// The SDP answer.
    pub(crate) answer: String,
    /// Names the ICE session (RFC 9725 section 4.3.1).
    pub(crate) etag: String,
}

/// Why a media session was not opened.
#[derive(Debug)]
pub(crate) enum OpenError {
    /// The room session it belongs to is over, or the stream now belongs to someone else.
    NotAllowed,
    /// The offer is not SDP, or not one that this server can use.
    BadOffer(&'static str),
    /// The two ends know no codec in common.
    NoCommonCodec,
    /// Nobody is publishing the stream in the player's room right now.
    NoPublisher,
    /// The rooms refuse the guest, for this reason.
    NoGuest(Code),
    /// Too many sessions.
    Busy,
    /// Broken by a development fault, for this many more seconds.
    Broken { seconds: u64 },
}

/// Which ICE session a change applies to (`If-Match`, RFC 9725 section 4.3).
#[derive(Debug)]
pub(crate) enum Condition {
    /// `*`: start a new ICE session, whichever is current.
    Restart,
    /// The ICE session that one of these tags names.
    Tags(Vec<String>),
}

/// The server's end of an ICE session that was restarted.
#[derive(Debug)]
pub(crate) struct Restarted {
    /// SDP fragment.
    pub(crate) fragment: String,
    /// Names the new ICE session.
    pub(crate) etag: String,
}

/// Why a session's ICE was not changed, or the session not closed.
#[derive(Debug)]
pub(crate) enum PatchError {
    /// There is no session with this ID.
    NotFound,
    /// The session belongs to someone else.
    NotAllowed,
    /// None of the tags names the current ICE session.
    WrongTag,
    /// The fragment cannot be used.
    BadFragment(&'static str),
    /// The session cannot be restarted.
    NoRestart,
}

/// How many media sessions are connected.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Publishing.
    pub(crate) publishers: usize,
    /// Playing.
    pub(crate) players: usize,
}

pub(crate) type OpenReply = oneshot::Sender<Result<Opened, OpenError>>;

/// A change to a session's ICE.
struct Patch {
    id: String,
    token: MediaToken,
    change: Change,
}

enum Change {
    /// Candidates found after the offer, for the ICE session that one of the tags names.
    Trickle(Vec<String>, Fragment),
    Restart(Box<Restart>),
}

/// A client's end of a new ICE session.
struct Restart {
    /// Its first offer, with the new credentials put in.
    offer: SdpOffer,
    creds: IceCreds,
    candidates: Vec<Candidate>,
    /// The server's current addresses.
    addrs: Arc<[SocketAddr]>,
}

type PatchReply = oneshot::Sender<Result<Option<Restarted>, PatchError>>;

type OfferReply = oneshot::Sender<Result<Arc<str>, PatchError>>;
type CloseReply = oneshot::Sender<Result<(), PatchError>>;

enum Command {
    Open { opening: Box<Opening>, reply: OpenReply },
    OfferOf { id: String, token: MediaToken, reply: OfferReply },
    Patch { patch: Box<Patch>, reply: PatchReply },
    Close { id: String, token: MediaToken, reply: CloseReply },
    End(MediaEnd),
    Follow { ips: Vec<IpAddr>, reply: oneshot::Sender<()> },
    Counts(oneshot::Sender<Counts>),
    Silence { owner: SessionId, lasts: Duration },
    Kill { owner: Option<SessionId>, lasts: Duration },
    Stop(oneshot::Sender<()>),
}

/// Handle to the media task.
#[derive(Clone)]
pub(crate) struct Sfu {
    commands: mpsc::Sender<Command>,
    /// The addresses to put into answers.
    addrs: watch::Receiver<Arc<[SocketAddr]>>,
    /// Whether those are the machine's own addresses, not ones that the operator configured.
    follows_machine: bool,
    cert: DtlsCert,
    /// Session slots. A session holds one from its answer to its end.
    places: Arc<Semaphore>,
    /// Slots for reading SDP.
    readers: Arc<Semaphore>,
    tripwire: Tripwire,
}

impl Sfu {
    /// Open the UDP sockets and start the task, which is returned as well. The task ends when the
    /// last handle is dropped. What happens to guests' sessions is sent to `guests` as inputs of
    /// the rooms, at most two for each session.
    ///
    /// # Errors
    /// A socket cannot be opened.
    pub(crate) fn start(
        config: &Config,
        guests: mpsc::UnboundedSender<Input>,
    ) -> Result<(Sfu, JoinHandle<()>), StartError> {
        let provider = from_feature_flags();
        let cert = provider.dtls_provider.generate_certificate();
        let cert = cert.ok_or_else(|| StartError::new("media", "no DTLS certificate"))?;
        // Another server in this process may have installed it already; it is the same provider.
        provider.install_process_default();
        let sockets = socket::Sockets::open(config.media_port, &config.public_ip)?;
        let (tell_addrs, addrs) = watch::channel(sockets.addrs());
        let task = task::Task::new(sockets, tell_addrs, guests, config);
        let (commands, inbox) = mpsc::channel(COMMANDS_MAX);
        let task = tokio::spawn(task.run(inbox));
        let sfu = Sfu {
            commands,
            addrs,
            follows_machine: config.public_ip.is_empty(),
            cert,
            places: Arc::new(Semaphore::new(SESSIONS_MAX)),
            readers: Arc::new(Semaphore::new(readers())),
            tripwire: config.tripwire.clone(),
        };
        Ok((sfu, task))
    }

    /// The addresses to put into an answer now. The machine's may have changed.
    async fn addrs(&self) -> Arc<[SocketAddr]> {
        let known = self.addrs.borrow().clone();
        let ips = self.follows_machine.then(socket::own_ips).flatten();
        let named: HashSet<IpAddr> = known.iter().map(SocketAddr::ip).collect();
        let Some(ips) = ips.filter(|ips| named != ips.iter().copied().collect()) else {
            return known;
        };
        let (reply, done) = oneshot::channel();
        self.send(Command::Follow { ips, reply }).await;
        // The reply is lost only when the server is gone.
        let _ = done.await;
        self.addrs.borrow().clone()
    }

    /// Answer an offer that came with this token. Nothing is stored yet.
    pub(crate) async fn answer(
        &self,
        offer: String,
        token: &MediaToken,
    ) -> Result<Box<Draft>, OpenError> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| OpenError::Busy)?;
        let (sfu, stream, direction) = (self.clone(), token.stream.clone(), token.direction);
        let addrs = self.addrs().await;
        let drafted = self.read(move || {
            sfu.tripwire.pass(Place::Session { step: Step::Answer, stream: &stream, direction });
            let offer = Offer::parse(offer, direction).map_err(OpenError::BadOffer)?;
            Draft::new(offer, direction, addrs, &sfu.cert, place)
        });
        let drafted = drafted.await.unwrap_or_else(|| {
            tracing::error!(stream = token.stream, ?direction, "answering an offer panicked");
            Err(OpenError::BadOffer("the offer cannot be answered"))
        });
        drafted.map(Box::new)
    }

    /// Read SDP outside the tasks that all sessions share, and leave one core free for those.
    /// Returns `None` if the reader panicked.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let place = self.readers.clone().acquire_owned().await.ok()?;
        let reading = spawn_blocking(move || {
            let done = contained(read);
            drop(place);
            done
        });
        reading.await.ok().flatten()
    }

    /// Open a session and send the outcome to `reply`, without waiting. Returns whether the command
    /// was queued.
    pub(crate) fn open(&self, opening: Opening, reply: OpenReply) -> bool {
        let command = Command::Open { opening: Box::new(opening), reply };
        let Err(error) = self.commands.try_send(command) else {
            return true;
        };
        if let Command::Open { reply, .. } = error.into_inner() {
            // The requester may be gone.
            let _ = reply.send(Err(OpenError::Busy));
        }
        false
    }

    /// Change the ICE of a session that was opened with a token like this one. Returns the server's
    /// side if it was a restart.
    pub(crate) async fn patch(
        &self,
        id: String,
        token: MediaToken,
        condition: Condition,
        fragment: Fragment,
    ) -> Result<Option<Restarted>, PatchError> {
        let change = match condition {
            Condition::Tags(tags) => Change::Trickle(tags, fragment),
            Condition::Restart => {
                let creds = fragment.creds.ok_or(PatchError::BadFragment(
                    "for an ICE restart ice-ufrag and ice-pwd are needed",
                ))?;
                let offer = self.offer_of(id.clone(), token.clone()).await?;
                let of = creds.clone();
                let offer = self.read(move || offer::restarted(&offer, &of)).await;
                let offer = offer.flatten().ok_or(PatchError::NoRestart)?;
                let (candidates, addrs) = (fragment.candidates, self.addrs().await);
                Change::Restart(Box::new(Restart { offer, creds, candidates, addrs }))
            }
        };
        let (reply, answer) = oneshot::channel();
        let patch = Box::new(Patch { id, token, change });
        self.send(Command::Patch { patch, reply }).await;
        answer.await.unwrap_or(Err(PatchError::NotFound))
    }

    /// The offer that a session was opened with.
    async fn offer_of(&self, id: String, token: MediaToken) -> Result<Arc<str>, PatchError> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::OfferOf { id, token, reply }).await;
        answer.await.unwrap_or(Err(PatchError::NotFound))
    }

    /// Close a session that was opened with a token like this one.
    pub(crate) async fn close(&self, id: String, token: MediaToken) -> Result<(), PatchError> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Close { id, token, reply }).await;
        answer.await.unwrap_or(Err(PatchError::NotFound))
    }

    /// Close sessions at the rooms' request.
    pub(crate) async fn end(&self, end: MediaEnd) {
        self.send(Command::End(end)).await;
    }

    /// How many sessions are connected; `None` if the task is gone.
    pub(crate) async fn counts(&self) -> Option<Counts> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Counts(reply)).await;
        answer.await.ok()
    }

    /// How many datagrams the system has dropped because nobody read them in time; `None` if it
    /// does not say.
    pub(crate) fn dropped(&self) -> Option<u64> {
        drops::dropped(self.addrs.borrow().first()?.port())
    }

    /// Neither read nor send any of a room session's media for a while.
    pub(crate) async fn silence(&self, owner: SessionId, lasts: Duration) {
        self.send(Command::Silence { owner, lasts }).await;
    }

    /// Forget a room session's media without telling the peers. Without an owner, forget
    /// everybody's media and refuse new sessions for a while.
    pub(crate) async fn kill(&self, owner: Option<SessionId>, lasts: Duration) {
        self.send(Command::Kill { owner, lasts }).await;
    }

    /// Tell every peer that its session is over, and end the task.
    pub(crate) async fn stop(&self) {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Stop(reply)).await;
        let _ = answer.await;
    }

    async fn send(&self, command: Command) {
        // Fails only when the task is gone. A caller that waits for a reply notices that.
        let _ = self.commands.send(command).await;
    }
}

/// How many offers are read in parallel: one for each core but one.
fn readers() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (cores - 1).max(1)
}
