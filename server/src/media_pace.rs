//! Limits how often media sessions may be requested and changed. Each request is up to 64 KB of SDP
//! to parse, so it costs the server far more than the client.
//!
//! A client needs few of them: after a network change, one PATCH and one POST for each of its
//! streams, and another POST for one that hangs. Each stream has its own rate, so a client with
//! many streams that all reconnect at once is not slower than a client with one. A second rate for
//! the user as a whole stops a client from multiplying its rate by the streams of a large room or
//! by logging in again.

use crate::media_token::{Holder, MediaToken};
use crate::pace::{Paces, check_turn};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The rate for one stream in one direction.
const STREAM_BURST: u32 = 10;
const STREAM_INTERVAL: Duration = Duration::from_millis(500);
/// The rate for all of a user's streams. The burst is what the 128 sessions of a room session may
/// need at once. The long-run rate is twice the ten a second at which the SDK opens sessions at one
/// server (MEDIA-10).
const USER_BURST: u32 = 4 * 128;
const USER_INTERVAL: Duration = Duration::from_millis(50);

/// The rates of all requesters.
pub(crate) struct MediaPace(Mutex<Both>);

struct Both {
    streams: Paces<String>,
    users: Paces<String>,
}

impl Default for MediaPace {
    fn default() -> MediaPace {
        MediaPace(Mutex::new(Both {
            streams: Paces::new(STREAM_BURST, STREAM_INTERVAL),
            users: Paces::new(USER_BURST, USER_INTERVAL),
        }))
    }
}

impl MediaPace {
    /// Count a request with this token.
    ///
    /// # Errors
    /// The request comes too soon, by this many seconds; it is not counted.
    pub(crate) fn admit(&self, token: &MediaToken, now: Instant) -> Result<(), u64> {
        let user = match &token.holder {
            Holder::Session { id, user } if user.is_empty() => id.as_str().to_owned(),
            Holder::Session { user, .. } => user.clone(),
            // An app may use one user name for all who only watch or only send.
            Holder::Guest { room, user } => format!("{room}\n{}", user.id),
        };
        let stream = format!("{user}\n{:?}\n{}", token.direction, token.stream);
        // Nothing panics while the lock is held. Even if it did, the numbers would stay usable.
        let mut both = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let turn = both.streams.turn(&stream, now).max(both.users.turn(&user, now));
        check_turn(turn, now)?;
        both.streams.count(stream, now);
        both.users.count(user, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_rooms::{Direction, SessionId};

    fn token(user: &str, stream: usize) -> MediaToken {
        let id = SessionId::from(format!("of {user}"));
        MediaToken {
            holder: Holder::Session { id, user: user.to_owned() },
            stream: stream.to_string(),
            direction: Direction::Play,
            issued_ms: 0,
            age_ms: None,
            ttl_ms: 0,
        }
    }

    #[test]
    fn one_stream_is_asked_for_ten_times_at_once_and_then_twice_a_second() {
        let (pace, now) = (MediaPace::default(), Instant::now());
        let admit =
            |after_ms: u64| pace.admit(&token("a", 1), now + Duration::from_millis(after_ms));
        for _ in 0..10 {
            assert_eq!(admit(0), Ok(()));
        }
        assert_eq!(admit(0), Err(1));
        assert_eq!(admit(500), Ok(()));
        assert_eq!(admit(900), Err(1));
        assert_eq!(pace.admit(&token("b", 1), now), Ok(()), "somebody else");
        let publish = MediaToken { direction: Direction::Publish, ..token("a", 1) };
        assert_eq!(pace.admit(&publish, now), Ok(()), "the other direction");
    }

    #[test]
    fn a_user_who_logs_in_again_goes_on_at_the_same_pace() {
        let (pace, now) = (MediaPace::default(), Instant::now());
        let of = |session: usize, user: &str| {
            let id = SessionId::from(session.to_string());
            MediaToken { holder: Holder::Session { id, user: user.to_owned() }, ..token("", 1) }
        };
        let admitted =
            |user: &str| (0..100).filter(|n| pace.admit(&of(*n, user), now).is_ok()).count();
        assert_eq!(admitted("a"), 10);
        assert_eq!(admitted(""), 100, "a token that does not say whose it is");
    }

    #[test]
    fn the_recovery_of_128_streams_at_once_is_not_refused() {
        let (pace, start) = (MediaPace::default(), Instant::now());
        // Two rounds: a restart and a fresh session for each stream, each posted twice.
        for round in 0..2 {
            for stream in 0..128 {
                for _ in 0..3 {
                    let now = start + Duration::from_secs(20 * round);
                    assert_eq!(pace.admit(&token("a", stream), now), Ok(()));
                }
            }
        }
    }

    #[test]
    fn one_user_is_not_as_many_as_there_are_streams() {
        let (pace, start) = (MediaPace::default(), Instant::now());
        let mut admitted = 0;
        for ms in 0..10_000 {
            let now = start + Duration::from_millis(ms);
            admitted += usize::from(pace.admit(&token("a", ms as usize), now).is_ok());
        }
        assert_eq!(admitted, 512 + 10_000 / 50 - 1);
    }
}
