//! A room's states, and how long they may last (ROOM-01 to ROOM-11).

use super::{Verdict, broken};
use holdfast_protocol::{Code, timing};
use holdfast_rtc::machine::RoomReason;

/// The states that the app was told of its room. All times are the client's own.
#[derive(Debug)]
pub(crate) struct RoomCheck {
    pub(crate) told: RoomReason,
    pub(crate) room: String,
    /// The session of the last hello.
    pub(crate) session: String,
    /// When the outage, or the first try, began.
    outage_since: u64,
    window_ms: u64,
    /// When the app asked to leave.
    pub(crate) leaving_since: Option<u64>,
}

impl Default for RoomCheck {
    fn default() -> RoomCheck {
        RoomCheck {
            told: RoomReason::Logout,
            room: String::new(),
            session: String::new(),
            outage_since: 0,
            window_ms: 0,
            leaving_since: None,
        }
    }
}

/// The tolerance on top of a limit for a client whose timers are on time.
const SLACK_MS: u64 = 50;

impl RoomCheck {
    pub(crate) fn is_out(&self) -> bool {
        is_out(self.told)
    }

    pub(crate) fn is_in(&self) -> bool {
        matches!(self.told, RoomReason::Logined | RoomReason::Reconnected)
    }

    /// An effect that needs the network.
    pub(crate) fn reaches_out(&self, what: &str) -> Verdict {
        match self.is_out() {
            true => broken("ROOM-11", format!("{what} after {:?}", self.told)),
            false => Ok(()),
        }
    }

    /// `roomStateChanged`.
    pub(crate) fn on_state(
        &mut self,
        now: u64,
        room: &str,
        reason: RoomReason,
        code: Code,
        window_ms: u64,
    ) -> Verdict {
        let from = self.told;
        self.told = reason;
        if !may_follow(from, reason) {
            return broken("ROOM-02", format!("{reason:?} after {from:?}"));
        }
        match reason {
            RoomReason::Logining => {
                room.clone_into(&mut self.room);
                (self.outage_since, self.window_ms) = (now, window_ms);
                self.leaving_since = None;
            }
            RoomReason::Reconnecting => (self.outage_since, self.window_ms) = (now, window_ms),
            RoomReason::KickOut
                if code == Code::TOKEN_EXPIRED && from == RoomReason::Reconnecting =>
            {
                let lasted_ms = now - self.outage_since;
                if lasted_ms < self.window_ms {
                    let what = format!("put out {lasted_ms} ms after its link was lost");
                    return broken("ROOM-12", what);
                }
            }
            // In this world, no good token ever becomes invalid.
            RoomReason::KickOut if code == Code::TOKEN_INVALID => {
                return broken(
                    "ROOM-12",
                    "put out for a token that it could do without".to_owned(),
                );
            }
            RoomReason::LoginFailed if code != Code::WINDOW_ENDED => {}
            RoomReason::LoginFailed | RoomReason::ReconnectFailed => {
                let lasted_ms = now - self.outage_since;
                if lasted_ms < self.window_ms {
                    let what = format!("{reason:?} after {lasted_ms} of {} ms", self.window_ms);
                    return broken("ROOM-07", what);
                }
            }
            _ => {}
        }
        if self.room != room {
            return broken("ROOM-01", format!("told of {room:?} while in {:?}", self.room));
        }
        Ok(())
    }

    /// Checks deadlines. `punctual_since` is since when the client's timers have been on time.
    pub(crate) fn look(&self, now: u64, punctual_since: u64) -> Verdict {
        let late =
            |since: u64, limit_ms: u64| now > since.max(punctual_since) + limit_ms + SLACK_MS;
        if let Some(since) = self.leaving_since.filter(|_| !self.is_out()) {
            if late(since, timing::LOGOUT_TIMEOUT_MS) {
                return broken("ROOM-13", format!("not out {} ms after logoutRoom", now - since));
            }
            return Ok(());
        }
        let is_trying = matches!(self.told, RoomReason::Logining | RoomReason::Reconnecting);
        let ends_at = self.outage_since + self.window_ms;
        // A running try is cut short at the window's end, but a client that wakes up after it has
        // one more. Without a window, a hint of the browser may double the one try, and a last try
        // that is refused for a bad token may be followed by one with the token before it.
        let tries = match self.window_ms {
            0 => 2,
            _ if punctual_since + SLACK_MS < ends_at => 0,
            _ => 2,
        };
        if is_trying && late(ends_at, tries * timing::CONNECT_TIMEOUT_MS) {
            let what = format!("{:?} {} ms past the window", self.told, now - ends_at);
            return broken("ROOM-07", what);
        }
        Ok(())
    }

    /// Nothing has been able to arrive for this long, with all timers running: checks that the dead
    /// link was noticed.
    pub(crate) fn deaf_for(&self, ms: u64, heartbeat_ms: u64) -> Verdict {
        let limit_ms = heartbeat_ms * 3 / 2 + timing::PROBE_TIMEOUT_MS + 500;
        if self.is_in() && self.leaving_since.is_none() && ms > limit_ms {
            return broken("ROOM-05", format!("a link is dead for {ms} ms and not noticed"));
        }
        Ok(())
    }
}

pub(crate) fn is_out(reason: RoomReason) -> bool {
    use RoomReason::*;
    matches!(reason, Logout | LogoutFailed | LoginFailed | ReconnectFailed | KickOut)
}

fn may_follow(from: RoomReason, to: RoomReason) -> bool {
    use RoomReason::*;
    match to {
        Logining => is_out(from),
        Logined | LoginFailed => from == Logining,
        Reconnecting => matches!(from, Logined | Reconnected),
        Reconnected | ReconnectFailed => from == Reconnecting,
        KickOut => matches!(from, Logined | Reconnecting | Reconnected),
        Logout | LogoutFailed => !is_out(from),
    }
}
