//! What JavaScript sees: arguments in, promises and events out. No decisions.

mod app;
mod argument;
mod emitter;
mod engine;
mod error;
mod event;

pub use engine::ExpressEngine;
