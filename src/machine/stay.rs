//! One room that the app is in, with its publishers, players and requests: from the login to the
//! room's end. Rooms know nothing of each other (ROOM-17).

use super::claims::GivenUp;
use super::context::Context;
use super::exchange::SessionInput;
use super::io::{
    CallId, Direction, Event, NetworkInput, Obstacle, PeerId, Refusal, Request, SocketId,
    SocketInput,
};
use super::media::{Media, StreamRequest};
use super::pending_requests::PendingRequests;
use super::room::{Room, RoomNews};
use super::{Millis, earlier};
use holdfast_protocol::{Change, Code, Login};

#[derive(Debug)]
pub(super) struct Stay {
    pub(super) room: Room,
    /// Where `switchRoom` goes once the room is left.
    pub(super) next_room: Option<(CallId, Box<Login>)>,
    pub(super) media: Vec<Media>,
    given_up: GivenUp,
    pending_requests: PendingRequests,
}

impl Stay {
    /// `loginRoom`.
    pub(super) fn login(now: Millis, call: CallId, login: Box<Login>, ctx: &mut Context) -> Stay {
        Stay {
            room: Room::login(now, login, call, ctx),
            next_room: None,
            media: Vec::new(),
            given_up: GivenUp::default(),
            pending_requests: PendingRequests::default(),
        }
    }

    /// The app need not wait for LOGOUT before it logs in again. Its user's ID tells whether the
    /// new login replaces this session at the server.
    pub(super) fn end_at_once(&mut self, next_user_id: &str, ctx: &mut Context) {
        self.room.leave_at_once(next_user_id, ctx);
        self.pending_requests.end(Code::OK, ctx);
    }

    /// Whether the app is in this room, or on its way to it.
    pub(super) fn is_about(&self, room: &str) -> bool {
        self.room.id() == room || self.next_room.as_ref().is_some_and(|(_, next)| next.room == room)
    }

    /// Whether a call that names this room, or none, is about it.
    pub(super) fn is_meant(&self, room: &Option<String>) -> bool {
        room.as_ref().is_none_or(|room| self.room.id() == room.as_str())
    }

    /// Whether a stream can be played here: another user's, or one of our own.
    pub(super) fn offers(&self, stream: &str) -> bool {
        self.room.lists(stream) || self.has(Direction::Publish, stream)
    }

    pub(super) fn owns_peer(&self, peer: PeerId) -> bool {
        self.media.iter().any(|media| media.owns(peer))
    }

    /// Whether a stream is published or played in this room.
    pub(super) fn has(&self, direction: Direction, stream: &str) -> bool {
        self.media.iter().any(|media| media.is(direction, stream))
    }

    /// When a stream failed here, if it did a moment ago (PUB-07).
    pub(super) fn failed_at(&self, direction: Direction, stream: &str) -> Option<Millis> {
        let mut failed_at = None;
        for ended in &self.media {
            failed_at = ended.failed_at(direction, stream).or(failed_at);
        }
        failed_at
    }

    /// When something is due.
    pub(super) fn deadline(&self, ctx: &Context) -> Option<Millis> {
        let mut deadline = earlier(self.pending_requests.deadline(), self.room.deadline());
        for media in &self.media {
            deadline = earlier(deadline, media.deadline());
        }
        match self.has_a_question(ctx) {
            true => earlier(deadline, Some(ctx.pace.due())),
            false => deadline,
        }
    }

    pub(super) fn handle_socket(
        &mut self,
        now: Millis,
        socket: SocketId,
        input: SocketInput,
        ctx: &mut Context,
    ) {
        let news = self.room.handle_socket(now, socket, input, ctx);
        self.handle_news(now, news, ctx);
    }

    pub(super) fn handle_obstacle(
        &mut self,
        now: Millis,
        socket: SocketId,
        obstacle: Obstacle,
        ctx: &mut Context,
    ) {
        let news = self.room.handle_obstacle(now, socket, obstacle, ctx);
        self.handle_news(now, news, ctx);
    }

