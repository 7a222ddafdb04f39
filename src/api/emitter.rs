//! The app's listeners.

use js_sys::{Array, Function};
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = reportError)]
    fn report_error(error: &JsValue);
}

/// The names `on` knows.
const EVENTS: [&str; 6] = [
    "roomStateChanged",
    "roomStateUpdate",
    "roomUserUpdate",
    "roomStreamUpdate",
    "publisherStateUpdate",
    "playerStateUpdate",
];

#[derive(Clone)]
struct Registration {
    event: &'static str,
    listener: Function,
    is_once: bool,
}

#[derive(Default)]
pub(crate) struct Emitter {
    registrations: RefCell<Vec<Registration>>,
}

impl Emitter {
    /// Adds a listener; false for an unknown event or one that listens already.
    pub(crate) fn add(&self, event: &str, listener: Function, is_once: bool) -> bool {
        let Some(event) = EVENTS.into_iter().find(|known| *known == event) else {
            return false;
        };
        let mut registrations = self.registrations.borrow_mut();
        let is_known = |known: &Registration| known.event == event && known.listener == listener;
        if registrations.iter().any(is_known) {
            return false;
        }
        registrations.push(Registration {
            event,
            listener,
            is_once,
        });
        true
    }

    /// Removes a listener, or all of the event's; false if there was none.
    pub(crate) fn remove(&self, event: &str, listener: Option<&Function>) -> bool {
        let mut registrations = self.registrations.borrow_mut();
        let before = registrations.len();
        registrations.retain(|known| {
            known.event != event || listener.is_some_and(|listener| known.listener != *listener)
        });
        registrations.len() < before
    }

    pub(crate) fn clear(&self) {
        self.registrations.borrow_mut().clear();
    }

    /// Calls the event's listeners in the order they were added. They may call back in, and one
    /// that throws is reported as uncaught and disturbs nobody else.
    pub(crate) fn emit(&self, event: &str, arguments: &Array) {
        let called: Vec<Registration> = {
            let mut registrations = self.registrations.borrow_mut();
            let called = registrations
                .iter()
                .filter(|known| known.event == event)
                .cloned();
            let called = called.collect();
            registrations.retain(|known| !(known.event == event && known.is_once));
            called
        };
        for registration in called {
            if let Err(error) = registration.listener.apply(&JsValue::UNDEFINED, arguments) {
                report_error(&error);
            }
        }
    }
}
