//! Events as the app gets them: names, strings and shapes of the compatible web API.

use crate::machine::{Difference, Direction, MediaState, RoomReason};
use crate::web::object::object;
use holdfast_protocol::{Change, Code, DeleteReason, Stream, User};
use js_sys::{Array, JSON};
use wasm_bindgen::JsValue;

/// One call of the listeners.
pub(crate) type Emission = (&'static str, Array);

/// `roomStateChanged`, and the older `roomStateUpdate` that goes with it (ROOM-01).
pub(crate) fn room_state(
    room: &str,
    reason: RoomReason,
    code: Code,
    message: &str,
) -> [Emission; 2] {
    use RoomReason::*;
    let (name, state) = match reason {
        Logining => ("LOGINING", "CONNECTING"),
        Logined => ("LOGINED", "CONNECTED"),
        LoginFailed => ("LOGIN_FAILED", "DISCONNECTED"),
        Reconnecting => ("RECONNECTING", "CONNECTING"),
        Reconnected => ("RECONNECTED", "CONNECTED"),
        ReconnectFailed => ("RECONNECT_FAILED", "DISCONNECTED"),
        // The web edition writes it without the underscore.
        KickOut => ("KICKOUT", "DISCONNECTED"),
        Logout => ("LOGOUT", "DISCONNECTED"),
        LogoutFailed => ("LOGOUT_FAILED", "DISCONNECTED"),
    };
    let extended = match reason {
        KickOut => json(&object(&[("custom_kickout_message", message.into())])),
        _ => "".into(),
    };
    let arguments = |word: &str| Array::of4(&room.into(), &word.into(), &code.0.into(), &extended);
    [("roomStateChanged", arguments(name)), ("roomStateUpdate", arguments(state))]
}

/// `roomUserUpdate` or `roomStreamUpdate`.
pub(crate) fn room_changed(room: &str, difference: &Difference) -> Emission {
    let list = Array::new();
    match difference {
        Difference::Users(change, users) => {
            for user in users {
                list.push(&user_object(user));
            }
            ("roomUserUpdate", Array::of3(&room.into(), &word(*change), &list))
        }
        Difference::Streams(change, streams, reason) => {
            for stream in streams {
                list.push(&stream_object(stream));
            }
            let extended = match change {
                Change::Add => "".into(),
                Change::Delete => delete_reasons(streams, *reason),
            };
            let arguments = Array::of4(&room.into(), &word(*change), &list, &extended);
            ("roomStreamUpdate", arguments)
        }
    }
}

/// `publisherStateUpdate` or `playerStateUpdate`.
pub(crate) fn media_state(
    direction: Direction,
    stream: &str,
    state: MediaState,
    code: Code,
) -> Emission {
    use MediaState::*;
    let (event, state) = match (direction, state) {
        (Direction::Publish, Stopped) => ("publisherStateUpdate", "NO_PUBLISH"),
        (Direction::Publish, Requesting) => ("publisherStateUpdate", "PUBLISH_REQUESTING"),
        (Direction::Publish, Flowing) => ("publisherStateUpdate", "PUBLISHING"),
        (Direction::Play, Stopped) => ("playerStateUpdate", "NO_PLAY"),
        (Direction::Play, Requesting) => ("playerStateUpdate", "PLAY_REQUESTING"),
        (Direction::Play, Flowing) => ("playerStateUpdate", "PLAYING"),
    };
    let update = object(&[
        ("streamID", stream.into()),
        ("state", state.into()),
        ("errorCode", code.0.into()),
        ("extendedData", "".into()),
    ]);
    (event, Array::of1(&update))
}

fn user_object(user: &User) -> JsValue {
    object(&[("userID", user.id.as_str().into()), ("userName", user.name.as_str().into())])
}

fn stream_object(stream: &Stream) -> JsValue {
    object(&[
        ("streamID", stream.id.as_str().into()),
        ("user", user_object(&stream.user)),
        ("extraInfo", stream.extra.as_str().into()),
    ])
}

fn delete_reasons(streams: &[Stream], reason: Option<DeleteReason>) -> JsValue {
    let reason = reason.unwrap_or(DeleteReason::REMOVED);
    let reasons = Array::new();
    for stream in streams {
        reasons.push(&object(&[
            ("stream_id", stream.id.as_str().into()),
            ("code", reason.0.into()),
            ("description", reason.message().into()),
        ]));
    }
    json(&object(&[("stream_delete_reason", reasons.into())]))
}

fn word(change: Change) -> JsValue {
    match change {
        Change::Add => "ADD".into(),
        Change::Delete => "DELETE".into(),
    }
}

fn json(value: &JsValue) -> JsValue {
    JSON::stringify(value).map_or(JsValue::UNDEFINED, JsValue::from)
}
