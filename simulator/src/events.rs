//! Events of apps, in the shape that listeners of the package get them (`pkg-template/events.js`).

use holdfast_protocol::{Change, Stream, User};
use holdfast_rtc::machine::{Difference, Event, Layer, Received, RetryCause, RetryUpdate};
use serde_json::{Value, json};

/// An event's name and arguments; none for an event that a page has no use for.
pub(crate) fn shape(event: &Event) -> Option<(&'static str, Value)> {
    Some(match event {
        Event::RoomState { room, reason, code, .. } => {
            ("roomStateChanged", json!([room, reason.name(), code.0, {}]))
        }
        Event::RoomChanged { room, difference } => return room_changed(room, difference),
        Event::MediaState { direction, stream, state, code } => {
            let name = match Layer::from(*direction) {
                Layer::Publish => "publisherStateUpdate",
                _ => "playerStateUpdate",
            };
            let state = state.name(*direction);
            (name, json!([{ "streamID": stream, "state": state, "errorCode": code.0 }]))
        }
        Event::Received { room, item: Received::Broadcast { from, text, .. } } => {
            let message = json!([{ "fromUser": user(from), "message": text }]);
            ("IMRecvBroadcastMessage", json!([room, message]))
        }
        Event::TokenWillExpire { room } => ("tokenWillExpire", json!([room])),
        Event::Retry(update) => ("retryUpdate", json!([retry(update)])),
        _ => return None,
    })
}

fn room_changed(room: &str, difference: &Difference) -> Option<(&'static str, Value)> {
    Some(match difference {
        Difference::Users(change, users) => {
            let users: Vec<_> = users.iter().map(user).collect();
            ("roomUserUpdate", json!([room, sign(*change), users]))
        }
        Difference::Streams(change, streams, _) => {
            let stream =
                |stream: &Stream| json!({ "streamID": stream.id, "user": user(&stream.user) });
            let streams: Vec<_> = streams.iter().map(stream).collect();
            ("roomStreamUpdate", json!([room, sign(*change), streams]))
        }
        Difference::Connection(user, is_up) => {
            let state = if *is_up { "CONNECTED" } else { "DISCONNECTED" };
            ("remoteUserConnectionUpdate", json!([room, user, state]))
        }
        _ => return None,
    })
}

fn user(user: &User) -> Value {
    json!({ "userID": user.id, "userName": user.name })
}

fn sign(change: Change) -> &'static str {
    match change {
        Change::Add => "ADD",
        Change::Delete => "DELETE",
    }
}

fn retry(update: &RetryUpdate) -> Value {
    let layer = match update.layer {
        Layer::Room => "room",
        Layer::Publish => "publish",
        Layer::Play => "play",
    };
    let cause = match update.cause {
        RetryCause::Start => "start",
        RetryCause::Local => "local",
        RetryCause::Remote => "remote",
        RetryCause::Told => "told",
        RetryCause::Offline => "offline",
        RetryCause::Limited => "limited",
        RetryCause::TooSoon => "too-soon",
    };
    json!({
        "layer": layer,
        "id": update.id,
        "cause": cause,
        "attempt": update.attempt,
        "nextAttemptInMs": update.wait_ms,
        "elapsedMs": update.elapsed_ms,
        "windowMs": update.window_ms,
    })
}
