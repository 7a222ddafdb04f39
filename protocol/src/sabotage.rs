//! Faults put into the machines on purpose, only for the simulator (`sim` feature).
//!
//! Without the feature every check is a constant `false`, so none of it is left in what is shipped.
//! The switch is per thread, so that worlds on different threads do not affect each other.

/// Defines the bugs, and the list of them all.
macro_rules! mutants {
    ($($(#[$doc:meta])* $mutant:ident,)*) => {
        /// Deliberate bugs, each one line in a machine; the simulator must catch every one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[cfg_attr(feature = "sim", derive(Hash))]
        pub enum Mutant {
            $($(#[$doc])* $mutant,)*
        }

        impl Mutant {
            /// Every deliberate bug there is.
            pub const ALL: &[Mutant] = &[$(Mutant::$mutant),*];
        }
    };
}

mutants! {
    /// The client's window is never checked (ROOM-07).
    SkipWindowCheck,
    /// The window ends a second early (ROOM-07).
    WindowEndsEarly,
    /// Input from an older socket is taken as the newest one's.
    KeepStaleSocket,
    /// Input from an older media session is taken as the newest one's.
    KeepStalePeer,
    /// Each answer to an offer that was posted twice is taken (PUB-04).
    TakeEveryAnswer,
    /// A session that nobody uses is left at its node (PUB-04).
    KeepStraySession,
    /// An answer that comes after its session was closed leaves a session at the node (PUB-04).
    ForgetStray,
    /// The first failure of an offer that was posted twice ends its session (PUB-04).
    ReportFirstFailure,
    /// An offer that is answered is posted again (PUB-04).
    PostOnceAnswered,
    /// The reply to an ICE restart that was overtaken is taken (PUB-04).
    TakeOldRestart,
    /// A remote cause is retried at once (ROOM-06).
    ForgetJitter,
    /// Tries at one origin are not limited (MEDIA-10).
    ForgetLimiter,
    /// The room is asked as fast as there are questions (MEDIA-10).
    ForgetPace,
    /// A silent link is never probed (ROOM-05).
    NeverProbe,
    /// What arrives in one room begins another room's window again (ROOM-17).
    MixRooms,
    /// RECONNECTING is told again with each failed try (ROOM-04).
    RepeatReconnecting,
    /// Something is tried after KICK_OUT (ROOM-11).
    RetryAfterKick,
    /// A token refused while its user is away ends the login at once (ROOM-12).
    KickWhileAway,
    /// A token that a try was waiting for starts no try (ROOM-12).
    ForgetRenewal,
    /// A newer token that is refused is not replaced by the one before it (ROOM-12).
    KeepBadToken,
    /// Publishers do not come back after a session was forgotten (ROOM-09).
    ForgetPublishers,
    /// A socket that lost the race is not closed (BEY-04).
    LeakLoser,
    /// An event seen before is taken again (ROOM-08).
    TakeEventTwice,
    /// A stop that was lost with its link is not sent again.
    ForgetUnpublish,
    /// A broadcast that had no reply is not sent again after a resume.
    ForgetBroadcast,
    /// A mute that was lost with its link is not sent again (PUB-08).
    ForgetMute,
    /// Rounds are counted while the network is down (PUB-05).
    CountRoundsOffline,
    /// The server replays one event more than was missed (ROOM-08).
    ReplayTooMuch,
    /// The server replays one event less than was missed (ROOM-08).
    ReplayTooLittle,
    /// The server ends a session a second before its grace is over (ROOM-08).
    GraceEndsEarly,
    /// The server never ends a session without a link (ROOM-09).
    GraceNeverEnds,
    /// The server accepts a resume with any secret.
    SkipSecret,
    /// The server tells the others at once that a user whose link was lost is gone (ROOM-08).
    TellBlip,
    /// The server keeps a replaced session's streams (ROOM-11).
    KeepReplacedStreams,
    /// The server delivers a repeated broadcast again.
    BroadcastTwice,
    /// The server lets two users hold one stream ID (PUB-03).
    ShareStreamId,
    /// The server sends no heartbeat (ROOM-05).
    NoHeartbeat,
}

/// Places where a machine may take a legal but unlikely path ("buggify").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whim {
    /// A link is suspected for no reason.
    SuspectLink,
    /// A jitter is drawn as its longest.
    LongestJitter,
    /// A jitter is drawn as zero.
    NoJitter,
    /// A media session that flows is treated as lost.
    LoseMedia,
    /// The server answers a resume with a snapshot though it could replay.
    SnapshotAnyway,
    /// The server sends a heartbeat though it is not due.
    ExtraHeartbeat,
    /// The server refuses a login for a moment.
    Busy,
}

#[cfg(not(feature = "sim"))]
mod off {
    use super::{Mutant, Whim};

    /// Whether the bug is switched on.
    #[inline(always)]
    pub const fn is(_: Mutant) -> bool {
        false
    }

    /// Whether to take the unlikely path this time.
    #[inline(always)]
    pub const fn whim(_: Whim) -> bool {
        false
    }
}

#[cfg(feature = "sim")]
mod on {
    use super::{Mutant, Whim};
    use std::cell::Cell;

    thread_local! {
        static MUTANT: Cell<Option<Mutant>> = const { Cell::new(None) };
        /// State of the whims' own randomness, and their chance in 1/65536.
        static WHIMS: Cell<(u64, u16)> = const { Cell::new((0, 0)) };
    }

    /// Whether the bug is switched on.
    pub fn is(mutant: Mutant) -> bool {
        MUTANT.get() == Some(mutant)
    }

    /// Switches one bug on, or all off, for this thread.
    pub fn set_mutant(mutant: Option<Mutant>) {
        MUTANT.set(mutant);
    }

    /// Whether to take the unlikely path this time.
    pub fn whim(_: Whim) -> bool {
        let (state, chance) = WHIMS.get();
        if chance == 0 {
            return false;
        }
        // A linear congruential step is random enough for whims.
        let state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        WHIMS.set((state, chance));
        ((state >> 48) as u16) < chance
    }

    /// Starts this thread's whims from a seed, each with a chance of `chance` in 65536; 0 = none.
    pub fn set_whims(seed: u64, chance: u16) {
        WHIMS.set((seed, chance));
    }
}

#[cfg(not(feature = "sim"))]
pub use off::{is, whim};
#[cfg(feature = "sim")]
pub use on::{is, set_mutant, set_whims, whim};
