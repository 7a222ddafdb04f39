//! The promises of calls that the machine settles later.

use crate::machine::CallId;
use js_sys::{Function, Promise};
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsValue;

/// The promises that are not settled yet.
#[derive(Default)]
pub(super) struct Promises {
    pending: RefCell<Vec<Pending>>,
    count: Cell<u32>,
}

struct Pending {
    call: CallId,
    resolve: Function,
    reject: Function,
    /// The value it is resolved with, unless the machine gives another.
    value: JsValue,
}

impl Promises {
    /// A promise of `value`. It is rejected at once if `start` fails.
    pub(super) fn promise(
        &self,
        value: JsValue,
        start: impl FnOnce(CallId) -> Result<(), JsValue>,
    ) -> Promise {
        // Before the start, because a page's own replacement for `WebSocket` may call the engine
        // during it.
        let (call, promise) = self.open(value);
        if let Err(error) = start(call) {
            self.settle(call, Err(error));
        }
        promise
    }

    fn open(&self, value: JsValue) -> (CallId, Promise) {
        let call = CallId(self.count.get());
        self.count.set(call.0.wrapping_add(1));
        let mut ends = None;
        let promise = Promise::new(&mut |resolve, reject| ends = Some((resolve, reject)));
        if let Some((resolve, reject)) = ends {
            self.pending.borrow_mut().push(Pending { call, resolve, reject, value });
        }
        (call, promise)
    }

    /// Resolves a promise, with the outcome's value if it has one, or rejects it.
    pub(super) fn settle(&self, call: CallId, outcome: Result<Option<JsValue>, JsValue>) {
        let Some(Pending { resolve, reject, value, .. }) = self.take(call) else {
            return;
        };
        // These two never throw.
        let _ = match outcome {
            Ok(other) => resolve.call1(&JsValue::UNDEFINED, &other.unwrap_or(value)),
            Err(error) => reject.call1(&JsValue::UNDEFINED, &error),
        };
    }

    fn take(&self, call: CallId) -> Option<Pending> {
        let mut pending = self.pending.borrow_mut();
        let index = pending.iter().position(|one| one.call == call)?;
        Some(pending.swap_remove(index))
    }
}
