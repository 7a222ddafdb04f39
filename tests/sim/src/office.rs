//! Input that reaches the server, and what the rooms do with it.

use crate::check::{Number, Occasion, broken};
use crate::link::{Down, End, Link};
use crate::server::SimToken;
use crate::world::{Happening, World};
use holdfast_protocol::{ClientMessage, Code, Login, Millis, ServerMessage};
use holdfast_rooms::{Input, MediaEnd, Moment, Output, end_message};
use holdfast_rtc::machine::SocketId;

impl World {
    pub(crate) fn on_handshake(&mut self, index: usize, login: &Login) {
        match self.server.admit(login, self.now) {
            Ok(token) => self.open_link(index, login.clone(), token, false),
            Err(code) => {
                self.send_down(index, Down::Message(end_message(code)));
                self.send_down(index, Down::Close);
                self.links[index].at_server = End::Closed;
            }
        }
    }

    fn open_link(&mut self, index: usize, login: Login, token: SimToken, is_forged: bool) {
        let link = index as u64;
        self.links[index].at_server = End::Open;
        self.server_check.opened(self.now, link, &login, is_forged);
        let occasion = Occasion::Opened(login.user.id.clone());
        let pass = token.pass(self.now);
        self.serve(Input::LinkOpened { link, login, pass }, &occasion);
    }

    /// A client that knows a user's ID and session, but not the secret, tries to take the session
    /// over.
    pub fn forge(&mut self, client: usize, seq: u32) {
        let Some(mut login) = self.clients[client].goal.login.clone() else { return };
        let Some(session) =
            self.server_check.session(&login.user.id, &login.room).map(str::to_owned)
        else {
            return;
        };
        let secret = "guessed".to_owned();
        login.resume = Some(holdfast_protocol::Resume { session, secret, seq });
        login.token = SimToken::GOOD.text();
        let index = self.links.len();
        let mut link = Link::new(client, SocketId(0), Box::new(login.clone()), self.server.life);
        link.is_dead = true;
        link.at_client = End::Closed;
        self.links.push(link);
        self.open_link(index, login, SimToken::GOOD, true);
        self.queue.plan(self.now, Happening::LinkLost(index));
    }

    pub(crate) fn on_client_message(&mut self, index: usize, message: ClientMessage) {
        let link = index as u64;
        if self.links[index].at_server != End::Open {
            return;
        }
        if !self.links[index].takes_frame(self.now) {
            let what = "a link is closed for too many frames".to_owned();
            self.judge_client(self.links[index].client, broken("MEDIA-10", what));
        }
        let user = self.server_check.user(link).unwrap_or_default().to_owned();
        match &message {
            ClientMessage::Broadcast { id, text } => {
                if let Some(number) = Number::read(text) {
                    self.broadcasts.push((link, *id, number));
                }
            }
            ClientMessage::Renew { id, token } => {
                let token = SimToken::read(token, self.now);
                if let Ok(token) = token {
                    self.server_check.token_expires(link, token.expires_at);
                }
                let result = token.map(|token| token.pass(self.now));
                let input = Input::TokenRenewed { link, id: *id, result };
                return self.serve(input, &Occasion::Said(user));
            }
            _ => {}
        }
        self.serve(Input::MessageReceived { link, message }, &Occasion::Said(user));
    }

    pub(crate) fn on_pong(&mut self, index: usize) {
        if self.links[index].at_server == End::Open {
            self.serve(Input::LinkHeard { link: index as u64 }, &Occasion::Other);
        }
    }

    pub(crate) fn on_link_lost(&mut self, index: usize) {
        let link = &mut self.links[index];
        let was_open = std::mem::replace(&mut link.at_server, End::Closed) == End::Open;
        if was_open && link.life == self.server.life {
            self.server_check.closed(self.now, index as u64);
            self.serve(Input::LinkClosed { link: index as u64 }, &Occasion::Other);
        }
    }

    pub(crate) fn on_server_timer(&mut self) {
        if self.server.armed_at != Some(self.now) {
            return;
        }
        self.server.armed_at = None;
        self.serve(Input::Timeout, &Occasion::Other);
    }

