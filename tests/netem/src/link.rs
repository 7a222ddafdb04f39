//! One path in one direction: when a packet comes out at the far end, if at all.

use serde::{Deserialize, Serialize};
use std::time::Duration;

use crate::packet::Protocol;

/// The longest delay and jitter.
const DELAY_MS_MAX: f64 = 60_000.0;
/// The highest rate; above it the machine is the limit, not the emulator.
const RATE_KBIT_MAX: u32 = 10_000_000;

/// What happens to packets.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Shape {
    /// The delay of a packet.
    pub(crate) delay_ms: f64,
    /// How far the delay may vary, either way. Packets stay in order.
    pub(crate) jitter_ms: f64,
    /// The share of packets that are lost, from 0 to 1.
    pub(crate) loss: f64,
    /// The rate limit; 0 = no limit.
    pub(crate) rate_kbit: u32,
    /// How long a packet may wait for the rate limit before it is dropped.
    pub(crate) queue_ms: f64,
    /// Which packets vanish.
    pub(crate) blackhole: Blackhole,
}

/// Packets that vanish without an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Blackhole {
    /// None.
    #[default]
    None,
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// Everything.
    All,
}

impl Default for Shape {
    fn default() -> Shape {
        Shape {
            delay_ms: 0.0,
            jitter_ms: 0.0,
            loss: 0.0,
            rate_kbit: 0,
            queue_ms: 300.0,
            blackhole: Blackhole::None,
        }
    }
}

impl Shape {
    /// The same shape, or what is wrong with it.
    pub(crate) fn checked(self) -> Result<Shape, String> {
        for (name, value_ms) in [
            ("delay_ms", self.delay_ms),
            ("jitter_ms", self.jitter_ms),
            ("queue_ms", self.queue_ms),
        ] {
            if !(0.0..=DELAY_MS_MAX).contains(&value_ms) {
                return Err(format!("{name} is {value_ms}; it can be from 0 to {DELAY_MS_MAX}"));
            }
        }
        if !(0.0..=1.0).contains(&self.loss) {
            return Err(format!("loss is {}; it can be from 0 to 1", self.loss));
        }
        if self.rate_kbit > RATE_KBIT_MAX {
            return Err(format!(
                "rate_kbit is {}; it can be up to {RATE_KBIT_MAX}",
                self.rate_kbit
            ));
        }
        Ok(self)
    }

    fn swallows(&self, protocol: Protocol) -> bool {
        match self.blackhole {
            Blackhole::None => false,
            Blackhole::Tcp => protocol == Protocol::Tcp,
            Blackhole::Udp => protocol == Protocol::Udp,
            Blackhole::All => true,
        }
    }
}

/// What happened to packets since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counters {
    /// Let through.
    pub(crate) passed: u64,
    /// Lost by chance.
    pub(crate) lost: u64,
    /// Vanished in the black hole.
    pub(crate) swallowed: u64,
    /// Dropped because the queue was full.
    pub(crate) overflowed: u64,
}

/// A path in one direction. Times are counted from the emulator's start.
#[derive(Debug, Default)]
pub(crate) struct Link {
    /// What happens to packets that arrive from now on.
    pub(crate) shape: Shape,
    /// What happened to the packets that arrived so far.
    pub(crate) counters: Counters,
    /// When the last accepted packet has passed the rate limit.
    busy_until: Duration,
    /// When the last accepted packet comes out; no later packet comes out before it.
    last_due: Duration,
}

impl Link {
    /// When a packet that arrives `now` comes out; `None` if it never does.
    pub(crate) fn admit(
        &mut self,
        now: Duration,
        protocol: Protocol,
        bytes: usize,
        random: &mut fastrand::Rng,
    ) -> Option<Duration> {
        if self.shape.swallows(protocol) {
            self.counters.swallowed += 1;
            return None;
        }
        if random.f64() < self.shape.loss {
            self.counters.lost += 1;
            return None;
        }
        let Some(sent) = self.transmit(now, bytes) else {
            self.counters.overflowed += 1;
            return None;
        };
        let jitter_ms = self.shape.jitter_ms * (2.0 * random.f64() - 1.0);
        let delay_ms = (self.shape.delay_ms + jitter_ms).max(0.0);
        let due = (sent + milliseconds(delay_ms)).max(self.last_due);
        self.last_due = due;
        self.counters.passed += 1;
        Some(due)
    }

    /// When the packet has passed the rate limit; `None` if it would wait too long.
    fn transmit(&mut self, now: Duration, bytes: usize) -> Option<Duration> {
        if self.shape.rate_kbit == 0 {
            return Some(now);
        }
        let begin = self.busy_until.max(now);
        if begin - now > milliseconds(self.shape.queue_ms) {
            return None;
        }
        // Bits divided by kilobits per second give milliseconds.
        let takes_ms = bytes as f64 * 8.0 / f64::from(self.shape.rate_kbit);
        self.busy_until = begin + milliseconds(takes_ms);
        Some(self.busy_until)
    }
}

