//! The rules that must hold at every step, whatever the network does.

mod invariants;
mod limiter;
mod lists;
mod media;
mod messages;
mod promises;
mod resources;
mod room;
mod server;

pub use invariants::INVARIANTS;
pub(crate) use lists::Lists;
pub(crate) use media::MediaCheck;
pub(crate) use messages::{Messages, Number};
pub(crate) use promises::{Promise, Promises};
pub(crate) use resources::Resources;
pub(crate) use room::RoomCheck;
pub(crate) use server::{Occasion, ServerCheck};

/// The rule that is broken, and how; the world adds when.
pub(crate) type Verdict = Result<(), Broken>;

/// A rule of behaviour, or an invariant of the simulator, that was broken.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) rule: &'static str,
    pub(crate) what: String,
}

/// A verdict against a rule.
pub(crate) fn broken(rule: &'static str, what: impl Into<String>) -> Verdict {
    Err(Broken { rule, what: what.into() })
}

/// A broken rule, and when it was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Virtual time.
    pub at_ms: u64,
    /// Events before it.
    pub step: u64,
    /// The rule's number, or the invariant's name.
    pub rule: &'static str,
    /// What was seen.
    pub what: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Violation { at_ms, step, rule, what } = self;
        write!(f, "{rule} at {}.{:03} s, step {step}: {what}", at_ms / 1_000, at_ms % 1_000)
    }
}

/// The state of all checks of one client.
#[derive(Debug)]
pub(crate) struct ClientCheck {
    pub(crate) room: RoomCheck,
    /// Of the device's second room, if it has one.
    pub(crate) side_room: RoomCheck,
    pub(crate) resources: Resources,
    pub(crate) lists: Lists,
    pub(crate) media: MediaCheck,
    pub(crate) promises: Promises,
}

impl ClientCheck {
    pub(crate) fn room(&mut self, is_side: bool) -> &mut RoomCheck {
        if is_side { &mut self.side_room } else { &mut self.room }
    }

    pub(crate) fn new() -> ClientCheck {
        ClientCheck {
            room: RoomCheck::default(),
            side_room: RoomCheck::default(),
            resources: Resources::default(),
            lists: Lists::default(),
            media: MediaCheck::default(),
            promises: Promises::default(),
        }
    }
}
