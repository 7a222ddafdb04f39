//! The engine for JavaScript: its methods take the app's values and return promises, and its events
//! go to listeners.

mod emitter;
mod engine;
mod error;
mod options;
mod payload;
mod promises;
#[cfg(feature = "dev")]
mod simulate;

pub use self::engine::EngineCore;
