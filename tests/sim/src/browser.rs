//! The browser's part for a brain: inputs in, effects carried out, one timer.

use crate::Sleep;
use crate::check::{Number, Promise, Verdict, broken};
use crate::link::Up;
use crate::world::{Happening, Notice, World};
use holdfast_protocol::{ClientMessage, Hello, Login, Millis, ServerMessage};
use holdfast_rtc::machine::{
    Brain, Call, CallId, Direction, Effect, Event, Input, MediaState, NetworkInput, Output,
    PeerInput, Received, Refusal, Request, RoomReason, SocketInput,
};

impl World {
    /// The app on a device calls.
    ///
    /// # Errors
    /// What is wrong with the call.
    pub fn call(&mut self, client: usize, call: Call) -> Result<(), Refusal> {
        let goal_before = self.note_goal(client, &call);
        let promise = promise(&call);
        let is_logout = matches!(call, Call::Logout { .. } | Call::Switch { .. });
        let is_side = self.is_about_side_room(client, &call);
        let seen = &mut self.clients[client].seen;
        if let Some((id, promise)) = promise.clone() {
            seen.promises.make(id, promise);
        }
        let room = seen.room(is_side);
        let was_leaving = room.leaving_since;
        if is_logout && !room.is_out() {
            let now = self.now + self.clients[client].clock_ahead_ms;
            self.clients[client].seen.room(is_side).leaving_since = Some(now);
        }
        let outcome = self.feed(client, Input::Call(call));
        if outcome.is_err() {
            if let Some((id, _)) = promise {
                self.clients[client].seen.promises.take_back(id);
            }
            self.clients[client].seen.room(is_side).leaving_since = was_leaving;
            self.clients[client].goal.login = goal_before;
        }
        outcome
    }

    fn is_about_side_room(&self, client: usize, call: &Call) -> bool {
        let device = &self.clients[client];
        match call {
            Call::Login { login, .. } => device.is_side_room(&login.room),
            Call::Logout { room: Some(room) } => device.is_side_room(room),
            _ => false,
        }
    }

    /// Notes where a call wants its device to be. Returns where the device wanted to be before.
    fn note_goal(&mut self, client: usize, call: &Call) -> Option<Login> {
        if self.is_about_side_room(client, call) {
            return self.clients[client].goal.login.clone();
        }
        let goal = &mut self.clients[client].goal.login;
        match call {
            Call::Login { login, .. } | Call::Switch { login, .. } => {
                goal.replace((**login).clone())
            }
            Call::Logout { .. } => goal.take(),
            _ => goal.clone(),
        }
    }

    /// A number for a promise.
    pub fn new_call(&mut self) -> CallId {
        self.next_call += 1;
        CallId(self.next_call)
    }

    pub(crate) fn feed(&mut self, client: usize, input: Input) -> Result<(), Refusal> {
        self.stats.inputs += 1;
        if self.is_traced() && !World::is_heartbeat(&input) {
            self.note_client(client, "input", &input);
        }
        let was_refused = self.is_refusal(client, &input);
        let is_stale = self.before(client, &input);
        let device = &mut self.clients[client];
        let time = device.time(self.now);
        let deadline = is_stale.then(|| device.brain.next_deadline());
        let outcome = device.brain.handle(time, input);
        let outputs = device.brain.take_outputs();
        if let Some(deadline) = deadline
            && (!outputs.is_empty() || deadline != device.brain.next_deadline())
        {
            let verdict = broken("generation", "what is over had an effect");
            self.judge_client(client, verdict);
        }
        if was_refused {
            let opens = |output: &Output| matches!(output, Output::Effect(Effect::OpenSocket(..)));
            let verdict = self.clients[client].seen.resources.refused(outputs.iter().any(opens));
            self.judge_client(client, verdict);
        }
        for output in outputs {
            match output {
                Output::Effect(effect) => self.carry_out(client, effect),
                Output::Event(event) => self.tell_app(client, event),
            }
        }
        let verdict = self.clients[client].seen.resources.look_at_exchanges();
        self.judge_client(client, verdict);
        self.arm(client);
        outcome
    }

