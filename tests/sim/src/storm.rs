//! Everybody at once: a server with many clients fails and comes back.

use crate::world::{Driver, World};
use crate::{Outage, Path, Setup, SimToken};
use holdfast_rtc::machine::{Event, RoomReason};
use std::fmt::Write;

/// Clients in one room.
const ROOM_CLIENTS: usize = 100;
/// How long the logins are spread over, and how long it then takes until all is calm.
const LOGINS_MS: u64 = 30_000;
const CALM_MS: u64 = 30_000;
/// The delay of the network, one way.
const DELAY_MS: u64 = 20;
/// The width of the bins in which attempts are counted.
const BIN_MS: u64 = 100;
/// How long the world is watched after the server is back.
const WATCH_MS: u64 = 120_000;

/// The result of a storm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storm {
    /// How long the server was down.
    pub outage_ms: u64,
    /// The most connects that reached the server within 100 ms after it was back.
    pub peak: usize,
    /// The time from the server's return to a client's: the median.
    pub p50_ms: u64,
    /// The same for the 99th percentile.
    pub p99_ms: u64,
    /// Clients that were not back by the end.
    pub lost: usize,
}

/// The storms after outages of 3, 30 and 60 s, as a table in Markdown.
pub fn table(clients: usize) -> String {
    let mut table = format!(
        "{clients} clients, rooms of {ROOM_CLIENTS}\n\n\
         | outage | peak attempts in 100 ms | wait p50 | wait p99 | not back |\n\
         |---|---|---|---|---|\n"
    );
    for outage_ms in [3_000, 30_000, 60_000] {
        let Storm { peak, p50_ms, p99_ms, lost, .. } = storm(clients, outage_ms);
        let outage_s = outage_ms / 1_000;
        let _ = writeln!(table, "| {outage_s} s | {peak} | {p50_ms} ms | {p99_ms} ms | {lost} |");
    }
    table
}

/// Notes when each client is back.
struct Watch {
    back_at: Vec<Option<u64>>,
}

impl Driver for Watch {
    fn on_event(&mut self, world: &mut World, client: usize, event: &Event) {
        if let Event::RoomState { reason: RoomReason::Reconnected, .. } = event {
            self.back_at[client] = Some(world.now());
        }
    }

    fn on_alarm(&mut self, world: &mut World, alarm: u32) {
        let client = alarm as usize;
        let mut login = world.login(client, &format!("r{}", client / ROOM_CLIENTS), SimToken::GOOD);
        login.user_update = false;
        let _ = world.log_in(client, login);
    }
}

/// One storm.
pub fn storm(clients: usize, outage_ms: u64) -> Storm {
    let mut world = World::new(Setup::new(7));
    world.server.refuses_at_once = true;
    let mut watch = Watch { back_at: vec![None; clients] };
    for client in 0..clients {
        let name = format!("c{client}");
        world.add_client(&name, &name, Path::new(DELAY_MS));
        world.set_alarm(client as u64 * LOGINS_MS / clients as u64, client as u32);
    }
    let death_at = LOGINS_MS + CALM_MS;
    world.run_until(death_at, &mut watch);
    world.stop_server(Outage { forgets: true, is_told: true, refuses: true });
    world.run_until(death_at + outage_ms, &mut watch);
    world.start_server();
    world.arrivals = Some(Vec::new());
    world.run_until(death_at + outage_ms + WATCH_MS, &mut watch);
    let back_at = death_at + outage_ms;
    let mut waits: Vec<u64> = watch.back_at.iter().flatten().map(|at| at - back_at).collect();
    waits.sort_unstable();
    let percentile = |percent: usize| {
        let index = (waits.len() * percent / 100).min(waits.len().saturating_sub(1));
        waits.get(index).copied().unwrap_or(0)
    };
    let mut bins = vec![0; (WATCH_MS / BIN_MS) as usize + 1];
    for at in world.arrivals.unwrap_or_default() {
        bins[((at - back_at) / BIN_MS) as usize] += 1;
    }
    Storm {
        outage_ms,
        peak: bins.into_iter().max().unwrap_or(0),
        p50_ms: percentile(50),
        p99_ms: percentile(99),
        lost: clients - waits.len(),
    }
}
