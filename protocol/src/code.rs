//! The closed table of codes: what an app sees in `errorCode`, and why a link was closed.

use serde::{Deserialize, Serialize};

/// An error code as apps see it. The numbers are those that users of the compatible API know. A
/// code of a newer server that this build does not know is passed on as its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Code(pub u32);

macro_rules! codes {
    ($($name:ident $number:literal $message:literal;)*) => {
        impl Code {
            $(#[doc = $message] pub const $name: Code = Code($number);)*

            /// Every code with its name and message, in the order of the numbers.
            pub const TABLE: &[(Code, &str, &str)] =
                &[$((Code::$name, stringify!($name), $message),)*];

            /// The message of the code: one short sentence.
            pub fn message(self) -> &'static str {
                // Walking a table takes a third fewer bytes of wasm than a match.
                const MESSAGES: &[(u32, &str)] = &[$(($number, $message),)*];
                for (number, message) in MESSAGES {
                    if *number == self.0 {
                        return message;
                    }
                }
                "unknown error"
            }
        }
    };
}

codes! {
    OK 0 "no error";
    NOT_LOGGED_IN 1000002 "not logged in to a room";
    STREAM_ID_TOO_LONG 1000014 "streamID is longer than 256 bytes";
    STREAM_ID_EMPTY 1000015 "streamID is empty";
    STREAM_ID_BAD 1000016 "streamID may only hold letters, digits and '_-.@#+=', and not be '.' or '..'";
    NETWORK_BROKEN 1000017 "the network connection is interrupted";
    APP_ID_BAD 1001004 "appID is not known to the server";
    SECOND_ROOM 1002001 "already logged in to another room";
    NOT_IN_ROOM 1002002 "not logged in to this room";
    USER_ID_EMPTY 1002005 "userID is empty";
    USER_ID_BAD 1002006 "userID may only hold visible ASCII characters";
    USER_ID_TOO_LONG 1002007 "userID is longer than 64 bytes";
    USER_NAME_TOO_LONG 1002010 "userName is longer than 256 bytes";
    ROOM_ID_EMPTY 1002011 "roomID is empty";
    ROOM_ID_BAD 1002012 "roomID may only hold visible ASCII characters";
    ROOM_ID_TOO_LONG 1002013 "roomID is longer than 128 bytes";
    EXTRA_KEY_EMPTY 1002014 "the room extra info's key is empty";
    EXTRA_KEY_TOO_LONG 1002015 "the room extra info's key is longer than 128 bytes";
    EXTRA_VALUE_TOO_LONG 1002016 "the room extra info's value is longer than 128 bytes";
    EXTRA_TOO_MANY 1002017 "the room has 16 extra infos";
    OTHER_USER 1002018 "another userID is logged in to another room";
    WINDOW_ENDED 1002031 "the retry window has ended";
    ROOM_FULL 1002034 "the room is full";
    MULTI_ROOM_OFF 1002036 "enableMultiRoom must be called before the first loginRoom";
    TOO_MANY_ROOMS 1002037 "a user can be in 5 rooms at once";
    KICKED_BY_LOGIN 1002050 "the same user logged in elsewhere";
    KICKED_BY_SERVER 1002055 "removed from the room by the server";
    ALREADY_LOGGED_IN 1002058 "already logged in to this room";
    TOKEN_OTHER_USER 1002077 "the token is for another user or room";
    TOKEN_NO_PUBLISH 1002082 "the token does not allow this";
    REPLACED_WHILE_AWAY 1002086 "the user is active on another device";
    PUBLISH_FORBIDDEN 1003025 "this stream may not be published";
    STREAM_ID_TAKEN 1003028 "another user is publishing this streamID";
    EXTRA_INFO_TOO_LONG 1003051 "the stream's extra info is longer than 1024 bytes";
    MESSAGE_EMPTY 1009001 "the message is empty";
    MESSAGE_TOO_LONG 1009002 "the message is longer than 1024 bytes";
    MESSAGE_FAILED 1009010 "the message could not be sent";
    MESSAGE_TOO_FREQUENT 1009015 "too many messages";
    BAD_PARAMETER 1100001 "a parameter is missing or wrong";
    REQUEST_TIMEOUT 1100002 "the server did not answer in time";
    UNKNOWN_SERVER_ERROR 1100999 "unknown error of the server";
    ENGINE_DESTROYED 1101000 "the engine was destroyed";
    NOT_SUPPORTED 1101003 "not supported";
    MODULE_NOT_LOADED 1101010 "the WebAssembly module could not be loaded";
    MODULE_MISMATCH 1101011 "the WebAssembly module does not belong to these scripts";
    BAD_MESSAGE 1102011 "not a known message";
    LOGIN_IN_PROGRESS 1102012 "a login is in progress";
    TOKEN_INVALID 1102016 "the token is not valid";
    TOKEN_EXPIRED 1102018 "the token has expired";
    LOGIN_CANCELLED 1102026 "the login was cancelled by a logout";
    SERVER_NOT_FOUND 1102051 "nothing answers at the server's address";
    SERVER_PATH_WRONG 1102052 "the server has nothing at the path of its address";
    SERVER_NOT_HOLDFAST 1102053 "what answers at the server's address is no Holdfast room server";
    SERVER_OTHER_VERSION 1102054 "the server speaks another version of the protocol";
    SERVER_NO_WEBSOCKET 1102055 "the server answers, but no WebSocket to it can be opened";
    MIXED_CONTENT 1102056 "a page of https may only log in to a server of https";
    CSP_FORBIDS 1102057 "the page's Content-Security-Policy forbids the server in connect-src";
    PUBLISH_REFUSED 1103019 "publishing was refused: not authorised";
    PUBLISH_NO_NODE 1103020 "there is no media server";
    PUBLISH_SESSION 1103021 "the media server refused the publishing session";
    PUBLISH_OFFER 1103022 "creating the publishing offer failed";
    PUBLISH_ANSWER 1103025 "the media server's answer is bad";
    PUBLISH_ICE 1103028 "the publishing connection failed";
    PUBLISH_TIMEOUT 1103030 "the publishing connection timed out";
    SCREEN_CANCELLED 1103042 "screen capture was refused";
    SCREEN_UNSUPPORTED 1103043 "screen capture is not supported";
    STREAM_HAS_NO_TRACK 1103047 "the stream has no track";
    DEVICE_MISSING 1103048 "no such camera or microphone";
    PUBLISH_WINDOW_ENDED 1103051 "the retry window has ended";
    INSECURE_CONTEXT 1103053 "the camera or microphone needs https";
    CAPTURE_FAILED 1103061 "the camera or microphone failed";
    PERMISSION_DENIED 1103064 "the camera or microphone was denied";
    DEVICE_BUSY 1103065 "the camera or microphone is in use";
    CONSTRAINTS_UNMET 1103066 "no device meets the constraints";
    ALREADY_PUBLISHING 1103069 "the stream is already being published";
    PLAY_SESSION 1104021 "the media server refused the playing session";
    PLAY_OFFER 1104022 "creating the playing offer failed";
    PLAY_ANSWER 1104025 "the media server's answer is bad";
    PLAY_ICE 1104028 "the playing connection failed";
    PLAY_TIMEOUT 1104030 "the playing connection timed out";
    PLAY_WINDOW_ENDED 1104031 "the retry window has ended";
    ALREADY_PLAYING 1104032 "the stream is already being played";
    STREAM_NOT_FOUND 1104039 "the stream is not published";
    PLAY_CANCELLED 1104042 "playing was stopped by the app";
    PLAY_REFUSED 1104046 "playing was refused: not authorised";
}

