//! The app's side: what it is to be told, in order, from a microtask with nothing borrowed, so
//! that a listener may call anything.

use super::emitter::Emitter;
use super::event::{self, Emission};
use crate::machine::{CallId, Event, Refusal};
use crate::web::Streams;
use js_sys::{Function, Promise};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

enum News {
    Emit(Emission),
    Settle(CallId, Result<JsValue, JsValue>),
}

struct Settler {
    call: CallId,
    resolve: Function,
    reject: Function,
}

#[derive(Default)]
pub(crate) struct App {
    pub(crate) emitter: Emitter,
    settlers: RefCell<Vec<Settler>>,
    last_call: Cell<u32>,
    queue: RefCell<VecDeque<News>>,
}

impl App {
    /// A promise that `start`, given its number, sets under way or refuses.
    pub(crate) fn promise(&self, start: impl FnOnce(CallId) -> Result<(), Refusal>) -> Promise {
        let call = CallId(self.last_call.get() + 1);
        self.last_call.set(call.0);
        let promise = Promise::new(&mut |resolve, reject| {
            self.settlers.borrow_mut().push(Settler {
                call,
                resolve,
                reject,
            });
        });
        if let Err(refusal) = start(call) {
            self.settle(call, Err(refusal.into()));
        }
        promise
    }

    /// Takes an event of the machine. `streams` gives a play promise its MediaStream.
    pub(crate) fn receive(self: &Rc<Self>, event: Event, streams: &Streams) {
        let mut queue = self.queue.borrow_mut();
        let was_empty = queue.is_empty();
        match event {
            Event::RoomState {
                room,
                reason,
                code,
                message,
            } => {
                let emissions = event::room_state(&room, reason, code, &message);
                queue.extend(emissions.map(News::Emit));
            }
            Event::RoomChanged { room, difference } => {
                queue.push_back(News::Emit(event::room_changed(&room, &difference)));
            }
            Event::MediaState {
                direction,
                stream,
                state,
                code,
            } => {
                let emission = event::media_state(direction, &stream, state, code);
                queue.push_back(News::Emit(emission));
            }
            Event::LoginSettled(call, outcome) => {
                let outcome = outcome.map(|()| JsValue::TRUE).map_err(JsValue::from);
                queue.push_back(News::Settle(call, outcome));
            }
            Event::PlaySettled(call, outcome) => {
                let outcome = outcome.map(|stream| streams.outlet(&stream).into());
                queue.push_back(News::Settle(call, outcome.map_err(JsValue::from)));
            }
        }
        drop(queue);
        if was_empty {
            let app = self.clone();
            spawn_local(async move { app.tell_all() });
        }
    }

    fn tell_all(&self) {
        loop {
            // The entry stays until told, so that news from within a listener starts no second
            // round beside this one.
            let news = match self.queue.borrow().front() {
                None => return,
                Some(News::Emit((name, arguments))) => News::Emit((name, arguments.clone())),
                Some(News::Settle(call, outcome)) => News::Settle(*call, outcome.clone()),
            };
            match news {
                News::Emit((name, arguments)) => self.emitter.emit(name, &arguments),
                News::Settle(call, outcome) => self.settle(call, outcome),
            }
            self.queue.borrow_mut().pop_front();
        }
    }

    fn settle(&self, call: CallId, outcome: Result<JsValue, JsValue>) {
        let mut settlers = self.settlers.borrow_mut();
        let Some(index) = settlers.iter().position(|settler| settler.call == call) else {
            return;
        };
        let settler = settlers.swap_remove(index);
        drop(settlers);
        let (function, value) = match outcome {
            Ok(value) => (settler.resolve, value),
            Err(error) => (settler.reject, error),
        };
        let _ = function.call1(&JsValue::UNDEFINED, &value);
    }
}
