//! What is refused, in the log. Anyone can be refused as often as they like, so those of one second
//! are gathered after the first few.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

const TOLD_MAX: u32 = 50;
const SECOND: Duration = Duration::from_secs(1);

#[derive(Debug)]
struct Window {
    ends_at: Instant,
    told: u32,
    gathered: u32,
}

/// Asked before each line about something that was refused.
#[derive(Clone, Debug)]
pub(crate) struct Refusals(Arc<Mutex<Window>>);

impl Refusals {
    pub(crate) fn new() -> Refusals {
        let window = Window { ends_at: Instant::now(), told: 0, gathered: 0 };
        Refusals(Arc::new(Mutex::new(window)))
    }

    /// Whether this one gets a line of its own. If not, it is told with the others of its second.
    pub(crate) fn is_told(&self) -> bool {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if window.ends_at <= now {
            (window.ends_at, window.told) = (now + SECOND, 0);
        }
        if window.told < TOLD_MAX {
            window.told += 1;
            return true;
        }
        window.gathered += 1;
        if window.gathered == 1 {
            tokio::spawn(self.clone().tell_gathered(window.ends_at));
        }
        false
    }

    async fn tell_gathered(self, at: Instant) {
        sleep_until(at).await;
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let more = std::mem::take(&mut window.gathered);
        tracing::info!(more, "more was refused in this second");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_first_of_a_second_are_told_and_the_others_gathered() {
        let refusals = Refusals::new();
        let told = |count: u32| (0..count).filter(|_| refusals.is_told()).count();
        assert_eq!(told(5_000), 50);
        assert_eq!(refusals.0.lock().unwrap().gathered, 4_950);
        tokio::time::sleep(SECOND).await;
        tokio::task::yield_now().await;
        assert_eq!(refusals.0.lock().unwrap().gathered, 0);
        assert_eq!(told(60), 50);
    }
}