    /// Whether the only try of an outage has just failed by a close, in a world where a wait must
    /// follow.
    fn is_refusal(&self, client: usize, input: &Input) -> bool {
        let seen = &self.clients[client].seen;
        let Input::Socket(socket, SocketInput::Closed) = input else { return false };
        let is_trying = matches!(seen.room.told, RoomReason::Logining | RoomReason::Reconnecting);
        let is_leaving = seen.room.leaving_since.is_some();
        self.setup.expects_jitter
            && is_trying
            && !is_leaving
            && seen.resources.is_only_socket(*socket)
    }

    /// Notes what an input means. Returns whether it is about something that the brain has closed.
    fn before(&mut self, client: usize, input: &Input) -> bool {
        match input {
            Input::Socket(socket, input) => {
                let seen = &mut self.clients[client].seen;
                if !seen.resources.has_socket(*socket) {
                    return true;
                }
                match input {
                    SocketInput::Closed => seen.resources.socket_closed(*socket),
                    SocketInput::Message(_) if seen.resources.is_of_side_room(*socket) => {}
                    SocketInput::Message(ServerMessage::Hello(hello)) => {
                        self.on_hello(client, hello);
                    }
                    SocketInput::Message(ServerMessage::Done { id, code, .. }) => {
                        seen.media.on_done(*id, *code);
                    }
                    _ => {}
                }
                false
            }
            Input::Peer(peer, input) => {
                let resources = &mut self.clients[client].seen.resources;
                match input {
                    PeerInput::Connected => resources.peer_connected(*peer),
                    PeerInput::Answered(reply) => {
                        resources.answered(*peer, reply.as_ref());
                        return false;
                    }
                    _ => {}
                }
                !resources.has_peer(*peer)
            }
            Input::Network(NetworkInput::Online | NetworkInput::Offline) => {
                self.clients[client].is_said_offline =
                    *input == Input::Network(NetworkInput::Offline);
                false
            }
            _ => false,
        }
    }

    fn on_hello(&mut self, client: usize, hello: &Hello) {
        let device = &mut self.clients[client];
        if device.may_receive() {
            device.deaf_since = None;
        }
        let seen = &mut device.seen;
        if seen.room.session != hello.session {
            seen.room.session.clone_from(&hello.session);
            seen.media.forget_announced();
            self.messages.on_new_session(client, &hello.session, hello.seq);
        }
    }

    fn carry_out(&mut self, client: usize, effect: Effect) {
        if self.is_traced() {
            self.note_client(client, "effect", &effect);
        }
        let verdict = self.check_effect(client, &effect);
        self.judge_client(client, verdict);
        match effect {
            Effect::OpenSocket(socket, login) => self.open_socket(client, socket, login),
            Effect::SendMessage(socket, message) => {
                if let Some(link) = self.find_link(client, socket) {
                    self.send_up(link, Up::Message(message));
                }
            }
            Effect::CloseSocket(socket) => {
                self.clients[client].seen.resources.socket_closed(socket);
                self.drop_socket(client, socket);
            }
            Effect::OpenPeer { peer, direction, stream } => {
                self.open_peer(client, peer, direction, stream);
            }
            Effect::MakeOffer { peer, restart } => self.make_offer(client, peer, restart),
            Effect::Post { peer, url, authorization, .. } => {
                self.post(client, peer, &url, authorization);
            }
            Effect::TakeAnswer { peer, restart, .. } => self.take_answer(client, peer, restart),
            Effect::Patch { peer, restart, .. } => self.patch(client, peer, restart),
            Effect::Delete { url, .. } => self.delete(client, &url),
            Effect::AttachTracks(peer) => {
                if let Some(index) = self.find_session(client, peer) {
                    let session = &self.sessions[index];
                    let media = &mut self.clients[client].seen.media;
                    media.on_attach(session.direction, &session.stream, peer);
                    if session.direction == Direction::Play {
                        let stream = session.stream.clone();
                        self.notices.push((client, Notice::Attached(stream)));
                    }
                }
            }
            // The world's only server is at the right address.
            Effect::ProbeServer(_) => {}
            Effect::SamplePeer(peer) => self.sample_peer(client, peer),
            Effect::ClosePeer(peer) => {
                self.clients[client].seen.resources.close_peer(peer);
                self.close_peer(client, peer);
            }
            Effect::ReleaseStream(direction, stream) => {
                self.notices.push((client, Notice::Released(direction, stream)));
            }
        }
    }

