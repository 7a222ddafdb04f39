//! `simulate`: what dev builds offer to tests and to people who look for a fault.

use super::engine::Engine;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(js_class = EngineCore)]
impl Engine {
    /// The engine's inputs and outputs since it was made, as JSON lines for
    /// `cargo run --example replay`. They contain tokens and secrets.
    pub fn trace(&self) -> String {
        self.driver.trace()
    }
}
