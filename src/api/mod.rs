//! What JavaScript sees: arguments in, promises and events out. No decisions.

mod app;
mod argument;
mod dispatch;
mod emitter;
mod engine;
mod error;
mod event;
mod host;
#[cfg(feature = "dev")]
mod simulate;
mod timeline;

pub use engine::ExpressEngine;
