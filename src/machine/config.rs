//! `setEngineConfig`: how long to keep trying (CFG-01).

use super::Refusal;
use holdfast_protocol::{Code, timing};

/// The longest window, in seconds: a day.
const WINDOW_S_MAX: f64 = 86_400.0;

/// The keys in both spellings: two of the room's window, two of publishers' and players'.
const KEYS: [&str; 4] = ["room_retry_time", "roomRetryTime", "av_retry_time", "streamRetryTime"];

/// What `setEngineConfig` sets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub struct Config {
    /// The room's retry window in milliseconds; 0 = no retry.
    pub room_window_ms: u64,
    /// Publishers' and players' retry window in milliseconds; 0 = no retry.
    pub media_window_ms: u64,
}

impl Default for Config {
    fn default() -> Config {
        Config { room_window_ms: timing::WINDOW_MS, media_window_ms: timing::WINDOW_MS }
    }
}

impl Config {
    /// Sets one key, in either spelling, to a number of seconds.
    pub fn set(&mut self, key: &str, seconds: f64) -> Result<(), Refusal> {
        // Walking a table takes fewer bytes of wasm than matching on strings.
        let Some(index) = KEYS.iter().position(|known| *known == key) else {
            return Err(Refusal::new(Code::BAD_PARAMETER, "unknown setEngineConfig key"));
        };
        let window_ms =
            if index < 2 { &mut self.room_window_ms } else { &mut self.media_window_ms };
        // Negated so that NaN is refused too.
        if !(0.0..=WINDOW_S_MAX).contains(&seconds) {
            let message = "a retry time is a number of seconds from 0 to 86400";
            return Err(Refusal::new(Code::BAD_PARAMETER, message));
        }
        *window_ms = (seconds * 1000.0) as u64;
        Ok(())
    }

    /// Refuses windows that are too long.
    pub fn check(&self) -> Result<(), Refusal> {
        let window_ms = self.room_window_ms.max(self.media_window_ms);
        if window_ms > WINDOW_S_MAX as u64 * 1000 {
            return Err(Refusal::new(Code::BAD_PARAMETER, "a retry window is a day at most"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cfg_01_both_spellings_set_both_windows() {
        for keys in [["room_retry_time", "av_retry_time"], ["roomRetryTime", "streamRetryTime"]] {
            let mut config = Config::default();
            assert_eq!(config.room_window_ms, 1_200_000);
            config.set(keys[0], 600.0).unwrap();
            config.set(keys[1], 0.0).unwrap();
            assert_eq!(config, Config { room_window_ms: 600_000, media_window_ms: 0 });
        }
    }

    #[test]
    fn cfg_01_a_window_is_a_day_at_most() {
        let window = |room_window_ms| Config { room_window_ms, ..Config::default() };
        window(86_400_000).check().unwrap();
        assert_eq!(window(86_400_001).check().unwrap_err().code, Code::BAD_PARAMETER);
    }

    #[test]
    fn cfg_01_a_bad_value_is_an_error_and_nothing_changes() {
        let mut config = Config::default();
        for (key, seconds) in
            [("what", 1.0), ("roomRetryTime", f64::NAN), ("streamRetryTime", 90_000.0)]
        {
            assert_eq!(config.set(key, seconds).unwrap_err().code, Code::BAD_PARAMETER, "{key}");
        }
        assert_eq!(config, Config::default());
    }
}
