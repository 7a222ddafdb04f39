//! The writing half of a link. Any task may write to the client at once, without waiting and
//! without waking the link's task. Only what the client does not take at once waits for the link's
//! task to send it.

mod queue;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use queue::{LinkCommand, QueueLimits};

use bytes::Bytes;
use holdfast_protocol::CloseCode;
use queue::Queue;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::Notify;

/// What the link's task must do next.
#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    /// Wait: there is nothing to send.
    Wait,
    /// Wait until the client takes more of these bytes. `done` is how many commands were finished
    /// before.
    Blocked {
        done: u64,
        bytes: usize,
    },
    Close(CloseCode, String),
    FallSilent(Instant),
    /// Nobody holds a writer to this link any more, or the connection broke.
    Gone,
    /// More is queued than the limits allow.
    Overflowed,
}

#[derive(Debug)]
struct State {
    queue: Queue,
    is_overflowed: bool,
    is_abandoned: bool,
    /// No further command is accepted.
    is_finishing: bool,
}

/// The writing half of a link.
#[derive(Debug)]
pub(crate) struct Wire {
    half: OwnedWriteHalf,
    state: Mutex<State>,
    /// Notified when the link's task has something to do.
    pub(crate) woken: Notify,
}

impl Wire {
    pub(crate) fn new(half: OwnedWriteHalf, limits: QueueLimits) -> Wire {
        let queue = Queue::new(limits);
        let state = State { queue, is_overflowed: false, is_abandoned: false, is_finishing: false };
        Wire { half, state: Mutex::new(state), woken: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing done under this lock panics.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carry out a command after all earlier ones: at once if nothing waits.
    pub(crate) fn deliver(&self, command: &LinkCommand) {
        let mut state = self.lock();
        if state.is_overflowed || state.is_finishing {
            return;
        }
        let mut out = 0;
        if let LinkCommand::Frames(frames) = command
            && state.queue.is_empty()
        {
            match self.half.try_write(frames) {
                Ok(written) if written == frames.len() => return,
                Ok(written) => out = written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                // The reading half sees the error too.
                Err(_) => return,
            }
        }
        state.is_overflowed = !state.queue.push(command.clone(), out);
        self.woken.notify_one();
    }

    /// Write as much of the queue as the client takes. Only the link's task calls this.
    pub(crate) fn write(&self) -> Next {
        let mut state = self.lock();
        loop {
            if state.is_overflowed {
                return Next::Overflowed;
            }
            let bytes = match state.queue.first() {
                None if state.is_abandoned => return Next::Gone,
                None => return Next::Wait,
                Some(LinkCommand::Frames(frames)) => frames.len(),
                Some(LinkCommand::Close(code, reason)) => {
                    return Next::Close(*code, reason.clone());
                }
                Some(LinkCommand::FallSilent(until)) if *until > Instant::now() => {
                    return Next::FallSilent(*until);
                }
                Some(LinkCommand::FallSilent(_)) => {
                    state.queue.pop();
                    continue;
                }
            };
            let written = self.half.try_write_vectored(&state.queue.slices());
            match written {
                Ok(written) => state.queue.wrote(written),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    return Next::Blocked { done: state.queue.done(), bytes };
                }
                Err(_) => return Next::Gone,
            }
        }
    }

    /// Wait until the client takes more, or [`Self::write`] has something else to report.
    pub(crate) async fn changed(&self) {
        tokio::select! {
            // An error shows up again with the next write.
            _ = self.half.writable() => {}
            () = self.woken.notified() => {}
        }
    }

    /// Send the rest of a frame that is partly out, then this last frame. Anything else queued is
    /// dropped.
    pub(crate) async fn finish(&self, last: Bytes) {
        {
            let mut state = self.lock();
            let rest = state.queue.rest();
            let mut queue = Queue::new(QueueLimits { commands: 1, bytes: usize::MAX });
            for frames in rest.into_iter().chain([last]) {
                queue.push(LinkCommand::Frames(frames), 0);
            }
            *state = State { queue, is_overflowed: false, is_abandoned: false, is_finishing: true };
        }
        while let Next::Blocked { .. } = self.write() {
            self.changed().await;
        }
    }
}

/// The hub's handle to a link. When it is dropped, the link ends once everything is sent. It does
/// not keep the connection open when the link's task is gone.
#[derive(Debug)]
pub(crate) struct Writer(Weak<Wire>);

impl Writer {
    pub(crate) fn new(wire: &Arc<Wire>) -> Writer {
        Writer(Arc::downgrade(wire))
    }

    /// See [`Wire::deliver`].
    pub(crate) fn deliver(&self, command: &LinkCommand) {
        if let Some(wire) = self.0.upgrade() {
            wire.deliver(command);
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Some(wire) = self.0.upgrade() {
            wire.lock().is_abandoned = true;
            wire.woken.notify_one();
        }
    }
}