/// Why a stream left the room, as apps see it in `stream_delete_reason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeleteReason(pub u8);

/// What a server that gives no reason is taken to mean: it removed the stream.
impl Default for DeleteReason {
    fn default() -> DeleteReason {
        DeleteReason::REMOVED
    }
}

impl DeleteReason {
    /// Its publisher stopped it.
    pub const STOPPED: DeleteReason = DeleteReason(1);
    /// Its publisher's grace ended.
    pub const HEARTBEAT_TIMEOUT: DeleteReason = DeleteReason(2);
    /// Its publisher logged in again elsewhere.
    pub const REPLACED: DeleteReason = DeleteReason(3);
    /// Its publisher was kicked.
    pub const KICKED: DeleteReason = DeleteReason(4);
    /// Its publisher's connection was lost.
    pub const CONNECTION_LOST: DeleteReason = DeleteReason(5);
    /// The server removed it.
    pub const REMOVED: DeleteReason = DeleteReason(6);

    /// The message of the reason.
    pub fn message(self) -> &'static str {
        match self {
            DeleteReason::STOPPED => "publisher stopped",
            DeleteReason::HEARTBEAT_TIMEOUT => "heartbeat timeout",
            DeleteReason::REPLACED => "repeated login",
            DeleteReason::KICKED => "kicked",
            DeleteReason::CONNECTION_LOST => "connection lost",
            _ => "removed by server",
        }
    }
}

/// Why the server closed a link, as the WebSocket close code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloseCode(pub u16);

impl CloseCode {
    /// The user logged out.
    pub const LOGGED_OUT: CloseCode = CloseCode(1000);
    /// The server is going away.
    pub const GOING_AWAY: CloseCode = CloseCode(1001);
    /// A binary frame: the link carries text only.
    pub const NOT_TEXT: CloseCode = CloseCode(1003);
    /// A frame over [`crate::limit::FRAME_BYTES_MAX`].
    pub const TOO_BIG: CloseCode = CloseCode(1009);
    /// The login was refused; the `end` message before it says why. Final.
    pub const REFUSED: CloseCode = CloseCode(4000);
    /// The session was ended; the `end` message before it says why. Final.
    pub const ENDED: CloseCode = CloseCode(4001);
    /// A newer link of the same session took over.
    pub const SUPERSEDED: CloseCode = CloseCode(4002);
    /// A frame that is not JSON of the protocol's shape.
    pub const BAD_MESSAGE: CloseCode = CloseCode(4003);
    /// The client sent too many messages, read too slowly, or was silent for too long.
    pub const OVER_LIMIT: CloseCode = CloseCode(4004);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_name_and_one_message() {
        for (index, (code, name, message)) in Code::TABLE.iter().enumerate() {
            assert_eq!(code.message(), *message);
            for (other, other_name, _) in &Code::TABLE[index + 1..] {
                assert_ne!(code, other, "{name} and {other_name}");
            }
        }
        assert_eq!(Code(77).message(), "unknown error");
    }
}
