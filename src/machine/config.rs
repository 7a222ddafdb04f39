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
        self.set_one(key.as_bytes(), seconds)
    }

    fn set_one(&mut self, key: &[u8], seconds: f64) -> Result<(), Refusal> {
        // A table to walk is smaller in the wasm than a match of texts.
        let Some(index) = KEYS.iter().position(|known| known.as_bytes() == key) else {
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

    /// Reads the string form: `room_retry_time=600;av_retry_time=600`.
    pub fn set_all(&mut self, text: &str) -> Result<(), Refusal> {
        let mut changed = self.clone();
        for pair in text.as_bytes().split(|byte| *byte == b';') {
            if pair.trim_ascii().is_empty() {
                continue;
            }
            let equals = pair.iter().position(|byte| *byte == b'=').ok_or_else(bad_pair)?;
            let (key, value) = pair.split_at(equals);
            let seconds = read_number(value[1..].trim_ascii()).ok_or_else(bad_pair)?;
            changed.set_one(key.trim_ascii(), seconds)?;
        }
        *self = changed;
        Ok(())
    }
}

/// Up to nine digits; a general parser would cost more bytes than it is worth here.
fn read_number(digits: &[u8]) -> Option<f64> {
    if !(1..=9).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = digits.iter().fold(0, |number: u32, digit| number * 10 + u32::from(digit - b'0'));
    Some(f64::from(number))
}

fn bad_pair() -> Refusal {
    Refusal::new(Code::BAD_PARAMETER, "setEngineConfig takes key=seconds pairs joined by ';'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cfg_01_the_string_form_sets_both_windows() {
        let mut config = Config::default();
        assert_eq!(config.room_window_ms, 1_200_000);
        config.set_all("room_retry_time=600; av_retry_time=0;").unwrap();
        assert_eq!(config, Config { room_window_ms: 600_000, media_window_ms: 0 });
    }

    #[test]
    fn cfg_01_a_bad_value_is_an_error_and_nothing_changes() {
        for text in ["room_retry_time=600;av_retry_time=x", "what=1", "room_retry_time", "a=-1"] {
            let mut config = Config::default();
            assert_eq!(config.set_all(text).unwrap_err().code, Code::BAD_PARAMETER, "{text}");
            assert_eq!(config, Config::default(), "{text}");
        }
        assert!(Config::default().set("roomRetryTime", f64::NAN).is_err());
        assert!(Config::default().set("streamRetryTime", 90_000.0).is_err());
        assert!(Config::default().set("streamRetryTime", 600.0).is_ok());
    }
}
