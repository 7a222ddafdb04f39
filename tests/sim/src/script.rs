//! Worlds written by hand: who does what and when, and what each app is told.

use crate::faults::Outage;
use crate::world::{Idle, Setup, World};
use crate::{Fate, Path, SimToken};
use holdfast_rtc::machine::NetworkInput;

/// A script: steps in order of time.
pub struct Script {
    world: World,
}

/// A moment of a script.
pub struct Moment<'a> {
    pub(crate) world: &'a mut World,
}

impl Script {
    /// A friendly world with nobody in it.
    pub fn new() -> Script {
        Script::with(Setup::new(1))
    }

    /// A world with this setup.
    pub fn with(mut setup: Setup) -> Script {
        setup.keeps_story = true;
        Script { world: World::new(setup) }
    }

    /// A device of a user of the same name, whose network takes this long one way.
    pub fn device(&mut self, name: &str, delay_ms: u64) {
        self.world.add_client(name, name, Path::new(delay_ms));
    }

    /// Another device of a user.
    pub fn device_of(&mut self, user: &str, name: &str, delay_ms: u64) {
        self.world.add_client(name, user, Path::new(delay_ms));
    }

    /// Lets time pass until this moment: `"90s"`, `"20min"` or `"120ms"`, and sums like
    /// `"90s+220ms"`.
    ///
    /// # Panics
    /// If a rule did not hold on the way, or the moment is past.
    pub fn at(&mut self, moment: &str) -> Moment<'_> {
        let at = read_moment(moment);
        assert!(at >= self.world.now(), "{moment} is past");
        self.world.run_until(at, &mut Idle);
        if let Some(violation) = self.world.violation() {
            panic!("{violation}");
        }
        Moment { world: &mut self.world }
    }

    /// The story of a device's app: one line for each event, with its time.
    pub fn story(&self, name: &str) -> Vec<String> {
        let client = &self.world.clients[find(&self.world, name)];
        let story = client.story.iter().flatten();
        story.map(|(at, line)| format!("{} {line}", show_moment(*at))).collect()
    }

    /// The story of a device's app from a moment on.
    pub fn story_from(&self, name: &str, moment: &str) -> Vec<String> {
        let from = read_moment(moment);
        let client = &self.world.clients[find(&self.world, name)];
        let story = client.story.iter().flatten().filter(|(at, _)| *at >= from);
        story.map(|(at, line)| format!("{} {line}", show_moment(*at))).collect()
    }

    /// The world.
    pub fn world(&mut self) -> &mut World {
        &mut self.world
    }
}

impl Default for Script {
    fn default() -> Script {
        Script::new()
    }
}

impl Moment<'_> {
    /// Another device of a user.
    pub fn device_of(&mut self, user: &str, name: &str, delay_ms: u64) -> &mut Self {
        self.world.add_client(name, user, Path::new(delay_ms));
        self
    }

    /// `loginRoom`.
    pub fn log_in(&mut self, name: &str, room: &str) -> &mut Self {
        let client = find(self.world, name);
        let login = self.world.login(client, room, SimToken::GOOD);
        let _ = self.world.log_in(client, login);
        self
    }

    /// `logoutRoom`.
    pub fn log_out(&mut self, name: &str) -> &mut Self {
        let client = find(self.world, name);
        self.world.log_out(client);
        self
    }

    /// `startPublishingStream`.
    pub fn publish(&mut self, name: &str, stream: &str) -> &mut Self {
        let client = find(self.world, name);
        let _ = self.world.publish(client, stream);
        self
    }

    /// `startPlayingStream`.
    pub fn play(&mut self, name: &str, stream: &str) -> &mut Self {
        let client = find(self.world, name);
        let _ = self.world.play(client, stream, false);
        self
    }

    /// `startPlayingStream` with `follow`.
    pub fn follow(&mut self, name: &str, stream: &str) -> &mut Self {
        let client = find(self.world, name);
        let _ = self.world.play(client, stream, true);
        self
    }

    /// `stopPlayingStream`.
    pub fn stop_playing(&mut self, name: &str, stream: &str) -> &mut Self {
        let client = find(self.world, name);
        self.world.stop_playing(client, stream);
        self
    }

    /// `sendBroadcastMessage`.
    pub fn broadcast(&mut self, name: &str) -> &mut Self {
        let client = find(self.world, name);
        self.world.broadcast(client);
        self
    }

    /// The network is gone, and the browser says nothing.
    pub fn cut(&mut self, name: &str) -> &mut Self {
        let client = find(self.world, name);
        self.world.cut(client);
        self
    }

    /// The network is back; boxes on the way have forgotten the old connections. The browser says
    /// `online`.
    pub fn heal(&mut self, name: &str) -> &mut Self {
        let client = find(self.world, name);
        self.world.heal(client, Fate::Forgotten);
        self.world.tell(client, NetworkInput::Online);
        self
    }

    /// The app and its browser are gone without a word.
    pub fn crash(&mut self, name: &str) -> &mut Self {
        let client = find(self.world, name);
        self.world.crash(client);
        self
    }

    /// The server's process ends and forgets all.
    pub fn stop_server(&mut self) -> &mut Self {
        self.world.stop_server(Outage { forgets: true, is_told: true, refuses: true });
        self
    }

    /// The server is back.
    pub fn start_server(&mut self) -> &mut Self {
        self.world.start_server();
        self
    }

    /// A publisher's picture does not change, and there is no sound: nothing is sent.
    pub fn fall_silent(&mut self, stream: &str) -> &mut Self {
        self.world.silence(stream, true);
        self
    }

    /// It goes on.
    pub fn go_on(&mut self, stream: &str) -> &mut Self {
        self.world.silence(stream, false);
        self
    }

    /// The browser says something.
    pub fn browser_says(&mut self, name: &str, input: NetworkInput) -> &mut Self {
        let client = find(self.world, name);
        self.world.tell(client, input);
        self
    }
}

fn find(world: &World, name: &str) -> usize {
    let at = world.clients.iter().rposition(|client| client.name == name);
    at.unwrap_or_else(|| panic!("there is no device {name}"))
}

fn read_moment(text: &str) -> u64 {
    text.split('+').map(read_span).sum()
}

fn read_span(text: &str) -> u64 {
    let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let unit_ms = match unit {
        "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        _ => panic!("{text} is no span of time"),
    };
    number.parse::<u64>().map_or(0, |number| number * unit_ms)
}

fn show_moment(at: u64) -> String {
    format!("{}.{:03}", at / 1_000, at % 1_000)
}
