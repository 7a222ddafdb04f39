//! Events of the room: in order and once, whether they arrive one by one or were missed (ROOM-08).

use super::{Room, RoomNews};
use crate::machine::Millis;
use crate::machine::context::Context;
use crate::machine::io::{Event, Received};
use holdfast_protocol::sabotage::{self, Mutant};
use holdfast_protocol::{Code, Hello, Resume, ServerMessage};

impl Room {
    pub(super) fn handle_event(
        &mut self,
        now: Millis,
        message: ServerMessage,
        ctx: &mut Context,
    ) -> RoomNews {
        let difference = match message {
            ServerMessage::Nodes { id, nodes } => {
                return RoomNews::Reply { request: id, code: Code::OK, seq: 0, nodes };
            }
            ServerMessage::Done { id, code, seq, .. } => {
                self.token.handle_reply(now, id, code, &mut self.login.token, ctx);
                return RoomNews::Reply { request: id, code, seq, nodes: Vec::new() };
            }
            ServerMessage::Renewed { id, token_ttl_ms } => {
                self.token.handle_renewed(now, id, token_ttl_ms, &mut self.login.token, ctx);
                None
            }
            ServerMessage::Users { seq, change, users } if self.is_news(seq) => {
                self.roster.change_users(change, users)
            }
            ServerMessage::Streams { seq, change, streams, reason } if self.is_news(seq) => {
                self.roster.change_streams(change, streams, reason)
            }
            ServerMessage::RoomExtra { seq, extra } if self.is_news(seq) => {
                self.roster.change_extra(extra)
            }
            ServerMessage::StreamExtra { seq, streams } if self.is_news(seq) => {
                for difference in self.roster.change_stream_extra(&streams) {
                    ctx.tell_difference(&self.login.room, difference);
                }
                None
            }
            ServerMessage::Connection { user, up } => self.roster.change_connection(user, up),
            message => {
                self.receive(message, ctx);
                None
            }
        };
        if let Some(difference) = difference {
            ctx.tell_difference(&self.login.room, difference);
        }
        RoomNews::None
    }

    /// Takes what happened while there was no link: net changes and messages, each once.
    pub(super) fn catch_up(&mut self, now: Millis, hello: Hello, ctx: &mut Context) {
        let Hello { session, secret, seq, resumed, snapshot, missed, away, users, .. } = hello;
        // Events may have arrived on an older link while this one was being opened. In a session
        // that is new to us, every event is new.
        let seen = match &self.login.resume {
            Some(resume) if resumed => resume.seq,
            _ => 0,
        };
        self.login.resume = Some(Resume { session, secret, seq: seen });
        if let Some(snapshot) = snapshot {
            for difference in self.roster.replace(snapshot, &self.login.user.id) {
                ctx.tell_difference(&self.login.room, difference);
            }
        }
        for message in missed {
            self.handle_event(now, message, ctx);
        }
        // The server's position counts, whatever was received before.
        if let Some(resume) = &mut self.login.resume {
            resume.seq = seq;
        }
        if self.login.connections {
            for difference in self.roster.replace_away(away) {
                ctx.tell_difference(&self.login.room, difference);
            }
        }
        self.receive(ServerMessage::Count { users }, ctx);
    }

    /// Takes a message that changes no list.
    fn receive(&mut self, message: ServerMessage, ctx: &mut Context) {
        let item = match message {
            ServerMessage::Message { seq, from, text, at_ms } if self.is_news(seq) => {
                Received::Broadcast { seq, from, text, at_ms }
            }
            ServerMessage::Command { seq, from, text } if self.is_news(seq) => {
                Received::Command { from, text }
            }
            ServerMessage::Barrage { n, from, text, at_ms } => {
                Received::Barrage { n, from, text, at_ms }
            }
            // 0 comes from a server that does not count.
            ServerMessage::Count { users } if users > 0 && self.roster.is_new_count(users) => {
                Received::Count { users }
            }
            _ => return,
        };
        ctx.event(Event::Received { room: self.login.room.clone(), item });
    }

    /// Whether an event is new; if so, counts it as seen.
    fn is_news(&mut self, seq: u32) -> bool {
        match &mut self.login.resume {
            Some(resume) if seq > resume.seq => {
                resume.seq = seq;
                true
            }
            _ => sabotage::is(Mutant::TakeEventTwice),
        }
    }
}
