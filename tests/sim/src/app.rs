//! The actions of apps, one call each. A refused call changes nothing.

use crate::check::Number;
use crate::server::SimToken;
use crate::world::World;
use holdfast_protocol::Login;
use holdfast_rtc::machine::{Call, Config, Direction, MediaState, Refusal, Request};

/// What a device's app wants right now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Goal {
    /// The login it wants to be in with.
    pub(crate) login: Option<Login>,
    /// Streams.
    pub(crate) publishes: Vec<String>,
    /// Streams, and whether the SDK is to follow them.
    pub(crate) plays: Vec<(String, bool)>,
}

impl World {
    /// The login by which a device's user enters a room.
    pub fn login(&self, client: usize, room: &str, token: SimToken) -> Login {
        Login {
            app: 1,
            room: room.to_owned(),
            user: self.clients[client].user.clone(),
            token: token.text(),
            user_update: true,
            ..Login::default()
        }
    }

    /// `loginRoom`.
    ///
    /// # Errors
    /// What is wrong with the call.
    pub fn log_in(&mut self, client: usize, login: Login) -> Result<(), Refusal> {
        let call = self.new_call();
        self.call(client, Call::Login { call, login: Box::new(login) })
    }

    /// `switchRoom`.
    ///
    /// # Errors
    /// What is wrong with the call.
    pub fn switch_room(&mut self, client: usize, login: Login) -> Result<(), Refusal> {
        let from = self.clients[client].seen.room.room.clone();
        let call = self.new_call();
        self.call(client, Call::Switch { from, call, login: Box::new(login) })
    }

    /// `logoutRoom`.
    pub fn log_out(&mut self, client: usize) {
        let room = self.clients[client].room_to_name();
        // Refused only if there is nothing to leave.
        let _ = self.call(client, Call::Logout { room });
    }

    /// Lets a device be in a room of its own besides another one (ROOM-17).
    pub(crate) fn add_side_room(&mut self, client: usize) {
        let device = &mut self.clients[client];
        device.side_room = Some(format!("{}{}", crate::SIDE_ROOM, device.user.id));
        let _ = self.call(client, Call::EnableMultiRoom(true));
    }

    /// `loginRoom` for the second room, with a token that never ends.
    pub(crate) fn enter_side_room(&mut self, client: usize) {
        if let Some(room) = self.clients[client].side_room.clone() {
            let login = self.login(client, &room, SimToken::GOOD);
            let _ = self.log_in(client, login);
        }
    }

    /// `logoutRoom` for the second room.
    pub(crate) fn leave_side_room(&mut self, client: usize) {
        if let Some(room) = self.clients[client].side_room.clone() {
            let _ = self.call(client, Call::Logout { room: Some(room) });
        }
    }

    /// `startPublishingStream`.
    ///
    /// # Errors
    /// What is wrong with the call.
    pub fn publish(&mut self, client: usize, stream: &str) -> Result<(), Refusal> {
        let (room, stream) = (self.clients[client].room_to_name(), stream.to_owned());
        self.call(client, Call::StartPublishing { room, stream, extra: String::new() })
    }

    /// `stopPublishingStream`.
    pub fn stop_publishing(&mut self, client: usize, stream: &str) {
        let _ = self.call(client, Call::StopPublishing { stream: stream.to_owned() });
    }

    /// `startPlayingStream`.
    ///
    /// # Errors
    /// What is wrong with the call.
    pub fn play(&mut self, client: usize, stream: &str, follow: bool) -> Result<(), Refusal> {
        let call = self.new_call();
        let (room, stream) = (self.clients[client].room_to_name(), stream.to_owned());
        self.call(client, Call::StartPlaying { call, room, stream, follow })
    }

    /// `stopPlayingStream`.
    pub fn stop_playing(&mut self, client: usize, stream: &str) {
        let _ = self.call(client, Call::StopPlaying { stream: stream.to_owned() });
    }

    /// `sendBroadcastMessage`, with a number of its own as the text.
    pub fn broadcast(&mut self, client: usize) {
        self.next_broadcast += 1;
        let text = Number { sender: client, count: self.next_broadcast }.text();
        self.send(client, Request::Broadcast { text });
    }

    /// Any message or extra info.
    pub fn send(&mut self, client: usize, request: Request) {
        let call = self.new_call();
        let room = self.clients[client].room_to_name();
        // The app is told if it sends too much, or outside a room.
        let _ = self.call(client, Call::Send { call, room, request });
    }

    /// `mutePublishStreamAudio` and `mutePublishStreamVideo` in one.
    pub fn mute(&mut self, client: usize, stream: &str, muted: u8) {
        if self.clients[client].media_state(Direction::Publish, stream) != MediaState::Stopped {
            self.clients[client].muted.insert(stream.to_owned(), muted);
            let _ = self.call(client, Call::Mute { stream: stream.to_owned(), muted });
        }
    }

    /// `renewToken`.
    pub fn renew_token(&mut self, client: usize, token: SimToken) {
        let (room, token) = (self.clients[client].room_to_name(), token.text());
        let _ = self.call(client, Call::RenewToken { room, token });
    }

    /// `renewToken` with a token that no server accepts.
    pub fn renew_with_nonsense(&mut self, client: usize) {
        let (room, token) = (self.clients[client].room_to_name(), "nonsense".to_owned());
        let _ = self.call(client, Call::RenewToken { room, token });
    }

    /// `setEngineConfig`.
    pub fn configure(&mut self, client: usize, room_window_ms: u64, media_window_ms: u64) {
        let config = Config { room_window_ms, media_window_ms };
        let _ = self.call(client, Call::Configure(config));
    }

    /// Starts every goal that is neither running nor being started.
    pub(crate) fn start_wishes(&mut self, client: usize) {
        if !self.clients[client].is_in() {
            return;
        }
        let goal = self.clients[client].goal.clone();
        for stream in &goal.publishes {
            if self.clients[client].media_state(Direction::Publish, stream) == MediaState::Stopped {
                let _ = self.publish(client, stream);
            }
        }
        for (stream, follow) in &goal.plays {
            if self.clients[client].media_state(Direction::Play, stream) == MediaState::Stopped {
                let _ = self.play(client, stream, *follow);
            }
        }
    }
}
