//! The brain: every decision of the SDK, as pure state machines over one clock.

mod claims;
mod config;
mod context;
mod io;
mod link;
mod media;
mod media_code;
mod retry;
mod rng;
mod room;
mod roster;
#[cfg(test)]
mod tests;

pub use config::Config;
pub use holdfast_protocol::Millis;
pub use io::{
    Call, CallId, Direction, Effect, Event, Input, MediaState, NetworkInput, Output, PeerId,
    PeerInput, Refusal, RoomReason, SocketId, SocketInput, Stage,
};
pub use roster::Difference;

use claims::GivenUp;
use context::Context;
use holdfast_protocol::{Code, Login, id};
use media::Media;
use room::{News, Room};

/// One engine's room, publishers and players.
#[derive(Debug)]
pub struct Brain {
    ctx: Context,
    room: Option<Room>,
    media: Vec<Media>,
    given_up: GivenUp,
}

impl Brain {
    /// A brain that is in no room. The seed decides all jitter.
    pub fn new(seed: u64) -> Brain {
        Brain {
            ctx: Context::new(seed),
            room: None,
            media: Vec::new(),
            given_up: GivenUp::default(),
        }
    }

    /// Takes one input. Only a call can be refused; a refused one changed nothing.
    ///
    /// # Errors
    /// The documented code of what is wrong with the call.
    pub fn handle(&mut self, now: Millis, input: Input) -> Result<(), Refusal> {
        match input {
            Input::Call(call) => self.handle_call(now, call)?,
            Input::Socket(socket, input) => {
                if let Some(room) = &mut self.room {
                    let news = room.handle_socket(now, socket, input, &mut self.ctx);
                    self.handle_news(now, news);
                }
            }
            Input::Peer(peer, input) => {
                let link = self.link();
                for media in &mut self.media {
                    media.handle_peer(now, peer, input, link, &mut self.ctx);
                }
            }
            Input::Network(input) => self.handle_network(now, input),
            Input::Timeout => self.handle_timeout(now),
        }
        for ended in self.media.extract_if(.., |media| media.is_ended()) {
            if let Some(stream) = ended.claim() {
                self.given_up.add(stream.into());
            }
        }
        self.given_up.tell(self.link(), &mut self.ctx);
        Ok(())
    }

    /// What is to be done and told because of the last input, in order.
    pub fn take_outputs(&mut self) -> Vec<Output> {
        self.ctx.take_outputs()
    }

    /// When [`Input::Timeout`] is due. The value may change with every input.
    pub fn next_deadline(&self) -> Option<Millis> {
        let room = self.room.as_ref().and_then(Room::deadline);
        self.media.iter().map(Media::deadline).chain([room]).flatten().min()
    }

    /// What `setEngineConfig` has set so far.
    pub fn config(&self) -> &Config {
        &self.ctx.config
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
        if input == NetworkInput::Online {
            let link = self.link();
            for media in &mut self.media {
                media.handle_online(now, link, &mut self.ctx);
            }
        }
    }

    fn handle_timeout(&mut self, now: Millis) {
        if let Some(room) = &mut self.room {
            let news = room.handle_timeout(now, &mut self.ctx);
            self.handle_news(now, news);
        }
        let link = self.link();
        for media in &mut self.media {
            media.handle_timeout(now, link, &mut self.ctx);
        }
    }

    fn handle_news(&mut self, now: Millis, news: News) {
        let link = self.link();
        match news {
            News::None => {}
            News::Lost => {
                self.given_up.handle_link_lost();
                self.media.iter_mut().for_each(Media::handle_link_lost);
            }
            News::Joined { resumed } => {
                if !resumed {
                    self.given_up.clear();
                }
                // Before anything is claimed anew.
                self.given_up.tell(link, &mut self.ctx);
                for media in &mut self.media {
                    media.handle_joined(now, resumed, link, &mut self.ctx);
                }
            }
            News::Reply { request, answer } => {
                self.given_up.handle_reply(request);
                for media in &mut self.media {
                    media.handle_reply(now, request, &answer, link, &mut self.ctx);
                }
            }
            News::Ended(code) => {
                self.room = None;
                self.given_up.clear();
                self.end_media(code);
            }
        }
    }

    fn handle_call(&mut self, now: Millis, call: Call) -> Result<(), Refusal> {
        match call {
            Call::Login { call, login } => self.login(now, call, login),
            Call::Logout { room } => self.logout(now, room),
            Call::StartPublishing { stream, extra } => {
                id::check_extra_info(&extra)?;
                self.start(now, Direction::Publish, stream, extra, None)
            }
            Call::StartPlaying { call, stream } => {
                self.start(now, Direction::Play, stream, String::new(), Some(call))
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
        id::check_room_id(&login.room)?;
        id::check_user_id(&login.user.id)?;
        id::check_user_name(&login.user.name)?;
        if login.token.is_empty() || login.token.len() > holdfast_protocol::limit::TOKEN_BYTES_MAX {
            return Err(Code::TOKEN_INVALID.into());
        }
        match &mut self.room {
            // The app need not wait for LOGOUT before it logs in again.
            Some(room) if room.is_leaving() => {
                room.leave_at_once(&mut self.ctx);
            }
            Some(room) if room.id() != login.room => return Err(Code::SECOND_ROOM.into()),
            Some(room) if room.joined_socket().is_some() => {
                return Err(Code::ALREADY_LOGGED_IN.into());
            }
            Some(_) => return Err(Code::LOGIN_IN_PROGRESS.into()),
            None => {}
        }
        self.room = Some(Room::login(now, login, call, &mut self.ctx));
        Ok(())
    }

    fn logout(&mut self, now: Millis, room_id: Option<String>) -> Result<(), Refusal> {
        match (&self.room, room_id) {
            (Some(room), Some(id)) if room.id() != id => return Err(Code::NOT_IN_ROOM.into()),
            (None, Some(_)) => return Err(Code::NOT_IN_ROOM.into()),
            _ => {}
        }
        self.end_media(Code::OK);
        if let Some(room) = &mut self.room {
            let news = room.logout(now, &mut self.ctx);
            self.handle_news(now, news);
        }
        Ok(())
    }

    fn start(
        &mut self,
        now: Millis,
        direction: Direction,
        stream: String,
        extra: String,
        call: Option<CallId>,
    ) -> Result<(), Refusal> {
        id::check_stream_id(&stream)?;
        if self.room.as_ref().is_none_or(Room::is_leaving) {
            return Err(Code::NOT_LOGGED_IN.into());
        }
        if self.media.iter().any(|media| media.is(direction, &stream)) {
            return Err(match direction {
                Direction::Publish => Code::ALREADY_PUBLISHING.into(),
                Direction::Play => Code::ALREADY_PLAYING.into(),
            });
        }
        let link = self.link();
        let media = Media::start(now, direction, stream, extra, call, link, &mut self.ctx);
        self.media.push(media);
        Ok(())
    }

    /// Stopping what does not run is no error: the app's wish is fulfilled.
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

    fn link(&self) -> Option<SocketId> {
        self.room.as_ref().and_then(Room::joined_socket)
    }
}
