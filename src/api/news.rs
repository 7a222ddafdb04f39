//! The machine's events as rows, in the order `pkg-template/events.js` reads them.

use super::row::Row;
use crate::machine::{CallId, Difference, Event, Obstacle, Received, Refusal, RetryUpdate};
use holdfast_protocol::{Code, DeleteReason, RoomExtra, Stream, User};

pub(crate) fn row(event: &Event) -> Row {
    match event {
        Event::RoomState { room, reason, code, message } => {
            let row = about(0, room);
            row.put(f64::from(*reason as u32));
            row.put(code.0.into());
            row.put_text(message);
            row
        }
        Event::RoomChanged { room, difference } => room_changed(room, difference),
        Event::MediaState { direction, stream, state, code } => {
            let row = about(6, stream);
            row.put(f64::from(*direction as u32));
            row.put(f64::from(*state as u32));
            row.put(code.0.into());
            row
        }
        Event::Received { room, item } => received(room, item),
        Event::TokenWillExpire { room } => about(11, room),
        Event::Retry(update) => retry(update),
        Event::LoginSettled(call, outcome) => settled(14, *call, outcome.as_ref().map(|()| 0)),
        Event::SendSettled(call, outcome) => settled(15, *call, outcome.as_ref().map(|seq| *seq)),
        Event::PlaySettled(call, outcome) => settled(14, *call, outcome.as_ref().map(|_| 0)),
    }
}

/// A row that begins with what it is of.
fn about(kind: u32, id: &str) -> Row {
    let row = Row::of(kind);
    row.put_text(id);
    row
}

fn room_changed(room: &str, difference: &Difference) -> Row {
    match difference {
        Difference::Users(change, users) => {
            let row = about(1, room);
            row.put(f64::from(*change as u32));
            for user in users {
                put_user(&row, user);
            }
            row
        }
        Difference::Streams(change, streams, reason) => {
            let row = about(2, room);
            row.put(f64::from(*change as u32));
            let reason = reason.unwrap_or(DeleteReason::REMOVED);
            row.put(reason.0.into());
            row.put_text(reason.message());
            put_streams(&row, streams);
            row
        }
        Difference::RoomExtra(extra) => {
            let row = about(3, room);
            for RoomExtra { key, value, user, at_ms } in extra {
                row.put_text(key);
                row.put_text(value);
                put_user(&row, user);
                row.put(*at_ms as f64);
            }
            row
        }
        Difference::StreamExtra(streams) => {
            let row = about(4, room);
            put_streams(&row, streams);
            row
        }
        Difference::Muted(stream, changed, muted) => {
            let row = about(13, stream);
            row.put(f64::from(*changed));
            row.put(f64::from(*muted));
            row
        }
        Difference::Connection(user, is_up) => {
            let row = about(5, room);
            row.put_text(user);
            row.put(f64::from(u8::from(*is_up)));
            row
        }
    }
}

fn received(room: &str, item: &Received) -> Row {
    match item {
        Received::Broadcast { seq, from, text, at_ms } => {
            message(7, room, from, text, *at_ms, *seq)
        }
        Received::Barrage { n, from, text, at_ms } => message(8, room, from, text, *at_ms, *n),
        Received::Command { from, text } => message(9, room, from, text, 0, 0),
        Received::Count { users } => {
            let row = about(10, room);
            row.put((*users).into());
            row
        }
    }
}

fn message(kind: u32, room: &str, from: &User, text: &str, at_ms: u64, number: u32) -> Row {
    let row = about(kind, room);
    put_user(&row, from);
    row.put_text(text);
    row.put(at_ms as f64);
    row.put(number.into());
    row
}

fn retry(update: &RetryUpdate) -> Row {
    let row = about(12, &update.id);
    row.put(f64::from(update.layer as u32));
    row.put(f64::from(update.cause as u32));
    row.put(update.attempt.into());
    for ms in [update.wait_ms, update.elapsed_ms, update.window_ms] {
        row.put(ms as f64);
    }
    row.put_text(update.reason.map_or("", Obstacle::name));
    row.put(update.reason.map_or(Code::OK, Obstacle::code).0.into());
    row
}

/// A promise kept with a number, or broken with a code and words.
fn settled(kind: u32, call: CallId, outcome: Result<u32, &Refusal>) -> Row {
    let row = Row::of(kind);
    row.put(call.0.into());
    match outcome {
        Ok(number) => {
            row.put(0.0);
            row.put(number.into());
        }
        Err(refusal) => put_refusal(&row, refusal),
    }
    row
}

pub(crate) fn put_refusal(row: &Row, refusal: &Refusal) {
    row.put(refusal.code.0.into());
    row.put_text(&refusal.message);
}

fn put_user(row: &Row, user: &User) {
    row.put_text(&user.id);
    row.put_text(&user.name);
}

fn put_streams(row: &Row, streams: &[Stream]) {
    for stream in streams {
        row.put_text(&stream.id);
        put_user(row, &stream.user);
        row.put_text(&stream.extra);
        row.put(stream.muted.into());
    }
}
