//! The writing half of a link. Whoever has something for the client writes it at once, without waiting and
//! without waking the link's task; only what the client does not take at once waits, and then that task sends it.

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

/// What the link's task is to do next.
#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    /// Wait: there is nothing to send.
    Wait,
    /// Wait until the client takes more of these bytes. `done` is how many commands came before them.
    Blocked {
        done: u64,
        bytes: usize,
    },
    Close(CloseCode, String),
    FallSilent(Instant),
    /// Nobody has anything to say to this link any more, or it broke.
    Gone,
    /// More came in than may wait.
    Overflowed,
}

#[derive(Debug)]
struct State {
    queue: Queue,
    is_overflowed: bool,
    is_abandoned: bool,
    /// Nothing more is taken in.
    is_finishing: bool,
}

/// The writing half of a link.
#[derive(Debug)]
pub(crate) struct Wire {
    half: OwnedWriteHalf,
    state: Mutex<State>,
    /// Told when the link's task has something to do.
    pub(crate) woken: Notify,
}

impl Wire {
    pub(crate) fn new(half: OwnedWriteHalf, limits: QueueLimits) -> Wire {
        let queue = Queue::new(limits);
        let state = State { queue, is_overflowed: false, is_abandoned: false, is_finishing: false };
        Wire { half, state: Mutex::new(state), woken: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that is done under this lock panics.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Do this after all that came before: at once if nothing waits.
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
                // The reading half sees it too.
                Err(_) => return,
            }
        }
        state.is_overflowed = !state.queue.push(command.clone(), out);
        self.woken.notify_one();
    }

    /// Write what waits, as far as the client takes it. For the link's task alone.
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

    /// Wait until the client takes more, or [`Self::write`] has something else to tell.
    pub(crate) async fn changed(&self) {
        tokio::select! {
            // An error comes again with the next write.
            _ = self.half.writable() => {}
            () = self.woken.notified() => {}
        }
    }

    /// Send what is left of the frame that is partly out, and then this as the last. What else waits is dropped.
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

/// The hub's hold of a link. When it is gone, the link ends once all is out; when the link's task is gone, nothing
/// is kept open by this.
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