    pub(super) fn handle_peer(
        &mut self,
        now: Millis,
        peer: PeerId,
        input: SessionInput,
        ctx: &mut Context,
    ) {
        if let Some(media) = self.media.iter_mut().find(|media| media.owns(peer)) {
            media.handle_session(now, peer, input, ctx);
            media.check_told(now, ctx);
        }
    }

    pub(super) fn handle_network(&mut self, now: Millis, input: NetworkInput, ctx: &mut Context) {
        self.room.handle_network(now, input, ctx);
        for media in &mut self.media {
            media.handle_network(now, input, ctx);
        }
    }

    pub(super) fn handle_timeout(&mut self, now: Millis, ctx: &mut Context) {
        let news = self.room.handle_timeout(now, ctx);
        self.handle_news(now, news, ctx);
        self.pending_requests.handle_timeout(now, ctx);
        for media in &mut self.media {
            media.handle_timeout(now, ctx);
            media.check_told(now, ctx);
        }
    }

    fn handle_news(&mut self, now: Millis, news: RoomNews, ctx: &mut Context) {
        ctx.link = self.room.joined_socket();
        match news {
            RoomNews::None => {}
            RoomNews::Lost => self.handle_link_lost(now, ctx),
            RoomNews::Joined { resumed, moved } => {
                if moved {
                    self.handle_link_lost(now, ctx);
                }
                if !resumed {
                    self.given_up.clear();
                }
                // Released claims must be sent before any new claim.
                self.given_up.tell(ctx);
                for media in &mut self.media {
                    media.handle_joined(now, resumed, ctx);
                }
                while self.ask(now, ctx) {}
                // Only after the streams are claimed again, because some requests are about
                // streams.
                self.pending_requests.handle_joined(now, resumed, ctx);
            }
            RoomNews::Reply { request, code, seq, nodes } => {
                self.given_up.handle_reply(request);
                let done = self.pending_requests.handle_reply(request, code, seq, ctx);
                self.note_done(done);
                for media in &mut self.media {
                    let is_listed =
                        code == Code::STREAM_NOT_FOUND && self.room.lists(media.stream());
                    media.handle_reply(now, request, code, (&nodes, is_listed), ctx);
                }
            }
            RoomNews::Ended(code) => self.handle_room_ended(now, code, ctx),
        }
        self.handle_stream_changes(now, ctx);
    }

