//! Drives a world at random: apps that come and go, and faults of every kind.

use crate::plan::{Plan, log_between};
use crate::random::Random;
use crate::server::SimToken;
use crate::world::{Driver, World};
use crate::{Fate, Path, Sleep};
use holdfast_protocol::{Change, Code};
use holdfast_rtc::machine::{
    Difference, Direction, Event, MediaState, NetworkInput, Request, RoomReason,
};

/// The purpose of an alarm. Its number holds this and an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Alarm {
    Fault,
    Deed,
    Heal,
    Wake,
    ServerBack,
    NodeBack,
    NodeKind,
    Unthrottle,
    LogIn,
    StartWishes,
    Online,
    Cut,
    Afterthought,
    Fetched,
    Sounds,
    SideRoom,
}

const ALARMS: [Alarm; 16] = [
    Alarm::Fault,
    Alarm::Deed,
    Alarm::Heal,
    Alarm::Wake,
    Alarm::ServerBack,
    Alarm::NodeBack,
    Alarm::NodeKind,
    Alarm::Unthrottle,
    Alarm::LogIn,
    Alarm::StartWishes,
    Alarm::Online,
    Alarm::Cut,
    Alarm::Afterthought,
    Alarm::Fetched,
    Alarm::Sounds,
    Alarm::SideRoom,
];

/// Apps and faults.
pub(crate) struct Chaos {
    pub(crate) plan: Plan,
    pub(crate) random: Random,
    /// The faults are over; apps keep trying to get what they want.
    pub(crate) is_healed: bool,
    /// Everybody is logging out.
    pub(crate) is_over: bool,
}

impl Chaos {
    pub(crate) fn new(plan: Plan, seed: u64) -> Chaos {
        Chaos { plan, random: Random::new(seed), is_healed: false, is_over: false }
    }

    /// Puts the devices into the world and starts them.
    pub(crate) fn begin(&mut self, world: &mut World) {
        for index in 0..self.plan.clients {
            let mut path = Path::new(self.random.between(1, self.plan.delay_ms_max));
            path.jitter_ms = self.plan.jitter_ms_max;
            let user = format!("u{}", index % self.plan.users);
            let client = world.add_client(&format!("c{index}"), &user, path);
            world.configure(client, self.plan.room_window_ms, self.plan.media_window_ms);
            if self.plan.has_side_rooms {
                world.add_side_room(client);
                let after_ms = self.random.between(0, 20_000);
                self.alarm(world, after_ms, Alarm::SideRoom, client);
            }
            let spread_ms = if self.plan.clients > 20 { 5_000 } else { 1_000 };
            let at = self.random.between(0, spread_ms);
            self.alarm(world, at, Alarm::LogIn, client);
            self.next_deed(world, client);
            if self.plan.is_broad {
                self.wish_broadly(world, client);
            }
        }
        let at = self.random.between(0, 2 * self.plan.fault_every_ms);
        self.alarm(world, at, Alarm::Fault, 0);
    }

    fn wish_broadly(&mut self, world: &mut World, client: usize) {
        if client == 1 {
            // More than a server accepts at once.
            let missing = (0..300).map(|number| (format!("missing{number}"), number % 3 == 0));
            world.clients[client].goal.plays.extend(missing);
        }
        for number in 0..12 {
            let stream = format!("broad{number}");
            match client {
                0 => world.clients[client].goal.publishes.push(stream),
                1 | 2 => world.clients[client].goal.plays.push((stream, number % 2 == 0)),
                _ => {}
            }
        }
    }

    pub(crate) fn alarm(&mut self, world: &mut World, after_ms: u64, alarm: Alarm, index: usize) {
        world.set_alarm(world.now() + after_ms, (alarm as u32) << 16 | index as u32);
    }

    fn next_deed(&mut self, world: &mut World, client: usize) {
        let after_ms = self.random.between(0, 2 * self.plan.deed_every_ms);
        self.alarm(world, after_ms, Alarm::Deed, client);
    }

    fn room(&mut self) -> String {
        format!("r{}", self.random.index(self.plan.rooms))
    }

    pub(crate) fn stream(&mut self) -> String {
        format!("s{}", self.random.index(self.plan.streams))
    }

    fn token(&mut self, world: &World) -> SimToken {
        if self.random.percent(5) {
            return SimToken { expires_at: None, is_full: false };
        }
        if self.random.percent(self.plan.short_token_percent) {
            let at = world.now() + log_between(&mut self.random, 1_000, 300_000);
            return SimToken { expires_at: Some(at), is_full: true };
        }
        SimToken::GOOD
    }

