//! The kind of world that a seed makes.

use crate::random::Random;
use crate::{CloseManners, IceManners, RequestManners, Setup};
use holdfast_protocol::timing;
use holdfast_rooms::Settings;

/// The size and the habits of a world.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) setup: Setup,
    pub(crate) clients: usize,
    pub(crate) users: usize,
    pub(crate) rooms: usize,
    pub(crate) streams: usize,
    /// How long there are faults.
    pub(crate) chaos_ms: u64,
    /// About how often there is a fault.
    pub(crate) fault_every_ms: u64,
    /// About how often each app does something.
    pub(crate) deed_every_ms: u64,
    /// The longest fault.
    pub(crate) fault_ms_max: u64,
    pub(crate) delay_ms_max: u64,
    pub(crate) jitter_ms_max: u64,
    pub(crate) room_window_ms: u64,
    pub(crate) media_window_ms: u64,
    /// One app publishes many streams, and others play them all.
    pub(crate) is_broad: bool,
    /// Devices are in a second room each, where nobody else is (ROOM-17).
    pub(crate) has_side_rooms: bool,
    /// How many tokens in a hundred expire within five minutes.
    pub(crate) short_token_percent: u64,
    /// Chance of each whim, in 65536.
    pub(crate) whims: u16,
}

impl Plan {
    pub(crate) fn of(seed: u64) -> Plan {
        let mut random = Random::new(seed);
        let is_crowd = random.percent(1);
        let clients = match random.between(0, 9) {
            _ if is_crowd => random.between(50, 200) as usize,
            0..6 => random.between(2, 4) as usize,
            6..9 => random.between(4, 7) as usize,
            _ => random.between(7, 12) as usize,
        };
        let whims = if random.percent(30) { random.pick(&[200, 1_000]) } else { 0 };
        let is_strange = random.percent(50);
        let mut setup = Setup::new(random.number());
        setup.settings = settings(&mut random);
        setup.nodes = random.between(1, 3) as usize;
        setup.stale_percent = if random.percent(50) { 50 } else { 0 };
        setup.expects_jitter = whims == 0;
        if is_strange {
            let late_ms_max = random.pick(&[0, 500, 5_000, 60_000]);
            setup.closes = CloseManners { missing_percent: random.pick(&[0, 20, 80]), late_ms_max };
            let missing_percent = random.pick(&[0, 50, 100]);
            setup.ice = IceManners { missing_percent, late_ms_max: random.pick(&[0, 3_000]) };
        }
        setup.requests = RequestManners {
            hang_percent: random.pick(&[0, 0, 20, 60]),
            late_ms_max: random.pick(&[0, 0, 400, 5_000, 30_000]),
            forgets_offers: random.percent(50),
        };
        // Long for few clients, short for many.
        let longest_ms = (5_000_000 / clients as u64).min(1_200_000);
        let chaos_ms = if is_crowd { 20_000 } else { log_between(&mut random, 20_000, longest_ms) };
        Plan {
            clients,
            users: if random.percent(30) { clients.div_ceil(2) } else { clients },
            rooms: random.between(1, 3) as usize,
            streams: random.between(1, clients as u64 + 2).min(12) as usize,
            chaos_ms,
            fault_every_ms: log_between(&mut random, 300, chaos_ms / 8),
            deed_every_ms: log_between(&mut random, 1_000, 60_000),
            fault_ms_max: log_between(&mut random, 500, 400_000),
            delay_ms_max: random.pick(&[5, 20, 80, 250]),
            jitter_ms_max: random.pick(&[0, 0, 5, 40]),
            room_window_ms: window_ms(&mut random),
            // A publisher's pause after a failure (PUB-07) must fit in.
            media_window_ms: window_ms(&mut random).max(15_000),
            short_token_percent: random.pick(&[10, 10, 10, 70]),
            // Not drawn from the same numbers, so that all else is as without it.
            has_side_rooms: !is_crowd && Random::new(seed ^ 0x51DE).percent(15),
            is_broad: !is_crowd && random.percent(8),
            whims,
            setup,
        }
    }
}

fn settings(random: &mut Random) -> Settings {
    Settings {
        grace_ms: random.pick(&[5_000, 15_000, 30_000, timing::GRACE_MS]),
        ..Settings::default()
    }
}

fn window_ms(random: &mut Random) -> u64 {
    match random.between(0, 9) {
        0 => 0,
        1 | 2 => random.between(3_000, 15_000),
        3..6 => random.between(15_000, 120_000),
        _ => timing::WINDOW_MS,
    }
}

/// A number that is as likely to be between 1 and 10 as between 10 and 100.
pub(crate) fn log_between(random: &mut Random, least: u64, most: u64) -> u64 {
    let (least, most) = (least.max(1), most.max(least).max(1));
    let doublings = (most / least).checked_ilog2().unwrap_or(0);
    let scale = 1 << random.between(0, u64::from(doublings));
    random.between(least * scale, (least * scale * 2).min(most).max(least * scale))
}
