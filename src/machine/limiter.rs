//! One limiter for all tries at an origin, so that many streams do not retry in a storm (MEDIA-10).

use super::Millis;
use holdfast_protocol::sabotage::{self, Mutant};
use holdfast_protocol::timing::{LIMITER_BURST, LIMITER_INTERVAL_MS};

/// How many origins are kept. A room names a handful of nodes at most.
const ORIGINS_MAX: usize = 32;

/// Tries of rooms, publishers and players together, by origin.
#[derive(Debug, Default)]
pub(crate) struct Limiter(Vec<(u32, Millis)>);

impl Limiter {
    /// When a try at the URL's origin may be made. Counts the try if it may be made now.
    ///
    /// The generic cell rate algorithm: each try moves the origin's mark one interval on, and the
    /// mark may run ahead of the clock by the burst.
    pub(crate) fn admit(&mut self, now: Millis, url: &str) -> Millis {
        let origin = origin(url);
        let mut index = 0;
        while index < self.0.len() && self.0[index].0 != origin {
            index += 1;
        }
        if index == self.0.len() {
            if index == ORIGINS_MAX {
                self.0.remove(0);
                index -= 1;
            }
            self.0.push((origin, now));
        }
        let mark = &mut self.0[index].1;
        let ahead_ms = (LIMITER_BURST - 1) * LIMITER_INTERVAL_MS;
        if *mark > now + ahead_ms && !sabotage::is(Mutant::ForgetLimiter) {
            return Millis(mark.0 - ahead_ms);
        }
        *mark = now.max(*mark) + LIMITER_INTERVAL_MS;
        now
    }
}

/// A hash of scheme, host and port; 0 for a path, which belongs to the room server. Two origins
/// with the same hash share a limit, which does no harm.
fn origin(url: &str) -> u32 {
    let (mut number, mut slashes) = (0u32, 0);
    for byte in url.bytes() {
        slashes += u32::from(byte == b'/');
        if slashes == 3 || number == 0 && slashes == 1 {
            break;
        }
        // One step of FNV-1a.
        number = (number ^ u32::from(byte)).wrapping_mul(16_777_619);
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_10_an_origin_takes_a_burst_and_then_one_try_an_interval() {
        let mut limiter = Limiter::default();
        let mut now = Millis(5_000);
        for _ in 0..LIMITER_BURST {
            assert_eq!(limiter.admit(now, "https://a.example/whip/s"), now);
        }
        assert_eq!(limiter.admit(now, "https://b.example/whip/s"), now, "another origin");
        for _ in 0..100 {
            let at = limiter.admit(now, "https://a.example/whep/t");
            assert_eq!(at, now + LIMITER_INTERVAL_MS);
            now = at;
            assert_eq!(limiter.admit(now, "https://a.example/whep/t"), now);
        }
        now = now + LIMITER_BURST * LIMITER_INTERVAL_MS;
        for _ in 0..LIMITER_BURST {
            assert_eq!(limiter.admit(now, "https://a.example"), now, "the burst is earned again");
        }
    }

    #[test]
    fn media_10_a_path_is_of_the_rooms_origin() {
        assert_eq!(origin("/whip/s"), origin(""));
        assert_eq!(origin("https://a.example:8443/whip/s"), origin("https://a.example:8443/"));
        assert_eq!(origin("https://a.example"), origin("https://a.example/whep/t"));
        assert_ne!(origin("https://a.example:8443/whip/s"), origin("https://a.example/whip/s"));
    }
}
