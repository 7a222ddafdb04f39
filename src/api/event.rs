//! Events as the app gets them: names, strings and shapes of the compatible web API.

use crate::machine::{
    Difference, Direction, Event, Layer, Received, RetryCause, RetryUpdate, RoomReason,
};
use crate::web::object::object;
use holdfast_protocol::{Change, DeleteReason, Stream, User};
use js_sys::{Array, JSON};
use wasm_bindgen::JsValue;

/// Tells an event, by its name and the arguments of its listeners. The promises' are none of them.
pub(crate) fn tell(event: &Event, emit: &mut dyn FnMut(&str, Array)) {
    match event {
        Event::RoomState { room, reason, code, message } => {
            let (name, state) = (reason.name(), connection_word(*reason));
            let extended = match reason {
                RoomReason::KickOut => json(&object(&[("custom_kickout_message", message.into())])),
                _ => "".into(),
            };
            let mut tell = |event, word: &str| {
                emit(event, Array::of4(&room.into(), &word.into(), &code.0.into(), &extended));
            };
            // The older event goes with the other (ROOM-01).
            tell("roomStateChanged", name);
            tell("roomStateUpdate", state);
        }
        Event::RoomChanged { room, difference } => room_changed(room, difference, emit),
        Event::MediaState { direction, stream, state, code } => {
            let update = object(&[
                ("streamID", stream.into()),
                ("state", state.name(*direction).into()),
                ("errorCode", code.0.into()),
                ("extendedData", "".into()),
            ]);
            let event = match direction {
                Direction::Publish => "publisherStateUpdate",
                Direction::Play => "playerStateUpdate",
            };
            emit(event, Array::of1(&update));
        }
        Event::Received { room, item } => received(room, item, emit),
        Event::TokenWillExpire { room } => emit("tokenWillExpire", Array::of1(&room.into())),
        Event::Retry(update) => emit("retryUpdate", Array::of1(&retry_object(update))),
        Event::SendSettled(..) | Event::LoginSettled(..) | Event::PlaySettled(..) => {}
    }
}

/// A room's state in the words of the legacy `roomStateUpdate`.
fn connection_word(reason: RoomReason) -> &'static str {
    match reason {
        RoomReason::Logining | RoomReason::Reconnecting => "CONNECTING",
        RoomReason::Logined | RoomReason::Reconnected => "CONNECTED",
        _ => "DISCONNECTED",
    }
}

/// What retries, or has a state.
pub(crate) fn layer_word(layer: Layer) -> &'static str {
    match layer {
        Layer::Room => "room",
        Layer::Publish => "publish",
        Layer::Play => "play",
    }
}

/// What `retryUpdate` tells (BEY-01).
pub(crate) fn retry_object(update: &RetryUpdate) -> JsValue {
    let cause = match update.cause {
        RetryCause::Start => "start",
        RetryCause::Local => "local",
        RetryCause::Remote => "remote",
        RetryCause::Told => "told",
        RetryCause::Offline => "offline",
        RetryCause::Limited => "limited",
        RetryCause::TooSoon => "too-soon",
    };
    object(&[
        ("layer", layer_word(update.layer).into()),
        ("id", (&update.id).into()),
        ("cause", cause.into()),
        ("attempt", update.attempt.into()),
        ("nextAttemptInMs", number(update.wait_ms)),
        ("elapsedMs", number(update.elapsed_ms)),
        ("windowMs", number(update.window_ms)),
    ])
}

/// What the promise of a message or extra info resolves with.
pub(crate) fn sent(seq: u32) -> JsValue {
    let id: JsValue = if seq == 0 { "".into() } else { seq.into() };
    object(&[("errorCode", 0.into()), ("extendedData", "".into()), ("messageID", id)])
}

