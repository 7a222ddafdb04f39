//! The deterministic simulator: many of the SDK's brains, the server's real rooms, media nodes and
//! the network between them, under one virtual clock and one seeded source of chance.
//!
//! Nothing here has a thread, a file or a clock of its own: a [`World`] is driven from outside, so
//! it also runs inside a page. `docs/simulator.md` tells how to use it.

mod app;
mod browser;
mod chaos;
mod check;
mod client;
mod course;
mod faults;
mod link;
mod media;
mod mischief;
mod network;
mod node;
mod office;
mod plan;
mod queue;
mod random;
mod run;
mod scene;
mod script;
mod server;
pub mod storm;
mod story;
mod trace;
mod view;
mod wire;
mod world;

pub use check::{INVARIANTS, Violation};
pub(crate) use client::SIDE_ROOM;
pub use client::{Client, Sleep};
pub use course::Course;
pub use faults::Outage;
pub use holdfast_protocol::sabotage::Mutant;
pub use network::{CloseManners, Fate, Path};
pub use node::{IceManners, Node, RequestManners};
pub use random::Random;
pub use run::{Options, Outcome, run, run_hashed};
pub use scene::{SCENES, Scene};
pub use script::{Moment, Script};
pub use server::SimToken;
pub use trace::{Sink, Trace};
pub use view::View;
pub use world::{Driver, Idle, Notice, Setup, Stats, Told, World};
