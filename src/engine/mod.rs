//! The engine: what both of its faces are made of (`core.rs`), and the one for Rust. The face for
//! JavaScript is `src/api`.

pub(crate) mod calls;
#[cfg(target_arch = "wasm32")]
pub(crate) mod core;
mod error;
mod event;
mod events;
#[cfg(target_arch = "wasm32")]
mod media;
#[cfg(target_arch = "wasm32")]
mod options;
#[cfg(target_arch = "wasm32")]
mod rooms;
#[cfg(target_arch = "wasm32")]
mod teller;

pub use error::Error;
pub use event::Event;
pub use events::Events;
#[cfg(target_arch = "wasm32")]
pub use options::{LoginOptions, PlayOptions, PublishOptions};
#[cfg(target_arch = "wasm32")]
pub use rooms::Engine;
