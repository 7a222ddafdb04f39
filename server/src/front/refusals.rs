//! Logs refused requests. Anyone can cause any number of refusals, so after the first few of a
//! second the rest are counted and logged as one line.

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

/// How one refusal is logged.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    /// In a line of its own.
    Told,
    /// As the first of its second that is only counted.
    FirstGathered,
    /// Only counted.
    Gathered,
}

impl Window {
    fn note(&mut self, now: Instant) -> Line {
        if self.ends_at <= now {
            (self.ends_at, self.told) = (now + SECOND, 0);
        }
        if self.told < TOLD_MAX {
            self.told += 1;
            return Line::Told;
        }
        self.gathered += 1;
        match self.gathered {
            1 => Line::FirstGathered,
            _ => Line::Gathered,
        }
    }
}

/// Decides for each refusal whether it gets a log line.
#[derive(Clone, Debug)]
pub(crate) struct Refusals(Arc<Mutex<Window>>);

impl Refusals {
    pub(crate) fn new() -> Refusals {
        let window = Window { ends_at: Instant::now(), told: 0, gathered: 0 };
        Refusals(Arc::new(Mutex::new(window)))
    }

    /// Whether this refusal gets its own line. If not, it is reported with the others of its
    /// second.
    pub(crate) fn is_told(&self) -> bool {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let line = window.note(Instant::now());
        if line == Line::FirstGathered {
            tokio::spawn(self.clone().tell_gathered(window.ends_at));
        }
        line == Line::Told
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

    #[test]
    fn the_first_of_a_second_are_told_and_the_others_gathered() {
        let begun = Instant::now();
        let mut window = Window { ends_at: begun, told: 0, gathered: 0 };
        let mut told = |now, count: u32| {
            let lines: Vec<Line> = (0..count).map(|_| window.note(now)).collect();
            let of = |line| lines.iter().filter(|l| **l == line).count();
            (of(Line::Told), of(Line::FirstGathered), of(Line::Gathered))
        };
        assert_eq!(told(begun, 5_000), (50, 1, 4_949));
        assert_eq!(told(begun + SECOND / 2, 10), (0, 0, 10));
        assert_eq!(told(begun + SECOND, 60).0, 50);
    }
}