    /// Gives the rooms an input, and carries out their outputs.
    pub(crate) fn serve(&mut self, input: Input, occasion: &Occasion) {
        if self.is_traced() && !matches!(input, Input::Timeout | Input::LinkHeard { .. }) {
            self.note("server", "input", &input);
        }
        let moment = Moment { at: Millis(self.now), unix_ms: self.setup.unix_start_ms + self.now };
        self.server.rooms.handle(moment, input);
        while let Some(output) = self.server.rooms.poll() {
            match output {
                Output::Send { links, message } => self.on_server_send(&links, message, occasion),
                Output::Ping { link } => self.send_down(link as usize, Down::Ping),
                Output::Close { link, .. } => {
                    self.server_check.closed(self.now, link);
                    let index = link as usize;
                    self.send_down(index, Down::Close);
                    // The rooms are told again that it is gone, as in the real server.
                    self.queue.plan(self.now + 1, Happening::LinkLost(index));
                }
                Output::EndMedia(end) => self.end_media(&end),
                // No client here speaks WHIP alone.
                Output::GuestAnswered { .. } => {}
            }
        }
        self.arm_server();
    }

    fn on_server_send(&mut self, links: &[u64], message: ServerMessage, occasion: &Occasion) {
        if self.is_traced() && message != ServerMessage::Heartbeat {
            self.note("server", "output", &(links, &message));
        }
        let grace_ms = self.server.settings.grace_ms;
        let verdict = self.server_check.sent(self.now, links, &message, occasion, grace_ms);
        self.judge(verdict);
        match &message {
            ServerMessage::Hello(hello) => {
                for link in links {
                    let login = &self.links[*link as usize].login;
                    let token = SimToken::read(&login.token, 0).ok();
                    let expires_at = token.and_then(|token| token.expires_at);
                    let verdict = self.server_check.greeted(*link, hello, expires_at);
                    self.judge(verdict);
                }
            }
            ServerMessage::Done { id, code, seq, .. } => {
                self.on_server_done(links, *id, *code, *seq);
            }
            ServerMessage::Bye | ServerMessage::End { .. } => {
                links.iter().for_each(|link| self.server_check.ended(*link));
            }
            _ => {}
        }
        if let [link] = links {
            self.send_down(*link as usize, Down::Message(message));
            return;
        }
        for link in links {
            self.send_down(*link as usize, Down::Message(message.clone()));
        }
    }

    /// A broadcast is accepted: the other members of the room must now receive it.
    fn on_server_done(&mut self, links: &[u64], request: u32, code: Code, seq: u32) {
        let of = |(link, id, _): &(u64, u32, Number)| links.contains(link) && *id == request;
        let Some(at) = self.broadcasts.iter().position(of) else { return };
        let (link, _, number) = self.broadcasts.remove(at);
        if code != Code::OK {
            return;
        }
        let login = &self.links[link as usize].login;
        let check = &self.server_check;
        let others = self.server.rooms.members(&login.room).into_iter();
        let others = others.filter(|user| user.id != login.user.id);
        let sessions =
            others.filter_map(|user| check.session(&user.id, &login.room).map(str::to_owned));
        self.messages.on_accepted(number, seq, sessions);
    }

    fn arm_server(&mut self) {
        let Some(at) = self.server.next_deadline().map(|at| at.max(self.now)) else { return };
        if self.server.armed_at.is_none_or(|armed_at| at < armed_at) {
            self.server.armed_at = Some(at);
            self.queue.plan(at, Happening::ServerTimer);
        }
    }

    fn end_media(&mut self, end: &MediaEnd) {
        for index in 0..self.sessions.len() {
            let session = &self.sessions[index];
            let is_meant = match end {
                MediaEnd::Stream(stream) => session.stream == *stream,
                MediaEnd::Session(id) => {
                    session.grant.as_ref().is_some_and(|grant| grant.session == *id)
                }
            };
            if is_meant {
                self.end_session_at_node(index);
            }
        }
    }
}
