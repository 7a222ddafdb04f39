//! The time of day, which may be set at any moment while the server runs. Durations are measured by
//! the monotonic clock; the time of day only serves to check tokens and to stamp messages.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// A smaller step is drift being corrected.
const STEP_MS: u64 = 5_000;

/// Milliseconds since 1970, by the system's clock or a test's.
#[derive(Clone)]
pub(crate) struct WallClock(Arc<dyn Fn() -> u64 + Send + Sync>);

impl WallClock {
    pub(crate) fn new(unix_ms: impl Fn() -> u64 + Send + Sync + 'static) -> WallClock {
        WallClock(Arc::new(unix_ms))
    }

    pub(crate) fn unix_ms(&self) -> u64 {
        (self.0)()
    }
}

impl Default for WallClock {
    fn default() -> WallClock {
        WallClock::new(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
    }
}

impl fmt::Debug for WallClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.unix_ms())
    }
}

/// Notices when the time of day was set or the machine slept.
#[derive(Debug, Default)]
pub(crate) struct StepWatch {
    /// How far the time of day was ahead of the monotonic clock at the last look.
    ahead_ms: Option<i64>,
}

impl StepWatch {
    /// Returns by how many milliseconds the time of day has stepped since the last look, if it has.
    pub(crate) fn look(&mut self, monotonic_ms: u64, unix_ms: u64) -> Option<i64> {
        let ahead_ms = unix_ms.wrapping_sub(monotonic_ms).cast_signed();
        let before_ms = self.ahead_ms.replace(ahead_ms)?;
        let step_ms = ahead_ms.wrapping_sub(before_ms);
        (step_ms.unsigned_abs() > STEP_MS).then_some(step_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_the_time_of_day_is_noticed_once_and_drift_is_not() {
        let mut watch = StepWatch::default();
        let start = 1_790_000_000_000;
        assert_eq!(watch.look(10, start), None);
        assert_eq!(watch.look(1_010, start + 1_000 + STEP_MS), None);
        assert_eq!(watch.look(2_010, start + 7_202_000 + STEP_MS), Some(7_200_000));
        assert_eq!(watch.look(3_010, start + 7_203_000 + STEP_MS), None);
        assert_eq!(watch.look(4_010, start + 4_000), Some(-7_205_000));
        assert_eq!(watch.look(5_010, 0), Some(-1_790_000_005_000));
    }
}
