//! The engine's events: the name of each, and the arguments of its listeners.
//!
//! Names and shapes are those of `pkg-template/types/events.d.ts`.

use crate::machine::{
    Difference, Direction, Event, MediaState, Obstacle, Received, RetryCause, RetryUpdate,
    RoomReason,
};
use Argument::{Media, Messages, Number, Retry, Streams, Text, Users};
use holdfast_protocol::{Change, Code, DeleteReason, RoomExtra, Stream, User};
use serde::Serialize;

/// All events that `on` knows. The machine has none of those from `playerVideoTrackUpdate` on: the
/// engine tells of a player's tracks itself, and scripts emit the others.
pub const NAMES: [&str; 28] = [
    "roomStateChanged",
    "roomStateUpdate",
    "roomUserUpdate",
    "roomStreamUpdate",
    "publisherStateUpdate",
    "playerStateUpdate",
    "IMRecvBroadcastMessage",
    "IMRecvBarrageMessage",
    "IMRecvCustomCommand",
    "roomExtraInfoUpdate",
    "streamExtraInfoUpdate",
    "roomOnlineUserCountUpdate",
    "tokenWillExpire",
    "retryUpdate",
    "remoteUserConnectionUpdate",
    "remoteCameraStatusUpdate",
    "remoteMicStatusUpdate",
    "playerVideoTrackUpdate",
    "playerAudioTrackUpdate",
    "publishQualityUpdate",
    "playQualityUpdate",
    "networkQuality",
    "soundLevelUpdate",
    "capturedSoundLevelUpdate",
    "videoDeviceStateChanged",
    "audioDeviceStateChanged",
    "deviceError",
    "screenSharingEnded",
];

