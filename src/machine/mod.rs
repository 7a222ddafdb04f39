//! The brain: every decision of the SDK, as pure state machines over one clock.

mod check;
mod claims;
mod config;
mod context;
mod exchange;
mod io;
mod limiter;
mod link;
mod media;
mod media_code;
mod meter;
mod nodes;
mod pace;
mod pending_requests;
mod retry;
mod rng;
mod room;
mod roster;
mod stay;
#[cfg(test)]
mod tests;
mod token;

pub use config::Config;
pub use holdfast_protocol::Millis;
pub use io::{
    Call, CallId, Direction, Effect, Event, Input, Layer, MediaState, NetworkInput, Obstacle,
    Output, PeerId, PeerInput, Received, Refusal, Reply, Request, RetryCause, RetryUpdate,
    RoomReason, SocketId, SocketInput, Stage,
};
pub use roster::Difference;

use check::{check_login, check_request, check_token};
use context::Context;
use holdfast_protocol::sabotage::{self, Mutant};
use holdfast_protocol::{Code, Login, Resume, id, limit, timing};
use media::StreamRequest;
use stay::Stay;

/// One engine's rooms, with their publishers and players.
#[derive(Debug)]
pub struct Brain {
    ctx: Context,
    /// In the order of their logins. Without `enableMultiRoom` there is one at most.
    stays: Vec<Stay>,
    /// The room that asked its server last.
    turn: usize,
    has_logged_in: bool,
}

impl Brain {
    /// A brain that is in no room. The seed decides all jitter.
    pub fn new(seed: u64) -> Brain {
        Brain { ctx: Context::new(seed), stays: Vec::new(), turn: 0, has_logged_in: false }
    }

    /// Takes one input. Only a call can be refused; a refused call has changed nothing.
    ///
    /// # Errors
    /// The documented code for what is wrong with the call.
    pub fn handle(&mut self, now: Millis, input: Input) -> Result<(), Refusal> {
        self.ctx.now = now;
        match input {
            Input::Call(call) => self.handle_call(now, call)?,
            // Input of a link that no longer is ours is ignored.
            Input::Socket(socket, input) => match self.position(|stay| stay.room.owns(socket)) {
                Some(index) => self.handle_socket(now, index, socket, input),
                None => return Ok(()),
            },
            Input::Obstacle(socket, obstacle) => {
                match self.position(|stay| stay.room.asks_about(socket)) {
                    Some(index) => {
                        let (stay, ctx) = self.enter(index);
                        stay.handle_obstacle(now, socket, obstacle, ctx);
                    }
                    None => return Ok(()),
                }
            }
            Input::Peer(peer, input) => {
                let owner = self.position(|stay| stay.owns_peer(peer));
                // A node may still answer the offer of a session that is closed.
                let is_answer = matches!(input, PeerInput::Answered(_));
                let is_ours =
                    if is_answer { self.ctx.exchanges.expect(peer) } else { owner.is_some() };
                if !is_ours {
                    return Ok(());
                }
                let input = self.ctx.exchange(peer, input);
                if let (Some(index), Some(input)) = (owner, input) {
                    let (stay, ctx) = self.enter(index);
                    stay.handle_peer(now, peer, input, ctx);
                }
            }
            Input::Network(input) => self.handle_network(now, input),
            Input::Timeout => self.in_each(|stay, ctx| stay.handle_timeout(now, ctx)),
        }
        self.settle(now);
        Ok(())
    }

    /// Takes the effects and events of the last input, in order.
    pub fn take_outputs(&mut self) -> Vec<Output> {
        self.ctx.take_outputs()
    }

    /// When [`Input::Timeout`] is due. The value may change with every input.
    pub fn next_deadline(&self) -> Option<Millis> {
        let mut deadline = None;
        for stay in &self.stays {
            deadline = earlier(deadline, stay.deadline(&self.ctx));
        }
        deadline
    }

    /// The settings of `setEngineConfig` so far.
    pub fn config(&self) -> &Config {
        &self.ctx.config
    }

    /// The IDs and secrets of the sessions that there are. A page that is being closed ends the
    /// sessions with them (ROOM-13).
    pub fn sessions(&self) -> Vec<Resume> {
        self.stays.iter().filter_map(|stay| stay.room.session().cloned()).collect()
    }

    /// A room, and the context with that room's link in it.
    fn enter(&mut self, index: usize) -> (&mut Stay, &mut Context) {
        let stay = &mut self.stays[index];
        self.ctx.link = stay.room.joined_socket();
        (stay, &mut self.ctx)
    }

    /// Does the same in every room.
    fn in_each(&mut self, mut act: impl FnMut(&mut Stay, &mut Context)) {
        for index in 0..self.stays.len() {
            let (stay, ctx) = self.enter(index);
            act(stay, ctx);
        }
    }

    fn position(&self, test: impl Fn(&Stay) -> bool) -> Option<usize> {
        self.stays.iter().position(test)
    }

