//! The simulator for `www/simulator.html`: worlds to watch. All data for the page is JSON.
#![cfg(target_arch = "wasm32")]

mod catalogue;
mod simulation;
mod told;

pub use catalogue::{catalogue, storm};
pub use simulation::Simulation;

use wasm_bindgen::prelude::wasm_bindgen;

/// A machine's failed assertion is one way to find a bug, so the page gets its message.
#[wasm_bindgen(start)]
fn tell_of_panics() {
    std::panic::set_hook(Box::new(|panic| wasm_bindgen::throw_str(&panic.to_string())));
}
