//! The room: login, the link to it, coming back to it, leaving it.

use super::context::Context;
use super::io::{CallId, Effect, Event, Refusal, RoomReason, SocketId, SocketInput};
use super::link::Link;
use super::retry::{Cause, Next, Retry};
use super::roster::{Difference, Roster};
use super::{Millis, NetworkInput};
use holdfast_protocol::{ClientMessage, Code, Hello, Login, Node, Resume, ServerMessage, timing};

/// One login to one room, until it is over.
#[derive(Debug)]
pub(crate) struct Room {
    /// What is sent with each try; `resume` is set once there is a session to come back to.
    login: Box<Login>,
    /// The app's login promise, until it is settled.
    call: Option<CallId>,
    state: State,
    retry: Retry,
    roster: Roster,
}

#[derive(Debug)]
enum State {
    /// A link is being opened.
    Connecting { socket: SocketId, give_up_at: Millis },
    /// Between tries.
    Waiting { try_at: Millis },
    /// In the room.
    Joined(Link),
    /// The app left; the server is being told.
    Leaving { socket: SocketId, give_up_at: Millis },
    /// Over; to be dropped.
    Ended,
}

/// What the media machines need to know of what just happened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Nothing.
    None,
    /// In the room (again); false if the server had forgotten the session.
    Joined { resumed: bool },
    /// The link is gone.
    Lost,
    /// The answer to a request.
    Reply { request: u32, answer: Result<Vec<Node>, Code> },
    /// The room is over for this reason.
    Ended(Code),
}

impl Room {
    /// `loginRoom`.
    pub(crate) fn login(now: Millis, login: Box<Login>, call: CallId, ctx: &mut Context) -> Room {
        ctx.tell_room(&login.room, RoomReason::Logining, Code::OK, "");
        let mut retry = Retry::default();
        retry.begin(now, ctx.config.room_window_ms);
        let state = State::Waiting { try_at: now };
        let mut room = Room { login, call: Some(call), state, retry, roster: Roster::default() };
        room.open(now, ctx);
        room
    }

    pub(crate) fn id(&self) -> &str {
        &self.login.room
    }

    /// The link to send requests on, while there is one.
    pub(crate) fn joined_socket(&self) -> Option<SocketId> {
        match &self.state {
            State::Joined(link) => Some(link.socket()),
            _ => None,
        }
    }

    pub(crate) fn is_leaving(&self) -> bool {
        matches!(self.state, State::Leaving { .. })
    }

    /// When something is due.
    pub(crate) fn deadline(&self) -> Option<Millis> {
        let due = match &self.state {
            State::Connecting { give_up_at, .. } => *give_up_at,
            State::Waiting { try_at } => *try_at,
            State::Joined(link) => return Some(link.deadline()),
            State::Leaving { give_up_at, .. } => return Some(*give_up_at),
            State::Ended => return None,
        };
        Some(self.retry.ends_at().map_or(due, |ends_at| due.min(ends_at)))
    }

    /// Time passed.
    pub(crate) fn handle_timeout(&mut self, now: Millis, ctx: &mut Context) -> News {
        let is_trying = matches!(self.state, State::Connecting { .. } | State::Waiting { .. });
        if is_trying && self.retry.ends_at().is_some_and(|ends_at| now >= ends_at) {
            return self.give_up(ctx);
        }
        match &mut self.state {
            State::Connecting { give_up_at, .. } if now >= *give_up_at => {
                self.try_later(now, Cause::Remote, ctx)
            }
            State::Waiting { try_at } if now >= *try_at => {
                self.open(now, ctx);
                News::None
            }
            State::Joined(link) => match link.is_dead(now, ctx) {
                // A silent link says nothing of the server: look at once.
                true => self.lose(now, Cause::Local, ctx),
                false => News::None,
            },
            State::Leaving { give_up_at, .. } if now >= *give_up_at => self.give_up_leaving(ctx),
            _ => News::None,
        }
    }

    /// The browser said something about the network.
    pub(crate) fn handle_network(&mut self, now: Millis, input: NetworkInput, ctx: &mut Context) {
        match &mut self.state {
            State::Joined(link) => link.suspect(now, ctx),
            // A try that is running already is left alone (ROOM-06).
            State::Waiting { .. } if matches!(input, NetworkInput::Online | NetworkInput::Woke) => {
                self.open(now, ctx);
            }
            _ => {}
        }
    }

