//! The rules of `docs/behaviour.md` on a virtual clock. Each test is named after its rule.

// proptest runs on the host only.
#[cfg(not(target_arch = "wasm32"))]
mod any_input;
mod exchange;
#[cfg(not(target_arch = "wasm32"))]
mod golden;
mod media;
mod media_race;
mod media_stall;
mod mute;
mod obstacle;
mod questions;
mod requests;
mod room;
mod rooms;
mod second_link;
mod silence;
mod slow_paths;
mod token;
mod user;
mod values;
