//! The browser's clock and the SDK's single timer.

use crate::machine::Millis;
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use web_sys::Performance;

/// setTimeout takes a signed 32-bit number; more would fire at once.
const TIMEOUT_MS_MAX: u64 = i32::MAX as u64;

pub(crate) struct Clock {
    performance: Option<Performance>,
    /// What the timer is set to; dropping it cancels it.
    armed: RefCell<Option<(Millis, Timeout)>>,
}

impl Clock {
    pub(crate) fn new() -> Clock {
        let performance = web_sys::window().and_then(|window| window.performance());
        Clock { performance, armed: RefCell::new(None) }
    }

    pub(crate) fn now(&self) -> Millis {
        let now_ms = match &self.performance {
            Some(performance) => performance.now(),
            None => js_sys::Date::now(),
        };
        Millis(now_ms as u64)
    }

    /// Calls `wake` at the deadline; replaces what was set before.
    pub(crate) fn arm(&self, deadline: Option<Millis>, wake: impl FnOnce() + 'static) {
        let mut armed = self.armed.borrow_mut();
        if armed.as_ref().map(|(at, _)| *at) == deadline {
            return;
        }
        *armed = deadline.map(|at| {
            // One more than the difference: timers may fire a fraction early.
            let delay_ms = (at - self.now() + 1).min(TIMEOUT_MS_MAX);
            (at, Timeout::new(delay_ms as u32, wake))
        });
    }

    /// To be called when the timer has fired, so that the same deadline can be armed again.
    pub(crate) fn disarm(&self) {
        if let Some((_, timeout)) = self.armed.borrow_mut().take() {
            timeout.cancel();
        }
    }
}
