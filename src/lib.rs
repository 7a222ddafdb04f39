//! Holdfast: a browser SDK whose rooms and streams come back by themselves.
//!
//! All decisions live in [`machine`], which knows no browser, no clock and no randomness of its
//! own: **inputs that carry the time drive it, and its outputs are drained after each input.** The
//! browser half exists on wasm32 only, so a machine cannot reach it: `web`, which carries out
//! effects, `engine` with `Engine`, which a Rust front end uses, and `api`, which JavaScript sees.
//!
//! The run loop that `web::driver` and every test follow:
//!
//! ```ignore-wasm32,standalone_crate
//! use holdfast_rtc::machine::{Brain, Input, Millis, Output};
//!
//! let mut brain = Brain::new(7);
//! let now = Millis(0);
//! brain.handle(now, Input::Timeout).unwrap(); // 1. one input
//! for output in brain.take_outputs() {
//!     match output {
//!         Output::Effect(_effect) => {} // 2. carried out; what happens comes back as inputs
//!         Output::Event(_event) => {}   // 3. told to the app
//!     }
//! }
//! let _wake_at = brain.next_deadline(); // 4. the one timer; a late or early Timeout is harmless
//! ```

pub mod events;
#[cfg(any(test, feature = "dev"))]
pub mod faults;
pub mod machine;
mod sdp_fragment;
pub mod timeline;
#[cfg(any(test, feature = "trace"))]
pub mod trace;

#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
mod api;
#[cfg(any(test, target_arch = "wasm32"))]
mod engine;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod media;
#[cfg(target_arch = "wasm32")]
mod object;
#[cfg(target_arch = "wasm32")]
#[cfg_attr(feature = "testing", expect(dead_code, reason = "only a browser opens links"))]
mod server;
#[cfg(all(target_arch = "wasm32", feature = "testing"))]
pub mod testing;
#[cfg(all(target_arch = "wasm32", not(feature = "testing")))]
mod web;
#[cfg(all(target_arch = "wasm32", feature = "testing"))]
use testing as web;

#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
#[doc(hidden)]
pub use api::EngineCore;
#[cfg(target_arch = "wasm32")]
pub use engine::{Engine, LoginOptions, PlayOptions, PublishOptions};
#[cfg(any(test, target_arch = "wasm32"))]
pub use engine::{Error, Event, Events};
#[cfg(target_arch = "wasm32")]
pub use holdfast_protocol::{Code, DeleteReason, RoomExtra, Stream, User};
#[cfg(target_arch = "wasm32")]
pub use machine::{
    Config, Direction, Layer, MediaState, Obstacle, Received, RetryCause, RetryUpdate, RoomReason,
};
#[cfg(target_arch = "wasm32")]
pub use media::{Codec, Kinds};

/// Compiles the guide's example.
#[cfg(all(doctest, target_arch = "wasm32"))]
#[doc = include_str!("../docs/rust.md")]
pub struct Guide;

#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
