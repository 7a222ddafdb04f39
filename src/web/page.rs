//! What the browser says about the network and the page's life.

use super::driver::Driver;
use super::listener::Listener;
use super::whip;
use crate::machine::{Call, Input, NetworkInput};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{EventTarget, PageTransitionEvent, Window};

/// Listens until the engine is destroyed. These listeners own the driver: an engine that the app
/// keeps no reference to goes on in its room, as any object with listeners on the page does.
pub(crate) fn listen(driver: &Rc<Driver>) -> Vec<Listener> {
    let Some(window) = web_sys::window() else {
        return Vec::new();
    };
    let mut listeners = vec![
        watch(driver, &window, "online", NetworkInput::Online),
        watch(driver, &window, "offline", NetworkInput::Offline),
        watch(driver, &window, "pageshow", NetworkInput::Woke),
        log_out_on_close(driver, &window),
    ];
    if let Some(document) = window.document() {
        listeners.push(watch(driver, &document, "resume", NetworkInput::Woke));
        // A page being hidden is looked after as well: that costs a ping, a look at its state more.
        listeners.push(watch(driver, &document, "visibilitychange", NetworkInput::Woke));
    }
    if let Some(connection) = network_information(&window) {
        listeners.push(watch(driver, &connection, "change", NetworkInput::Changed));
    }
    listeners
}

fn watch(
    driver: &Rc<Driver>,
    target: &EventTarget,
    name: &'static str,
    input: NetworkInput,
) -> Listener {
    let driver = driver.clone();
    Listener::new(target, name, Box::new(move |_| driver.report(Input::Network(input))))
}

/// A page that is closed logs out, so that the others see it at once; one that may come back
/// from the back/forward cache does not (ROOM-13).
fn log_out_on_close(driver: &Rc<Driver>, window: &Window) -> Listener {
    let driver = driver.clone();
    let on_hide = move |event: JsValue| {
        if !event.unchecked_ref::<PageTransitionEvent>().persisted() {
            whip::note_page_is_closing();
            driver.say_farewell();
            driver.report(Input::Call(Call::Logout { room: None }));
        }
    };
    Listener::new(window, "pagehide", Box::new(on_hide))
}

/// `navigator.connection`, where the browser has it.
fn network_information(window: &Window) -> Option<EventTarget> {
    let information = super::object::get(&window.navigator(), "connection");
    information.is_object().then(|| information.unchecked_into())
}
