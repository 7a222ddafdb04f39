//! The code for each trouble of a publisher or player, and what it means for the next try.

use super::io::{Direction, Stage};
use super::retry::Cause;
use holdfast_protocol::Code;

/// The longest `Retry-After` that is obeyed: a node's mistake must not stop a stream for days.
const RETRY_AFTER_MS_MAX: u64 = 60_000;

/// What a failed try means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    pub(crate) cause: Cause,
}

impl Failure {
    /// The far end refused or failed.
    pub(crate) fn remote(code: Code) -> Failure {
        Failure { code, cause: Cause::Remote }
    }

    /// The stream is not in the room, which will report it when it comes (PLAY-07).
    pub(crate) fn absent() -> Failure {
        Failure { code: Code::STREAM_NOT_FOUND, cause: Cause::Absent }
    }

    /// Media that flowed fell silent, which tells nothing about the far end.
    pub(crate) fn lost() -> Failure {
        Failure { code: Code::NETWORK_BROKEN, cause: Cause::Local }
    }
}

/// Refusals of the room that another try will not change (PUB-03).
pub(crate) fn is_final(code: Code) -> bool {
    [
        Code::STREAM_ID_TAKEN,
        Code::PUBLISH_FORBIDDEN,
        Code::TOKEN_NO_PUBLISH,
        Code::PUBLISH_REFUSED,
        Code::PLAY_REFUSED,
        Code::STREAM_ID_BAD,
    ]
    .contains(&code)
}

/// A player's stream is not published, or not yet (PLAY-07).
pub(crate) fn is_missing_stream(direction: Direction, code: Code) -> bool {
    direction == Direction::Play && code == Code::STREAM_NOT_FOUND
}

/// A node's HTTP answer to the offer, other than 401 and 403.
pub(crate) fn refused(direction: Direction, status: u16, retry_after_ms: Option<u64>) -> Failure {
    let is_missing = direction == Direction::Play && matches!(status, 404 | 409);
    let code = match direction {
        _ if is_missing => Code::STREAM_NOT_FOUND,
        Direction::Publish => Code::PUBLISH_SESSION,
        Direction::Play => Code::PLAY_SESSION,
    };
    let told = |wait_ms: u64| Cause::Told(wait_ms.min(RETRY_AFTER_MS_MAX));
    Failure { code, cause: retry_after_ms.map_or(Cause::Remote, told) }
}

pub(crate) fn broken(direction: Direction, stage: Stage) -> Code {
    match (direction, stage) {
        (Direction::Publish, Stage::Offer) => Code::PUBLISH_OFFER,
        (Direction::Publish, Stage::Request) => Code::PUBLISH_SESSION,
        (Direction::Publish, Stage::Answer) => Code::PUBLISH_ANSWER,
        (Direction::Play, Stage::Offer) => Code::PLAY_OFFER,
        (Direction::Play, Stage::Request) => Code::PLAY_SESSION,
        (Direction::Play, Stage::Answer) => Code::PLAY_ANSWER,
    }
}

pub(crate) fn ice(direction: Direction) -> Code {
    either(direction, Code::PUBLISH_ICE, Code::PLAY_ICE)
}

pub(crate) fn timeout(direction: Direction) -> Code {
    either(direction, Code::PUBLISH_TIMEOUT, Code::PLAY_TIMEOUT)
}

pub(crate) fn no_node(direction: Direction) -> Code {
    either(direction, Code::PUBLISH_NO_NODE, Code::PLAY_SESSION)
}

pub(crate) fn unauthorised(direction: Direction) -> Code {
    either(direction, Code::PUBLISH_REFUSED, Code::PLAY_REFUSED)
}

/// The code when the window ended, given the last trouble (PUB-05, PLAY-07).
pub(crate) fn window_ended(direction: Direction, last: Code) -> Code {
    if is_missing_stream(direction, last) {
        return last;
    }
    either(direction, Code::PUBLISH_WINDOW_ENDED, Code::PLAY_WINDOW_ENDED)
}

/// The code that publishers and players are told when the room ended for `code` (ROOM-10).
pub(crate) fn room_ended(direction: Direction, code: Code) -> Code {
    match code {
        Code::WINDOW_ENDED => window_ended(direction, Code::OK),
        code => code,
    }
}

fn either(direction: Direction, publish: Code, play: Code) -> Code {
    match direction {
        Direction::Publish => publish,
        Direction::Play => play,
    }
}
