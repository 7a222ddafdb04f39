//! Extra info of rooms and streams.

use super::event::{Audience, Body, Event};
use super::{Mint, Rooms, SessionId};
use holdfast_protocol::{Code, RoomExtra, id, limit};

impl<M: Mint> Rooms<M> {
    /// Gives the event's number; 0 if nothing changed.
    pub(super) fn set_room_extra(
        &mut self,
        by: &SessionId,
        key: String,
        value: String,
    ) -> Result<u32, Code> {
        id::check_room_extra(&key, &value)?;
        let at_ms = self.unix_ms();
        let session = self.sessions.get_mut(by).ok_or(Code::NOT_IN_ROOM)?;
        let (name, user) = (session.room.clone(), session.user.clone());
        let room = self.rooms.get_mut(&name).ok_or(Code::NOT_IN_ROOM)?;
        let before = room.extra.get(&key).cloned();
        let stands = match &before {
            Some(before) => before.value == value && before.user == user,
            None => value.is_empty(),
        };
        if stands {
            // Said again, perhaps because the reply was lost.
            return Ok(0);
        }
        if !session.bucket.take(self.now) {
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

    /// Gives the event's number; 0 if there was nothing to tell.
    pub(super) fn set_stream_extra(
        &mut self,
        by: &SessionId,
        stream: &str,
        extra: String,
    ) -> Result<u32, Code> {
        id::check_stream_id(stream)?;
        id::check_extra_info(&extra)?;
        let session = self.sessions.get_mut(by).ok_or(Code::NOT_IN_ROOM)?;
        let claim = session.streams.get_mut(stream).ok_or(Code::STREAM_NOT_FOUND)?;
        if claim.extra == extra {
            return Ok(0);
        }
        if !session.bucket.take(self.now) {
            return Err(Code::MESSAGE_TOO_FREQUENT);
        }
        let before = std::mem::replace(&mut claim.extra, extra);
        let (room, by) = (session.room.clone(), session.user.id.clone());
        let Some(stream) = session.live_stream(stream) else {
            return Ok(0);
        };
        let body = Body::StreamExtra { stream, before };
        Ok(self.tell(&room, Event { by, audience: Audience::All, body }))
    }
}
