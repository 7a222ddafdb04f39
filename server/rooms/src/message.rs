//! Messages between users: broadcasts and commands, delivered in order and once (ROOM-08), and
//! barrages for those who are present.

use super::event::{Audience, Body, Event};
use super::{Mint, Rooms, SessionId, log};
use holdfast_protocol::{Code, ServerMessage, id, limit};
use std::collections::BTreeSet;

/// Bytes that the log needs for one message. A command with many names counts as several.
const BYTES_OF_ONE: u64 = 2_048;

impl<M: Mint> Rooms<M> {
    pub(super) fn broadcast(&mut self, by: &SessionId, id: u32, text: String) -> Result<u32, Code> {
        let at_ms = self.unix_ms;
        id::check_message(&text)?;
        self.tell_once(by, id, |from| (Audience::All, Body::Message { from, text, at_ms }))
    }

    pub(super) fn command(
        &mut self,
        by: &SessionId,
        id: u32,
        text: String,
        to: Vec<String>,
    ) -> Result<u32, Code> {
        id::check_message(&text)?;
        if to.len() > limit::COMMAND_USERS_MAX {
            return Err(Code::BAD_PARAMETER);
        }
        let session = self.sessions.get(by).ok_or(Code::NOT_IN_ROOM)?;
        let room = self.rooms.get(&session.room).ok_or(Code::NOT_IN_ROOM)?;
        let audience = match to.is_empty() {
            true => Audience::All,
            false => {
                let named: BTreeSet<_> = to.into_iter().filter(|user| room.has(user)).collect();
                Audience::Named(named.into_iter().collect())
            }
        };
        self.tell_once(by, id, |from| (audience, Body::Command { from, text }))
    }

    /// Tell the event of a request, unless the same request came before.
    fn tell_once(
        &mut self,
        by: &SessionId,
        id: u32,
        event: impl FnOnce(holdfast_protocol::User) -> (Audience, Body),
    ) -> Result<u32, Code> {
        let session = self.sessions.get(by).ok_or(Code::NOT_IN_ROOM)?;
        if let Some(seq) = session.answered.seq(id) {
            return Ok(seq);
        }
        let (audience, body) = event(session.user.clone());
        let event = Event { by: session.user.id.clone(), audience, body };
        let bytes = u64::try_from(log::bytes(&event)).unwrap_or(u64::MAX);
        let user = self.allowances.of(&session.user.id, self.now);
        let room = self.rooms.get_mut(&session.room).ok_or(Code::NOT_IN_ROOM)?;
        let is_taken = user.messages.take(self.now, 1 + bytes / BYTES_OF_ONE)
            && room.share.take(self.now, bytes);
        if !is_taken {
            return Err(Code::MESSAGE_TOO_FREQUENT);
        }
        let name = session.room.clone();
        let seq = self.tell(&name, event);
        if let Some(session) = self.sessions.get_mut(by) {
            session.answered.note(id, seq);
        }
        Ok(seq)
    }

    pub(super) fn barrage(&mut self, by: &SessionId, text: String) -> Result<(), Code> {
        id::check_message(&text)?;
        let at_ms = self.unix_ms;
        let session = self.sessions.get(by).ok_or(Code::NOT_IN_ROOM)?;
        let (name, from) = (session.room.clone(), session.user.clone());
        let room = self.rooms.get_mut(&name).ok_or(Code::NOT_IN_ROOM)?;
        let user = self.allowances.of(&from.id, self.now);
        if !(user.messages.take(self.now, 1) && room.share.take_barrage(self.now)) {
            return Err(Code::MESSAGE_TOO_FREQUENT);
        }
        room.barrages = room.barrages.wrapping_add(1);
        let (n, user) = (room.barrages, from.id.clone());
        let message = ServerMessage::Barrage { n, from, text, at_ms };
        self.send_to(&name, message, |other| other.user.id != user);
        Ok(())
    }
}
