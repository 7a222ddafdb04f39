//! Every promise to the app is settled once, and by the end.

use super::{Number, Verdict, broken};
use holdfast_rtc::machine::CallId;
use std::collections::BTreeMap;

/// The purpose of a promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    Login,
    Play,
    /// The broadcast's number; none for anything else that is sent.
    Send(Option<Number>),
}

/// Promises that are not settled yet.
#[derive(Debug, Default)]
pub(crate) struct Promises(BTreeMap<u32, Promise>);

impl Promises {
    pub(crate) fn make(&mut self, call: CallId, promise: Promise) {
        self.0.insert(call.0, promise);
    }

    /// The call was refused, so there is no promise.
    pub(crate) fn take_back(&mut self, call: CallId) {
        self.0.remove(&call.0);
    }

    pub(crate) fn settle(&mut self, call: CallId) -> Result<Promise, super::Broken> {
        self.0.remove(&call.0).ok_or_else(|| super::Broken {
            rule: "promise",
            what: format!("{call:?} is settled twice, or was never made"),
        })
    }

    /// All is quiet in the room: nothing that was sent still waits for its reply.
    pub(crate) fn quiet(&self) -> Verdict {
        match self.0.values().find(|promise| matches!(promise, Promise::Send(_))) {
            Some(promise) => broken("promise", format!("{promise:?} is not settled")),
            None => Ok(()),
        }
    }

    pub(crate) fn end(&self) -> Verdict {
        match self.0.is_empty() {
            true => Ok(()),
            false => broken("promise", format!("never settled: {:?}", self.0)),
        }
    }
}
