//! Tells the app what happened, in order, from a microtask, so that the app may call anything.

use super::calls::{Calls, Outcome};
use crate::machine::{self, CallId};
use crate::object::object;
use crate::timeline::{Entry, Measure, Timeline};
use js_sys::Promise;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::MessageChannel;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn now_ms() -> f64;

    #[wasm_bindgen(js_namespace = performance, catch)]
    fn measure(name: &str, span: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = performance, js_name = clearMeasures, catch)]
    fn clear_measures(name: &str) -> Result<(), JsValue>;
}

/// Something to tell.
enum Telling {
    Event(machine::Event),
    /// What is not the machine's, in order with its events.
    Act(Box<dyn FnOnce()>),
}

/// Passes the machine's events on to the app: to futures and to the listener.
pub(super) struct Teller {
    pub(super) calls: Calls,
    timeline: RefCell<Timeline>,
    queue: RefCell<VecDeque<Telling>>,
    is_telling: Cell<bool>,
    /// Told of every event that settles no call.
    listener: Box<dyn Fn(&machine::Event)>,
}

impl Teller {
    pub(super) fn new(listener: Box<dyn Fn(&machine::Event)>) -> Teller {
        Teller {
            calls: Calls::default(),
            timeline: RefCell::default(),
            queue: RefCell::default(),
            is_telling: Cell::default(),
            listener,
        }
    }

    /// Takes an event of the machine. Calls no code of the app.
    pub(super) fn take(self: &Rc<Self>, event: machine::Event) {
        // Read first: a page may have replaced the clock, and that may call the engine.
        let at_ms = now_ms();
        let measure = self.timeline.borrow_mut().add(&event, at_ms);
        if let Some(measure) = measure {
            make(&measure);
        }
        self.push(Telling::Event(event));
    }

    /// Writes the begin or end of a fault into the timeline.
    #[cfg(all(feature = "dev", not(feature = "testing")))]
    pub(super) fn add_fault(&self, fault: crate::faults::Fault, is_over: bool) {
        let at_ms = now_ms();
        self.timeline.borrow_mut().add_fault(fault, is_over, at_ms);
    }

    /// Does something in order with what is told.
    pub(super) fn act(self: &Rc<Self>, act: Box<dyn FnOnce()>) {
        self.push(Telling::Act(act));
    }

    /// A copy, so that nothing is borrowed while the app looks at it.
    pub(super) fn timeline(&self) -> Vec<Entry> {
        self.timeline.borrow().entries()
    }

    fn push(self: &Rc<Self>, telling: Telling) {
        self.queue.borrow_mut().push_back(telling);
        if !self.is_telling.replace(true) {
            spawn_local(self.clone().tell_all());
        }
    }

    async fn tell_all(self: Rc<Self>) {
        while let Some(telling) = self.next() {
            match telling {
                Telling::Act(act) => act(),
                Telling::Event(event) => match settlement(event) {
                    Err(event) => (self.listener)(&event),
                    Ok((call, outcome)) => {
                        self.calls.settle(call, outcome);
                        // Apps add listeners after they have awaited the login, and must still get
                        // the events that came with it.
                        next_turn().await;
                    }
                },
            }
        }
        self.is_telling.set(false);
    }

    fn next(&self) -> Option<Telling> {
        self.queue.borrow_mut().pop_front()
    }
}

/// The call that an event settles, and how it ended; or the event, if it settles none.
fn settlement(event: machine::Event) -> Result<(CallId, Outcome), machine::Event> {
    use machine::Event as Told;
    let (call, outcome) = match event {
        Told::LoginSettled(call, outcome) => (call, outcome.map(|()| 0)),
        Told::PlaySettled(call, outcome) => (call, outcome.map(|_| 0)),
        Told::SendSettled(call, outcome) => (call, outcome),
        other => return Err(other),
    };
    Ok((call, outcome.map_err(From::from)))
}

/// A page may have replaced `performance`. A failure does no harm, because a measure is only for
/// people to look at.
fn make(Measure { name, start_ms, end_ms, forgotten }: &Measure) {
    let span = object(&[("start", (*start_ms).into()), ("end", (*end_ms).into())]);
    let _ = clear_measures(name);
    let _ = measure(name, &span);
    if let Some(name) = forgotten {
        let _ = clear_measures(name);
    }
}

/// Waits for one turn of the event loop. Unlike a timer, it is not delayed while the page is
/// hidden.
async fn next_turn() {
    let Ok(channel) = MessageChannel::new() else {
        return;
    };
    let port = channel.port1();
    let turn = Promise::new(&mut |resolve, _| port.set_onmessage(Some(&resolve)));
    if channel.port2().post_message(&JsValue::NULL).is_ok() {
        let _ = JsFuture::from(turn).await;
    }
    port.close();
}
