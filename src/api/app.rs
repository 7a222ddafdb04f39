//! The app's side: what it is to be told, in order, from a microtask with nothing borrowed, so
//! that a listener may call anything.

use super::emitter::Emitter;
use super::event;
use super::timeline::Timeline;
use crate::machine::{CallId, Event, Refusal};
use crate::web::Streams;
use js_sys::{Array, Function, Promise};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::MessageChannel;

/// What the app is to be told: the listeners of an event, or a promise's function, and the
/// arguments to call them with.
type News = (JsValue, Array);

struct Settler {
    call: CallId,
    resolve: Function,
    reject: Function,
}

#[derive(Default)]
pub(crate) struct App {
    pub(crate) emitter: Emitter,
    pub(crate) timeline: Timeline,
    /// The package's scripts, told before the app.
    observer: RefCell<Option<Function>>,
    settlers: RefCell<Vec<Settler>>,
    last_call: Cell<u32>,
    queue: RefCell<Vec<News>>,
    /// A round is to come.
    is_scheduled: Cell<bool>,
}

impl App {
    /// A promise that `start`, given its number, sets under way or refuses.
    pub(crate) fn promise(&self, start: impl FnOnce(CallId) -> Result<(), Refusal>) -> Promise {
        let (call, promise) = self.open_call();
        if let Err(refusal) = start(call)
            && let Some(settler) = self.take_settler(call)
        {
            let _ = settler.reject.call1(&JsValue::UNDEFINED, &refusal.into());
        }
        promise
    }

    fn open_call(&self) -> (CallId, Promise) {
        let call = CallId(self.last_call.get() + 1);
        self.last_call.set(call.0);
        let promise = Promise::new(&mut |resolve, reject| {
            self.settlers.borrow_mut().push(Settler { call, resolve, reject });
        });
        (call, promise)
    }

    /// Takes an event of the machine. `streams` gives a play promise its MediaStream.
    pub(crate) fn receive(self: &Rc<Self>, event: Event, streams: &Streams) {
        self.timeline.add(&event);
        event::tell(&event, &mut |name, arguments| self.push(name.into(), arguments));
        let (call, outcome) = match event {
            Event::LoginSettled(call, outcome) => (call, outcome.map(|()| JsValue::TRUE)),
            Event::SendSettled(call, outcome) => (call, outcome.map(event::sent)),
            Event::PlaySettled(call, outcome) => {
                (call, outcome.map(|stream| streams.outlet(&stream).into()))
            }
            _ => return,
        };
        self.push_settled(call, outcome);
    }

    fn push_settled(self: &Rc<Self>, call: CallId, outcome: Result<JsValue, Refusal>) {
        let Some(settler) = self.take_settler(call) else {
            return;
        };
        let (function, value) = match outcome {
            Ok(value) => (settler.resolve, value),
            Err(refusal) => (settler.reject, refusal.into()),
        };
        self.push(function.into(), Array::of1(&value));
    }

    /// Whom to tell of every event before the app's listeners.
    pub(crate) fn observe(&self, observer: Option<Function>) {
        *self.observer.borrow_mut() = observer;
    }

    pub(crate) fn push(self: &Rc<Self>, target: JsValue, arguments: Array) {
        self.queue.borrow_mut().push((target, arguments));
        if !self.is_scheduled.replace(true) {
            spawn_local(self.clone().tell_all());
        }
    }

    /// Tells all there is, in order, and what listeners cause meanwhile.
    async fn tell_all(self: Rc<Self>) {
        while let Some((target, arguments)) = self.next() {
            match target.dyn_ref::<Function>() {
                None => {
                    let observer = self.observer.borrow().clone();
                    if let Some(observer) = observer {
                        let _ = observer.call2(&JsValue::UNDEFINED, &target, &arguments);
                    }
                    self.emitter.emit(&target, &arguments);
                }
                Some(settle) => {
                    let _ = settle.apply(&JsValue::UNDEFINED, &arguments);
                    // Apps add listeners after `await loginRoom`, and are to hear what came with
                    // it: the rest waits until the code behind the promise has run.
                    next_turn().await;
                }
            }
        }
        self.is_scheduled.set(false);
    }

    fn next(&self) -> Option<News> {
        let mut queue = self.queue.borrow_mut();
        (!queue.is_empty()).then(|| queue.remove(0))
    }

    fn take_settler(&self, call: CallId) -> Option<Settler> {
        let mut settlers = self.settlers.borrow_mut();
        let index = settlers.iter().position(|settler| settler.call == call)?;
        Some(settlers.swap_remove(index))
    }
}

/// A turn of the event loop, which unlike a timer's is not put off while the page is hidden.
async fn next_turn() {
    let Ok(channel) = MessageChannel::new() else {
        return;
    };
    let (port, far_port) = (channel.port1(), channel.port2());
    let turn = Promise::new(&mut |resolve, _| port.set_onmessage(Some(&resolve)));
    if far_port.post_message(&JsValue::NULL).is_ok() {
        let _ = JsFuture::from(turn).await;
    }
    port.close();
}
