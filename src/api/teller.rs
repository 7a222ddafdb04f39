//! Tells the app what happened, in order, from a microtask, so that a listener may call anything.

use super::emitter::Emitter;
use super::promises::Promises;
use crate::events::{self, Argument, MessageId, Tell};
use crate::machine::{CallId, Event, Refusal};
use crate::object::{list, text};
use crate::timeline::{Measure, Timeline};
use js_sys::{Array, Promise};
use serde::Serialize;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MediaStreamTrack, MessageChannel};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn now_ms() -> f64;

    #[wasm_bindgen(js_namespace = performance, catch)]
    fn measure(name: &str, span: JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = performance, js_name = clearMeasures, catch)]
    fn clear_measures(name: &str) -> Result<(), JsValue>;
}

/// The options of `performance.measure`.
#[derive(Serialize)]
struct Span {
    start: f64,
    end: f64,
}

/// The value that a message's promise is resolved with.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SendResult {
    error_code: u32,
    extended_data: &'static str,
    #[serde(rename = "messageID")]
    message_id: MessageId,
}

enum Telling {
    Event(&'static str, Array),
    Settled(CallId, Result<Option<JsValue>, JsValue>),
}

/// Passes the machine's events on to the app.
#[derive(Default)]
pub(super) struct Teller {
    pub(super) emitter: Emitter,
    pub(super) promises: Promises,
    timeline: RefCell<Timeline>,
    queue: RefCell<VecDeque<Telling>>,
    is_telling: Cell<bool>,
}

impl Teller {
    /// Takes an event of the machine. Calls no code of the app.
    pub(super) fn take(self: &Rc<Self>, event: &Event) {
        // Read first: a page may have replaced the clock, and that may call the engine.
        let at_ms = now_ms();
        let measure = self.timeline.borrow_mut().add(event, at_ms);
        if let Some(measure) = measure {
            make(&measure);
        }
        events::tell(event, &mut Queue(self));
        if let Some((call, outcome)) = settlement(event) {
            self.push(Telling::Settled(call, outcome));
        }
    }

    /// Writes the begin or end of a fault into the timeline.
    #[cfg(feature = "dev")]
    pub(super) fn add_fault(&self, fault: crate::faults::Fault, is_over: bool) {
        let at_ms = now_ms();
        self.timeline.borrow_mut().add_fault(fault, is_over, at_ms);
    }

    /// Emits an event that is none of the machine\'s, in order with the machine\'s.
    pub(super) fn emit(self: &Rc<Self>, event: &'static str, arguments: Array) {
        self.push(Telling::Event(event, arguments));
    }

    /// Tells of a track that was put into a played stream (PLAY-06), in order with the machine's
    /// events.
    pub(super) fn tell_track(self: &Rc<Self>, stream: &str, track: &MediaStreamTrack) {
        let event = match text(track, "kind").as_str() {
            "video" => "playerVideoTrackUpdate",
            _ => "playerAudioTrackUpdate",
        };
        self.emit(event, list(&[&stream.into(), track]));
    }

    /// The value of `timeline()`.
    pub(super) fn timeline(&self) -> JsValue {
        // A copy, so that nothing is borrowed while objects of the page are made.
        let entries = self.timeline.borrow().entries();
        value_of(&entries)
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
                Telling::Event(event, arguments) => self.emitter.emit(event, &arguments),
                Telling::Settled(call, outcome) => {
                    self.promises.settle(call, outcome);
                    // Apps add listeners after `await loginRoom`, and must still get the events
                    // that came with it.
                    next_turn().await;
                }
            }
        }
        self.is_telling.set(false);
    }

    fn next(&self) -> Option<Telling> {
        self.queue.borrow_mut().pop_front()
    }
}

/// Puts events into the queue.
struct Queue<'a>(&'a Rc<Teller>);

impl Tell for Queue<'_> {
    fn tell(&mut self, name: &'static str, arguments: &[Argument]) {
        self.0.push(Telling::Event(name, value_of(&arguments).unchecked_into()));
    }

    fn json(&self, value: &impl Serialize) -> String {
        serde_json::to_string(value).unwrap_or_default()
    }
}

/// A payload for the app. Ours are objects, lists, texts and numbers, whose conversion never fails.
fn value_of(payload: &impl Serialize) -> JsValue {
    serde_wasm_bindgen::to_value(payload).unwrap_or_else(|_| Array::new().into())
}

/// The promise that an event settles.
fn settlement(event: &Event) -> Option<(CallId, Result<Option<JsValue>, JsValue>)> {
    let broken = |refusal: &Refusal| JsValue::from(refusal.clone());
    Some(match event {
        Event::LoginSettled(call, outcome) => {
            (*call, outcome.as_ref().map(|()| None).map_err(broken))
        }
        Event::PlaySettled(call, outcome) => {
            (*call, outcome.as_ref().map(|_| None).map_err(broken))
        }
        Event::SendSettled(call, outcome) => {
            (*call, outcome.as_ref().map(|seq| Some(sent(*seq))).map_err(broken))
        }
        _ => return None,
    })
}

fn sent(seq: u32) -> JsValue {
    let message_id = match seq {
        0 => MessageId::Text(String::new()),
        _ => MessageId::Number(seq),
    };
    value_of(&SendResult { error_code: 0, extended_data: "", message_id })
}

/// A page may have replaced `performance`. A failure does no harm, because a measure is only for
/// people to look at.
fn make(Measure { name, start_ms, end_ms, forgotten }: &Measure) {
    let _ = clear_measures(name);
    let _ = measure(name, value_of(&Span { start: *start_ms, end: *end_ms }));
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
