//! The calls of the app that the machine settles later.

use super::Error;
use crate::machine::CallId;
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// How a call ended. The number is that of the room's event that the call made, or 0.
pub(crate) type Outcome = Result<u32, Error>;

/// Called once with a call's outcome. It must not fail.
pub(crate) type Settle = Box<dyn FnOnce(Outcome)>;

/// The calls that are not settled yet.
#[derive(Default)]
pub(crate) struct Calls {
    pending: RefCell<Vec<(CallId, Settle)>>,
    count: Cell<u32>,
}

impl Calls {
    /// The number of a new call.
    pub(super) fn open(&self, settle: Settle) -> CallId {
        let call = CallId(self.count.get());
        self.count.set(call.0.wrapping_add(1));
        self.pending.borrow_mut().push((call, settle));
        call
    }

    /// Settles a call. Only the first outcome counts.
    pub(super) fn settle(&self, call: CallId, outcome: Outcome) {
        if let Some(settle) = self.take(call) {
            settle(outcome);
        }
    }

    fn take(&self, call: CallId) -> Option<Settle> {
        let mut pending = self.pending.borrow_mut();
        let index = pending.iter().position(|(known, _)| *known == call)?;
        Some(pending.swap_remove(index).1)
    }
}

/// Resolves with the outcome of a call. If it is dropped, the call goes on.
#[must_use]
pub(crate) struct Settlement(Rc<Slot>);

#[derive(Default)]
struct Slot {
    outcome: RefCell<Option<Outcome>>,
    waker: RefCell<Option<Waker>>,
}

impl Settlement {
    /// A future, and what resolves it.
    pub(super) fn new() -> (Settle, Settlement) {
        let slot = Rc::<Slot>::default();
        let filled = slot.clone();
        let settle = move |outcome| {
            filled.outcome.replace(Some(outcome));
            // Not under the borrow: a page may have replaced the function that wakes a future.
            let waker = filled.waker.take();
            if let Some(waker) = waker {
                waker.wake();
            }
        };
        (Box::new(settle), Settlement(slot))
    }
}

impl Future for Settlement {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        let outcome = self.0.outcome.take();
        if let Some(outcome) = outcome {
            return Poll::Ready(outcome);
        }
        // What the drop of the former frees may be the app's.
        drop(self.0.waker.replace(Some(context.waker().clone())));
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_protocol::Code;

    fn poll(settlement: &mut Settlement) -> Poll<Outcome> {
        Pin::new(settlement).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn each_future_resolves_with_the_first_outcome_of_its_own_call() {
        let calls = Calls::default();
        let (settle, mut first) = Settlement::new();
        let one = calls.open(settle);
        let (settle, mut second) = Settlement::new();
        let other = calls.open(settle);
        assert_eq!(poll(&mut first), Poll::Pending);
        calls.settle(other, Ok(7));
        assert_eq!(poll(&mut first), Poll::Pending);
        assert_eq!(poll(&mut second), Poll::Ready(Ok(7)));
        calls.settle(one, Err(Code::NOT_IN_ROOM.into()));
        calls.settle(one, Ok(0));
        assert_eq!(poll(&mut first), Poll::Ready(Err(Code::NOT_IN_ROOM.into())));
    }

    #[test]
    fn a_call_is_settled_without_its_future_too() {
        let calls = Calls::default();
        let (settle, settlement) = Settlement::new();
        let call = calls.open(settle);
        drop(settlement);
        calls.settle(call, Ok(0));
        assert!(calls.pending.borrow().is_empty());
    }
}
