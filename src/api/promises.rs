//! Promises of calls that the machine settles later.

use super::payload::sent;
use crate::engine::calls::{Outcome, Settle};
use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};

/// A promise of `value` or, without one, of what a message is answered with. It is rejected at once
/// if `start` fails.
pub(super) fn promise(
    value: Option<JsValue>,
    start: impl FnOnce(Settle) -> Result<(), JsValue>,
) -> Promise {
    let Opened { promise, settle, reject } = open(value);
    if let Err(error) = start(settle) {
        let _ = reject.call1(&JsValue::UNDEFINED, &error);
    }
    promise
}

/// A promise, and what settles it. Neither function throws.
struct Opened {
    promise: Promise,
    settle: Settle,
    reject: Function,
}

fn open(value: Option<JsValue>) -> Opened {
    // A promise hands these over before it returns. `Function::default` would need `eval`.
    let nothing = || JsValue::UNDEFINED.unchecked_into::<Function>();
    let (mut resolve, mut reject) = (nothing(), nothing());
    let promise = Promise::new(&mut |resolve_it, reject_it| {
        (resolve, reject) = (resolve_it, reject_it);
    });
    let refuse = reject.clone();
    let settle = move |outcome: Outcome| {
        let _ = match outcome {
            Ok(seq) => {
                let value = value.unwrap_or_else(|| sent(seq));
                resolve.call1(&JsValue::UNDEFINED, &value)
            }
            Err(error) => refuse.call1(&JsValue::UNDEFINED, &JsValue::from(error)),
        };
    };
    Opened { promise, settle: Box::new(settle), reject }
}