    /// The app asks its own server for a token, and gets one if its network allows.
    fn fetch_token(&mut self, world: &mut World, client: usize) {
        if self.random.percent(90) {
            let after_ms = log_between(&mut self.random, 300, 20_000);
            self.alarm(world, after_ms, Alarm::Fetched, client);
        }
    }

    fn on_fetched(&mut self, world: &mut World, client: usize) {
        if world.clients[client].sleep == Sleep::Awake && world.clients[client].path.works() {
            self.renew_token(world, client);
        }
    }

    fn renew_token(&mut self, world: &mut World, client: usize) {
        if self.is_healed {
            return world.renew_token(client, SimToken::GOOD);
        }
        if self.random.percent(10) {
            return world.renew_with_nonsense(client);
        }
        let token = self.token(world);
        world.renew_token(client, token);
    }

    fn log_in(&mut self, world: &mut World, client: usize) {
        if !world.clients[client].is_out() || world.clients[client].sleep != Sleep::Awake {
            return;
        }
        let login = match world.clients[client].goal.login.clone() {
            Some(login) if self.is_healed || self.random.percent(70) => login,
            _ => {
                let (room, token) = (self.room(), self.token(world));
                let mut login = world.login(client, &room, token);
                login.user_update = self.random.percent(80);
                login.connections = self.random.percent(30);
                login
            }
        };
        // Refused while a logout is still running; the next deed puts that right.
        let _ = world.log_in(client, login);
    }

    /// The app enters its second room, or leaves it.
    fn side_room(&mut self, world: &mut World, client: usize) {
        let after_ms = log_between(&mut self.random, 1_000, 400_000);
        self.alarm(world, after_ms, Alarm::SideRoom, client);
        let device = &world.clients[client];
        match device.seen.side_room.is_out() {
            _ if device.sleep != Sleep::Awake => {}
            true => world.enter_side_room(client),
            false => world.leave_side_room(client),
        }
    }

    /// One thing an app does.
    pub(crate) fn deed(&mut self, world: &mut World, client: usize) {
        if world.clients[client].sleep != Sleep::Awake {
            return;
        }
        if world.clients[client].is_out() {
            return self.log_in(world, client);
        }
        let stream = self.stream();
        match self.random.between(0, 99) {
            0..20 => self.publish_or_stop(world, client, stream),
            20..40 => self.play_or_stop(world, client, stream),
            40..75 => world.broadcast(client),
            75..85 => self.send(world, client, stream),
            85..88 => world.log_out(client),
            88..92 => {
                let (room, token) = (self.room(), self.token(world));
                let login = world.login(client, &room, token);
                let _ = world.switch_room(client, login);
            }
            92..94 => self.renew_token(world, client),
            94..96 => {
                world.log_out(client);
                self.log_in(world, client);
            }
            _ => world.spurious_timeout(client),
        }
    }

    /// A stop or a message, which easily gets lost.
    fn afterthought(&mut self, world: &mut World, client: usize) {
        if world.clients[client].sleep != Sleep::Awake {
            return;
        }
        let stream = world.clients[client].goal.publishes.first().cloned();
        match (stream, self.random.between(0, 9)) {
            (Some(stream), 0..3) => self.publish_or_stop(world, client, stream),
            (Some(stream), 3..8) => self.mute(world, client, &stream),
            _ => world.broadcast(client),
        }
    }

    /// Changes whether camera, microphone or both are muted.
    fn mute(&mut self, world: &mut World, client: usize, stream: &str) {
        let before = world.clients[client].muted.get(stream).copied().unwrap_or(0);
        world.mute(client, stream, before ^ self.random.between(1, 3) as u8);
    }

    fn publish_or_stop(&mut self, world: &mut World, client: usize, stream: String) {
        let goal = &mut world.clients[client].goal.publishes;
        match goal.iter().position(|wanted| *wanted == stream) {
            None => {
                goal.push(stream);
                world.start_wishes(client);
            }
            Some(at) => {
                goal.remove(at);
                world.stop_publishing(client, &stream);
            }
        }
    }