fn milliseconds(value_ms: f64) -> Duration {
    Duration::from_secs_f64(value_ms / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::{Blackhole, Counters, Link, Shape};
    use crate::packet::Protocol;
    use std::time::Duration;

    const SECOND: Duration = Duration::from_secs(1);

    fn link(shape: Shape) -> Link {
        Link { shape, ..Link::default() }
    }

    /// What happens to `count` packets of 1000 bytes, one each millisecond, starting after one
    /// second.
    fn send(link: &mut Link, count: u32, random: &mut fastrand::Rng) -> Vec<(Duration, Duration)> {
        (0..count)
            .filter_map(|i| {
                let now = SECOND + Duration::from_millis(u64::from(i));
                link.admit(now, Protocol::Udp, 1_000, random).map(|due| (now, due))
            })
            .collect()
    }

    #[test]
    fn without_a_shape_packets_come_out_at_once() {
        let mut random = fastrand::Rng::with_seed(1);
        let out = send(&mut link(Shape::default()), 100, &mut random);
        assert_eq!(out.len(), 100);
        assert!(out.iter().all(|(now, due)| now == due));
    }

    #[test]
    fn delay_is_exact_and_jitter_stays_within_its_bounds_and_in_order() {
        let mut random = fastrand::Rng::with_seed(2);
        let shape = Shape { delay_ms: 100.0, ..Shape::default() };
        for (now, due) in send(&mut link(shape), 50, &mut random) {
            assert_eq!(due - now, Duration::from_millis(100));
        }
        let shape = Shape { delay_ms: 100.0, jitter_ms: 20.0, ..Shape::default() };
        let out = send(&mut link(shape), 500, &mut random);
        assert!(out.is_sorted_by_key(|(_, due)| *due), "in order");
        let delays: Vec<Duration> = out.iter().map(|(now, due)| *due - *now).collect();
        let bounds = Duration::from_millis(80)..=Duration::from_millis(120);
        assert!(delays.iter().all(|delay| bounds.contains(delay)), "{delays:?}");
        assert!(delays.iter().max() > Some(&Duration::from_millis(115)), "{delays:?}");
    }

    #[test]
    fn jitter_above_the_delay_makes_no_packet_early() {
        let mut random = fastrand::Rng::with_seed(3);
        let shape = Shape { delay_ms: 1.0, jitter_ms: 50.0, ..Shape::default() };
        assert!(send(&mut link(shape), 500, &mut random).iter().all(|(now, due)| due >= now));
    }

    #[test]
    fn so_many_packets_are_lost_and_the_same_ones_for_the_same_seed() {
        let lost = |seed| {
            let mut link = link(Shape { loss: 0.3, ..Shape::default() });
            let out = send(&mut link, 10_000, &mut fastrand::Rng::with_seed(seed));
            assert_eq!(link.counters.passed, out.len() as u64);
            assert_eq!(link.counters.lost + link.counters.passed, 10_000);
            (link.counters.lost, out)
        };
        let (count, out) = lost(4);
        assert!((2_800..3_200).contains(&count), "{count} of 10000");
        assert_eq!(lost(4), (count, out.clone()));
        assert_ne!(lost(5).1, out);
        let mut all = link(Shape { loss: 1.0, ..Shape::default() });
        assert!(send(&mut all, 1_000, &mut fastrand::Rng::with_seed(6)).is_empty());
    }

    #[test]
    fn the_rate_is_kept_and_what_would_wait_too_long_is_thrown_away() {
        // A packet has 8000 bits, so 80 kbit/s let one through every 100 ms.
        let shape = Shape { rate_kbit: 80, queue_ms: 300.0, ..Shape::default() };
        let mut slow = link(shape);
        let out = send(&mut slow, 1_000, &mut fastrand::Rng::with_seed(7));
        let gaps = out.windows(2).map(|pair| pair[1].1 - pair[0].1);
        assert!(gaps.clone().all(|gap| gap == Duration::from_millis(100)), "{out:?}");
        assert!(out.iter().all(|(now, due)| *due - *now <= Duration::from_millis(400)));
        assert_eq!(slow.counters.overflowed, 1_000 - out.len() as u64);
        assert!((12..=14).contains(&out.len()), "{} packets in 1 s", out.len());
    }

    #[test]
    fn a_black_hole_swallows_its_protocol_and_no_other() {
        let mut random = fastrand::Rng::with_seed(8);
        let all = [Protocol::Tcp, Protocol::Udp, Protocol::Other];
        for (blackhole, survivors) in [
            (Blackhole::None, &all[..]),
            (Blackhole::Tcp, &[Protocol::Udp, Protocol::Other]),
            (Blackhole::Udp, &[Protocol::Tcp, Protocol::Other]),
            (Blackhole::All, &[]),
        ] {
            let mut link = link(Shape { blackhole, ..Shape::default() });
            let passed: Vec<Protocol> = all
                .into_iter()
                .filter(|protocol| link.admit(SECOND, *protocol, 100, &mut random).is_some())
                .collect();
            assert_eq!(passed, survivors);
            let swallowed = 3 - survivors.len() as u64;
            let passed = survivors.len() as u64;
            assert_eq!(link.counters, Counters { passed, swallowed, ..Counters::default() });
        }
    }

    #[test]
    fn a_delay_that_ends_lets_no_later_packet_overtake() {
        let mut random = fastrand::Rng::with_seed(9);
        let mut link = link(Shape { delay_ms: 200.0, ..Shape::default() });
        let slow = link.admit(SECOND, Protocol::Udp, 100, &mut random);
        link.shape = Shape::default();
        let quick = link.admit(SECOND + Duration::from_millis(1), Protocol::Udp, 100, &mut random);
        assert_eq!(slow, Some(SECOND + Duration::from_millis(200)));
        assert_eq!(quick, slow);
    }

    #[test]
    fn a_shape_that_makes_no_sense_is_refused() {
        let good = Shape::default();
        assert!(good.checked().is_ok());
        for bad in [
            Shape { delay_ms: -1.0, ..good },
            Shape { delay_ms: f64::NAN, ..good },
            Shape { jitter_ms: 1e9, ..good },
            Shape { loss: 1.1, ..good },
            Shape { queue_ms: f64::INFINITY, ..good },
            Shape { rate_kbit: u32::MAX, ..good },
        ] {
            assert!(bad.checked().is_err(), "{bad:?}");
        }
    }
}
