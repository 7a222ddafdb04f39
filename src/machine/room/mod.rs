//! The room: login, the link to it, coming back to it, leaving it.
//!
//! | state | socket opens (hello) | socket ends | time | network hint | logout |
//! |---|---|---|---|---|---|
//! | Connecting | Joined | Waiting, or the second try | Waiting; Ended at the window's end | a second try | Leaving |
//! | Waiting | - | - | Connecting; Ended at the window's end | Connecting | Leaving or Ended |
//! | Expired | - | - | Ended at the window's end | - | Ended |
//! | Joined | (second try) Joined on the new link | Connecting or Waiting | probe, a second try, Waiting | probe | Leaving |
//! | Leaving | logout sent | Ended | Ended | - | - |
//!
//! The server's `end` leads to Ended from everywhere; `goaway` is an end of the socket with a
//! range for the wait. A try that is refused for its token leads to Expired, from where a newer
//! token leads to Connecting (ROOM-12). `machine/tests/golden/room.txt` holds every state with every input.

mod dial;
mod feed;
mod obstacle;

use super::context::Context;
use super::io::{
    CallId, Effect, Event, NetworkInput, Refusal, RetryCause, RoomReason, SocketId, SocketInput,
};
use super::link::{Health, Link};
use super::retry::{Cause, Retry};
use super::roster::Roster;
use super::token::{Refused, Token};
use super::{Millis, earlier};
use holdfast_protocol::sabotage::{self, Mutant};
use holdfast_protocol::{
    ClientMessage, Code, Hello, Login, Node, Resume, RoomExtra, ServerMessage, timing,
};

/// The longest wait a `goaway` may ask for.
const GOAWAY_MS_MAX: u64 = 120_000;

/// The range of the wait after the server closed a link for too much traffic.
const OVER_LIMIT_MS: (u64, u64) = (2_000, 8_000);

/// One login to one room, until it is over.
#[derive(Debug)]
pub(crate) struct Room {
    /// The login sent with each try. Its `resume` is set once there is a session to come back to.
    login: Box<Login>,
    /// The app's login promise, until it is settled.
    call: Option<CallId>,
    state: State,
    /// A second try: next to a link in doubt, or next to a try that began on another network
    /// (BEY-04); or a try that was not answered in time, whose path may only be slow.
    second: Option<Dial>,
    /// The try after which the server's address was last probed; only before the first hello.
    probed: Option<SocketId>,
    retry: Retry,
    token: Token,
    roster: Roster,
}

/// A link being opened.
#[derive(Debug)]
struct Dial {
    socket: SocketId,
    began_at: Millis,
    /// The try goes on next to newer ones.
    is_slow: bool,
}

#[derive(Debug)]
enum State {
    /// A link is being opened.
    Connecting(Dial),
    /// Between tries.
    Waiting { try_at: Millis },
    /// The token has expired: no try before the app brings another (ROOM-12).
    Expired,
    /// In the room.
    Joined(Link),
    /// The app left. The server has been told, or is to be told.
    Leaving { socket: SocketId, give_up_at: Millis, is_told: bool },
    /// Over; to be dropped.
    Ended,
}

/// News for the other machines about what just happened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum RoomNews {
    /// Nothing.
    None,
    /// In the room (again). `resumed` is false if the server had forgotten the session. `moved` is
    /// true if a new link took over from one that was not lost yet.
    Joined { resumed: bool, moved: bool },
    /// The link is gone.
    Lost,
    /// The reply to a request: a code, the number of the event it made, and the media nodes.
    Reply { request: u32, code: Code, seq: u32, nodes: Vec<Node> },
    /// The room is over for this reason.
    Ended(Code),
}

impl Dial {
    fn give_up_at(&self) -> Millis {
        let limit_ms = match self.is_slow {
            true => timing::SLOW_CONNECT_TIMEOUT_MS,
            false => timing::CONNECT_TIMEOUT_MS,
        };
        self.began_at + limit_ms
    }
}