    fn play_or_stop(&mut self, world: &mut World, client: usize, stream: String) {
        let goal = &mut world.clients[client].goal.plays;
        match goal.iter().position(|(wanted, _)| *wanted == stream) {
            None => {
                goal.push((stream, self.random.percent(50)));
                world.start_wishes(client);
            }
            Some(at) => {
                goal.remove(at);
                world.stop_playing(client, &stream);
            }
        }
    }

    fn send(&mut self, world: &mut World, client: usize, stream: String) {
        let text = "hello".to_owned();
        let request = match self.random.between(0, 4) {
            4 => return self.mute(world, client, &stream),
            0 => Request::Barrage { text },
            1 => Request::Command { text, to: Vec::new() },
            2 => {
                let value = if self.random.percent(30) { String::new() } else { stream };
                Request::RoomExtra { key: format!("k{}", self.random.index(3)), value }
            }
            _ => Request::StreamExtra { stream, extra: text },
        };
        world.send(client, request);
    }

    /// Ends all faults, and lets apps know what they want.
    pub(crate) fn heal(&mut self, world: &mut World) {
        self.is_healed = true;
        world.start_server();
        for node in 0..world.nodes() {
            world.set_node(node, true);
            world.set_manners(node, None, true);
        }
        world.silent.clear();
        world.setup.closes.late_ms_max = 0;
        world.setup.requests.late_ms_max = 0;
        world.setup.requests.hang_percent = 0;
        for client in 0..world.clients.len() {
            if world.clients[client].sleep != Sleep::Awake {
                self.wake(world, client);
            }
            world.throttle(client, 0);
            let mut path = world.clients[client].path.clone();
            (path.up, path.down, path.refuses) = (true, true, false);
            path.delay_ms = path.delay_ms.min(200);
            world.set_path(client, path, Fate::Survives);
            if self.random.percent(70) {
                world.tell(client, NetworkInput::Online);
            }
        }
        for client in 0..world.clients.len() {
            world.leave_side_room(client);
        }
        self.settle_goals(world);
        for client in 0..world.clients.len() {
            match world.clients[client].goal.login.is_some() {
                true => self.log_in(world, client),
                false if !world.clients[client].is_out() => world.log_out(client),
                false => {}
            }
            world.renew_token(client, SimToken::GOOD);
            world.start_wishes(client);
        }
    }

    /// One device for each user, one publisher for each stream, and players only where there is
    /// something to play.
    fn settle_goals(&mut self, world: &mut World) {
        for client in 0..world.clients.len() {
            let user = world.clients[client].user.id.clone();
            let shares_the_goal =
                |other: &crate::Client| other.goal.login.is_some() && other.user.id == user;
            if world.clients[client + 1..].iter().any(shares_the_goal) {
                world.clients[client].goal.login = None;
            }
            if let Some(login) = &mut world.clients[client].goal.login {
                login.token = SimToken::GOOD.text();
            }
        }
        let mut taken: Vec<(String, String)> = Vec::new();
        for is_flowing in [true, false] {
            for client in 0..world.clients.len() {
                self.settle_publishers(world, client, is_flowing, &mut taken);
            }
        }
        for client in 0..world.clients.len() {
            let Some(login) = world.clients[client].goal.login.clone() else { continue };
            let own = world.clients[client].goal.publishes.clone();
            let is_there = |stream: &str| {
                taken.iter().any(|(known, room)| known == stream && *room == login.room)
            };
            let plays = std::mem::take(&mut world.clients[client].goal.plays);
            for (stream, follow) in plays {
                match is_there(&stream) && !own.contains(&stream) {
                    true => world.clients[client].goal.plays.push((stream, follow)),
                    false => world.stop_playing(client, &stream),
                }
            }
        }
    }

    fn settle_publishers(
        &mut self,
        world: &mut World,
        client: usize,
        is_flowing: bool,
        taken: &mut Vec<(String, String)>,
    ) {
        let Some(login) = world.clients[client].goal.login.clone() else { return };
        for stream in world.clients[client].goal.publishes.clone() {
            let state = world.clients[client].media_state(Direction::Publish, &stream);
            if (state == MediaState::Flowing) != is_flowing {
                continue;
            }
            if taken.iter().any(|(known, _)| *known == stream) {
                world.clients[client].goal.publishes.retain(|wanted| *wanted != stream);
                world.stop_publishing(client, &stream);
            } else {
                taken.push((stream, login.room.clone()));
            }
        }
    }

