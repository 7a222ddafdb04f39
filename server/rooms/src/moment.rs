//! When something comes: by two clocks, since the time of day may be set at any moment.

use holdfast_protocol::Millis;

/// When an input comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// By the rooms' own clock, which all that lasts is counted by.
    pub at: Millis,
    /// The time of day in milliseconds since 1970, which messages are stamped with.
    pub unix_ms: u64,
}

/// For a world that begins in 1970.
impl From<Millis> for Moment {
    fn from(at: Millis) -> Moment {
        Moment { at, unix_ms: at.0 }
    }
}