/// Takes the app's events.
pub trait Tell {
    /// One event: its name and its listeners' arguments.
    fn tell(&mut self, name: &'static str, arguments: &[Argument]);
    /// A value as the text of its JSON.
    fn json(&self, value: &impl Serialize) -> String;
}

/// An argument of a listener.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Argument<'a> {
    /// A name, a word, a state.
    Text(&'a str),
    /// A code, a count.
    Number(u32),
    /// A user.
    User(UserInfo<'a>),
    /// Users that came or went.
    Users(Vec<UserInfo<'a>>),
    /// Streams that came, went or changed.
    Streams(Vec<StreamInfo<'a>>),
    /// Extra info that was set in a room.
    RoomExtra(Vec<RoomExtraInfo<'a>>),
    /// A stream's new state.
    Media(MediaInfo<'a>),
    /// Messages. The API has a list, but they come one at a time.
    Messages([MessageInfo<'a>; 1]),
    /// A try.
    Retry(RetryInfo<'a>),
}

/// Tells the app's events for an event of the machine, in order.
pub fn tell(event: &Event, to: &mut impl Tell) {
    match event {
        Event::RoomState { room, reason, code, message } => {
            tell_room_state(room, *reason, *code, message, to);
        }
        Event::RoomChanged { room, difference } => tell_difference(room, difference, to),
        Event::MediaState { direction, stream, state, code } => {
            tell_media_state(*direction, stream, *state, *code, to);
        }
        Event::Received { room, item } => tell_received(room, item, to),
        Event::TokenWillExpire { room } => to.tell("tokenWillExpire", &[Text(room)]),
        Event::Retry(update) => to.tell("retryUpdate", &[Retry(RetryInfo::new(update, None))]),
        Event::LoginSettled(..) | Event::SendSettled(..) | Event::PlaySettled(..) => {}
    }
}

fn tell_room_state(room: &str, reason: RoomReason, code: Code, message: &str, to: &mut impl Tell) {
    let extended = match reason {
        RoomReason::KickOut => to.json(&KickInfo { custom_kickout_message: message }),
        _ => String::new(),
    };
    to.tell(
        "roomStateChanged",
        &[Text(room), Text(reason.name()), Number(code.0), Text(&extended)],
    );
    // The older event is sent along with the new one (ROOM-01).
    let word = connection_word(reason);
    to.tell("roomStateUpdate", &[Text(room), Text(word), Number(code.0), Text(&extended)]);
}

fn connection_word(reason: RoomReason) -> &'static str {
    match reason {
        RoomReason::Logining | RoomReason::Reconnecting => "CONNECTING",
        RoomReason::Logined | RoomReason::Reconnected => "CONNECTED",
        _ => "DISCONNECTED",
    }
}

fn tell_media_state(
    direction: Direction,
    stream: &str,
    state: MediaState,
    code: Code,
    to: &mut impl Tell,
) {
    let name = match direction {
        Direction::Publish => "publisherStateUpdate",
        Direction::Play => "playerStateUpdate",
    };
    let state = state.name(direction);
    let info = MediaInfo { stream_id: stream, state, error_code: code.0, extended_data: "" };
    to.tell(name, &[Media(info)]);
}

fn tell_difference(room: &str, difference: &Difference, to: &mut impl Tell) {
    match difference {
        Difference::Users(change, users) => {
            let users: Vec<_> = users.iter().map(UserInfo::from).collect();
            to.tell("roomUserUpdate", &[Text(room), Text(change_word(*change)), Users(users)]);
        }
        Difference::Streams(change, streams, reason) => {
            tell_streams(room, *change, streams, reason.unwrap_or_default(), to);
        }
        Difference::RoomExtra(extra) => {
            let extra: Vec<_> = extra.iter().map(RoomExtraInfo::from).collect();
            to.tell("roomExtraInfoUpdate", &[Text(room), Argument::RoomExtra(extra)]);
        }
        Difference::StreamExtra(streams) => {
            let streams: Vec<_> = streams.iter().map(StreamInfo::from).collect();
            to.tell("streamExtraInfoUpdate", &[Text(room), Streams(streams)]);
        }
        Difference::Muted(stream, changed, muted) => tell_muted(stream, *changed, *muted, to),
        Difference::Connection(user, is_up) => {
            let state = if *is_up { "CONNECTED" } else { "RECONNECTING" };
            to.tell("remoteUserConnectionUpdate", &[Text(room), Text(user), Text(state)]);
        }
    }
}

fn tell_streams(
    room: &str,
    change: Change,
    streams: &[Stream],
    reason: DeleteReason,
    to: &mut impl Tell,
) {
    let infos: Vec<_> = streams.iter().map(StreamInfo::from).collect();
    let extended = match change {
        Change::Add => String::new(),
        Change::Delete => {
            let of = |stream| DeleteInfo::new(stream, reason);
            to.json(&DeletesInfo { stream_delete_reason: streams.iter().map(of).collect() })
        }
    };
    let word = change_word(change);
    to.tell("roomStreamUpdate", &[Text(room), Text(word), Streams(infos), Text(&extended)]);
    if change == Change::Add {
        for stream in streams {
            tell_muted(&stream.id, stream.muted, stream.muted, to);
        }
    }
}

fn tell_muted(stream: &str, changed: u8, muted: u8, to: &mut impl Tell) {
    for (bit, name) in [
        (Stream::CAMERA, "remoteCameraStatusUpdate"),
        (Stream::MICROPHONE, "remoteMicStatusUpdate"),
    ] {
        if changed & bit != 0 {
            let state = if muted & bit != 0 { "MUTE" } else { "OPEN" };
            to.tell(name, &[Text(stream), Text(state)]);
        }
    }
}

fn tell_received(room: &str, item: &Received, to: &mut impl Tell) {
    match item {
        Received::Broadcast { seq, from, text, at_ms } => {
            let message = MessageInfo::new(from, text, *at_ms, MessageId::Number(*seq));
            to.tell("IMRecvBroadcastMessage", &[Text(room), Messages([message])]);
        }
        Received::Barrage { n, from, text, at_ms } => {
            // The seeds' web edition has this number as text.
            let message = MessageInfo::new(from, text, *at_ms, MessageId::Text(n.to_string()));
            to.tell("IMRecvBarrageMessage", &[Text(room), Messages([message])]);
        }
        Received::Command { from, text } => {
            to.tell("IMRecvCustomCommand", &[Text(room), Argument::User(from.into()), Text(text)]);
        }
        Received::Count { users } => {
            to.tell("roomOnlineUserCountUpdate", &[Text(room), Number(*users)]);
        }
    }
}

fn change_word(change: Change) -> &'static str {
    match change {
        Change::Add => "ADD",
        Change::Delete => "DELETE",
    }
}

fn cause_word(cause: RetryCause) -> &'static str {
    match cause {
        RetryCause::Start => "start",
        RetryCause::Local => "local",
        RetryCause::Remote => "remote",
        RetryCause::Told => "told",
        RetryCause::Offline => "offline",
        RetryCause::Limited => "limited",
        RetryCause::TooSoon => "too-soon",
    }
}

#[derive(Serialize)]
struct KickInfo<'a> {
    custom_kickout_message: &'a str,
}

#[derive(Serialize)]
struct DeletesInfo<'a> {
    stream_delete_reason: Vec<DeleteInfo<'a>>,
}

#[derive(Serialize)]
struct DeleteInfo<'a> {
    stream_id: &'a str,
    code: u8,
    description: &'static str,
}

impl<'a> DeleteInfo<'a> {
    fn new(stream: &'a Stream, reason: DeleteReason) -> DeleteInfo<'a> {
        DeleteInfo { stream_id: &stream.id, code: reason.0, description: reason.message() }
    }
}

/// A user.
#[derive(Serialize)]
pub struct UserInfo<'a> {
    #[serde(rename = "userID")]
    user_id: &'a str,
    #[serde(rename = "userName")]
    user_name: &'a str,
}

impl<'a> From<&'a User> for UserInfo<'a> {
    fn from(user: &'a User) -> UserInfo<'a> {
        UserInfo { user_id: &user.id, user_name: &user.name }
    }
}

/// A stream.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamInfo<'a> {
    #[serde(rename = "streamID")]
    stream_id: &'a str,
    user: UserInfo<'a>,
    extra_info: &'a str,
}

impl<'a> From<&'a Stream> for StreamInfo<'a> {
    fn from(stream: &'a Stream) -> StreamInfo<'a> {
        let user = UserInfo::from(&stream.user);
        StreamInfo { stream_id: &stream.id, user, extra_info: &stream.extra }
    }
}

/// A key of a room's extra info.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoomExtraInfo<'a> {
    key: &'a str,
    value: &'a str,
    update_user: UserInfo<'a>,
    update_time: f64,
}

impl<'a> From<&'a RoomExtra> for RoomExtraInfo<'a> {
    fn from(extra: &'a RoomExtra) -> RoomExtraInfo<'a> {
        let RoomExtra { key, value, user, at_ms } = extra;
        RoomExtraInfo { key, value, update_user: user.into(), update_time: *at_ms as f64 }
    }
}

/// A stream's state.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MediaInfo<'a> {
    #[serde(rename = "streamID")]
    stream_id: &'a str,
    state: &'static str,
    error_code: u32,
    extended_data: &'static str,
}

