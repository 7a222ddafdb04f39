//! Listeners of the app, and those of the package's own scripts.

use crate::events::NAMES;
use js_sys::{Array, Function, Reflect};
use std::cell::RefCell;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    /// Reports an error as uncaught.
    #[wasm_bindgen(js_name = reportError, catch)]
    fn report_error(error: &JsValue) -> Result<(), JsValue>;
}

/// A function of the app for one event.
#[derive(Clone)]
struct Listener {
    event: &'static str,
    function: Function,
    hears_one: bool,
}

/// `on`, `once`, `off`. **Nothing is borrowed while a listener runs**: it may add and remove
/// listeners, and destroy the engine.
#[derive(Default)]
pub(super) struct Emitter {
    /// In the order they were added.
    listeners: RefCell<Vec<Listener>>,
    /// Scripts that receive every event before the app does.
    observers: RefCell<Vec<Function>>,
}

impl Emitter {
    /// Returns false for an unknown event, for anything but a function, and for a listener already
    /// added.
    pub(super) fn add(&self, event: &JsValue, listener: &JsValue, hears_one: bool) -> bool {
        let (Some(event), Some(function)) = (known(event), listener.dyn_ref::<Function>()) else {
            return false;
        };
        let mut listeners = self.listeners.borrow_mut();
        let is_new = !listeners.iter().any(|one| one.is(event, listener));
        if is_new {
            listeners.push(Listener { event, function: function.clone(), hears_one });
        }
        is_new
    }

    /// Removes a listener, or all of the event's. Returns false if there was none.
    pub(super) fn remove(&self, event: &JsValue, listener: &JsValue) -> bool {
        let Some(event) = known(event) else {
            return false;
        };
        let is_meant = |one: &Listener| match listener.is_undefined() {
            true => one.event == event,
            false => one.is(event, listener),
        };
        let mut listeners = self.listeners.borrow_mut();
        let count = listeners.len();
        listeners.retain(|one| !is_meant(one));
        listeners.len() < count
    }

    pub(super) fn observe(&self, observer: Function) {
        self.observers.borrow_mut().push(observer);
    }

    /// Removes the app's listeners. Observers stay, because they look after what has not ended yet.
    pub(super) fn clear(&self) {
        self.listeners.borrow_mut().clear();
    }

    /// Calls the listeners. One that throws is reported as uncaught and does not affect the others.
    pub(super) fn emit(&self, event: &str, arguments: &Array) {
        let observers = self.observers.borrow().clone();
        for observer in observers {
            if let Err(error) = observer.call2(&JsValue::UNDEFINED, &event.into(), arguments) {
                let _ = report_error(&error);
            }
        }
        let called: Vec<_> =
            self.listeners.borrow().iter().filter(|one| one.event == event).cloned().collect();
        self.listeners.borrow_mut().retain(|one| one.event != event || !one.hears_one);
        for Listener { function, .. } in called {
            if let Err(error) = Reflect::apply(&function, &JsValue::UNDEFINED, arguments) {
                let _ = report_error(&error);
            }
        }
    }
}

impl Listener {
    fn is(&self, event: &str, listener: &JsValue) -> bool {
        let function: &JsValue = self.function.as_ref();
        self.event == event && function == listener
    }
}

/// The event's name, if there is such an event.
pub(super) fn known(event: &JsValue) -> Option<&'static str> {
    let event = event.as_string()?;
    NAMES.into_iter().find(|name| *name == event)
}
