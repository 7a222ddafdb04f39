//! The brain: every decision of the SDK, as pure state machines over one clock.

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

use claims::GivenUp;
use context::Context;
use holdfast_protocol::{Change, Code, Login, Resume, id, limit, timing};
use media::{Media, StreamRequest};
use pending_requests::PendingRequests;
use room::{Room, RoomNews};

/// One engine's room, publishers and players.
#[derive(Debug)]
pub struct Brain {
    ctx: Context,
    room: Option<Room>,
    /// Where `switchRoom` goes once the room is left.
    next_room: Option<(CallId, Box<Login>)>,
    media: Vec<Media>,
    given_up: GivenUp,
    pending_requests: PendingRequests,
}

impl Brain {
    /// A brain that is in no room. The seed decides all jitter.
    pub fn new(seed: u64) -> Brain {
        Brain {
            ctx: Context::new(seed),
            room: None,
            next_room: None,
            media: Vec::new(),
            given_up: GivenUp::default(),
            pending_requests: PendingRequests::default(),
        }
    }

    /// Takes one input. Only a call can be refused; a refused call has changed nothing.
    ///
    /// # Errors
    /// The documented code for what is wrong with the call.
    pub fn handle(&mut self, now: Millis, input: Input) -> Result<(), Refusal> {
        if !self.is_about_ours(&input) {
            return Ok(());
        }
        self.ctx.now = now;
        match input {
            Input::Call(call) => self.handle_call(now, call)?,
            Input::Socket(socket, input) => {
                if let Some(room) = &mut self.room {
                    let news = room.handle_socket(now, socket, input, &mut self.ctx);
                    self.handle_news(now, news);
                }
            }
            Input::Obstacle(socket, obstacle) => {
                if let Some(room) = &mut self.room {
                    let news = room.handle_obstacle(now, socket, obstacle, &mut self.ctx);
                    self.handle_news(now, news);
                }
            }
            Input::Peer(peer, input) => self.handle_peer(now, peer, input),
            Input::Network(input) => self.handle_network(now, input),
            Input::Timeout => self.handle_timeout(now),
        }
        self.drop_ended(now);
        self.handle_stream_changes(now);
        self.ask_the_room(now);
        self.given_up.tell(&mut self.ctx);
        Ok(())
    }

    /// Whether an input is about a link or session that is still ours.
    fn is_about_ours(&self, input: &Input) -> bool {
        match input {
            Input::Socket(socket, _) => self.room.as_ref().is_some_and(|room| room.owns(*socket)),
            Input::Obstacle(socket, _) => {
                self.room.as_ref().is_some_and(|room| room.asks_about(*socket))
            }
            // A node may still answer the offer of a session that is closed.
            Input::Peer(peer, PeerInput::Answered(_)) => self.ctx.exchanges.expect(*peer),
            Input::Peer(peer, _) => self.media.iter().any(|media| media.owns(*peer)),
            Input::Call(_) | Input::Network(_) | Input::Timeout => true,
        }
    }

    /// Takes the effects and events of the last input, in order.
    pub fn take_outputs(&mut self) -> Vec<Output> {
        self.ctx.take_outputs()
    }

    /// When [`Input::Timeout`] is due. The value may change with every input.
    pub fn next_deadline(&self) -> Option<Millis> {
        let mut deadline = self.pending_requests.deadline();
        if let Some(room) = &self.room {
            deadline = earlier(deadline, room.deadline());
        }
        for media in &self.media {
            deadline = earlier(deadline, media.deadline());
        }
        match self.has_a_question() {
            true => earlier(deadline, Some(self.ctx.pace.due())),
            false => deadline,
        }
    }

    /// The settings of `setEngineConfig` so far.
    pub fn config(&self) -> &Config {
        &self.ctx.config
    }

    /// The session's ID and secret, while there is a session. A page that is being closed ends the
    /// session with them (ROOM-13).
    pub fn session(&self) -> Option<&Resume> {
        self.room.as_ref()?.session()
    }

    fn handle_peer(&mut self, now: Millis, peer: PeerId, input: PeerInput) {
        let Some(input) = self.ctx.exchange(peer, input) else { return };
        for media in &mut self.media {
            if media.owns(peer) {
                media.handle_session(now, peer, input.clone(), &mut self.ctx);
                media.check_told(now, &mut self.ctx);
            }
        }
    }

