//! The embedded media server: receives what publishers send and forwards it to players, packet by
//! packet, never re-encoded.
//!
//! One task owns all sessions and the UDP sockets; [`Sfu`] is the handle to it.

mod codec;
mod consent;
mod fault;
mod forward;
mod fragment;
mod hold;
mod ice;
mod loss;
mod packet;
mod rewrite;
mod route;
mod sdp;
mod session;
mod socket;
mod stream;
mod task;
mod track;

pub(crate) use fragment::Fragment;

use crate::config::StartError;
use crate::media_token::{Holder, MediaToken};
use holdfast_protocol::Code;
use holdfast_rooms::{GuestMediaId, Input, MediaEnd, MediaGrant, SessionId};
use std::net::IpAddr;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

const COMMANDS_MAX: usize = 4_096;

/// A media session that is asked for and allowed.
pub(crate) struct Opening {
    /// What it may do.
    pub(crate) grant: MediaGrant,
    /// Whose tokens change and close it.
    pub(crate) holder: Holder,
    /// When its token was made, in milliseconds since 1970.
    pub(crate) issued_ms: u64,
    /// Its number, if a guest of a room publishes by it: the rooms are told what becomes of it.
    pub(crate) guest: Option<GuestMediaId>,
    /// The SDP offer.
    pub(crate) offer: String,
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
    /// The room session it belongs to is over, or the stream is someone else's now.
    NotAllowed,
    /// The offer is no SDP, or none that makes sense here.
    BadOffer(String),
    /// The two ends know no codec in common.
    NoCommonCodec,
    /// Nobody publishes the stream in the player's room at this moment.
    NoPublisher,
    /// The rooms do not take the guest, for this reason.
    NoGuest(Code),
    /// Too many sessions.
    Busy,
    /// Broken for development, for so many seconds more.
    Broken { seconds: u64 },
}

/// Why a media session was not closed.
#[derive(Debug)]
pub(crate) enum CloseError {
    /// There is none with this ID.
    NotFound,
    /// It is someone else's.
    NotAllowed,
}

/// What a change to a session's ICE is meant for (`If-Match`, RFC 9725 section 4.3).
#[derive(Debug)]
pub(crate) enum Condition {
    /// `*`: a new ICE session in place of whichever there is.
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

/// Why a session's ICE was not changed.
#[derive(Debug)]
pub(crate) enum PatchError {
    /// There is no session with this ID.
    NotFound,
    /// It is someone else's.
    NotAllowed,
    /// The ICE session is another by now.
    WrongTag,
    /// The fragment does not fit.
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
    condition: Condition,
    fragment: Fragment,
}

type PatchReply = oneshot::Sender<Result<Option<Restarted>, PatchError>>;

enum Command {
    Open { opening: Box<Opening>, reply: OpenReply },
    Patch { patch: Patch, reply: PatchReply },
    Close { id: String, token: MediaToken, reply: oneshot::Sender<Result<(), CloseError>> },
    End(MediaEnd),
    Counts(oneshot::Sender<Counts>),
    Silence { owner: SessionId, lasts: Duration },
    Kill { owner: Option<SessionId>, lasts: Duration },
    Stop(oneshot::Sender<()>),
}

/// Handle to the media task.
#[derive(Clone)]
pub(crate) struct Sfu {
    commands: mpsc::Sender<Command>,
}

impl Sfu {
    /// Open the UDP sockets and start the task. It ends when the last handle is dropped. What
    /// becomes of guests' sessions is sent to `guests` as the rooms' inputs, at most two for each.
    ///
    /// # Errors
    /// A socket cannot be opened.
    pub(crate) fn start(
        port: u16,
        public_ips: &[IpAddr],
        guests: mpsc::UnboundedSender<Input>,
    ) -> Result<Sfu, StartError> {
        let sockets = socket::Sockets::open(port, public_ips)?;
        let task = task::Task::new(sockets, guests)?;
        let (commands, inbox) = mpsc::channel(COMMANDS_MAX);
        tokio::spawn(task.run(inbox));
        Ok(Sfu { commands })
    }

    /// Open a session and send the outcome to `reply`. Does not wait. Gives whether it is being
    /// done at all.
    pub(crate) fn open(&self, opening: Opening, reply: OpenReply) -> bool {
        let command = Command::Open { opening: Box::new(opening), reply };
        let Err(error) = self.commands.try_send(command) else {
            return true;
        };
        if let Command::Open { reply, .. } = error.into_inner() {
            // Who asked may be gone.
            let _ = reply.send(Err(OpenError::Busy));
        }
        false
    }

    /// Change the ICE of a session that was opened with a token like this one; gives the server's
    /// side of it if it was a restart.
    pub(crate) async fn patch(
        &self,
        id: String,
        token: MediaToken,
        condition: Condition,
        fragment: Fragment,
    ) -> Result<Option<Restarted>, PatchError> {
        let (reply, answer) = oneshot::channel();
        let patch = Patch { id, token, condition, fragment };
        self.send(Command::Patch { patch, reply }).await;
        answer.await.unwrap_or(Err(PatchError::NotFound))
    }

    /// Close a session that was opened with a token like this one.
    pub(crate) async fn close(&self, id: String, token: MediaToken) -> Result<(), CloseError> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Close { id, token, reply }).await;
        answer.await.unwrap_or(Err(CloseError::NotFound))
    }

    /// Close sessions because the rooms say so.
    pub(crate) async fn end(&self, end: MediaEnd) {
        self.send(Command::End(end)).await;
    }

    /// How many sessions are connected; `None` if the task is gone.
    pub(crate) async fn counts(&self) -> Option<Counts> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Counts(reply)).await;
        answer.await.ok()
    }

    /// Neither read nor send anything of a room session's media for a while.
    pub(crate) async fn silence(&self, owner: SessionId, lasts: Duration) {
        self.send(Command::Silence { owner, lasts }).await;
    }

    /// Forget a room session's media, or everybody's, without telling the peers; of everybody's,
    /// open none for a while.
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
        // Fails only when the task is gone, and then whoever waits for a reply sees that.
        let _ = self.commands.send(command).await;
    }
}