impl Room {
    /// `loginRoom`.
    pub(crate) fn login(
        now: Millis,
        mut login: Box<Login>,
        call: CallId,
        ctx: &mut Context,
    ) -> Room {
        (login.client, login.device) = (ctx.client, ctx.draw_number());
        ctx.tell_room(&login.room, RoomReason::Logining, Code::OK, "");
        let mut room = Room {
            login,
            call: Some(call),
            state: State::Waiting { try_at: now },
            second: None,
            probed: None,
            retry: Retry::start(now, ctx.config.room_window_ms),
            token: Token::default(),
            roster: Roster::default(),
        };
        room.dial(now, ctx);
        room
    }

    pub(crate) fn id(&self) -> &str {
        &self.login.room
    }

    pub(crate) fn user(&self) -> &str {
        &self.login.user.id
    }

    /// Whether another user's stream is in the room.
    pub(crate) fn lists(&self, stream: &str) -> bool {
        self.roster.has_stream(stream)
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

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// Only a deliberate bug does this.
    pub(crate) fn begin_window_again(&mut self, now: Millis, ctx: &Context) {
        if self.is_trying() {
            self.retry.begin(now, ctx.config.room_window_ms);
        }
    }

    /// When something is due.
    pub(crate) fn deadline(&self) -> Option<Millis> {
        let due = match &self.state {
            State::Connecting(dial) => Some(dial.give_up_at()),
            State::Waiting { try_at } => Some(*try_at),
            State::Expired => None,
            State::Joined(link) => Some(link.deadline()),
            State::Leaving { give_up_at, .. } => return Some(*give_up_at),
            State::Ended => return None,
        };
        let window = if self.is_trying() { self.retry.ends_at() } else { None };
        let second = self.second.as_ref().map(Dial::give_up_at);
        let due = earlier(due, self.probe_at());
        earlier(earlier(due, window), earlier(second, self.token.deadline()))
    }

    /// Time passed.
    pub(crate) fn handle_timeout(&mut self, now: Millis, ctx: &mut Context) -> RoomNews {
        if self.is_trying() && self.retry.is_over(now) {
            if !self.retry.take_last_try(now) {
                return self.give_up(ctx);
            }
            self.close(ctx);
            self.dial(now, ctx);
        }
        if self.second.as_ref().is_some_and(|dial| now >= dial.give_up_at()) {
            self.drop_second(ctx);
        }
        if !self.is_leaving() {
            self.token.handle_timeout(now, &self.login.room, self.is_paused(), ctx);
        }
        match &mut self.state {
            State::Connecting(dial) if now >= dial.give_up_at() => {
                self.let_linger(now);
                self.dial_failed(now, Cause::Remote, ctx)
            }
            State::Connecting(dial) => {
                let socket = dial.socket;
                if self.probe_at().is_some_and(|at| now >= at) {
                    self.probe_server(socket, ctx);
                }
                RoomNews::None
            }
            State::Waiting { try_at } if now >= *try_at => {
                self.dial(now, ctx);
                RoomNews::None
            }
            State::Joined(link) => match link.check(now, ctx) {
                // The silence of a link tells nothing about the server, so retry at once.
                Health::Dead => self.lose(now, Cause::Local, ctx),
                Health::Doubtful => {
                    self.dial_second(now, ctx);
                    RoomNews::None
                }
                Health::Fine => RoomNews::None,
            },
            State::Leaving { give_up_at, .. } if now >= *give_up_at => self.give_up_leaving(ctx),
            _ => RoomNews::None,
        }
    }

    /// The browser said something about the network.
    pub(crate) fn handle_network(&mut self, now: Millis, input: NetworkInput, ctx: &mut Context) {
        let may_be_back = match input {
            NetworkInput::Online | NetworkInput::Woke => true,
            NetworkInput::Changed => ctx.online,
            NetworkInput::Offline => false,
        };
        if may_be_back && !self.is_leaving() {
            self.token.handle_return(now);
            self.token.handle_timeout(now, &self.login.room, self.is_paused(), ctx);
        }
        match &mut self.state {
            State::Joined(link) => link.suspect(now, ctx),
            // A wait that was asked for is kept.
            State::Waiting { .. } if may_be_back && !self.retry.is_told_to_wait() => {
                self.retry.take_last_try(now);
                self.retry.set_cause(RetryCause::Local);
                self.dial(now, ctx);
            }
            // A running try is left alone (ROOM-06), but may have started on a network that is
            // gone. Where no other try may follow, the one try stays the only one.
            State::Connecting(dial)
                if may_be_back
                    && self.retry.ends_at().is_some()
                    && now - dial.began_at >= timing::BESIDE_AFTER_MS =>
            {
                self.retry.set_cause(RetryCause::Local);
                self.dial_second(now, ctx);
            }
            _ => {}
        }
    }

    /// Whether a link is ours. Input from one that no longer is ours is ignored.
    pub(crate) fn owns(&self, socket: SocketId) -> bool {
        self.is_second(socket)
            || self.socket() == Some(socket)
            || sabotage::is(Mutant::KeepStaleSocket)
    }

    /// Something happened to a link of ours.
    pub(crate) fn handle_socket(
        &mut self,
        now: Millis,
        socket: SocketId,
        input: SocketInput,
        ctx: &mut Context,
    ) -> RoomNews {
        let is_second = self.is_second(socket);
        if let State::Joined(link) = &mut self.state
            && !is_second
        {
            link.heard(now);
        }
        match input {
            SocketInput::Message(message) if is_second && !self.is_leaving() => {
                self.handle_first(now, socket, message, ctx)
            }
            SocketInput::Message(message) => self.handle_message(now, socket, message, ctx),
            SocketInput::Unknown => RoomNews::None,
            SocketInput::Closed | SocketInput::OverLimit if is_second => {
                self.drop_second(ctx);
                RoomNews::None
            }
            SocketInput::Closed => self.handle_closed(now, Cause::Remote, ctx),
            // Asking for everything again at once would hit the same limit again.
            SocketInput::OverLimit if ctx.pace.slow_down(now) => {
                self.handle_closed(now, range(OVER_LIMIT_MS.0, OVER_LIMIT_MS.1), ctx)
            }
            SocketInput::OverLimit => self.handle_closed(now, Cause::Remote, ctx),
        }
    }

    /// `renewToken` (ROOM-12): a try that waited for the token is made at once.
    pub(crate) fn renew_token(&mut self, now: Millis, token: String, ctx: &mut Context) {
        let link = self.joined_socket();
        self.token.renew(token, link, &mut self.login.token, ctx);
        if self.is_paused() && !sabotage::is(Mutant::ForgetRenewal) {
            self.retry.set_cause(RetryCause::Local);
            self.dial(now, ctx);
        }
    }

    pub(crate) fn session(&self) -> Option<&Resume> {
        self.login.resume.as_ref()
    }

    /// `logoutRoom`: tells the server, within limits (ROOM-13).
    pub(crate) fn logout(&mut self, now: Millis, ctx: &mut Context) -> RoomNews {
        self.settle(Err(Code::LOGIN_CANCELLED.into()), ctx);
        let is_told = matches!(self.state, State::Joined(_));
        let socket = match &self.state {
            State::Joined(link) => {
                ctx.effect(Effect::SendMessage(link.socket(), ClientMessage::Logout));
                link.socket()
            }
            // The server is told as soon as there is a link.
            State::Connecting(dial) => dial.socket,
            // The server has no session to forget, or the limiter allows no try.
            State::Waiting { .. }
                if self.login.resume.is_none() || ctx.limiter.admit(now, "") > now =>
            {
                return self.give_up_leaving(ctx);
            }
            State::Waiting { .. } => self.open_socket(now, ctx).socket,
            State::Expired => return self.give_up_leaving(ctx),
            State::Leaving { .. } | State::Ended => return RoomNews::None,
        };
        let give_up_at = now + timing::LOGOUT_TIMEOUT_MS;
        self.state = State::Leaving { socket, give_up_at, is_told };
        RoomNews::None
    }

    /// The app logs in again without waiting for LOGOUT. If the user is the same, the server need
    /// not be told, because the new login replaces the session.
    pub(crate) fn leave_at_once(&mut self, next_user_id: &str, ctx: &mut Context) {
        let is_told = matches!(self.state, State::Leaving { is_told: true, .. });
        let reason = match is_told || self.login.user.id == next_user_id {
            true => RoomReason::Logout,
            false => RoomReason::LogoutFailed,
        };
        self.end(reason, Code::OK, "", ctx);
    }

    /// We set this key of the room's extra info ourselves.
    pub(crate) fn note_extra(&mut self, key: String, value: String) {
        let user = self.login.user.clone();
        self.roster.change_extra(vec![RoomExtra { key, value, user, at_ms: 0 }]);
    }

    /// The link is gone, perhaps because the session moved to the second try just before the
    /// logout. So the server is told on that one as well.
    fn leave_by_the_other(&mut self, ctx: &mut Context) -> RoomNews {
        let Some(dial) = self.second.take() else {
            return self.give_up_leaving(ctx);
        };
        if let State::Leaving { socket, is_told, .. } = &mut self.state {
            ctx.effect(Effect::CloseSocket(*socket));
            (*socket, *is_told) = (dial.socket, false);
        }
        RoomNews::None
    }

    /// The server will not confirm the logout.
    fn give_up_leaving(&mut self, ctx: &mut Context) -> RoomNews {
        let reason = match self.login.resume {
            None => RoomReason::Logout,
            Some(_) => RoomReason::LogoutFailed,
        };
        self.end(reason, Code::OK, "", ctx)
    }

    fn handle_closed(&mut self, now: Millis, cause: Cause, ctx: &mut Context) -> RoomNews {
        match &self.state {
            State::Joined(_) => self.lose(now, cause, ctx),
            State::Connecting(_) => self.dial_failed(now, cause, ctx),
            State::Leaving { .. } => self.leave_by_the_other(ctx),
            State::Waiting { .. } | State::Expired | State::Ended => RoomNews::None,
        }
    }

    fn handle_message(
        &mut self,
        now: Millis,
        socket: SocketId,
        message: ServerMessage,
        ctx: &mut Context,
    ) -> RoomNews {
        match (&mut self.state, message) {
            (State::Connecting(_), message) => self.handle_first(now, socket, message, ctx),
            (State::Leaving { is_told, .. }, ServerMessage::Hello(_)) => {
                *is_told = true;
                ctx.effect(Effect::SendMessage(socket, ClientMessage::Logout));
                RoomNews::None
            }
            (State::Leaving { .. }, ServerMessage::Bye | ServerMessage::End { .. }) => {
                self.end(RoomReason::Logout, Code::OK, "", ctx)
            }
            (_, ServerMessage::End { code, message }) => self.end_by_server(code, &message, ctx),
            // The close that follows may never reach us.
            (_, ServerMessage::Goaway { min_ms, max_ms }) => {
                self.handle_closed(now, range(min_ms, max_ms), ctx)
            }
            (State::Joined(_), message) => self.handle_event(now, message, ctx),
            _ => RoomNews::None,
        }
    }

    /// The first message on a link that is being opened.
    fn handle_first(
        &mut self,
        now: Millis,
        socket: SocketId,
        message: ServerMessage,
        ctx: &mut Context,
    ) -> RoomNews {
        match message {
            ServerMessage::Hello(hello) => self.join(now, socket, hello, ctx),
            ServerMessage::End { code, message } => {
                self.handle_refused(now, socket, code, &message, ctx)
            }
            ServerMessage::Goaway { .. } if self.is_second(socket) => {
                self.drop_second(ctx);
                RoomNews::None
            }
            ServerMessage::Goaway { min_ms, max_ms } => {
                self.dial_failed(now, range(min_ms, max_ms), ctx)
            }
            _ => RoomNews::None,
        }
    }

    fn join(&mut self, now: Millis, socket: SocketId, hello: Hello, ctx: &mut Context) -> RoomNews {
        let moved = matches!(self.state, State::Joined(_));
        self.keep_later_try(socket, ctx);
        self.state = State::Joined(Link::new(now, socket, hello.heartbeat_ms));
        self.retry.end(now);
        let (ttl_ms, current) = (hello.token_ttl_ms, &mut self.login.token);
        self.token.handle_joined(now, ttl_ms, socket, current, ctx);
        // A later try of this login joins the same session, but the server answers it as a new
        // login.
        let is_known = self.login.resume.as_ref().is_some_and(|own| own.session == hello.session);
        let resumed = hello.resumed || is_known;
        let is_first = self.login.resume.is_none();
        // A link that was replaced in time is not reported, unless the session is new.
        if !(moved && resumed) {
            self.tell_joined(moved, is_first, ctx);
        }
        self.settle(Ok(()), ctx);
        self.catch_up(now, Hello { resumed, ..hello }, ctx);
        RoomNews::Joined { resumed, moved }
    }

    fn tell_joined(&self, moved: bool, is_first: bool, ctx: &mut Context) {
        let room = &self.login.room;
        if moved {
            ctx.tell_room(room, RoomReason::Reconnecting, Code::NETWORK_BROKEN, "");
        }
        let reason = if is_first { RoomReason::Logined } else { RoomReason::Reconnected };
        ctx.tell_room(room, reason, Code::OK, "");
    }

    /// The link is gone: tells RECONNECTING, and makes the first try according to the cause
    /// (ROOM-04).
    fn lose(&mut self, now: Millis, cause: Cause, ctx: &mut Context) -> RoomNews {
        ctx.tell_room(&self.login.room, RoomReason::Reconnecting, Code::NETWORK_BROKEN, "");
        self.token.handle_link_lost(&mut self.login.token, ctx);
        self.retry.begin(now, ctx.config.room_window_ms);
        match self.dial_failed(now, cause, ctx) {
            RoomNews::None => RoomNews::Lost,
            news => news,
        }
    }

    fn give_up(&mut self, ctx: &mut Context) -> RoomNews {
        let (reason, code) = match self.login.resume {
            None => (RoomReason::LoginFailed, Code::WINDOW_ENDED),
            Some(_) if self.is_paused() => (RoomReason::KickOut, Code::TOKEN_EXPIRED),
            Some(_) => (RoomReason::ReconnectFailed, Code::WINDOW_ENDED),
        };
        self.end(reason, code, "", ctx)
    }

    fn end_by_server(&mut self, code: Code, message: &str, ctx: &mut Context) -> RoomNews {
        let reason = match self.login.resume {
            None => RoomReason::LoginFailed,
            Some(_) => RoomReason::KickOut,
        };
        if sabotage::is(Mutant::RetryAfterKick) {
            self.open_socket(Millis(0), ctx);
        }
        self.end(reason, code, message, ctx)
    }

    fn end(
        &mut self,
        reason: RoomReason,
        code: Code,
        message: &str,
        ctx: &mut Context,
    ) -> RoomNews {
        self.close(ctx);
        self.state = State::Ended;
        ctx.tell_room(&self.login.room, reason, code, message);
        let words = if message.is_empty() { code.message() } else { message };
        self.settle(Err(Refusal::new(code, words)), ctx);
        RoomNews::Ended(code)
    }

    fn close(&mut self, ctx: &mut Context) {
        if let Some(socket) = self.socket() {
            ctx.effect(Effect::CloseSocket(socket));
        }
        self.drop_second(ctx);
    }

    fn settle(&mut self, outcome: Result<(), Refusal>, ctx: &mut Context) {
        if let Some(call) = self.call.take() {
            ctx.event(Event::LoginSettled(call, outcome));
        }
    }

    pub(super) fn is_second(&self, socket: SocketId) -> bool {
        self.second.as_ref().is_some_and(|dial| dial.socket == socket)
    }

    fn is_trying(&self) -> bool {
        matches!(self.state, State::Connecting(_) | State::Waiting { .. } | State::Expired)
    }

    /// Whether no try is made because the token has expired.
    fn is_paused(&self) -> bool {
        matches!(self.state, State::Expired)
    }

    fn socket(&self) -> Option<SocketId> {
        match &self.state {
            State::Connecting(Dial { socket, .. }) | State::Leaving { socket, .. } => Some(*socket),
            State::Joined(link) => Some(link.socket()),
            State::Waiting { .. } | State::Expired | State::Ended => None,
        }
    }
}

fn range(min_ms: u64, max_ms: u64) -> Cause {
    let min_ms = min_ms.min(GOAWAY_MS_MAX);
    Cause::Range(min_ms, max_ms.clamp(min_ms, GOAWAY_MS_MAX))
}
