//! The stream of events that a Rust app reads.

use super::event::Event;
use crate::machine;
use futures_core::Stream;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

/// How many events wait for an app that does not take them.
const WAITING_MAX: usize = 1_000;

/// The engine's events from the moment of [`Engine::events`](crate::Engine::events) on, in the
/// order in which they happened.
///
/// It ends when the engine is destroyed. Up to 1,000 events wait; if the app takes none for longer,
/// the oldest are dropped and [`Event::Missed`] says how many.
#[derive(Debug)]
#[must_use]
pub struct Events {
    queue: Rc<EventQueue>,
}

/// The streams of events that the app still has.
#[derive(Debug, Default)]
pub(crate) struct Subscribers(RefCell<Vec<Weak<EventQueue>>>);

impl Subscribers {
    /// A stream of the events from now on.
    pub(crate) fn add(&self) -> Events {
        let queue = Rc::<EventQueue>::default();
        self.0.borrow_mut().push(Rc::downgrade(&queue));
        Events { queue }
    }

    pub(crate) fn tell(&self, event: &machine::Event) {
        let Some(event) = Event::of(event) else { return };
        self.0.borrow_mut().retain(|queue| queue.strong_count() > 0);
        for queue in self.queues() {
            queue.push(event.clone());
        }
    }

    /// Ends all streams.
    pub(crate) fn end(&self) {
        for queue in self.queues() {
            queue.end();
        }
    }

    /// A copy: waking a future may call the page, and that the engine.
    fn queues(&self) -> Vec<Rc<EventQueue>> {
        self.0.borrow().iter().filter_map(Weak::upgrade).collect()
    }
}

/// The engine's end of an app's [`Events`].
#[derive(Debug, Default)]
struct EventQueue {
    waiting: RefCell<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    events: VecDeque<Event>,
    missed: u32,
    waker: Option<Waker>,
    is_over: bool,
}

impl EventQueue {
    fn push(&self, event: Event) {
        let mut waiting = self.waiting.borrow_mut();
        // A stream that has ended stays so, whatever the room still tells.
        if waiting.is_over {
            return;
        }
        if waiting.events.len() == WAITING_MAX {
            waiting.events.pop_front();
            waiting.missed = waiting.missed.saturating_add(1);
        }
        waiting.events.push_back(event);
        let waker = waiting.waker.take();
        drop(waiting);
        // Not under the borrow: a page may have replaced the function that wakes a future.
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Lets the app take what waits, and then end.
    fn end(&self) {
        let mut waiting = self.waiting.borrow_mut();
        waiting.is_over = true;
        let waker = waiting.waker.take();
        drop(waiting);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let mut waiting = self.queue.waiting.borrow_mut();
        let missed = std::mem::take(&mut waiting.missed);
        if missed > 0 {
            return Poll::Ready(Some(Event::Missed { count: missed }));
        }
        if let Some(event) = waiting.events.pop_front() {
            return Poll::Ready(Some(event));
        }
        if waiting.is_over {
            return Poll::Ready(None);
        }
        let former = waiting.waker.replace(context.waker().clone());
        drop(waiting);
        // What its drop frees may be the app's.
        drop(former);
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(events: &mut Events) -> Poll<Option<Event>> {
        Pin::new(events).poll_next(&mut Context::from_waker(Waker::noop()))
    }

    fn told(number: usize) -> machine::Event {
        machine::Event::TokenWillExpire { room: number.to_string() }
    }

    fn event(number: usize) -> Event {
        Event::TokenWillExpire { room: number.to_string() }
    }

    #[test]
    fn a_dropped_stream_is_forgotten() {
        let subscribers = Subscribers::default();
        drop(subscribers.add());
        subscribers.tell(&told(1));
        assert!(subscribers.0.borrow().is_empty());
    }

    #[test]
    fn events_come_in_order_and_end_after_the_last() {
        let subscribers = Subscribers::default();
        let mut events = subscribers.add();
        assert_eq!(next(&mut events), Poll::Pending);
        subscribers.tell(&told(1));
        subscribers.tell(&told(2));
        subscribers.end();
        subscribers.tell(&told(3));
        assert_eq!(next(&mut events), Poll::Ready(Some(event(1))));
        assert_eq!(next(&mut events), Poll::Ready(Some(event(2))));
        assert_eq!(next(&mut events), Poll::Ready(None));
    }

    #[test]
    fn an_app_that_takes_nothing_is_told_how_much_it_missed() {
        let subscribers = Subscribers::default();
        let mut events = subscribers.add();
        for number in 0..WAITING_MAX + 3 {
            subscribers.tell(&told(number));
        }
        assert_eq!(next(&mut events), Poll::Ready(Some(Event::Missed { count: 3 })));
        assert_eq!(next(&mut events), Poll::Ready(Some(event(3))));
    }
}
