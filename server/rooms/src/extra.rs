//! Extra info of rooms and streams, and which tracks of a stream are muted.

use super::event::{Audience, Body, Event};
use super::session::Claim;
use super::{Mint, Rooms, SessionId};
use holdfast_protocol::{Code, RoomExtra, id, limit};

impl<M: Mint> Rooms<M> {
    /// Returns the event's number; 0 if nothing changed.
    pub(super) fn set_room_extra(
        &mut self,
        by: &SessionId,
        key: String,
        value: String,
    ) -> Result<u32, Code> {
        id::check_room_extra(&key, &value)?;
        let at_ms = self.unix_ms;
        let session = self.sessions.get(by).ok_or(Code::NOT_IN_ROOM)?;
        let (name, user) = (session.room.clone(), session.user.clone());
        let room = self.rooms.get_mut(&name).ok_or(Code::NOT_IN_ROOM)?;
        let before = room.extra.get(&key).cloned();
        let stands = match &before {
            Some(before) => before.value == value && before.user == user,
            None => value.is_empty(),
        };
        if stands {
            // Sent again, perhaps because the reply was lost.
            return Ok(0);
        }
        if !self.allowances.of(&user.id, self.now).messages.take(self.now, 1) {
            return Err(Code::MESSAGE_TOO_FREQUENT);
        }
        if before.is_none() && room.extra.len() >= limit::ROOM_EXTRA_KEYS_MAX {
            return Err(Code::EXTRA_TOO_MANY);
        }
        let by = user.id.clone();
        let extra = RoomExtra { key: key.clone(), value, user, at_ms };
        match extra.value.is_empty() {
            true => room.extra.remove(&key),
            false => room.extra.insert(key, extra.clone()),
        };
        let body = Body::RoomExtra { extra: extra.into(), before: before.map(Box::new) };
        Ok(self.tell(&name, Event { by, audience: Audience::All, body }))
    }

    /// Returns the event's number; 0 if there was nothing to tell.
    pub(super) fn set_stream_extra(
        &mut self,
        by: &SessionId,
        stream: &str,
        extra: String,
    ) -> Result<u32, Code> {
        id::check_extra_info(&extra)?;
        self.change_stream(by, stream, |claim| claim.extra = extra)
    }

    /// Returns the event's number; 0 if there was nothing to tell (PUB-08).
    pub(super) fn set_muted(
        &mut self,
        by: &SessionId,
        stream: &str,
        muted: u8,
    ) -> Result<u32, Code> {
        self.change_stream(by, stream, |claim| claim.muted = muted)
    }

    fn change_stream(
        &mut self,
        by: &SessionId,
        stream: &str,
        change: impl FnOnce(&mut Claim),
    ) -> Result<u32, Code> {
        id::check_stream_id(stream)?;
        let session = self.sessions.get_mut(by).ok_or(Code::NOT_IN_ROOM)?;
        let claim = session.streams.get_mut(stream).ok_or(Code::STREAM_NOT_FOUND)?;
        let before = claim.clone();
        change(claim);
        if *claim == before {
            // Sent again, perhaps because the reply was lost.
            return Ok(0);
        }
        if !self.allowances.of(&session.user.id, self.now).messages.take(self.now, 1) {
            *claim = before;
            return Err(Code::MESSAGE_TOO_FREQUENT);
        }
        let (room, by) = (session.room.clone(), session.user.id.clone());
        let Some(stream) = session.live_stream(stream) else {
            return Ok(0);
        };
        let (extra_before, muted_before) = (before.extra, before.muted);
        let body = Body::StreamExtra { stream, extra_before, muted_before };
        Ok(self.tell(&room, Event { by, audience: Audience::All, body }))
    }
}
