//! Turns what a player is sent into one continuous packet stream. Sequence numbers and timestamps
//! continue when the publisher's session changes and where packets were held back.

use super::session::Key;
use std::time::{Duration, Instant};
use str0m::media::MediaTime;

/// The first number a player sees. SRTP must start within the first 65,536 (RFC 3711 section
/// 3.3.1).
const FIRST_SEQ: u64 = 1;
/// The longest pause put between two publishers' packets on one track.
const SPLICE_MS_MAX: u128 = 60_000;

#[derive(Default)]
pub(super) struct Rewrite {
    run: Option<Run>,
    /// The newest packet that was sent.
    last: Option<Placed>,
}

/// Consecutive packets of one publisher's session, with none held back between them.
struct Run {
    from: Key,
    /// The sequence number of its first packet: as received, and as sent to the player.
    first: (u64, u64),
    ticks_offset: i128,
}

/// Where a packet belongs in the player's stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) seq: u64,
    pub(super) ticks: u64,
    /// The wall-clock time that matches its timestamp.
    pub(super) at: Instant,
}

impl Rewrite {
    /// The next packet starts a new run.
    pub(super) fn start_run(&mut self) {
        if let Some(run) = &mut self.run {
            run.first.0 = u64::MAX;
        }
    }

    /// Returns `None` if the packet is from before the run and comes too late.
    pub(super) fn place(
        &mut self,
        from: Key,
        seq: u64,
        time: MediaTime,
        arrived_at: Instant,
    ) -> Option<Placed> {
        let ticks = i128::from(time.numer());
        let rate = i128::from(time.denom());
        let next_seq = self.last.map_or(FIRST_SEQ, |last| last.seq + 1);
        let run = match &mut self.run {
            Some(run) if run.from == from => run,
            run => run.insert(Run {
                from,
                first: (u64::MAX, next_seq),
                ticks_offset: self.last.map_or(0, |last| spliced(last, arrived_at, rate) - ticks),
            }),
        };
        if run.first.0 == u64::MAX {
            run.first = (seq, next_seq);
        }
        let seq = seq.checked_sub(run.first.0)? + run.first.1;
        let ticks = u64::try_from(ticks + run.ticks_offset).unwrap_or(0);
        let at = match self.last {
            Some(last) if ticks < last.ticks => before(last, ticks, time.denom().into()),
            _ => arrived_at,
        };
        let placed = Placed { seq, ticks, at };
        if self.last.is_none_or(|last| last.seq < seq) {
            self.last = Some(placed);
        }
        Some(placed)
    }
}

/// The timestamp of the first packet after another publisher's session.
fn spliced(last: Placed, arrived_at: Instant, rate: i128) -> i128 {
    let pause_ms = arrived_at.saturating_duration_since(last.at).as_millis();
    let pause_ms = i128::try_from(pause_ms.clamp(1, SPLICE_MS_MAX)).unwrap_or(1);
    i128::from(last.ticks) + (pause_ms * rate / 1000).max(1)
}

/// When an overtaken packet was due. Without this, sender reports would mistake its delay for a
/// shift of the clock.
fn before(last: Placed, ticks: u64, rate: u64) -> Instant {
    let earlier_ms = (last.ticks - ticks).saturating_mul(1000) / rate.max(1);
    last.at.checked_sub(Duration::from_millis(earlier_ms)).unwrap_or(last.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(
        rewrite: &mut Rewrite,
        from: Key,
        seq: u64,
        ticks: u64,
        at: Instant,
    ) -> Option<(u64, u64)> {
        let placed = rewrite.place(from, seq, MediaTime::from_90khz(ticks), at)?;
        Some((placed.seq, placed.ticks))
    }

    #[test]
    fn numbers_and_times_go_on_when_the_publisher_changes() {
        let mut rewrite = Rewrite::default();
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        assert_eq!(place(&mut rewrite, 1, 70_000, 500_000, at(0)), Some((1, 500_000)));
        assert_eq!(place(&mut rewrite, 1, 70_001, 503_000, at(33)), Some((2, 503_000)));
        assert_eq!(place(&mut rewrite, 2, 9, 7, at(133)), Some((3, 503_000 + 9_000)));
        assert_eq!(place(&mut rewrite, 2, 10, 3_007, at(166)), Some((4, 503_000 + 12_000)));
    }

    #[test]
    fn what_was_held_back_leaves_no_gap_in_the_numbers_but_in_the_times() {
        let mut rewrite = Rewrite::default();
        let now = Instant::now();
        assert_eq!(place(&mut rewrite, 1, 100, 0, now), Some((1, 0)));
        rewrite.start_run();
        assert_eq!(place(&mut rewrite, 1, 150, 90_000, now), Some((2, 90_000)));
        assert_eq!(place(&mut rewrite, 1, 120, 45_000, now), None, "from before the keyframe");
        assert_eq!(place(&mut rewrite, 1, 151, 93_000, now), Some((3, 93_000)));
    }

    #[test]
    fn a_lost_packet_leaves_its_place_free_and_takes_it_when_it_comes() {
        let mut rewrite = Rewrite::default();
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        assert_eq!(place(&mut rewrite, 1, 5, 0, at(0)), Some((1, 0)));
        assert_eq!(place(&mut rewrite, 1, 7, 9_000, at(100)), Some((3, 9_000)));
        let late = rewrite.place(1, 6, MediaTime::from_90khz(4_500), at(180));
        assert_eq!(late, Some(Placed { seq: 2, ticks: 4_500, at: at(50) }));
        assert_eq!(place(&mut rewrite, 1, 8, 13_500, at(181)), Some((4, 13_500)));
    }
}