    fn check_effect(&mut self, client: usize, effect: &Effect) -> Verdict {
        let device = &mut self.clients[client];
        let Millis(now) = device.time(self.now);
        let seen = &mut device.seen;
        match effect {
            Effect::OpenSocket(socket, login) => {
                let is_side = device.side_room.as_ref() == Some(&login.room);
                seen.room(is_side).reaches_out("a link is opened")?;
                seen.resources.open_socket(now, *socket, is_side)
            }
            Effect::SendMessage(socket, message) => {
                let is_side = seen.resources.is_of_side_room(*socket);
                seen.room(is_side).reaches_out("a message is sent")?;
                if let ClientMessage::Live { id, stream, .. } = message {
                    seen.media.on_live(*id, stream);
                }
                seen.resources.send(*socket)
            }
            Effect::OpenPeer { peer, direction, stream } => {
                seen.room.reaches_out("a media session is opened")?;
                seen.media.on_try(now, *direction, stream)?;
                seen.resources.open_peer(now, *peer, *direction, stream)
            }
            Effect::MakeOffer { peer, restart } => {
                seen.resources.make_offer(*peer, *restart);
                Ok(())
            }
            Effect::Post { peer, url, .. } => seen.resources.post(*peer, url),
            Effect::TakeAnswer { peer, restart, .. } => seen.resources.take_answer(*peer, *restart),
            Effect::Delete { url, .. } => {
                seen.resources.delete(url);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn tell_app(&mut self, client: usize, event: Event) {
        if self.is_traced() {
            self.note_client(client, "event", &event);
        }
        let verdict = self.check_event(client, &event);
        self.judge_client(client, verdict);
        if let Some(story) = &mut self.clients[client].story {
            crate::story::tell(story, self.now, &event);
        }
        self.notices.push((client, Notice::Event(event)));
    }

    fn check_event(&mut self, client: usize, event: &Event) -> Verdict {
        let device = &mut self.clients[client];
        let Millis(now) = device.time(self.now);
        let side_room = device.side_room.as_deref();
        let seen = &mut device.seen;
        match event {
            Event::RoomState { room, reason, code, .. } if side_room == Some(room) => {
                let window_ms = device.brain.config().room_window_ms;
                seen.side_room.on_state(now, room, *reason, *code, window_ms)
            }
            // Nobody else is there.
            Event::Received { room, .. } if side_room == Some(room) => Ok(()),
            Event::RoomState { room, reason, code, .. } => {
                if *reason == RoomReason::Logining {
                    let wants = device.goal.login.as_ref().is_some_and(|login| login.user_update);
                    seen.lists.clear(&device.user.id, wants);
                    seen.media.on_login();
                    seen.room.session.clear();
                    self.messages.on_login(client);
                }
                let window_ms = device.brain.config().room_window_ms;
                seen.room.on_state(now, room, *reason, *code, window_ms)
            }
            Event::RoomChanged { difference, .. } => seen.lists.on_difference(difference),
            Event::MediaState { direction, stream, state, code } => {
                let is_in = seen.room.is_in();
                let flows = *state == MediaState::Flowing;
                if flows && !seen.resources.has_connected_peer(*direction, stream) {
                    return broken("PUB-02", format!("{stream:?} flows with no media session"));
                }
                if flows && *direction == Direction::Play {
                    check_attached(device, stream)?;
                    let attached = device.seen.media.attached(Direction::Play, stream);
                    let comes = attached.is_some_and(|peer| self.flows(client, peer));
                    self.clients[client].seen.media.on_playing(stream, comes)?;
                }
                let device = &mut self.clients[client];
                let may_count = is_in && !device.is_said_offline;
                let window_ms = device.brain.config().media_window_ms;
                if (*state, *direction) == (MediaState::Stopped, Direction::Publish) {
                    device.muted.remove(stream);
                }
                let media = &mut device.seen.media;
                if *state == MediaState::Stopped && !may_count {
                    media.check_end(now, (*direction, stream), *code, window_ms)?;
                }
                media.on_state(now, (*direction, stream), *state, *code, is_in)
            }
            Event::Received { item, .. } => self.check_received(client, item),
            Event::LoginSettled(call, _) | Event::PlaySettled(call, _) => {
                seen.promises.settle(*call).map(drop)
            }
            Event::SendSettled(call, outcome) => match seen.promises.settle(*call)? {
                Promise::Send(Some(number)) if outcome.is_ok() => self.messages.on_sent(number),
                _ => Ok(()),
            },
            Event::TokenWillExpire { .. } | Event::Retry(_) => Ok(()),
        }
    }

    fn check_received(&mut self, client: usize, item: &Received) -> Verdict {
        let seen = &mut self.clients[client].seen;
        match item {
            Received::Broadcast { seq, text, .. } => {
                let Some(number) = Number::read(text) else { return Ok(()) };
                self.messages.on_received(client, &seen.room.session, *seq, number)
            }
            Received::Count { users } => {
                seen.lists.count = Some(*users);
                Ok(())
            }
            Received::Barrage { .. } | Received::Command { .. } => Ok(()),
        }
    }

    pub(crate) fn on_timer(&mut self, client: usize) {
        let device = &mut self.clients[client];
        if device.armed_at != Some(self.now) {
            return;
        }
        device.armed_at = None;
        if device.sleep != Sleep::Awake {
            return;
        }
        let time = device.time(self.now);
        if device.brain.next_deadline().is_none_or(|deadline| deadline > time) {
            return self.arm(client);
        }
        if self.spins() {
            return self.judge_client(client, broken("timer", "it goes off again and again"));
        }
        drop(self.feed(client, Input::Timeout));
    }

    /// Sets a device's timer, unless it is already set to fire earlier.
    pub(crate) fn arm(&mut self, client: usize) {
        let device = &mut self.clients[client];
        let Some(at) = due(&device.brain, device.clock_ahead_ms) else { return };
        let mut at = at.max(self.now);
        if device.throttle_ms > 0 {
            at = at.next_multiple_of(device.throttle_ms);
        }
        if device.sleep == Sleep::Awake && device.armed_at.is_none_or(|armed_at| at < armed_at) {
            device.armed_at = Some(at);
            self.queue.plan(at, Happening::Timer(client));
        }
    }
}

/// When a brain's timer is due, in the world's time.
fn due(brain: &Brain, clock_ahead_ms: u64) -> Option<u64> {
    brain.next_deadline().map(|Millis(at)| at.saturating_sub(clock_ahead_ms))
}

fn check_attached(device: &crate::Client, stream: &str) -> Verdict {
    let attached = device.seen.media.attached(Direction::Play, stream);
    match attached.is_some_and(|peer| device.seen.resources.has_peer(peer)) {
        true => Ok(()),
        false => broken("PLAY-06", format!("{stream:?} plays without its tracks")),
    }
}

fn promise(call: &Call) -> Option<(CallId, Promise)> {
    match call {
        Call::Login { call, .. } | Call::Switch { call, .. } => Some((*call, Promise::Login)),
        Call::StartPlaying { call, .. } => Some((*call, Promise::Play)),
        Call::Send { call, request, .. } => {
            let number = match request {
                Request::Broadcast { text } => Number::read(text),
                _ => None,
            };
            Some((*call, Promise::Send(number)))
        }
        _ => None,
    }
}
