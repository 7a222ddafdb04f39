//! `simulate`: what dev builds offer to tests and people who look for a fault.

use super::engine::Engine;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(js_class = EngineCore)]
impl Engine {
    /// What the engine was told and did since it was made, as JSON lines for
    /// `cargo run --example replay`. Tokens and secrets are in it.
    pub fn trace(&self) -> String {
        self.driver.trace()
    }
}