    /// The server does not echo our own changes, so apply them when the reply confirms them.
    fn note_done(&mut self, done: Option<Request>) {
        match done {
            Some(Request::RoomExtra { key, value }) => self.room.note_extra(key, value),
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

    fn handle_link_lost(&mut self, now: Millis, ctx: &mut Context) {
        self.given_up.handle_link_lost();
        self.pending_requests.handle_link_lost(ctx);
        for media in &mut self.media {
            media.handle_link_lost(now);
        }
    }

    fn handle_room_ended(&mut self, now: Millis, code: Code, ctx: &mut Context) {
        self.given_up.clear();
        self.pending_requests.end(code, ctx);
        self.end_media(code, ctx);
        if let Some((call, login)) = self.next_room.take() {
            self.room = Room::login(now, login, call, ctx);
        }
    }

    /// Tells players that wait for a stream that it came or went.
    fn handle_stream_changes(&mut self, now: Millis, ctx: &mut Context) {
        for (change, stream) in std::mem::take(&mut ctx.stream_changes) {
            for media in &mut self.media {
                if media.is(Direction::Play, &stream) {
                    media.handle_stream_change(now, change, ctx);
                }
            }
        }
    }

    /// Whether a publisher or player is waiting to ask the room, and only the pace holds it up.
    fn has_a_question(&self, ctx: &Context) -> bool {
        let (mut asking, mut waiting) = (0, false);
        for media in &self.media {
            asking += u64::from(media.is_asking());
            waiting |= media.wants_to_ask();
        }
        waiting && self.room.joined_socket().is_some() && asking < ctx.pace.in_a_row()
    }

    /// Sends one question of a publisher or player to the room if it is due, no faster than the
    /// server accepts them: publishers first, then players whose stream is in the room. Returns
    /// whether there was one.
    pub(super) fn ask(&mut self, now: Millis, ctx: &mut Context) -> bool {
        if !self.has_a_question(ctx) || ctx.pace.due() > now {
            return false;
        }
        let Some(index) = self.next_to_ask() else { return false };
        self.media[index].put_question(now, ctx);
        ctx.pace.note_question();
        true
    }

    fn next_to_ask(&self) -> Option<usize> {
        let first = |test: &dyn Fn(&Media) -> bool| {
            self.media.iter().position(|media| media.wants_to_ask() && test(media))
        };
        let is_there = |media: &Media| self.room.lists(media.stream());
        first(&Media::publishes).or_else(|| first(&is_there)).or_else(|| first(&|_| true))
    }

    /// Forgets the streams that have ended, and what they held.
    pub(super) fn drop_ended(&mut self, now: Millis, ctx: &mut Context) {
        let (room, given_up) = (&self.room, &mut self.given_up);
        self.media.retain_mut(|media| {
            if let Some(stream) = media.take_claim(now) {
                // The room tells the others, but not a player of our own stream. A stream that it
                // lists is another user's, which ours was to replace.
                if !room.lists(&stream) {
                    ctx.stream_changes.push((Change::Delete, stream.clone()));
                }
                given_up.add(stream);
            }
            media.is_remembered(now)
        });
        self.handle_stream_changes(now, ctx);
    }

    /// Tells the room of the streams that were given up.
    pub(super) fn give_up(&mut self, ctx: &mut Context) {
        self.given_up.tell(ctx);
    }

    /// `logoutRoom`.
    pub(super) fn logout(&mut self, now: Millis, ctx: &mut Context) {
        if let Some((call, _)) = self.next_room.take() {
            ctx.event(Event::LoginSettled(call, Err(Refusal::from(Code::LOGIN_CANCELLED))));
        }
        self.leave(now, ctx);
    }

    /// `switchRoom`: the second login begins when this room has been left (ROOM-14).
    pub(super) fn switch(&mut self, now: Millis, next: (CallId, Box<Login>), ctx: &mut Context) {
        self.next_room = Some(next);
        self.leave(now, ctx);
    }

    fn leave(&mut self, now: Millis, ctx: &mut Context) {
        self.end_media(Code::OK, ctx);
        let news = self.room.logout(now, ctx);
        self.handle_news(now, news, ctx);
    }

    pub(super) fn send(
        &mut self,
        now: Millis,
        call: CallId,
        request: Request,
        ctx: &mut Context,
    ) -> Result<(), Refusal> {
        if let Request::StreamExtra { stream, .. } = &request
            && !self.has(Direction::Publish, stream)
        {
            return Err(Code::STREAM_NOT_FOUND.into());
        }
        self.pending_requests.add(now, call, request, ctx)
    }

    /// Starts publishing or playing, not before this time (PUB-07).
    pub(super) fn start(
        &mut self,
        now: Millis,
        request: StreamRequest,
        not_before: Millis,
        ctx: &mut Context,
    ) {
        self.media.push(Media::start(now, request, not_before, ctx));
    }

    pub(super) fn mute(&mut self, stream: &str, muted: u8, ctx: &mut Context) {
        for media in &mut self.media {
            if media.is(Direction::Publish, stream) {
                media.mute(muted, ctx);
            }
        }
    }

    pub(super) fn stop(&mut self, direction: Direction, stream: &str, ctx: &mut Context) {
        if let Some(media) = self.media.iter_mut().find(|media| media.is(direction, stream)) {
            media.end(Code::OK, ctx);
        }
    }

    fn end_media(&mut self, room_code: Code, ctx: &mut Context) {
        for mut media in self.media.drain(..) {
            media.end_with_room(room_code, ctx);
        }
    }
}
