//! The part that JavaScript sees: the engine's methods, its events and its promises.

mod emitter;
mod engine;
mod error;
mod options;
mod promises;
#[cfg(feature = "dev")]
mod simulate;
mod teller;

pub use self::engine::{Engine, app_number};
