//! All paths, and the packets in transit on them. It has no clock and no device: the caller passes
//! in times, counted from its start, and takes packets out when they are due.

use serde::Serialize;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::time::Duration;

use crate::link::{Counters, Link, Shape};
use crate::packet::{self, Block, Direction};

/// Limit on packets in transit.
const PACKETS_MAX: usize = 20_000;

/// The paths and the packets in transit on them.
pub(crate) struct Emulator {
    paths: Vec<Path>,
    under_way: BinaryHeap<Reverse<Waiting>>,
    taken_in: u64,
    random: fastrand::Rng,
}

/// The path between the server and the clients of one address block.
struct Path {
    name: String,
    clients: Block,
    links: [Link; 2],
}

/// The state of one path in one direction.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct LinkReport {
    path: String,
    direction: Direction,
    shape: Shape,
    #[serde(flatten)]
    counters: Counters,
}

struct Waiting {
    due: Duration,
    number: u64,
    direction: Direction,
    packet: Vec<u8>,
}

impl Emulator {
    /// Paths are given as names and their clients' addresses; packets of other clients pass without
    /// delay.
    pub(crate) fn new(paths: Vec<(String, Block)>, seed: u64) -> Emulator {
        let path = |(name, clients)| Path { name, clients, links: Default::default() };
        Emulator {
            paths: paths.into_iter().map(path).collect(),
            under_way: BinaryHeap::new(),
            taken_in: 0,
            random: fastrand::Rng::with_seed(seed),
        }
    }

    /// Sets what happens from now on to a path's packets in one direction.
    pub(crate) fn set(
        &mut self,
        path: &str,
        direction: Direction,
        shape: Shape,
    ) -> Result<(), String> {
        let shape = shape.checked()?;
        let found = self.paths.iter_mut().find(|known| known.name == path);
        let found = found.ok_or_else(|| format!("there is no path '{path}'"))?;
        found.links[direction.index()].shape = shape;
        Ok(())
    }

    /// The state of all paths, and what happened to their packets.
    pub(crate) fn report(&self) -> Vec<LinkReport> {
        let links_of = |path: &Path| {
            Direction::BOTH.map(|direction| LinkReport {
                path: path.name.clone(),
                direction,
                shape: path.links[direction.index()].shape,
                counters: path.links[direction.index()].counters,
            })
        };
        self.paths.iter().flat_map(links_of).collect()
    }

    /// A packet arrives.
    pub(crate) fn take_in(&mut self, now: Duration, direction: Direction, packet: Vec<u8>) {
        let Some(due) = self.due(now, direction, &packet) else {
            return;
        };
        self.taken_in += 1;
        let number = self.taken_in;
        self.under_way.push(Reverse(Waiting { due, number, direction, packet }));
    }

    fn due(&mut self, now: Duration, direction: Direction, packet: &[u8]) -> Option<Duration> {
        let (protocol, client) = packet::read(packet, direction)?;
        let is_full = self.under_way.len() >= PACKETS_MAX;
        let Some(path) = self.paths.iter_mut().find(|path| path.clients.contains(client)) else {
            return (!is_full).then_some(now);
        };
        let link = &mut path.links[direction.index()];
        if is_full {
            link.counters.overflowed += 1;
            return None;
        }
        link.admit(now, protocol, packet.len(), &mut self.random)
    }

    /// When the next packet is due.
    pub(crate) fn next_due(&self) -> Option<Duration> {
        self.under_way.peek().map(|Reverse(waiting)| waiting.due)
    }

    /// A packet that is due, if there is one.
    pub(crate) fn take_out(&mut self, now: Duration) -> Option<(Direction, Vec<u8>)> {
        if self.next_due()? > now {
            return None;
        }
        self.under_way.pop().map(|Reverse(waiting)| (waiting.direction, waiting.packet))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Waiting) -> Ordering {
        (self.due, self.number).cmp(&(other.due, other.number))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Waiting) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Waiting) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Waiting {}

#[cfg(test)]
mod tests {
    use super::{Emulator, PACKETS_MAX};
    use crate::link::{Blackhole, Shape};
    use crate::packet::Direction::{Down, Up};
    use std::time::Duration;

    const WIFI: [u8; 4] = [10, 77, 1, 2];
    const CELL: [u8; 4] = [10, 77, 2, 2];
    const OTHER: [u8; 4] = [10, 77, 9, 2];
    const SERVER: [u8; 4] = [10, 77, 3, 2];