fn room_changed(room: &str, difference: &Difference, emit: &mut dyn FnMut(&str, Array)) {
    let list = Array::new();
    let arguments = Array::of1(&room.into());
    let event = match difference {
        Difference::Users(change, users) => {
            for user in users {
                list.push(&user_object(user));
            }
            arguments.push(&change_word(*change));
            arguments.push(&list);
            "roomUserUpdate"
        }
        Difference::Streams(change, streams, reason) => {
            push_streams(&list, streams);
            let extended = match change {
                Change::Add => "".into(),
                Change::Delete => delete_reasons(streams, *reason),
            };
            arguments.push(&change_word(*change));
            arguments.push(&list);
            arguments.push(&extended);
            "roomStreamUpdate"
        }
        Difference::RoomExtra(extra) => {
            for item in extra {
                list.push(&object(&[
                    ("key", (&item.key).into()),
                    ("value", (&item.value).into()),
                    ("updateUser", user_object(&item.user)),
                    ("updateTime", number(item.at_ms)),
                ]));
            }
            arguments.push(&list);
            "roomExtraInfoUpdate"
        }
        Difference::StreamExtra(streams) => {
            push_streams(&list, streams);
            arguments.push(&list);
            "streamExtraInfoUpdate"
        }
        Difference::Connection(user, is_up) => {
            arguments.push(&user.into());
            arguments.push(&if *is_up { "CONNECTED" } else { "RECONNECTING" }.into());
            "remoteUserConnectionUpdate"
        }
    };
    emit(event, arguments);
}

fn received(room: &str, item: &Received, emit: &mut dyn FnMut(&str, Array)) {
    let arguments = Array::of1(&room.into());
    let event = match item {
        Received::Broadcast { seq, from, text, at_ms } => {
            arguments.push(&messages(from, text, *at_ms, (*seq).into()));
            "IMRecvBroadcastMessage"
        }
        Received::Barrage { n, from, text, at_ms } => {
            // The web edition has it as text.
            arguments.push(&messages(from, text, *at_ms, json(&(*n).into())));
            "IMRecvBarrageMessage"
        }
        Received::Command { from, text } => {
            arguments.push(&user_object(from));
            arguments.push(&text.into());
            "IMRecvCustomCommand"
        }
        Received::Count { users } => {
            arguments.push(&(*users).into());
            "roomOnlineUserCountUpdate"
        }
    };
    emit(event, arguments);
}

/// A list of one message.
fn messages(from: &User, text: &str, at_ms: u64, id: JsValue) -> JsValue {
    Array::of1(&object(&[
        ("fromUser", user_object(from)),
        ("message", text.into()),
        ("sendTime", number(at_ms)),
        ("messageID", id),
    ]))
    .into()
}

fn user_object(user: &User) -> JsValue {
    object(&[("userID", (&user.id).into()), ("userName", (&user.name).into())])
}

fn push_streams(list: &Array, streams: &[Stream]) {
    for stream in streams {
        list.push(&object(&[
            ("streamID", (&stream.id).into()),
            ("user", user_object(&stream.user)),
            ("extraInfo", (&stream.extra).into()),
        ]));
    }
}

fn delete_reasons(streams: &[Stream], reason: Option<DeleteReason>) -> JsValue {
    let reason = reason.unwrap_or(DeleteReason::REMOVED);
    let reasons = Array::new();
    for stream in streams {
        reasons.push(&object(&[
            ("stream_id", (&stream.id).into()),
            ("code", reason.0.into()),
            ("description", reason.message().into()),
        ]));
    }
    json(&object(&[("stream_delete_reason", reasons.into())]))
}

fn change_word(change: Change) -> JsValue {
    match change {
        Change::Add => "ADD".into(),
        Change::Delete => "DELETE".into(),
    }
}

/// Milliseconds as JavaScript has them; a BigInt would be another type to the app.
fn number(ms: u64) -> JsValue {
    (ms as f64).into()
}

