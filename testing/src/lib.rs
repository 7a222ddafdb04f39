//! `holdfast-rtc/testing`: the simulator's world for the tests of apps. Each engine is the real one
//! but for what a browser does; `pkg-template/testing` has the script around it.
#![cfg(target_arch = "wasm32")]

mod device;
mod world;

pub use world::SimWorld;
