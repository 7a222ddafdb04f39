//! `simulate`: what `holdfast-rtc/dev` offers to tests and to people who look for a fault.

use super::engine::EngineCore;
use super::error::bad;
use super::options::option;
use crate::faults::{DURATION_MS_MAX, Fault};
use gloo_timers::future::TimeoutFuture;
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::future_to_promise;

#[wasm_bindgen]
impl EngineCore {
    /// `simulate("trace")`: the engine's inputs and outputs since it was made, as JSON lines for
    /// `cargo run --example replay`. They contain tokens and secrets.
    ///
    /// `simulate(fault, { ms })`: a promise that settles when the fault is over (BEY-08). It rejects
    /// at once for an unknown fault, a bad `ms` and too many faults.
    pub fn simulate(&self, what: &JsValue, options: &JsValue) -> JsValue {
        if what.as_string().as_deref() == Some("trace") {
            return self.core.trace().into();
        }
        match self.begin(what, options) {
            Ok(over) => over.into(),
            Err(error) => Promise::reject(&error).into(),
        }
    }

    fn begin(&self, what: &JsValue, options: &JsValue) -> Result<Promise, JsValue> {
        self.core.check_alive()?;
        let fault = what.as_string().and_then(|name| Fault::named(&name));
        let fault = fault.ok_or_else(|| bad(&unknown()))?;
        let ms = duration_ms(fault, options)?;
        let core = self.core.clone();
        core.begin_fault(fault)?;
        Ok(future_to_promise(async move {
            TimeoutFuture::new(ms).await;
            core.end_fault(fault);
            Ok(JsValue::UNDEFINED)
        }))
    }
}

fn unknown() -> String {
    let names = Fault::TABLE.map(|(_, name)| ["'", name, "'"].concat());
    ["simulate takes 'trace' or a fault: ", &names.join(", ")].concat()
}

/// How long a fault is to last.
fn duration_ms(fault: Fault, options: &JsValue) -> Result<u32, JsValue> {
    if !options.is_undefined() && !options.is_object() {
        return Err(bad("simulate's options must be an object"));
    }
    let ms = option(options, "ms")?;
    if ms.is_undefined() {
        return Ok(fault.usual_ms());
    }
    match ms.as_f64() {
        Some(ms) if (0.0..=f64::from(DURATION_MS_MAX)).contains(&ms) => Ok(ms as u32),
        _ => Err(bad("simulate's ms must be a number from 0 to 1800000, 30 min")),
    }
}
