//! The browser's reports about the network and the page's life.

use super::driver::Driver;
use super::listener::Listener;
use super::object::get;
use super::whip;
use crate::machine::{Call, Input, NetworkInput};
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

#[wasm_bindgen]
extern "C" {
    /// The window, since `valueOf` of any object returns the object itself.
    #[wasm_bindgen(js_namespace = globalThis, js_name = valueOf)]
    fn window() -> EventTarget;
}

/// Listens until the engine is destroyed. These listeners own the driver, so an engine stays in its
/// room even if the app keeps no reference to it, as any object with listeners on the page does.
pub(crate) fn listen(driver: &Rc<Driver>) -> Vec<Listener> {
    let window = window();
    let document = document();
    // Not every browser has `navigator.connection`.
    let connection = get(&navigator(&window), "connection").unchecked_into();
    let mut listeners = vec![log_out_on_close(driver, &window)];
    for (target, name, input) in [
        (&window, "online", NetworkInput::Online),
        (&window, "offline", NetworkInput::Offline),
        (&window, "pageshow", NetworkInput::Woke),
        (&document, "resume", NetworkInput::Woke),
        // Also fires when the page is hidden. That costs one ping; checking the page's state would
        // cost more code.
        (&document, "visibilitychange", NetworkInput::Woke),
        (&connection, "change", NetworkInput::Changed),
    ] {
        let driver = driver.clone();
        let on_event = move |_| driver.report(Input::Network(input));
        listeners.push(Listener::new(target, name, Box::new(on_event)));
    }
    listeners
}

pub(crate) fn document() -> EventTarget {
    get(&window(), "document").unchecked_into()
}

/// Whether the browser reports that there is no network.
pub(crate) fn is_offline() -> bool {
    get(&navigator(&window()), "onLine") == JsValue::FALSE
}

/// A page that is closed logs out, so that the others see it at once. A page that may come back
/// from the back/forward cache does not (ROOM-13).
fn log_out_on_close(driver: &Rc<Driver>, window: &EventTarget) -> Listener {
    let driver = driver.clone();
    let on_hide = move |event: JsValue| {
        if !get(&event, "persisted").is_truthy() {
            whip::note_page_is_closing();
            driver.say_farewell();
            driver.report(Input::Call(Call::Logout { room: None }));
        }
    };
    Listener::new(window, "pagehide", Box::new(on_hide))
}

fn navigator(window: &EventTarget) -> JsValue {
    get(window, "navigator")
}
