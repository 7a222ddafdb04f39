//! Awaiting what functions of the page promise.

use js_sys::Promise;
use std::pin::Pin;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// Runs a future from the next microtask on: nothing of it within the call.
pub(crate) fn spawn(future: impl Future<Output = ()> + 'static) {
    // One kind of task for all: each of its own would bring its own copy of what polls it.
    let future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    spawn_local(future);
}

/// What a call comes to. None where it throws, and where its promise is not kept.
pub(crate) async fn outcome(called: Result<JsValue, JsValue>) -> Option<JsValue> {
    // What stands in for a function of the browser may return something else than a promise.
    Promise::resolve(&called.ok()?).await.ok()
}
