//! The one clock type: milliseconds since a start that the caller chooses.

use core::ops::{Add, Sub};

/// A moment in milliseconds since the caller's start. Durations are plain `u64` milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Millis(pub u64);

impl Add<u64> for Millis {
    type Output = Millis;
    fn add(self, duration_ms: u64) -> Millis {
        Millis(self.0.saturating_add(duration_ms))
    }
}

impl Sub for Millis {
    type Output = u64;
    /// The time since `earlier` in milliseconds; 0 if the clock stepped back.
    fn sub(self, earlier: Millis) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}