    /// Asks the rooms what is to be asked, each in its turn, and forgets what is over.
    fn settle(&mut self, now: Millis) {
        self.in_each(|stay, ctx| stay.drop_ended(now, ctx));
        let mut quiet = 0;
        while quiet < self.stays.len() {
            self.turn = (self.turn + 1) % self.stays.len();
            let (stay, ctx) = self.enter(self.turn);
            quiet = if stay.ask(now, ctx) { 0 } else { quiet + 1 };
        }
        self.in_each(Stay::give_up);
        self.stays.retain(|stay| !stay.room.is_over());
    }

    fn handle_socket(&mut self, now: Millis, index: usize, socket: SocketId, input: SocketInput) {
        let (stay, ctx) = self.enter(index);
        stay.handle_socket(now, socket, input, ctx);
        if sabotage::is(Mutant::MixRooms) {
            for (other, stay) in self.stays.iter_mut().enumerate() {
                if other != index {
                    stay.room.begin_window_again(now, &self.ctx);
                }
            }
        }
    }

    fn handle_network(&mut self, now: Millis, input: NetworkInput) {
        match input {
            NetworkInput::Online => self.ctx.online = true,
            NetworkInput::Offline => self.ctx.online = false,
            NetworkInput::Changed | NetworkInput::Woke => {}
        }
        self.in_each(|stay, ctx| stay.handle_network(now, input, ctx));
    }

    fn handle_call(&mut self, now: Millis, call: Call) -> Result<(), Refusal> {
        match call {
            Call::EnableMultiRoom(is_on) => return self.enable_multi_room(is_on),
            Call::Login { call, login } => return self.login(now, call, login),
            Call::Logout { room } => return self.logout(now, room),
            // The user is looking at the page, which tells as much as the page waking up.
            Call::RetryNow => self.handle_network(now, NetworkInput::Woke),
            Call::Switch { from, call, login } => return self.switch(now, &from, call, login),
            Call::RenewToken { room, token } => {
                check_token(&token)?;
                let index = self.room_to_call(&room)?;
                let (stay, ctx) = self.enter(index);
                stay.room.renew_token(now, token, ctx);
            }
            Call::Send { call, room, request } => return self.send(now, call, room, request),
            Call::StartPublishing { room, stream, extra } => {
                id::check_extra_info(&extra)?;
                let direction = Direction::Publish;
                let request = StreamRequest { direction, stream, extra, follow: false, call: None };
                return self.start(now, room, request);
            }
            Call::StartPlaying { call, room, stream, follow } => {
                let (direction, extra) = (Direction::Play, String::new());
                let request = StreamRequest { direction, stream, extra, follow, call: Some(call) };
                return self.start(now, room, request);
            }
            Call::Mute { stream, muted } => {
                self.in_each(|stay, ctx| stay.mute(&stream, muted, ctx));
            }
            Call::StopPublishing { stream } => return self.stop(Direction::Publish, &stream),
            Call::StopPlaying { stream } => return self.stop(Direction::Play, &stream),
            Call::Configure(_) if !self.stays.is_empty() => {
                let message = "setEngineConfig must be called before loginRoom";
                return Err(Refusal::new(Code::BAD_PARAMETER, message));
            }
            Call::Configure(config) => self.ctx.config = config,
        }
        Ok(())
    }

    /// `enableMultiRoom` (ROOM-17): only before the first login, because a server tells by the
    /// client's number that a login adds a room and does not replace the other session.
    fn enable_multi_room(&mut self, is_on: bool) -> Result<(), Refusal> {
        if self.has_logged_in {
            return Err(Code::MULTI_ROOM_OFF.into());
        }
        self.ctx.client = if is_on { self.ctx.draw_number() } else { 0 };
        Ok(())
    }

    fn is_multi_room(&self) -> bool {
        self.ctx.client != 0
    }

    fn login(&mut self, now: Millis, call: CallId, login: Box<Login>) -> Result<(), Refusal> {
        check_login(&login)?;
        match self.stay_at(&login.room) {
            Some(index) => {
                let stay = &self.stays[index];
                // The app need not wait for LOGOUT before it logs in again.
                match stay.room.is_leaving() && stay.next_room.is_none() {
                    true => self.check_user(&login)?,
                    false => return Err(taken(stay, &login.room)),
                }
                let (stay, ctx) = self.enter(index);
                stay.end_at_once(&login.user.id, ctx);
            }
            None => {
                self.check_user(&login)?;
                self.make_place()?;
            }
        }
        self.has_logged_in = true;
        self.stays.push(Stay::login(now, call, login, &mut self.ctx));
        Ok(())
    }

    /// The room that stands against a login to this one: without `enableMultiRoom` any room does.
    fn stay_at(&self, room: &str) -> Option<usize> {
        self.position(|stay| !self.is_multi_room() || stay.is_about(room))
    }

    /// All rooms are the same user's.
    fn check_user(&self, login: &Login) -> Result<(), Refusal> {
        let user = &login.user.id;
        let is_other = |stay: &Stay| !stay.room.is_leaving() && stay.room.user() != user;
        match self.position(is_other) {
            Some(_) => Err(Code::OTHER_USER.into()),
            None => Ok(()),
        }
    }

