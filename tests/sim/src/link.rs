//! A WebSocket between a client and the server: frames in order, each once or not at all.

use holdfast_protocol::{ClientMessage, Login, ServerMessage};
use holdfast_rtc::machine::SocketId;
use std::collections::VecDeque;

/// A frame from a client to the server.
#[derive(Debug)]
pub(crate) enum Up {
    /// The handshake with its login.
    Open(Box<Login>),
    Message(ClientMessage),
    Pong,
    Close,
}

/// A frame from the server to a client.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "a heartbeat is not worth an allocation")]
pub(crate) enum Down {
    Message(ServerMessage),
    Ping,
    Close,
}

/// One direction. Each frame has a planned arrival. A frame that arrives while the path is blocked
/// is held until the path is free, as TCP would do.
#[derive(Debug)]
pub(crate) struct Pipe<T> {
    pub(crate) frames: VecDeque<T>,
    /// When the last frame arrives.
    pub(crate) last_at: u64,
    /// Frames whose planned arrival has passed.
    pub(crate) held: u32,
}

impl<T> Pipe<T> {
    fn new() -> Pipe<T> {
        Pipe { frames: VecDeque::new(), last_at: 0, held: 0 }
    }

    /// Sends a frame behind those before it. Returns when it arrives.
    pub(crate) fn push(&mut self, earliest_at: u64, frame: T) -> u64 {
        self.frames.push_back(frame);
        self.last_at = self.last_at.max(earliest_at);
        self.last_at
    }

    /// Every frame on its way is lost.
    pub(crate) fn lose(&mut self) {
        self.frames.clear();
        self.held = 0;
    }
}

/// The link's state as one end sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The handshake is not complete.
    Opening,
    Open,
    Closed,
}

/// The limits of `holdfast-server` on a link: a frame each 10 ms, and 200 at once.
const FRAME_MS: u64 = 10;
const FRAMES_AT_ONCE: u64 = 200;

/// One WebSocket.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) client: usize,
    pub(crate) socket: SocketId,
    pub(crate) login: Box<Login>,
    /// The server process it leads to.
    pub(crate) life: u32,
    /// Whether the SYN is held by a blocked path.
    pub(crate) syn_held: bool,
    /// Not closed, but nothing gets through in either direction.
    pub(crate) is_dead: bool,
    pub(crate) at_client: End,
    pub(crate) at_server: End,
    /// When the frames so far no longer count for the server's limit (a token bucket).
    pub(crate) empty_at: u64,
    /// Whether the client's brain closed it.
    pub(crate) is_dropped: bool,
    pub(crate) up: Pipe<Up>,
    pub(crate) down: Pipe<Down>,
}

impl Link {
    /// A frame reaches the server. Returns whether it is within the limit.
    pub(crate) fn takes_frame(&mut self, now: u64) -> bool {
        self.empty_at = self.empty_at.max(now) + FRAME_MS;
        self.empty_at <= now + FRAMES_AT_ONCE * FRAME_MS
    }

    pub(crate) fn new(client: usize, socket: SocketId, login: Box<Login>, life: u32) -> Link {
        Link {
            client,
            socket,
            login,
            life,
            syn_held: false,
            is_dead: false,
            at_client: End::Opening,
            at_server: End::Opening,
            empty_at: 0,
            is_dropped: false,
            up: Pipe::new(),
            down: Pipe::new(),
        }
    }

    /// Whether nothing can happen to it any more.
    pub(crate) fn is_over(&self) -> bool {
        self.at_client == End::Closed
            && (self.is_dead || self.at_server == End::Closed)
            && self.down.frames.is_empty()
    }
}
