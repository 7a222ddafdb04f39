//! The simulator for `www/simulator.html`: worlds to watch. What crosses to the page is JSON.
#![cfg(target_arch = "wasm32")]

mod catalogue;
mod events;
mod simulation;

pub use catalogue::{catalogue, storm};
pub use simulation::Simulation;

use wasm_bindgen::prelude::wasm_bindgen;

/// A machine's assertion that fails is one way of finding a bug: the page is to have its words.
#[wasm_bindgen(start)]
fn tell_of_panics() {
    std::panic::set_hook(Box::new(|panic| wasm_bindgen::throw_str(&panic.to_string())));
}