    fn emulator() -> Emulator {
        let paths = [("wifi", "10.77.1.0/24"), ("cell", "10.77.2.0/24")]
            .map(|(name, block)| (name.to_owned(), block.parse().expect("a block")));
        Emulator::new(paths.into(), 1)
    }

    /// A UDP packet with a mark that identifies it.
    fn packet(from: [u8; 4], to: [u8; 4], mark: u8) -> Vec<u8> {
        let mut packet = vec![0_u8; 29];
        packet[0] = 0x45;
        packet[9] = 17;
        packet[12..16].copy_from_slice(&from);
        packet[16..20].copy_from_slice(&to);
        packet[28] = mark;
        packet
    }

    fn at_ms(value_ms: u64) -> Duration {
        Duration::from_millis(value_ms)
    }

    /// The marks of the packets that come out until then, each with its time.
    fn out(emulator: &mut Emulator, until: Duration) -> Vec<(Duration, u8)> {
        let mut marks = Vec::new();
        while let Some(due) = emulator.next_due().filter(|due| *due <= until) {
            assert_eq!(emulator.take_out(due - at_ms(1)), None, "not before its time");
            let (_, packet) = emulator.take_out(due).expect("due");
            marks.push((due, packet[28]));
        }
        marks
    }

    #[test]
    fn each_path_and_direction_has_a_shape_of_its_own() {
        let mut emulator = emulator();
        let delay = |delay_ms| Shape { delay_ms, ..Shape::default() };
        emulator.set("wifi", Up, delay(50.0)).expect("set");
        emulator.set("cell", Down, delay(20.0)).expect("set");
        for (direction, from, to, mark) in [
            (Up, WIFI, SERVER, 1),
            (Down, SERVER, WIFI, 2),
            (Up, CELL, SERVER, 3),
            (Down, SERVER, CELL, 4),
            (Up, OTHER, SERVER, 5),
        ] {
            emulator.take_in(at_ms(100), direction, packet(from, to, mark));
        }
        let expected = [(100, 2), (100, 3), (100, 5), (120, 4), (150, 1)];
        assert_eq!(out(&mut emulator, at_ms(1_000)), expected.map(|(ms, mark)| (at_ms(ms), mark)));
    }

    #[test]
    fn packets_of_one_time_come_out_in_the_order_they_came_in() {
        let mut emulator = emulator();
        for mark in 0..100 {
            emulator.take_in(at_ms(100), Up, packet(WIFI, SERVER, mark));
        }
        let marks: Vec<u8> = out(&mut emulator, at_ms(200)).iter().map(|(_, mark)| *mark).collect();
        assert_eq!(marks, (0..100).collect::<Vec<u8>>());
    }

    #[test]
    fn the_report_counts_and_repeats_the_shape() {
        let mut emulator = emulator();
        let hole = Shape { blackhole: Blackhole::Udp, ..Shape::default() };
        emulator.set("wifi", Up, hole).expect("set");
        emulator.take_in(at_ms(1), Up, packet(WIFI, SERVER, 1));
        emulator.take_in(at_ms(1), Down, packet(SERVER, WIFI, 2));
        let report = emulator.report();
        let [up, down, ..] = &report[..] else { panic!("{report:?}") };
        assert_eq!((up.direction, up.shape, up.counters.swallowed), (Up, hole, 1));
        assert_eq!((down.direction, down.shape, down.counters.passed), (Down, Shape::default(), 1));
    }

    #[test]
    fn unknown_paths_and_bad_shapes_change_nothing() {
        let mut emulator = emulator();
        let before = emulator.report();
        assert!(emulator.set("lan", Up, Shape::default()).is_err());
        assert!(emulator.set("wifi", Up, Shape { loss: 2.0, ..Shape::default() }).is_err());
        assert_eq!(emulator.report(), before);
    }

    #[test]
    fn what_is_under_way_is_bounded() {
        let mut emulator = emulator();
        let slow = Shape { delay_ms: 60_000.0, ..Shape::default() };
        emulator.set("wifi", Up, slow).expect("set");
        for _ in 0..PACKETS_MAX + 10 {
            emulator.take_in(at_ms(1), Up, packet(WIFI, SERVER, 1));
        }
        assert_eq!(emulator.under_way.len(), PACKETS_MAX);
        assert_eq!(emulator.report()[0].counters.overflowed, 10);
    }
}
