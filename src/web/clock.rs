//! The browser's clock and the SDK's single timer.

use crate::machine::Millis;
use gloo_timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;

/// setTimeout takes a signed 32-bit number; a longer delay would fire at once.
const TIMEOUT_MS_MAX: u64 = i32::MAX as u64;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since the page's start.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn page_time_ms() -> f64;
}

/// A step of the system's time up to this is a correction, not a sleep of the machine.
const CORRECTION_MS: f64 = 1_000.0;

pub(crate) struct Clock {
    wake: Rc<dyn Fn()>,
    /// How far the system's time was ahead of the page's when it was last read.
    ahead_ms: Cell<f64>,
    /// How long the machine slept. On some systems the page's own clock stands still during sleep
    /// (BEY-05). The system's time alone would not do either, because it may jump back.
    slept_ms: Cell<f64>,
    /// Dropping it cancels it.
    timer: RefCell<Option<Timeout>>,
    /// The deadline that the timer is set to.
    armed: Cell<Option<Millis>>,
}

impl Clock {
    /// A clock whose timer calls `wake`.
    pub(crate) fn new(wake: Rc<dyn Fn()>) -> Clock {
        Clock {
            wake,
            ahead_ms: Cell::new(js_sys::Date::now() - page_time_ms()),
            slept_ms: Cell::default(),
            timer: RefCell::default(),
            armed: Cell::new(None),
        }
    }

    pub(crate) fn now(&self) -> Millis {
        let page_ms = page_time_ms();
        let ahead_ms = js_sys::Date::now() - page_ms;
        let step_ms = ahead_ms - self.ahead_ms.replace(ahead_ms);
        if step_ms > CORRECTION_MS {
            self.slept_ms.set(self.slept_ms.get() + step_ms);
        }
        Millis((page_ms + self.slept_ms.get()) as u64)
    }

    /// Sets the timer to the deadline, in place of the old one.
    pub(crate) fn arm(&self, deadline: Option<Millis>) {
        if self.armed.replace(deadline) == deadline {
            return;
        }
        let timer = deadline.map(|at| {
            // One more than the difference, because timers may fire a fraction early.
            let delay_ms = (at - self.now() + 1).min(TIMEOUT_MS_MAX);
            let wake = self.wake.clone();
            Timeout::new(delay_ms as u32, move || wake())
        });
        drop(self.timer.replace(timer));
    }

    /// To be called when the timer has fired, so that the same deadline can be armed again.
    pub(crate) fn disarm(&self) {
        self.armed.set(None);
        drop(self.timer.take());
    }
}
