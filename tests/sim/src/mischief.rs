//! The faults of a random world, and how each of them ends.

use crate::chaos::{Alarm, Chaos};
use crate::plan::log_between;
use crate::world::World;
use crate::{Fate, Outage, Sleep};
use holdfast_rtc::machine::NetworkInput;

impl Chaos {
    pub(crate) fn fault_ms(&mut self) -> u64 {
        log_between(&mut self.random, 100, self.plan.fault_ms_max)
    }

    /// Makes one fault.
    pub(crate) fn fault(&mut self, world: &mut World) {
        let client = self.random.index(world.clients.len());
        let lasts_ms = self.fault_ms();
        match self.random.between(0, 99) {
            0..35 => self.break_path(world, client, lasts_ms),
            35..45 => self.put_to_sleep(world, client, lasts_ms),
            45..50 => {
                let throttle_ms = self.random.pick(&[1_000, 60_000]);
                world.throttle(client, throttle_ms);
                self.alarm(world, lasts_ms, Alarm::Unthrottle, client);
            }
            50..53 => {
                let ahead_ms = log_between(&mut self.random, 100, 3_600_000);
                world.step_clock(client, ahead_ms);
            }
            53..58 => {
                let input = self.random.pick(&[
                    NetworkInput::Online,
                    NetworkInput::Changed,
                    NetworkInput::Woke,
                    NetworkInput::Offline,
                ]);
                world.tell(client, input);
                self.alarm(world, lasts_ms, Alarm::Online, client);
            }
            58..68 => self.break_server(world, lasts_ms),
            68..86 => self.break_node(world, lasts_ms),
            86..90 => {
                let user = world.clients[client].user.id.clone();
                world.kick(&user, "");
            }
            90..92 => {
                let stream = self.stream();
                world.remove_stream(&stream);
            }
            92..94 => {
                let number = self.random.index(self.plan.streams);
                world.silence(&format!("s{number}"), true);
                self.alarm(world, lasts_ms, Alarm::Sounds, number);
            }
            94..95 => world.forge(client, 0),
            _ => {
                let fate = self.random.pick(&[Fate::Survives, Fate::Forgotten, Fate::Reset]);
                world.switch_network(client, fate);
            }
        }
    }

    /// A device's network fails, often while the app is in the middle of something.
    pub(crate) fn break_path(&mut self, world: &mut World, client: usize, lasts_ms: u64) {
        if self.random.percent(40) && world.clients[client].sleep == Sleep::Awake {
            self.deed(world, client);
        }
        if self.random.percent(20) {
            // Time for a request to arrive, but perhaps not for its reply.
            let path = &world.clients[client].path;
            let after_ms = path.delay_ms + self.random.between(0, path.delay_ms + path.jitter_ms);
            self.alarm(world, after_ms, Alarm::Cut, client);
            return self.alarm(world, after_ms + lasts_ms, Alarm::Heal, client);
        }
        let mut path = world.clients[client].path.clone();
        match self.random.between(0, 9) {
            0..6 => (path.up, path.down) = (false, false),
            6 => path.up = false,
            7 => path.down = false,
            8 => path.refuses = true,
            _ => path.delay_ms = self.random.between(1, 4 * self.plan.delay_ms_max),
        }
        let is_down = !path.works();
        if self.random.percent(50) {
            // The app sends something before anyone has noticed.
            let after_ms = self.random.between(0, 2_500);
            self.alarm(world, after_ms, Alarm::Afterthought, client);
        }
        world.set_path(client, path, Fate::Survives);
        if is_down && self.random.percent(50) {
            world.tell(client, NetworkInput::Offline);
        }
        self.alarm(world, lasts_ms, Alarm::Heal, client);
    }

    pub(crate) fn heal_path(&mut self, world: &mut World, client: usize) {
        let fate =
            self.random.pick(&[Fate::Survives, Fate::Survives, Fate::Forgotten, Fate::Reset]);
        world.heal(client, fate);
        match self.random.between(0, 9) {
            0..6 => world.tell(client, NetworkInput::Online),
            6..8 => {
                let late_ms = log_between(&mut self.random, 10, 60_000);
                self.alarm(world, late_ms, Alarm::Online, client);
            }
            _ => {}
        }
    }

    pub(crate) fn put_to_sleep(&mut self, world: &mut World, client: usize, lasts_ms: u64) {
        let kind = self.random.pick(&[Sleep::Laptop, Sleep::Frozen]);
        world.sleep(client, kind);
        let lasts_ms = if self.random.percent(10) { lasts_ms * 20 } else { lasts_ms };
        self.alarm(world, lasts_ms, Alarm::Wake, client);
    }

    pub(crate) fn wake(&mut self, world: &mut World, client: usize) {
        let fate = self.random.pick(&[Fate::Survives, Fate::Forgotten, Fate::Reset]);
        let is_told = self.random.percent(80);
        world.wake(client, is_told, fate);
    }

    pub(crate) fn break_server(&mut self, world: &mut World, lasts_ms: u64) {
        if !world.server_is_up() {
            return;
        }
        let forgets = self.random.percent(50);
        if self.random.percent(30) {
            world.drain();
        }
        let (is_told, refuses) = (self.random.percent(70), self.random.percent(70));
        // A server that drained must end; if it went on, it would send everybody away for ever.
        world.stop_server(Outage { forgets: forgets || world.is_draining(), is_told, refuses });
        self.alarm(world, lasts_ms.min(60_000), Alarm::ServerBack, 0);
    }

    pub(crate) fn break_node(&mut self, world: &mut World, lasts_ms: u64) {
        let node = self.random.index(world.nodes());
        if self.random.percent(50) {
            world.set_node(node, false);
            self.alarm(world, lasts_ms, Alarm::NodeBack, node);
            return;
        }
        let status = self.random.pick(&[401, 403, 404, 409, 503, 0]);
        let retry_after_ms = self.random.pick(&[None, Some(1_000), Some(7_000)]);
        let refuses = (status > 0).then_some((status, retry_after_ms));
        world.set_manners(node, refuses, self.random.percent(30));
        self.alarm(world, lasts_ms, Alarm::NodeKind, node);
    }
}
