//! The one call through which `pkg-template/engine.js` reaches every method: an export of its own
//! for each would cost a page about 1 KB.

use super::engine::ExpressEngine;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(js_class = Engine)]
impl ExpressEngine {
    /// `new Engine(appID, server)`.
    #[wasm_bindgen(constructor)]
    pub fn create(app_id: JsValue, server: JsValue) -> Result<ExpressEngine, JsValue> {
        ExpressEngine::new(app_id, server)
    }

    /// Calls a method by its place in engine.js's list of names.
    #[wasm_bindgen(js_name = call)]
    pub fn dispatch(
        &self,
        method: u32,
        a: JsValue,
        b: JsValue,
        c: JsValue,
        d: JsValue,
    ) -> Result<JsValue, JsValue> {
        let result: JsValue = match method {
            0 => self.version().into(),
            1 => {
                self.set_engine_config(a)?;
                JsValue::UNDEFINED
            }
            2 => self.on(a, b).into(),
            3 => self.once(a, b).into(),
            4 => self.off(a, b).into(),
            5 => self.login_room(a, b, c, d).into(),
            6 => self.switch_room(a, b, c).into(),
            7 => {
                self.logout_room(a)?;
                JsValue::UNDEFINED
            }
            8 => self.renew_token(a, b)?.into(),
            9 => self.start_publishing_stream(a, b, c)?.into(),
            10 => self.stop_publishing_stream(a)?.into(),
            11 => self.start_playing_stream(a, b).into(),
            12 => {
                self.stop_playing_stream(a)?;
                JsValue::UNDEFINED
            }
            13 => self.send_broadcast_message(a, b).into(),
            14 => self.send_barrage_message(a, b).into(),
            15 => self.send_custom_command(a, b, c).into(),
            16 => self.set_room_extra_info(a, b, c).into(),
            17 => self.set_stream_extra_info(a, b).into(),
            18 => self.timeline().into(),
            19 => {
                self.destroy_engine();
                JsValue::UNDEFINED
            }
            #[cfg(feature = "dev")]
            20 => self.simulate(a)?.into(),
            21 => {
                self.observe(a);
                JsValue::UNDEFINED
            }
            22 => {
                self.emit(a, b);
                JsValue::UNDEFINED
            }
            23 => self.failure(a, b),
            24 => self.connections(a, b).into(),
            _ => JsValue::UNDEFINED,
        };
        Ok(result)
    }
}