    fn handle_network(&mut self, now: Millis, input: NetworkInput) {
        match input {
            NetworkInput::Online => self.ctx.online = true,
            NetworkInput::Offline => self.ctx.online = false,
            NetworkInput::Changed | NetworkInput::Woke => {}
        }
        if let Some(room) = &mut self.room {
            room.handle_network(now, input, &mut self.ctx);
        }
        for media in &mut self.media {
            media.handle_network(now, input, &mut self.ctx);
        }
    }

    fn handle_timeout(&mut self, now: Millis) {
        if let Some(room) = &mut self.room {
            let news = room.handle_timeout(now, &mut self.ctx);
            self.handle_news(now, news);
        }
        self.pending_requests.handle_timeout(now, &mut self.ctx);
        for media in &mut self.media {
            media.handle_timeout(now, &mut self.ctx);
            media.check_told(now, &mut self.ctx);
        }
    }

    fn handle_news(&mut self, now: Millis, news: RoomNews) {
        self.ctx.link = self.room.as_ref().and_then(Room::joined_socket);
        match news {
            RoomNews::None => {}
            RoomNews::Lost => self.handle_link_lost(now),
            RoomNews::Joined { resumed, moved } => {
                if moved {
                    self.handle_link_lost(now);
                }
                if !resumed {
                    self.given_up.clear();
                }
                // Released claims must be sent before any new claim.
                self.given_up.tell(&mut self.ctx);
                for media in &mut self.media {
                    media.handle_joined(now, resumed, &mut self.ctx);
                }
                self.ask_the_room(now);
                // Only after the streams are claimed again, because some requests are about
                // streams.
                self.pending_requests.handle_joined(now, resumed, &mut self.ctx);
            }
            RoomNews::Reply { request, code, seq, nodes } => {
                self.given_up.handle_reply(request);
                let done = self.pending_requests.handle_reply(request, code, seq, &mut self.ctx);
                self.note_done(done);
                for media in &mut self.media {
                    let room = self.room.as_ref();
                    let is_listed = code == Code::STREAM_NOT_FOUND
                        && room.is_some_and(|room| room.lists(media.stream()));
                    media.handle_reply(now, request, code, (&nodes, is_listed), &mut self.ctx);
                }
            }
            RoomNews::Ended(code) => self.handle_room_ended(now, code),
        }
    }

    /// The server does not echo our own changes, so apply them when the reply confirms them.
    fn note_done(&mut self, done: Option<Request>) {
        match done {
            Some(Request::RoomExtra { key, value }) => {
                if let Some(room) = &mut self.room {
                    room.note_extra(key, value);
                }
            }
            Some(Request::StreamExtra { stream, extra }) => {
                for media in &mut self.media {
                    if media.is(Direction::Publish, &stream) {
                        media.set_extra(&extra);
                    }
                }
            }
            _ => {}
        }
    }

    fn handle_link_lost(&mut self, now: Millis) {
        self.given_up.handle_link_lost();
        self.pending_requests.handle_link_lost(&mut self.ctx);
        for media in &mut self.media {
            media.handle_link_lost(now);
        }
    }

    fn handle_room_ended(&mut self, now: Millis, code: Code) {
        self.room = None;
        self.given_up.clear();
        self.pending_requests.end(code, &mut self.ctx);
        self.end_media(code);
        if let Some((call, login)) = self.next_room.take() {
            self.room = Some(Room::login(now, login, call, &mut self.ctx));
        }
    }

    /// Tells players that wait for a stream that it came or went.
    fn handle_stream_changes(&mut self, now: Millis) {
        for (change, stream) in std::mem::take(&mut self.ctx.stream_changes) {
            for media in &mut self.media {
                if media.is(Direction::Play, &stream) {
                    media.handle_stream_change(now, change, &mut self.ctx);
                }
            }
        }
    }

    /// Whether a publisher or player is waiting to ask the room, and only the pace holds it up.
    fn has_a_question(&self) -> bool {
        let (mut asking, mut waiting) = (0, false);
        for media in &self.media {
            asking += u64::from(media.is_asking());
            waiting |= media.wants_to_ask();
        }
        waiting && self.ctx.link.is_some() && asking < self.ctx.pace.in_a_row()
    }

    /// Sends the questions of publishers and players to the room, no faster than it accepts them:
    /// publishers first, then players whose stream is in the room.
    fn ask_the_room(&mut self, now: Millis) {
        while self.has_a_question() && self.ctx.pace.due() <= now {
            let Some(index) = self.next_to_ask() else { return };
            self.media[index].put_question(now, &mut self.ctx);
            self.ctx.pace.note_question();
        }
    }