    fn on_room_state(&mut self, world: &mut World, client: usize, reason: RoomReason) {
        match reason {
            RoomReason::Logined | RoomReason::Reconnected => {
                if self.is_healed && reason == RoomReason::Logined {
                    // The login may belong to a switch that began before.
                    world.renew_token(client, SimToken::GOOD);
                }
                world.start_wishes(client);
            }
            RoomReason::LoginFailed | RoomReason::ReconnectFailed | RoomReason::KickOut => {
                let goes_on = match self.is_healed {
                    true => world.clients[client].goal.login.is_some(),
                    false => self.random.percent(60),
                };
                if goes_on {
                    let after_ms = self.random.between(0, 3_000);
                    self.alarm(world, after_ms, Alarm::LogIn, client);
                } else {
                    world.clients[client].goal.login = None;
                }
            }
            _ => {}
        }
    }

    fn on_media_stopped(
        &mut self,
        world: &mut World,
        client: usize,
        (direction, stream): (Direction, &str),
        code: Code,
    ) {
        if code == Code::OK {
            return;
        }
        let is_final = matches!(code, Code::STREAM_ID_TAKEN | Code::PUBLISH_REFUSED);
        let goal = &mut world.clients[client].goal;
        if code == Code::PUBLISH_FORBIDDEN {
            return goal.publishes.retain(|wanted| wanted != stream);
        }
        if is_final && !self.is_healed && direction == Direction::Publish {
            return goal.publishes.retain(|wanted| wanted != stream);
        }
        // Either at once from the callback, or after the pause that the documentation advises.
        let after_ms = self.random.pick(&[0, 3_000, 5_000]);
        self.alarm(world, after_ms, Alarm::StartWishes, client);
    }
}

impl Driver for Chaos {
    fn on_event(&mut self, world: &mut World, client: usize, event: &Event) {
        match event {
            Event::TokenWillExpire { .. } => self.fetch_token(world, client),
            // Whatever becomes of the second room, the app sees to it some time later.
            Event::RoomState { room, .. } if world.clients[client].is_side_room(room) => {}
            Event::RoomState { reason, .. } => self.on_room_state(world, client, *reason),
            Event::MediaState { direction, stream, state: MediaState::Stopped, code } => {
                self.on_media_stopped(world, client, (*direction, stream), *code);
            }
            Event::RoomChanged {
                difference: Difference::Streams(Change::Delete, streams, _),
                ..
            } if !self.is_healed => {
                for stream in streams {
                    let is_followed =
                        |(wanted, follow): &(String, bool)| *wanted == stream.id && !*follow;
                    if world.clients[client].goal.plays.iter().any(is_followed)
                        && self.random.percent(70)
                    {
                        world.clients[client].goal.plays.retain(|(wanted, _)| *wanted != stream.id);
                        world.stop_playing(client, &stream.id);
                    }
                }
            }
            _ => {}
        }
    }

    fn on_alarm(&mut self, world: &mut World, alarm: u32) {
        let (kind, index) = (ALARMS[(alarm >> 16) as usize], (alarm & 0xffff) as usize);
        if self.is_over {
            return;
        }
        match kind {
            Alarm::LogIn if self.is_healed && world.clients[index].goal.login.is_none() => {}
            Alarm::LogIn => self.log_in(world, index),
            Alarm::StartWishes if world.clients[index].sleep == Sleep::Awake => {
                world.start_wishes(index);
            }
            Alarm::Fetched => self.on_fetched(world, index),
            _ if self.is_healed => {}
            Alarm::Fault => {
                let after_ms = self.random.between(0, 2 * self.plan.fault_every_ms);
                self.alarm(world, after_ms, Alarm::Fault, 0);
                self.fault(world);
            }
            Alarm::Deed => {
                self.next_deed(world, index);
                self.deed(world, index);
            }
            Alarm::SideRoom => self.side_room(world, index),
            Alarm::Cut => world.cut(index),
            Alarm::Afterthought => self.afterthought(world, index),
            Alarm::Heal => self.heal_path(world, index),
            Alarm::Wake => self.wake(world, index),
            Alarm::ServerBack => world.start_server(),
            Alarm::NodeBack => world.set_node(index, true),
            Alarm::NodeKind => world.set_manners(index, None, true),
            Alarm::Unthrottle => world.throttle(index, 0),
            Alarm::Sounds => world.silence(&format!("s{index}"), false),
            Alarm::Online => world.tell(index, NetworkInput::Online),
            Alarm::StartWishes => {}
        }
    }
}
