//! The deliberate bugs, each of which the simulator must find.

pub use holdfast_protocol::sabotage::Mutant;

macro_rules! every {
    ($($mutant:ident,)*) => {
        /// Every deliberate bug there is.
        pub const ALL: &[Mutant] = &[$(Mutant::$mutant),*];

        /// Does not compile when one is missing above.
        const _: fn(Mutant) = |mutant| match mutant {
            $(Mutant::$mutant => {})*
        };
    };
}

every! {
    SkipWindowCheck,
    WindowEndsEarly,
    KeepStaleSocket,
    KeepStalePeer,
    ForgetJitter,
    ForgetLimiter,
    NeverProbe,
    RepeatReconnecting,
    RetryAfterKick,
    ForgetPublishers,
    LeakLoser,
    TakeEventTwice,
    ForgetUnpublish,
    ForgetBroadcast,
    CountRoundsOffline,
    ReplayTooMuch,
    ReplayTooLittle,
    GraceEndsEarly,
    GraceNeverEnds,
    SkipSecret,
    TellBlip,
    KeepReplacedStreams,
    BroadcastTwice,
    ShareStreamId,
    NoHeartbeat,
}
