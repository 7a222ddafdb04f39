//! Rules of `docs/behaviour.md`, each test named after its rule, on a virtual clock.

// proptest is for the host only.
#[cfg(not(target_arch = "wasm32"))]
mod any_input;
mod media;
mod room;
mod user;
