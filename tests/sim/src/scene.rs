//! The scenes of the documented rules as data: who does what and when, for people to watch.

use crate::Path;
use crate::script::Moment;
use crate::world::{Driver, World};
use holdfast_rtc::machine::Event;

/// An action at a moment in virtual milliseconds.
type Step = (u64, for<'a, 'b> fn(&'a mut Moment<'b>) -> &'a mut Moment<'b>);

/// A world written by hand.
pub struct Scene {
    /// The name in addresses.
    pub name: &'static str,
    /// The title for people.
    pub title: &'static str,
    /// What happens, and what must follow from it.
    pub text: &'static str,
    /// Users, each with how long its network takes one way in milliseconds.
    users: &'static [(&'static str, u64)],
    steps: &'static [Step],
    /// How long it runs.
    pub(crate) ends_ms: u64,
}

impl Scene {
    /// The scene of this name.
    pub fn find(name: &str) -> Option<&'static Scene> {
        SCENES.iter().find(|scene| scene.name == name)
    }

    pub(crate) fn begin(&self, world: &mut World) {
        for (name, delay_ms) in self.users {
            world.add_client(name, name, Path::new(*delay_ms));
        }
        for (index, (at_ms, _)) in self.steps.iter().enumerate() {
            world.set_alarm(*at_ms, index as u32);
        }
    }
}

impl Driver for &Scene {
    fn on_event(&mut self, _: &mut World, _: usize, _: &Event) {}

    fn on_alarm(&mut self, world: &mut World, alarm: u32) {
        let (_, act) = self.steps[alarm as usize];
        act(&mut Moment { world });
    }
}

/// Both publish a stream and play the other's; alice's cable is pulled after a minute.
const FRIENDS: &[(&str, u64)] = &[("alice", 20), ("bob", 120)];
/// The host publishes, the guest plays.
const THEATRE: &[(&str, u64)] = &[("host", 20), ("guest", 30)];

/// Steps that several scenes begin with, then their own.
macro_rules! after {
    (friends $(, $step:expr)*) => {
        &[
            (0, |at| at.log_in("bob", "room")),
            (10_000, |at| at.log_in("alice", "room")),
            (20_000, |at| at.publish("alice", "song").publish("bob", "dance")),
            (25_000, |at| at.play("bob", "song").play("alice", "dance")),
            (60_000, |at| at.cut("alice")),
            (70_000, |at| at.broadcast("bob")),
            $($step,)*
        ]
    };
    (theatre $(, $step:expr)*) => {
        &[
            (0, |at| at.log_in("host", "room").log_in("guest", "room")),
            (5_000, |at| at.publish("host", "show")),
            (10_000, |at| at.play("guest", "show")),
            $($step,)*
        ]
    };
}

/// The three cases of a lost link, and six of a host and an audience.
pub static SCENES: &[Scene] = &[
    Scene {
        name: "case-1",
        title: "Case 1: back within grace",
        text: "Alice's cable is pulled at 60 s and is back at 90 s. She reconnects, bob is told \
               nothing, and what he said meanwhile reaches her once (ROOM-08).",
        users: FRIENDS,
        steps: after!(friends, (90_000, |at| at.heal("alice"))),
        ends_ms: 120_000,
    },
    Scene {
        name: "case-2",
        title: "Case 2: back after grace",
        text: "Alice is away for 3 min. At the end of her grace bob is told that she and her stream \
               are gone, later that they are back; all resumes by itself (ROOM-09).",
        users: FRIENDS,
        steps: after!(friends, (240_000, |at| at.heal("alice"))),
        ends_ms: 270_000,
    },
    Scene {
        name: "case-3",
        title: "Case 3: not back in 20 minutes",
        text: "Alice's network stays away. All she has fails at the end of its window of 20 min, not \
               before, and nothing is tried after it (ROOM-10, ROOM-11).",
        users: FRIENDS,
        steps: after!(friends, (1_600_000, |at| at.heal("alice"))),
        ends_ms: 1_630_000,
    },
    Scene {
        name: "host-1",
        title: "Host 1: publishing resumes",
        text: "The host's network is away from 60 s to 600 s. Publishing pauses and resumes by itself \
               (HOST-01).",
        users: THEATRE,
        steps: after!(theatre, (60_000, |at| at.cut("host")), (600_000, |at| at.heal("host"))),
        ends_ms: 630_000,
    },
    Scene {
        name: "host-2",
        title: "Host 2: past grace, others see it go and come",
        text: "The host is away for 4 min. The guest is told that the stream is deleted and later \
               added; the host is told of neither (HOST-02).",
        users: THEATRE,
        steps: after!(theatre, (60_000, |at| at.cut("host")), (300_000, |at| at.heal("host"))),
        ends_ms: 330_000,
    },
    Scene {
        name: "audience-1",
        title: "Audience 1: host back quickly",
        text: "The host is away for 15 s. The guest's player waits, and plays again without a call \
               (AUD-01).",
        users: THEATRE,
        steps: after!(theatre, (60_000, |at| at.cut("host")), (75_000, |at| at.heal("host"))),
        ends_ms: 105_000,
    },
    Scene {
        name: "audience-2",
        title: "Audience 2: host back after grace, a fan follows",
        text: "The host is away for 4 min. The guest stops and starts by the events; the fan's player, \
               which follows, does both by itself (AUD-02, PLAY-07).",
        users: &[("host", 20), ("guest", 30), ("fan", 40)],
        steps: after!(
            theatre,
            (20_000, |at| at.log_in("fan", "room")),
            (25_000, |at| at.follow("fan", "show")),
            (60_000, |at| at.cut("host")),
            (170_000, |at| at.stop_playing("guest", "show")),
            (300_000, |at| at.heal("host")),
            (310_000, |at| at.play("guest", "show"))
        ),
        ends_ms: 330_000,
    },
    Scene {
        name: "audience-3",
        title: "Audience 3: host crashes and is back within grace",
        text: "The host's page dies at 60 s and a new one logs in at 80 s. The guest is told that the \
               stream is deleted before it is added, and plays the new one (AUD-03).",
        users: THEATRE,
        steps: after!(
            theatre,
            (60_000, |at| at.crash("host")),
            (80_000, |at| { at.device_of("host", "host again", 20).log_in("host again", "room") }),
            (81_000, |at| at.publish("host again", "show"))
        ),
        ends_ms: 110_000,
    },
    Scene {
        name: "audience-4",
        title: "Audience 4: host crashes and stays away",
        text: "The host's page dies at 60 s. The guest is told at the end of the grace, and of nothing \
               more (AUD-04).",
        users: THEATRE,
        steps: after!(theatre, (60_000, |at| at.crash("host"))),
        ends_ms: 240_000,
    },
];