    /// A room that is being left gives its place to a new one if there are too many.
    fn make_place(&mut self) -> Result<(), Refusal> {
        if self.stays.len() >= limit::USER_ROOMS_MAX {
            let is_leaving = |stay: &Stay| stay.room.is_leaving() && stay.next_room.is_none();
            let index = self.position(is_leaving).ok_or(Code::TOO_MANY_ROOMS)?;
            let (stay, ctx) = self.enter(index);
            stay.end_at_once("", ctx);
        }
        Ok(())
    }

    fn logout(&mut self, now: Millis, room: Option<String>) -> Result<(), Refusal> {
        if room.is_some() && self.position(|stay| stay.is_meant(&room)).is_none() {
            return Err(Code::NOT_IN_ROOM.into());
        }
        self.in_each(|stay, ctx| {
            if stay.is_meant(&room) {
                stay.logout(now, ctx);
            }
        });
        Ok(())
    }

    fn switch(
        &mut self,
        now: Millis,
        from: &str,
        call: CallId,
        login: Box<Login>,
    ) -> Result<(), Refusal> {
        check_login(&login)?;
        let index = self.stay_at(from).ok_or(Code::NOT_IN_ROOM)?;
        let stay = &self.stays[index];
        if stay.next_room.is_some() {
            return Err(Code::LOGIN_IN_PROGRESS.into());
        }
        if stay.room.id() != from || stay.room.is_leaving() {
            return Err(Code::NOT_IN_ROOM.into());
        }
        if self.position(|stay| stay.is_about(&login.room)).is_some() {
            return Err(Code::ALREADY_LOGGED_IN.into());
        }
        let (stay, ctx) = self.enter(index);
        stay.switch(now, (call, login), ctx);
        Ok(())
    }

    fn send(
        &mut self,
        now: Millis,
        call: CallId,
        room: Option<String>,
        request: Request,
    ) -> Result<(), Refusal> {
        check_request(&request)?;
        let index = match &request {
            // A stream is published in one room only.
            Request::StreamExtra { stream, .. } => self.room_with(Direction::Publish, stream),
            _ => None,
        };
        let index = index.map_or_else(|| self.room_to_call(&room), Ok)?;
        let (stay, ctx) = self.enter(index);
        stay.send(now, call, request, ctx)
    }

    /// The room a call is about, if the app is in it.
    fn room_to_call(&self, id: &Option<String>) -> Result<usize, Refusal> {
        if id.is_none() && self.is_multi_room() {
            return Err(Refusal::new(Code::BAD_PARAMETER, "roomID must name one of the rooms"));
        }
        let is_it = |stay: &Stay| stay.is_meant(id) && !stay.room.is_leaving();
        self.position(is_it).ok_or_else(|| Code::NOT_IN_ROOM.into())
    }

    /// The room in which a stream is published or played here.
    fn room_with(&self, direction: Direction, stream: &str) -> Option<usize> {
        self.position(|stay| stay.has(direction, stream))
    }

    fn start(
        &mut self,
        now: Millis,
        room: Option<String>,
        request: StreamRequest,
    ) -> Result<(), Refusal> {
        let (direction, stream) = (request.direction, &request.stream);
        id::check_stream_id(stream)?;
        let Some(first) = self.position(|stay| !stay.room.is_leaving()) else {
            return Err(Code::NOT_LOGGED_IN.into());
        };
        if self.room_with(direction, stream).is_some() {
            return Err(match direction {
                Direction::Publish => Code::ALREADY_PUBLISHING.into(),
                Direction::Play => Code::ALREADY_PLAYING.into(),
            });
        }
        let mut not_before = now;
        for stay in &self.stays {
            if let Some(at) = stay.failed_at(direction, stream) {
                not_before = at + timing::RESTART_PAUSE_MS;
            }
        }
        let index = match (direction, &room) {
            // The room that has the stream, or else the first.
            (Direction::Play, None) => {
                let has_it = |stay: &Stay| !stay.room.is_leaving() && stay.offers(stream);
                self.position(has_it).unwrap_or(first)
            }
            _ => self.room_to_call(&room)?,
        };
        let (stay, ctx) = self.enter(index);
        stay.start(now, request, not_before, ctx);
        Ok(())
    }

    /// Stopping a stream that is not running is no error, because there is nothing left to stop.
    fn stop(&mut self, direction: Direction, stream: &str) -> Result<(), Refusal> {
        id::check_stream_id(stream)?;
        self.in_each(|stay, ctx| stay.stop(direction, stream, ctx));
        Ok(())
    }
}

/// Why a room where the app is cannot be logged in to.
fn taken(stay: &Stay, room: &str) -> Refusal {
    match stay.room.joined_socket() {
        _ if stay.room.is_leaving() => Code::LOGIN_IN_PROGRESS.into(),
        _ if stay.room.id() != room => Code::SECOND_ROOM.into(),
        Some(_) => Code::ALREADY_LOGGED_IN.into(),
        None => Code::LOGIN_IN_PROGRESS.into(),
    }
}

/// The earlier of two moments, if there is any. Chains of iterators would be several times as large
/// in the wasm.
fn earlier(one: Option<Millis>, other: Option<Millis>) -> Option<Millis> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
