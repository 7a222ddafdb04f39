//! Events as the app gets them: names, strings and shapes of the compatible web API.

use crate::machine::{Difference, Direction, MediaState, RoomReason};
use holdfast_protocol::{Change, Code, DeleteReason, Stream, User};
use js_sys::{Array, JSON};
use serde::Serialize;
use wasm_bindgen::JsValue;

/// One call of the listeners.
pub(crate) type Emission = (&'static str, Array);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserShape<'a> {
    #[serde(rename = "userID")]
    user_id: &'a str,
    user_name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StreamShape<'a> {
    #[serde(rename = "streamID")]
    stream_id: &'a str,
    user: UserShape<'a>,
    extra_info: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MediaShape<'a> {
    #[serde(rename = "streamID")]
    stream_id: &'a str,
    state: &'static str,
    error_code: Code,
    extended_data: &'static str,
}

#[derive(Serialize)]
struct DeleteReasons<'a> {
    stream_delete_reason: Vec<DeleteReasonShape<'a>>,
}

#[derive(Serialize)]
struct DeleteReasonShape<'a> {
    stream_id: &'a str,
    code: DeleteReason,
    description: &'static str,
}

#[derive(Serialize)]
struct KickOut<'a> {
    custom_kickout_message: &'a str,
}

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
        KickOut => json(&self::KickOut {
            custom_kickout_message: message,
        }),
        _ => JsValue::from_str(""),
    };
    let arguments = |word: &str| Array::of4(&room.into(), &word.into(), &code.0.into(), &extended);
    [
        ("roomStateChanged", arguments(name)),
        ("roomStateUpdate", arguments(state)),
    ]
}

/// `roomUserUpdate` or `roomStreamUpdate`.
pub(crate) fn room_changed(room: &str, difference: &Difference) -> Emission {
    match difference {
        Difference::Users(change, users) => {
            let users: Vec<UserShape> = users.iter().map(user_shape).collect();
            let arguments = Array::of3(&room.into(), &change_word(*change), &object(&users));
            ("roomUserUpdate", arguments)
        }
        Difference::Streams(change, streams, reason) => {
            let shapes: Vec<StreamShape> = streams.iter().map(stream_shape).collect();
            let extended = match change {
                Change::Add => JsValue::from_str(""),
                Change::Delete => delete_reasons(streams, *reason),
            };
            let change = change_word(*change);
            let arguments = Array::of4(&room.into(), &change, &object(&shapes), &extended);
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
    let shape = MediaShape {
        stream_id: stream,
        state,
        error_code: code,
        extended_data: "",
    };
    (event, Array::of1(&object(&shape)))
}

fn user_shape(user: &User) -> UserShape<'_> {
    UserShape {
        user_id: &user.id,
        user_name: &user.name,
    }
}

fn stream_shape(stream: &Stream) -> StreamShape<'_> {
    let user = user_shape(&stream.user);
    StreamShape {
        stream_id: &stream.id,
        user,
        extra_info: &stream.extra,
    }
}

fn delete_reasons(streams: &[Stream], reason: Option<DeleteReason>) -> JsValue {
    let code = reason.unwrap_or(DeleteReason::REMOVED);
    let shape = |stream| DeleteReasonShape {
        stream_id: stream,
        code,
        description: code.message(),
    };
    let reasons = streams
        .iter()
        .map(|stream| shape(stream.id.as_str()))
        .collect();
    json(&DeleteReasons {
        stream_delete_reason: reasons,
    })
}

fn change_word(change: Change) -> JsValue {
    match change {
        Change::Add => "ADD".into(),
        Change::Delete => "DELETE".into(),
    }
}

fn object(shape: &impl Serialize) -> JsValue {
    serde_wasm_bindgen::to_value(shape).unwrap_or(JsValue::UNDEFINED)
}

fn json(shape: &impl Serialize) -> JsValue {
    JSON::stringify(&object(shape)).map_or(JsValue::UNDEFINED, JsValue::from)
}