fn json(value: &JsValue) -> JsValue {
    JSON::stringify(value).map_or(JsValue::UNDEFINED, JsValue::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_protocol::RoomExtra;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn told(event: &Event) -> Vec<String> {
        let mut told = Vec::new();
        tell(event, &mut |name, arguments| {
            told.push([name, &String::from(JSON::stringify(&arguments).unwrap())].concat());
        });
        told
    }

    fn ada() -> User {
        User { id: "ada".into(), name: "Ada".into() }
    }

    fn received(item: Received) -> Vec<String> {
        told(&Event::Received { room: "r".into(), item })
    }

    fn changed(difference: Difference) -> Vec<String> {
        told(&Event::RoomChanged { room: "r".into(), difference })
    }

    #[wasm_bindgen_test]
    fn what_others_send_has_the_compatible_shape() {
        let (from, text, at_ms) = (ada(), String::from("hi"), 1_790_000_000_000);
        let broadcast = Received::Broadcast { seq: 7, from, text, at_ms };
        assert_eq!(
            received(broadcast),
            [
                r#"IMRecvBroadcastMessage["r",[{"fromUser":{"userID":"ada","userName":"Ada"},"message":"hi","sendTime":1790000000000,"messageID":7}]]"#
            ]
        );
        let barrage = Received::Barrage { n: 8, from: ada(), text: "hi".into(), at_ms };
        assert_eq!(
            received(barrage),
            [
                r#"IMRecvBarrageMessage["r",[{"fromUser":{"userID":"ada","userName":"Ada"},"message":"hi","sendTime":1790000000000,"messageID":"8"}]]"#
            ]
        );
        assert_eq!(
            received(Received::Command { from: ada(), text: "mute".into() }),
            [r#"IMRecvCustomCommand["r",{"userID":"ada","userName":"Ada"},"mute"]"#]
        );
        assert_eq!(received(Received::Count { users: 3 }), [r#"roomOnlineUserCountUpdate["r",3]"#]);
    }

    #[wasm_bindgen_test]
    fn what_changes_in_a_room_has_the_compatible_shape() {
        let extra = RoomExtra { key: "k".into(), value: "v".into(), user: ada(), at_ms: 1 };
        assert_eq!(
            changed(Difference::RoomExtra(vec![extra])),
            [
                r#"roomExtraInfoUpdate["r",[{"key":"k","value":"v","updateUser":{"userID":"ada","userName":"Ada"},"updateTime":1}]]"#
            ]
        );
        let stream = Stream { id: "s".into(), user: ada(), extra: "x".into() };
        assert_eq!(
            changed(Difference::StreamExtra(vec![stream.clone()])),
            [
                r#"streamExtraInfoUpdate["r",[{"streamID":"s","user":{"userID":"ada","userName":"Ada"},"extraInfo":"x"}]]"#
            ]
        );
        assert_eq!(
            changed(Difference::Streams(Change::Delete, vec![stream], Some(DeleteReason(2)))),
            [
                r#"roomStreamUpdate["r","DELETE",[{"streamID":"s","user":{"userID":"ada","userName":"Ada"},"extraInfo":"x"}],"{\"stream_delete_reason\":[{\"stream_id\":\"s\",\"code\":2,\"description\":\"heartbeat timeout\"}]}"]"#
            ]
        );
        assert_eq!(
            changed(Difference::Users(Change::Add, vec![ada()])),
            [r#"roomUserUpdate["r","ADD",[{"userID":"ada","userName":"Ada"}]]"#]
        );
        let connection = |is_up| changed(Difference::Connection("ada".into(), is_up));
        assert_eq!(connection(true), [r#"remoteUserConnectionUpdate["r","ada","CONNECTED"]"#]);
        assert_eq!(connection(false), [r#"remoteUserConnectionUpdate["r","ada","RECONNECTING"]"#]);
    }

    #[wasm_bindgen_test]
    fn bey_01_a_try_is_told_with_all_that_a_progress_bar_needs() {
        let update = RetryUpdate {
            layer: Layer::Publish,
            id: "s".into(),
            cause: RetryCause::TooSoon,
            attempt: 2,
            wait_ms: 250,
            elapsed_ms: 1_000,
            window_ms: 1_200_000,
        };
        assert_eq!(
            told(&Event::Retry(update)),
            [
                r#"retryUpdate[{"layer":"publish","id":"s","cause":"too-soon","attempt":2,"nextAttemptInMs":250,"elapsedMs":1000,"windowMs":1200000}]"#
            ]
        );
        assert_eq!(told(&Event::TokenWillExpire { room: "r".into() }), [r#"tokenWillExpire["r"]"#]);
    }

    #[wasm_bindgen_test]
    fn room_11_a_kick_carries_the_servers_words() {
        let event = Event::RoomState {
            room: "r".into(),
            reason: RoomReason::KickOut,
            code: holdfast_protocol::Code::KICKED_BY_SERVER,
            message: "bye".into(),
        };
        assert_eq!(
            told(&event),
            [
                r#"roomStateChanged["r","KICKOUT",1002055,"{\"custom_kickout_message\":\"bye\"}"]"#,
                r#"roomStateUpdate["r","DISCONNECTED",1002055,"{\"custom_kickout_message\":\"bye\"}"]"#
            ]
        );
    }
}
