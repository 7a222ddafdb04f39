//! `simulate`: what dev builds offer to tests and people who look for a fault.

use super::argument;
use super::engine::ExpressEngine;
use wasm_bindgen::JsValue;

impl ExpressEngine {
    /// `'trace'`: what the engine was told and did since it was made, as JSON lines for
    /// `cargo run --example replay`. Tokens and secrets are in it.
    pub fn simulate(&self, command: JsValue) -> Result<String, JsValue> {
        match argument::string(&command, "command")?.as_str() {
            "trace" => Ok(self.driver.trace()),
            _ => Err(argument::bad("simulate knows only 'trace'").into()),
        }
    }
}
