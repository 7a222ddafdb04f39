//! The app's events as JSON.

use super::*;
use crate::machine::Layer;
use serde_json::{Value, json};

/// The events told.
#[derive(Default)]
struct Told(Vec<(&'static str, Value)>);

impl Tell for Told {
    fn tell(&mut self, name: &'static str, arguments: &[Argument]) {
        assert!(NAMES.contains(&name), "{name}");
        self.0.push((name, serde_json::to_value(arguments).unwrap()));
    }

    fn json(&self, value: &impl Serialize) -> String {
        serde_json::to_string(value).unwrap()
    }
}

#[track_caller]
fn assert_told(event: Event, events: &[(&'static str, Value)]) {
    let mut told = Told::default();
    tell(&event, &mut told);
    assert_eq!(told.0, events);
}

fn ada() -> User {
    User { id: "ada".into(), name: "Ada".into() }
}

fn stream(muted: u8) -> Stream {
    Stream { id: "s".into(), user: ada(), extra: "x".into(), muted }
}

fn ada_told() -> Value {
    json!({"userID": "ada", "userName": "Ada"})
}

fn stream_told() -> Value {
    json!({"streamID": "s", "user": ada_told(), "extraInfo": "x"})
}

fn received(item: Received) -> Event {
    Event::Received { room: "r".into(), item }
}

fn changed(difference: Difference) -> Event {
    Event::RoomChanged { room: "r".into(), difference }
}

#[test]
fn what_others_send_has_the_compatible_shape() {
    let (text, at_ms) = ("hi".to_owned(), 1_790_000_000_000);
    let message = |id: Value| json!({"fromUser": ada_told(), "message": "hi", "sendTime": at_ms as f64, "messageID": id});
    let item = Received::Broadcast { seq: 7, from: ada(), text: text.clone(), at_ms };
    assert_told(received(item), &[("IMRecvBroadcastMessage", json!(["r", [message(json!(7))]]))]);
    let item = Received::Barrage { n: 8, from: ada(), text: text.clone(), at_ms };
    assert_told(received(item), &[("IMRecvBarrageMessage", json!(["r", [message(json!("8"))]]))]);
    let item = Received::Command { from: ada(), text };
    assert_told(received(item), &[("IMRecvCustomCommand", json!(["r", ada_told(), "hi"]))]);
    let item = Received::Count { users: 3 };
    assert_told(received(item), &[("roomOnlineUserCountUpdate", json!(["r", 3]))]);
}

#[test]
fn what_changes_in_a_room_has_the_compatible_shape() {
    let extra = RoomExtra { key: "k".into(), value: "v".into(), user: ada(), at_ms: 1 };
    let told = json!({"key": "k", "value": "v", "updateUser": ada_told(), "updateTime": 1.0});
    assert_told(
        changed(Difference::RoomExtra(vec![extra])),
        &[("roomExtraInfoUpdate", json!(["r", [told]]))],
    );
    assert_told(
        changed(Difference::StreamExtra(vec![stream(0)])),
        &[("streamExtraInfoUpdate", json!(["r", [stream_told()]]))],
    );
    let reason = json!({"stream_delete_reason":
        [{"stream_id": "s", "code": 2, "description": "heartbeat timeout"}]});
    let timeout = Some(DeleteReason::HEARTBEAT_TIMEOUT);
    let mut told = Told::default();
    tell(&changed(Difference::Streams(Change::Delete, vec![stream(3)], timeout)), &mut told);
    let [("roomStreamUpdate", arguments)] = &told.0[..] else { panic!("{:?}", told.0) };
    assert_eq!(arguments[1], "DELETE");
    assert_eq!(arguments[2], json!([stream_told()]));
    let extended: Value = serde_json::from_str(arguments[3].as_str().unwrap()).unwrap();
    assert_eq!(extended, reason);
    assert_told(
        changed(Difference::Users(Change::Add, vec![ada()])),
        &[("roomUserUpdate", json!(["r", "ADD", [ada_told()]]))],
    );
    for (is_up, state) in [(true, "CONNECTED"), (false, "RECONNECTING")] {
        assert_told(
            changed(Difference::Connection("ada".into(), is_up)),
            &[("remoteUserConnectionUpdate", json!(["r", "ada", state]))],
        );
    }
}

#[test]
fn pub_08_what_is_muted_is_told_device_by_device() {
    let camera = |state: &str| ("remoteCameraStatusUpdate", json!(["s", state]));
    let microphone = |state: &str| ("remoteMicStatusUpdate", json!(["s", state]));
    let muted = |bits, now| changed(Difference::Muted("s".into(), bits, now));
    assert_told(muted(3, 3), &[camera("MUTE"), microphone("MUTE")]);
    assert_told(muted(3, 1), &[camera("OPEN"), microphone("MUTE")]);
    assert_told(muted(1, 2), &[microphone("OPEN")]);
    assert_told(muted(4, 4), &[]);
    let added = ("roomStreamUpdate", json!(["r", "ADD", [stream_told(), stream_told()], ""]));
    assert_told(
        changed(Difference::Streams(Change::Add, vec![stream(3), stream(0)], None)),
        &[added, camera("MUTE"), microphone("MUTE")],
    );
}

#[test]
fn states_have_their_names() {
    let state = |direction, state| Event::MediaState {
        direction,
        stream: "s".into(),
        state,
        code: Code::OK,
    };
    let told = |state: &str| json!([{"streamID": "s", "state": state, "errorCode": 0, "extendedData": ""}]);
    assert_told(
        state(Direction::Publish, MediaState::Flowing),
        &[("publisherStateUpdate", told("PUBLISHING"))],
    );
    assert_told(
        state(Direction::Play, MediaState::Stopped),
        &[("playerStateUpdate", told("NO_PLAY"))],
    );
}

#[test]
fn room_01_the_older_event_goes_with_the_other() {
    for (reason, word, connection) in [
        (RoomReason::Logining, "LOGINING", "CONNECTING"),
        (RoomReason::Reconnected, "RECONNECTED", "CONNECTED"),
        (RoomReason::Reconnecting, "RECONNECTING", "CONNECTING"),
        (RoomReason::LogoutFailed, "LOGOUT_FAILED", "DISCONNECTED"),
    ] {
        let (room, message) = ("r".to_owned(), String::new());
        assert_told(
            Event::RoomState { room, reason, code: Code::NETWORK_BROKEN, message },
            &[
                ("roomStateChanged", json!(["r", word, 1000017, ""])),
                ("roomStateUpdate", json!(["r", connection, 1000017, ""])),
            ],
        );
    }
}

#[test]
fn room_11_a_kick_carries_the_servers_words() {
    let (room, message) = ("r".to_owned(), "bye".to_owned());
    let (reason, code) = (RoomReason::KickOut, Code::KICKED_BY_SERVER);
    let extended = r#"{"custom_kickout_message":"bye"}"#;
    assert_told(
        Event::RoomState { room, reason, code, message },
        &[
            ("roomStateChanged", json!(["r", "KICKOUT", 1002055, extended])),
            ("roomStateUpdate", json!(["r", "DISCONNECTED", 1002055, extended])),
        ],
    );
}

#[test]
fn bey_01_a_try_is_told_with_all_that_a_progress_bar_needs() {
    for (reason, word, code) in [(None, "", 0), (Some(Obstacle::NoServer), "no-server", 1102051)] {
        let update = RetryUpdate {
            layer: Layer::Publish,
            id: "s".into(),
            cause: RetryCause::TooSoon,
            reason,
            attempt: 2,
            wait_ms: 250,
            elapsed_ms: 1_000,
            window_ms: 1_200_000,
        };
        let told = json!({"layer": "publish", "id": "s", "cause": "too-soon", "attempt": 2,
            "nextAttemptInMs": 250.0, "elapsedMs": 1000.0, "windowMs": 1_200_000.0,
            "reason": word, "errorCode": code});
        assert_told(Event::Retry(update), &[("retryUpdate", json!([told]))]);
    }
    assert_told(Event::TokenWillExpire { room: "r".into() }, &[("tokenWillExpire", json!(["r"]))]);
}

#[test]
fn what_settles_a_promise_is_no_event() {
    assert_told(Event::SendSettled(crate::machine::CallId(1), Ok(7)), &[]);
}