    fn next_to_ask(&self) -> Option<usize> {
        let first = |test: &dyn Fn(&Media) -> bool| {
            self.media.iter().position(|media| media.wants_to_ask() && test(media))
        };
        let room = self.room.as_ref();
        let is_there = |media: &Media| room.is_some_and(|room| room.lists(media.stream()));
        first(&Media::publishes).or_else(|| first(&is_there)).or_else(|| first(&|_| true))
    }

    fn drop_ended(&mut self, now: Millis) {
        let (given_up, changes) = (&mut self.given_up, &mut self.ctx.stream_changes);
        self.media.retain_mut(|media| {
            if let Some(stream) = media.take_claim(now) {
                // The room tells the others, but not a player of our own stream.
                changes.push((Change::Delete, stream.clone()));
                given_up.add(stream);
            }
            media.is_remembered(now)
        });
    }

    fn handle_call(&mut self, now: Millis, call: Call) -> Result<(), Refusal> {
        match call {
            Call::Login { call, login } => self.login(now, call, login),
            Call::Logout { room } => self.logout(now, room),
            // The user is looking at the page, which tells as much as the page waking up.
            Call::RetryNow => {
                self.handle_network(now, NetworkInput::Woke);
                Ok(())
            }
            Call::Switch { from, call, login } => self.switch(now, &from, call, login),
            Call::RenewToken { room, token } => {
                check_token(&token)?;
                let (room, ctx) = self.room_to_call(room)?;
                room.renew_token(now, token, ctx);
                Ok(())
            }
            Call::Send { call, room, request } => self.send(now, call, room, request),
            Call::StartPublishing { stream, extra } => {
                id::check_extra_info(&extra)?;
                let direction = Direction::Publish;
                self.start(
                    now,
                    StreamRequest { direction, stream, extra, follow: false, call: None },
                )
            }
            Call::StartPlaying { call, stream, follow } => {
                let (direction, extra) = (Direction::Play, String::new());
                self.start(
                    now,
                    StreamRequest { direction, stream, extra, follow, call: Some(call) },
                )
            }
            Call::Mute { stream, muted } => {
                for media in &mut self.media {
                    if media.is(Direction::Publish, &stream) {
                        media.mute(muted, &mut self.ctx);
                    }
                }
                Ok(())
            }
            Call::StopPublishing { stream } => self.stop(Direction::Publish, &stream),
            Call::StopPlaying { stream } => self.stop(Direction::Play, &stream),
            Call::Configure(config) => {
                if self.room.is_some() {
                    let message = "setEngineConfig must be called before loginRoom";
                    return Err(Refusal::new(Code::BAD_PARAMETER, message));
                }
                self.ctx.config = config;
                Ok(())
            }
        }
    }

    fn login(&mut self, now: Millis, call: CallId, login: Box<Login>) -> Result<(), Refusal> {
        check_login(&login)?;
        match &mut self.room {
            // The app need not wait for LOGOUT before it logs in again.
            Some(room) if room.is_leaving() && self.next_room.is_none() => {
                room.leave_at_once(&login.user.id, &mut self.ctx);
                self.pending_requests.end(Code::OK, &mut self.ctx);
                self.given_up.clear();
            }
            Some(room) if room.is_leaving() => return Err(Code::LOGIN_IN_PROGRESS.into()),
            Some(room) if room.id() != login.room => return Err(Code::SECOND_ROOM.into()),
            Some(room) if room.joined_socket().is_some() => {
                return Err(Code::ALREADY_LOGGED_IN.into());
            }
            Some(_) => return Err(Code::LOGIN_IN_PROGRESS.into()),
            None => {}
        }
        self.room = Some(Room::login(now, login, call, &mut self.ctx));
        self.ctx.link = None;
        Ok(())
    }

    fn logout(&mut self, now: Millis, room_id: Option<String>) -> Result<(), Refusal> {
        match (&self.room, room_id) {
            (Some(room), Some(id)) if room.id() != id => return Err(Code::NOT_IN_ROOM.into()),
            (None, Some(_)) => return Err(Code::NOT_IN_ROOM.into()),
            _ => {}
        }
        if let Some((call, _)) = self.next_room.take() {
            let refusal = Refusal::from(Code::LOGIN_CANCELLED);
            self.ctx.event(Event::LoginSettled(call, Err(refusal)));
        }
        self.leave(now);
        Ok(())
    }