    /// Something happened to a link; one that is not ours any more is ignored.
    pub(crate) fn handle_socket(
        &mut self,
        now: Millis,
        socket: SocketId,
        input: SocketInput,
        ctx: &mut Context,
    ) -> News {
        if self.socket() != Some(socket) {
            return News::None;
        }
        if let State::Joined(link) = &mut self.state {
            link.heard(now);
        }
        match input {
            SocketInput::Message(message) => self.handle_message(now, message, ctx),
            SocketInput::Unknown => News::None,
            SocketInput::Closed => match &self.state {
                State::Joined(_) => self.lose(now, Cause::Remote, ctx),
                State::Connecting { .. } => self.try_later(now, Cause::Remote, ctx),
                State::Leaving { .. } => self.give_up_leaving(ctx),
                State::Waiting { .. } | State::Ended => News::None,
            },
        }
    }

    /// `logoutRoom`: tells the server, within limits (ROOM-13).
    pub(crate) fn logout(&mut self, now: Millis, ctx: &mut Context) -> News {
        self.settle(Err(Code::LOGIN_CANCELLED.into()), ctx);
        let socket = match &self.state {
            State::Joined(link) => {
                ctx.effect(Effect::SendMessage(link.socket(), ClientMessage::Logout));
                link.socket()
            }
            // Told as soon as there is a link.
            State::Connecting { socket, .. } => *socket,
            // There was never a session the server would have to forget.
            State::Waiting { .. } if self.login.resume.is_none() => {
                return self.end(RoomReason::Logout, Code::OK, "", ctx);
            }
            State::Waiting { .. } => self.open(now, ctx),
            State::Leaving { .. } | State::Ended => return News::None,
        };
        let give_up_at = now + timing::LOGOUT_TIMEOUT_MS;
        self.state = State::Leaving { socket, give_up_at };
        News::None
    }

    /// The app logs in again without waiting for LOGOUT. The server needs no word of it: the new
    /// login replaces the session.
    pub(crate) fn leave_at_once(&mut self, ctx: &mut Context) {
        self.end(RoomReason::Logout, Code::OK, "", ctx);
    }

    /// The server's word will not come.
    fn give_up_leaving(&mut self, ctx: &mut Context) -> News {
        let reason = match self.login.resume {
            None => RoomReason::Logout,
            Some(_) => RoomReason::LogoutFailed,
        };
        self.end(reason, Code::OK, "", ctx)
    }

    fn handle_message(&mut self, now: Millis, message: ServerMessage, ctx: &mut Context) -> News {
        match (&mut self.state, message) {
            (State::Connecting { .. }, ServerMessage::Hello(hello)) => self.join(now, hello, ctx),
            (State::Leaving { socket, .. }, ServerMessage::Hello(_)) => {
                ctx.effect(Effect::SendMessage(*socket, ClientMessage::Logout));
                News::None
            }
            (State::Leaving { .. }, ServerMessage::Bye | ServerMessage::End { .. }) => {
                self.end(RoomReason::Logout, Code::OK, "", ctx)
            }
            (_, ServerMessage::End { code, message }) => self.end_by_server(code, &message, ctx),
            (State::Joined(_), message) => self.handle_event(message, ctx),
            _ => News::None,
        }
    }

    fn handle_event(&mut self, message: ServerMessage, ctx: &mut Context) -> News {
        let difference = match message {
            ServerMessage::Nodes { id, nodes } => {
                return News::Reply { request: id, answer: Ok(nodes) };
            }
            ServerMessage::Done { id, code, .. } => {
                let answer = if code == Code::OK { Ok(Vec::new()) } else { Err(code) };
                return News::Reply { request: id, answer };
            }
            ServerMessage::Users { seq, change, users } if self.is_news(seq) => {
                self.roster.change_users(change, users)
            }
            ServerMessage::Streams { seq, change, streams, reason } if self.is_news(seq) => {
                self.roster.change_streams(change, streams, reason)
            }
            _ => None,
        };
        self.tell_differences(difference, ctx);
        News::None
    }

