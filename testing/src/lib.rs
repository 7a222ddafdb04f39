//! `holdfast-rtc/testing`: the simulator's world for the tests of apps. Each engine is the real
//! one, except for the browser's part; `pkg-template/testing` has the script around it.
#![cfg(target_arch = "wasm32")]

mod device;
mod world;

pub use world::SimWorld;
