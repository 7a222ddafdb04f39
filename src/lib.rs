//! Holdfast: a browser SDK whose rooms and streams come back by themselves.
//!
//! All decisions live in [`machine`], which knows no browser, no clock and no randomness of its
//! own: **inputs that carry the time drive it, and its outputs are drained after each input.** The
//! browser half (`web`, which carries out effects, and `api`, which JavaScript sees) exists on
//! wasm32 only, so a machine cannot reach it.
//!
//! The run loop that `web::driver` and every test follow:
//!
//! ```
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

#[cfg(target_arch = "wasm32")]
mod api;
#[cfg(target_arch = "wasm32")]
pub mod media;
#[cfg(target_arch = "wasm32")]
mod object;
#[cfg(all(target_arch = "wasm32", feature = "testing"))]
pub mod testing;
#[cfg(all(target_arch = "wasm32", not(feature = "testing")))]
mod web;
#[cfg(all(target_arch = "wasm32", feature = "testing"))]
use testing as web;

#[cfg(target_arch = "wasm32")]
pub use api::{Engine, app_number};
#[cfg(target_arch = "wasm32")]
pub use web::Server;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