    /// Whether an event has not been seen before; notes that it now has.
    fn is_news(&mut self, seq: u32) -> bool {
        match &mut self.login.resume {
            Some(resume) if seq > resume.seq => {
                resume.seq = seq;
                true
            }
            _ => false,
        }
    }

    fn join(&mut self, now: Millis, hello: Hello, ctx: &mut Context) -> News {
        let Hello { session, secret, seq, resumed, heartbeat_ms, snapshot } = hello;
        let Some(socket) = self.socket() else {
            return News::None;
        };
        let is_first = self.login.resume.replace(Resume { session, secret, seq }).is_none();
        self.state = State::Joined(Link::new(now, socket, heartbeat_ms));
        self.retry.end(now);
        let reason = if is_first { RoomReason::Logined } else { RoomReason::Reconnected };
        ctx.tell_room(&self.login.room, reason, Code::OK, "");
        self.settle(Ok(()), ctx);
        if let Some(snapshot) = snapshot {
            let differences = self.roster.replace(snapshot, &self.login.user.id);
            self.tell_differences(differences, ctx);
        }
        News::Joined { resumed }
    }

    /// The link is gone: RECONNECTING, and the first try by its cause (ROOM-04).
    fn lose(&mut self, now: Millis, cause: Cause, ctx: &mut Context) -> News {
        let (code, room) = (Code::NETWORK_BROKEN, &self.login.room);
        ctx.tell_room(room, RoomReason::Reconnecting, code, "");
        self.retry.begin(now, ctx.config.room_window_ms);
        match self.try_later(now, cause, ctx) {
            News::None => News::Lost,
            news => news,
        }
    }

    fn try_later(&mut self, now: Millis, cause: Cause, ctx: &mut Context) -> News {
        self.close(ctx);
        match self.retry.next(now, cause, ctx.online, &mut ctx.rng) {
            Next::TryAt(try_at) if try_at <= now => {
                self.open(now, ctx);
                News::None
            }
            Next::TryAt(try_at) | Next::EndAt(try_at) if try_at > now => {
                self.state = State::Waiting { try_at };
                News::None
            }
            _ => self.give_up(ctx),
        }
    }

    fn open(&mut self, now: Millis, ctx: &mut Context) -> SocketId {
        let socket = SocketId(ctx.next_id());
        let give_up_at = now + timing::CONNECT_TIMEOUT_MS;
        self.state = State::Connecting { socket, give_up_at };
        ctx.effect(Effect::OpenSocket(socket, self.login.clone()));
        socket
    }

    fn give_up(&mut self, ctx: &mut Context) -> News {
        let reason = match self.login.resume {
            None => RoomReason::LoginFailed,
            Some(_) => RoomReason::ReconnectFailed,
        };
        self.end(reason, Code::WINDOW_ENDED, "", ctx)
    }

    fn end_by_server(&mut self, code: Code, message: &str, ctx: &mut Context) -> News {
        let reason = match self.login.resume {
            None => RoomReason::LoginFailed,
            Some(_) => RoomReason::KickOut,
        };
        self.end(reason, code, message, ctx)
    }

    fn end(&mut self, reason: RoomReason, code: Code, message: &str, ctx: &mut Context) -> News {
        self.close(ctx);
        self.state = State::Ended;
        ctx.tell_room(&self.login.room, reason, code, message);
        let words = if message.is_empty() { code.message() } else { message };
        self.settle(Err(Refusal::new(code, words)), ctx);
        News::Ended(code)
    }

    fn close(&mut self, ctx: &mut Context) {
        if let Some(socket) = self.socket() {
            ctx.effect(Effect::CloseSocket(socket));
        }
    }

    fn settle(&mut self, outcome: Result<(), Refusal>, ctx: &mut Context) {
        if let Some(call) = self.call.take() {
            ctx.event(Event::LoginSettled(call, outcome));
        }
    }

    fn tell_differences(
        &self,
        differences: impl IntoIterator<Item = Difference>,
        ctx: &mut Context,
    ) {
        for difference in differences {
            ctx.event(Event::RoomChanged { room: self.login.room.clone(), difference });
        }
    }

    fn socket(&self) -> Option<SocketId> {
        match &self.state {
            State::Connecting { socket, .. } | State::Leaving { socket, .. } => Some(*socket),
            State::Joined(link) => Some(link.socket()),
            State::Waiting { .. } | State::Ended => None,
        }
    }
}