    /// `switchRoom`: the second login begins when the first room has been left (ROOM-14).
    fn switch(
        &mut self,
        now: Millis,
        from: &str,
        call: CallId,
        login: Box<Login>,
    ) -> Result<(), Refusal> {
        check_login(&login)?;
        if self.next_room.is_some() {
            return Err(Code::LOGIN_IN_PROGRESS.into());
        }
        match &self.room {
            Some(room) if room.id() != from || room.is_leaving() => {
                return Err(Code::NOT_IN_ROOM.into());
            }
            Some(_) if login.room == from => return Err(Code::ALREADY_LOGGED_IN.into()),
            Some(_) => {}
            None => return Err(Code::NOT_IN_ROOM.into()),
        }
        self.next_room = Some((call, login));
        self.leave(now);
        Ok(())
    }

    fn leave(&mut self, now: Millis) {
        self.end_media(Code::OK);
        if let Some(room) = &mut self.room {
            let news = room.logout(now, &mut self.ctx);
            self.handle_news(now, news);
        }
    }

    fn send(
        &mut self,
        now: Millis,
        call: CallId,
        room: Option<String>,
        request: Request,
    ) -> Result<(), Refusal> {
        check_request(&request)?;
        self.room_to_call(room)?;
        if let Request::StreamExtra { stream, .. } = &request
            && !self.media.iter().any(|media| media.is(Direction::Publish, stream))
        {
            return Err(Code::STREAM_NOT_FOUND.into());
        }
        self.pending_requests.add(now, call, request, &mut self.ctx)
    }

    /// The room a call is about, if the app is in it.
    fn room_to_call(&mut self, id: Option<String>) -> Result<(&mut Room, &mut Context), Refusal> {
        match &mut self.room {
            Some(room) if !room.is_leaving() && id.is_none_or(|id| room.id() == id) => {
                Ok((room, &mut self.ctx))
            }
            _ => Err(Code::NOT_IN_ROOM.into()),
        }
    }

    fn start(&mut self, now: Millis, request: StreamRequest) -> Result<(), Refusal> {
        id::check_stream_id(&request.stream)?;
        let direction = request.direction;
        if self.room.as_ref().is_none_or(Room::is_leaving) {
            return Err(Code::NOT_LOGGED_IN.into());
        }
        if self.media.iter().any(|media| media.is(direction, &request.stream)) {
            return Err(match direction {
                Direction::Publish => Code::ALREADY_PUBLISHING.into(),
                Direction::Play => Code::ALREADY_PLAYING.into(),
            });
        }
        let mut not_before = now;
        for ended in &self.media {
            if let Some(at) = ended.failed_at(direction, &request.stream) {
                not_before = at + timing::RESTART_PAUSE_MS;
            }
        }
        self.media.push(Media::start(now, request, not_before, &mut self.ctx));
        Ok(())
    }

    /// Stopping a stream that is not running is no error, because there is nothing left to stop.
    fn stop(&mut self, direction: Direction, stream: &str) -> Result<(), Refusal> {
        id::check_stream_id(stream)?;
        if let Some(media) = self.media.iter_mut().find(|media| media.is(direction, stream)) {
            media.end(Code::OK, &mut self.ctx);
        }
        Ok(())
    }

    fn end_media(&mut self, room_code: Code) {
        for mut media in self.media.drain(..) {
            media.end_with_room(room_code, &mut self.ctx);
        }
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

fn check_login(login: &Login) -> Result<(), Refusal> {
    id::check_room_id(&login.room)?;
    id::check_user_id(&login.user.id)?;
    id::check_user_name(&login.user.name)?;
    check_token(&login.token)
}

fn check_token(token: &str) -> Result<(), Refusal> {
    match token.len() {
        1..=limit::TOKEN_BYTES_MAX => Ok(()),
        _ => Err(Code::TOKEN_INVALID.into()),
    }
}

fn check_request(request: &Request) -> Result<(), Refusal> {
    match request {
        Request::Broadcast { text } | Request::Barrage { text } => id::check_message(text)?,
        Request::Command { text, to } => {
            id::check_message(text)?;
            if to.len() > limit::COMMAND_USERS_MAX {
                return Err(Refusal::new(
                    Code::BAD_PARAMETER,
                    "a command goes to 100 users at most",
                ));
            }
            for user in to {
                id::check_user_id(user)?;
            }
        }
        Request::RoomExtra { key, value } => id::check_room_extra(key, value)?,
        Request::StreamExtra { stream, extra } => {
            id::check_stream_id(stream)?;
            id::check_extra_info(extra)?;
        }
    }
    Ok(())
}
