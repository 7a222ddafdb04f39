//! Awaiting the promises of the page's functions.

use js_sys::Promise;
use std::pin::Pin;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// Runs a future from the next microtask on. None of it runs within the call.
pub(crate) fn spawn(future: impl Future<Output = ()> + 'static) {
    // One task type for all, because each type would bring its own copy of the polling code.
    let future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    spawn_local(future);
}

/// The outcome of a call; None if it throws or its promise is rejected.
pub(crate) async fn outcome(called: Result<JsValue, JsValue>) -> Option<JsValue> {
    // A replacement for a browser's function may return something other than a promise.
    Promise::resolve(&called.ok()?).await.ok()
}
