//! The queue of what a client does not take at once.

use bytes::Bytes;
use holdfast_protocol::CloseCode;
use std::collections::VecDeque;
use std::io::IoSlice;

/// How many frames are written at once.
const SLICES_MAX: usize = 16;

/// A command for a link; commands are carried out in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LinkCommand {
    /// Send these bytes: one or more whole frames.
    Frames(Bytes),
    /// Close, after all earlier commands.
    Close(CloseCode, String),
    /// Send and read nothing until then, as if the network dropped everything.
    FallSilent(std::time::Instant),
}

/// Limits on what may wait behind the current command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueueLimits {
    pub(crate) commands: usize,
    /// The first one waiting may have any size.
    pub(crate) bytes: usize,
}

/// The waiting commands. The first one is being carried out.
#[derive(Debug)]
pub(super) struct Queue {
    limits: QueueLimits,
    commands: VecDeque<LinkCommand>,
    /// How many bytes of the first command are sent.
    written: usize,
    /// The total cost of all others.
    bytes: usize,
    /// How many commands were finished before the first one.
    done: u64,
}

impl Queue {
    pub(super) fn new(limits: QueueLimits) -> Queue {
        Queue { limits, commands: VecDeque::new(), written: 0, bytes: 0, done: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    pub(super) fn first(&self) -> Option<&LinkCommand> {
        self.commands.front()
    }

    pub(super) fn done(&self) -> u64 {
        self.done
    }

    /// Add a command. If it is the first, `written` of its bytes are already sent. Returns whether
    /// there was room.
    pub(super) fn push(&mut self, command: LinkCommand, written: usize) -> bool {
        if self.is_empty() {
            self.written = written;
        } else {
            let cost = self.cost(&command);
            let is_too_much = self.bytes > 0 && self.bytes + cost > self.limits.bytes;
            if is_too_much || self.commands.len() > self.limits.commands {
                return false;
            }
            self.bytes += cost;
        }
        self.commands.push_back(command);
        true
    }

    /// A frame counts for at most half of the limit, because a hello may be larger than the whole
    /// limit.
    fn cost(&self, command: &LinkCommand) -> usize {
        match command {
            LinkCommand::Frames(frames) => frames.len().min(self.limits.bytes / 2),
            LinkCommand::Close(..) | LinkCommand::FallSilent(_) => 0,
        }
    }

    /// The next frames, up to the first command that is not one.
    pub(super) fn slices(&self) -> Vec<IoSlice<'_>> {
        let frames = self.commands.iter().map_while(|command| match command {
            LinkCommand::Frames(frames) => Some(&frames[..]),
            _ => None,
        });
        let out = std::iter::once(self.written).chain(std::iter::repeat(0));
        let rests = frames.zip(out).map(|(frames, out)| &frames[out..]);
        rests.take(SLICES_MAX).map(IoSlice::new).collect()
    }

    /// This many more bytes are sent.
    pub(super) fn wrote(&mut self, bytes: usize) {
        self.written += bytes;
        while let Some(LinkCommand::Frames(frames)) = self.commands.front()
            && frames.len() <= self.written
        {
            let rest = self.written - frames.len();
            self.pop();
            self.written = rest;
        }
    }

    /// The first command is finished.
    pub(super) fn pop(&mut self) {
        self.commands.pop_front();
        self.written = 0;
        self.done += 1;
        match self.commands.front() {
            Some(next) => self.bytes -= self.cost(next),
            // The burst is over; free its memory.
            None => self.commands = VecDeque::new(),
        }
    }

    /// The rest of a frame that is partly sent. Without it the client could not read what follows.
    pub(super) fn rest(&self) -> Option<Bytes> {
        match self.commands.front() {
            Some(LinkCommand::Frames(frames)) if self.written > 0 => {
                Some(frames.slice(self.written..))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(commands: usize, bytes: usize) -> Queue {
        Queue::new(QueueLimits { commands, bytes })
    }

    fn frames(bytes: usize) -> LinkCommand {
        LinkCommand::Frames(vec![bytes as u8; bytes].into())
    }

    fn next(queue: &Queue) -> Vec<Vec<u8>> {
        queue.slices().iter().map(|slice| slice.to_vec()).collect()
    }

    #[test]
    fn so_many_commands_wait_behind_the_one_that_is_carried_out() {
        let mut queue = queue(2, usize::MAX);
        assert!(queue.push(frames(1), 0) && queue.push(frames(1), 0) && queue.push(frames(1), 0));
        assert!(!queue.push(frames(1), 0));
        queue.wrote(1);
        assert!(queue.push(frames(1), 0) && !queue.push(frames(1), 0));
    }

    #[test]
    fn what_is_being_sent_and_the_first_behind_it_have_place_whatever_their_size() {
        let mut queue = queue(100, 100);
        assert!(queue.push(LinkCommand::FallSilent(std::time::Instant::now()), 0));
        assert!(queue.push(frames(200), 0), "a hello of a large room");
        assert!(queue.push(frames(40), 0) && !queue.push(frames(20), 0));
        queue.pop();
        // The hello is being sent, and a frame counts for half of the limit at most.
        assert!(
            queue.push(frames(60), 0) && queue.push(frames(10), 0) && !queue.push(frames(1), 0)
        );
        queue.wrote(200);
        assert_eq!(queue.bytes, 60);
        queue.wrote(110);
        assert!(queue.is_empty());
        assert_eq!((queue.bytes, queue.done()), (0, 5));
    }

    #[test]
    fn what_is_partly_out_goes_on_where_it_stopped() {
        let mut queue = queue(9, 100);
        assert!(queue.rest().is_none());
        assert!(queue.push(frames(3), 1) && queue.push(frames(2), 0) && queue.push(frames(4), 0));
        assert_eq!(next(&queue), [vec![3; 2], vec![2; 2], vec![4; 4]]);
        queue.wrote(3);
        assert_eq!(next(&queue), [vec![2; 1], vec![4; 4]]);
        assert_eq!(queue.rest().unwrap(), vec![2; 1]);
        queue.wrote(1);
        assert!(queue.rest().is_none(), "the next frame is not begun");
        assert_eq!((next(&queue), queue.done()), (vec![vec![4; 4]], 2));
    }

    #[test]
    fn frames_behind_a_close_are_not_sent_and_so_many_at_once() {
        let mut queue = queue(99, 1_000);
        for _ in 0..SLICES_MAX {
            queue.push(frames(1), 0);
        }
        queue.push(LinkCommand::Close(CloseCode::SUPERSEDED, String::new()), 0);
        queue.push(frames(1), 0);
        assert_eq!(next(&queue).len(), SLICES_MAX);
        queue.wrote(1);
        assert_eq!(next(&queue).len(), SLICES_MAX - 1);
        queue.wrote(SLICES_MAX - 1);
        assert!(next(&queue).is_empty());
        assert!(matches!(queue.first(), Some(LinkCommand::Close(..))));
    }
}
