//! Rules of `docs/behaviour.md`, each test named after its rule, on a virtual clock.

mod any_input;
mod media;
mod room;
mod user;
