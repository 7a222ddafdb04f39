//! The embedded media server: receives what publishers send and forwards it to players, frame by
//! frame, never re-encoded.
//!
//! One task owns all sessions and the UDP sockets; [`Sfu`] is the handle to it.

mod codec;
mod sdp;
mod session;
mod socket;
mod stream;
mod task;

use crate::config::StartError;
use holdfast_rooms::{MediaEnd, MediaGrant};
use std::net::IpAddr;
use tokio::sync::{mpsc, oneshot};

const COMMANDS_MAX: usize = 4_096;

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
    /// Too many sessions.
    Busy,
}

/// Why a media session was not closed.
#[derive(Debug)]
pub(crate) enum CloseError {
    /// There is none with this ID.
    NotFound,
    /// It is someone else's.
    NotAllowed,
}

/// How many media sessions are connected.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Publishing.
    pub(crate) publishers: usize,
    /// Playing.
    pub(crate) players: usize,
}

type OpenReply = oneshot::Sender<Result<Opened, OpenError>>;

enum Command {
    Open { grant: MediaGrant, offer: String, reply: OpenReply },
    Close { id: String, grant: MediaGrant, reply: oneshot::Sender<Result<(), CloseError>> },
    End(MediaEnd),
    Counts(oneshot::Sender<Counts>),
    Stop(oneshot::Sender<()>),
}

/// Handle to the media task.
#[derive(Clone)]
pub(crate) struct Sfu {
    commands: mpsc::Sender<Command>,
}

impl Sfu {
    /// Open the UDP sockets and start the task. It ends when the last handle is dropped.
    ///
    /// # Errors
    /// A socket cannot be opened.
    pub(crate) fn start(port: u16, public_ips: &[IpAddr]) -> Result<Sfu, StartError> {
        let sockets = socket::Sockets::open(port, public_ips)?;
        let task = task::Task::new(sockets)?;
        let (commands, inbox) = mpsc::channel(COMMANDS_MAX);
        tokio::spawn(task.run(inbox));
        Ok(Sfu { commands })
    }

    /// Open a session and send the outcome to `reply`. Does not wait.
    pub(crate) fn open(&self, grant: MediaGrant, offer: String, reply: OpenReply) {
        let command = Command::Open { grant, offer, reply };
        if let Err(error) = self.commands.try_send(command)
            && let Command::Open { reply, .. } = error.into_inner()
        {
            // Who asked may be gone.
            let _ = reply.send(Err(OpenError::Busy));
        }
    }

    /// Close a session that was opened with a grant equal to this one.
    pub(crate) async fn close(&self, id: String, grant: MediaGrant) -> Result<(), CloseError> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Close { id, grant, reply }).await;
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
