//! The engine's events, as a Rust app receives them.

use crate::machine::{self, Difference, Direction, MediaState, Received, RetryUpdate, RoomReason};
use holdfast_protocol::{Change, Code, DeleteReason, RoomExtra, Stream, User};

/// Something that the engine tells the app. Each has the name of its counterpart for JavaScript,
/// and the numbers of the rules in `docs/behaviour.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// `roomStateChanged`: a room has a new state (ROOM-01, ROOM-02).
    RoomState {
        /// The room.
        room: String,
        /// The new state.
        state: RoomReason,
        /// The reason, or [`Code::OK`].
        code: Code,
        /// The server's words, if it had any.
        message: String,
    },
    /// `roomUserUpdate`: others entered the room (ROOM-15). Only with
    /// [`LoginOptions::user_update`](crate::LoginOptions::user_update).
    UsersJoined {
        /// The room.
        room: String,
        /// Those who entered.
        users: Vec<User>,
    },
    /// `roomUserUpdate`: others left the room (ROOM-15).
    UsersLeft {
        /// The room.
        room: String,
        /// Those who left.
        users: Vec<User>,
    },
    /// `roomStreamUpdate`: others' streams can be played. `Stream::muted` says which of their media
    /// are muted.
    StreamsAdded {
        /// The room.
        room: String,
        /// The streams.
        streams: Vec<Stream>,
    },
    /// `roomStreamUpdate`: others' streams ended.
    StreamsRemoved {
        /// The room.
        room: String,
        /// The streams.
        streams: Vec<Stream>,
        /// Why.
        reason: DeleteReason,
    },
    /// `roomExtraInfoUpdate`: someone set extra info of the room.
    RoomExtraInfo {
        /// The room.
        room: String,
        /// What was set.
        extra: Vec<RoomExtra>,
    },
    /// `streamExtraInfoUpdate`: others' streams have new extra info.
    StreamExtraInfo {
        /// The room.
        room: String,
        /// The streams, with the new extra info.
        streams: Vec<Stream>,
    },
    /// `remoteCameraStatusUpdate` and `remoteMicStatusUpdate`: a publisher muted or unmuted its
    /// media (PUB-08).
    Muted {
        /// The room.
        room: String,
        /// The stream's ID.
        stream: String,
        /// Whether its pictures are muted now.
        is_camera_muted: bool,
        /// Whether its sound is muted now.
        is_microphone_muted: bool,
    },
    /// `remoteUserConnectionUpdate`: another user lost its connection, or is back (BEY-03). Only
    /// with [`LoginOptions::user_connection_update`](crate::LoginOptions::user_connection_update).
    UserConnection {
        /// The room.
        room: String,
        /// The user's ID.
        user: String,
        /// False while the user reconnects.
        is_connected: bool,
    },
    /// `publisherStateUpdate`: a published stream has a new state (PUB-01).
    PublisherState {
        /// The stream's ID.
        stream: String,
        /// The new state.
        state: MediaState,
        /// The reason, or [`Code::OK`].
        code: Code,
    },
    /// `playerStateUpdate`: a played stream has a new state (PLAY-01).
    PlayerState {
        /// The stream's ID.
        stream: String,
        /// The new state.
        state: MediaState,
        /// The reason, or [`Code::OK`].
        code: Code,
    },
    /// A message, a command, or the number of users in the room.
    Received {
        /// The room.
        room: String,
        /// What came.
        item: Received,
    },
    /// `tokenWillExpire`: the login's token ends soon (ROOM-12).
    TokenWillExpire {
        /// The room.
        room: String,
    },
    /// `retryUpdate`: a room or stream makes a try, or waits for the next (BEY-01).
    Retry(RetryUpdate),
    /// The app did not take its events for so long that the oldest were dropped. It should read the
    /// room's state anew.
    Missed {
        /// How many events were dropped.
        count: u32,
    },
}

impl Event {
    /// The event for one of the machine; None for one that settles a call.
    pub(crate) fn of(event: &machine::Event) -> Option<Event> {
        use machine::Event as Told;
        Some(match event.clone() {
            Told::RoomState { room, reason: state, code, message } => {
                Event::RoomState { room, state, code, message }
            }
            Told::RoomChanged { room, difference } => changed(room, difference),
            Told::MediaState { direction: Direction::Publish, stream, state, code } => {
                Event::PublisherState { stream, state, code }
            }
            Told::MediaState { direction: Direction::Play, stream, state, code } => {
                Event::PlayerState { stream, state, code }
            }
            Told::Received { room, item } => Event::Received { room, item },
            Told::TokenWillExpire { room } => Event::TokenWillExpire { room },
            Told::Retry(update) => Event::Retry(update),
            Told::LoginSettled(..) | Told::SendSettled(..) | Told::PlaySettled(..) => return None,
        })
    }
}

fn changed(room: String, difference: Difference) -> Event {
    match difference {
        Difference::Users(Change::Add, users) => Event::UsersJoined { room, users },
        Difference::Users(Change::Delete, users) => Event::UsersLeft { room, users },
        Difference::Streams(Change::Add, streams, _) => Event::StreamsAdded { room, streams },
        Difference::Streams(Change::Delete, streams, reason) => {
            let reason = reason.unwrap_or_default();
            Event::StreamsRemoved { room, streams, reason }
        }
        Difference::RoomExtra(extra) => Event::RoomExtraInfo { room, extra },
        Difference::StreamExtra(streams) => Event::StreamExtraInfo { room, streams },
        Difference::Muted(stream, _, muted) => Event::Muted {
            room,
            stream,
            is_camera_muted: muted & Stream::CAMERA != 0,
            is_microphone_muted: muted & Stream::MICROPHONE != 0,
        },
        Difference::Connection(user, is_connected) => {
            Event::UserConnection { room, user, is_connected }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::CallId;

    fn of_room(difference: Difference) -> Option<Event> {
        Event::of(&machine::Event::RoomChanged { room: "r".into(), difference })
    }

    #[test]
    fn pub_08_both_mutes_are_told_as_they_are_now() {
        let muted = Difference::Muted("s".into(), Stream::CAMERA, Stream::CAMERA);
        assert_eq!(
            of_room(muted),
            Some(Event::Muted {
                room: "r".into(),
                stream: "s".into(),
                is_camera_muted: true,
                is_microphone_muted: false,
            })
        );
    }

    #[test]
    fn streams_that_went_have_a_reason_even_if_the_server_gave_none() {
        let room = "r".into();
        let (streams, reason) = (vec![], DeleteReason::REMOVED);
        assert_eq!(
            of_room(Difference::Streams(Change::Delete, vec![], None)),
            Some(Event::StreamsRemoved { room, streams, reason })
        );
    }

    #[test]
    fn what_settles_a_call_is_no_event() {
        assert_eq!(Event::of(&machine::Event::LoginSettled(CallId(1), Ok(()))), None);
    }
}