/// A message to the room.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageInfo<'a> {
    from_user: UserInfo<'a>,
    message: &'a str,
    send_time: f64,
    #[serde(rename = "messageID")]
    message_id: MessageId,
}

impl<'a> MessageInfo<'a> {
    fn new(from: &'a User, text: &'a str, at_ms: u64, message_id: MessageId) -> MessageInfo<'a> {
        MessageInfo { from_user: from.into(), message: text, send_time: at_ms as f64, message_id }
    }
}

/// The number of a message.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum MessageId {
    Number(u32),
    /// Text, as the seeds' web edition has it for some messages; empty if there is none.
    Text(String),
}

/// A try, or the wait for one (BEY-01).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RetryInfo<'a> {
    layer: &'static str,
    id: &'a str,
    cause: &'static str,
    attempt: u32,
    next_attempt_in_ms: f64,
    elapsed_ms: f64,
    window_ms: f64,
    reason: &'static str,
    error_code: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_ms: Option<f64>,
}

impl<'a> RetryInfo<'a> {
    /// `at_ms` is when it was told; only the timeline has it.
    pub(crate) fn new(update: &'a RetryUpdate, at_ms: Option<f64>) -> RetryInfo<'a> {
        RetryInfo {
            layer: update.layer.name(),
            id: &update.id,
            cause: cause_word(update.cause),
            attempt: update.attempt,
            next_attempt_in_ms: update.wait_ms as f64,
            elapsed_ms: update.elapsed_ms as f64,
            window_ms: update.window_ms as f64,
            reason: update.reason.map_or("", Obstacle::name),
            error_code: update.reason.map_or(Code::OK, Obstacle::code).0,
            at_ms,
        }
    }
}

#[cfg(test)]
mod tests;
