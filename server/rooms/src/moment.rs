//! The time of an input by two clocks, since the time of day may be set at any moment.

use holdfast_protocol::Millis;

/// The time of an input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The rooms' own clock, which measures all durations.
    pub at: Millis,
    /// The time of day in milliseconds since 1970, which stamps messages.
    pub unix_ms: u64,
}

/// For a world whose clock starts in 1970.
impl From<Millis> for Moment {
    fn from(at: Millis) -> Moment {
        Moment { at, unix_ms: at.0 }
    }
}
