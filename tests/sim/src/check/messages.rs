//! Broadcasts: each once, in order, to all who were members when it was accepted (ROOM-08).

use super::{Verdict, broken};
use std::collections::{BTreeMap, BTreeSet};

/// A broadcast's text: the device that sent it, and its number among all broadcasts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Number {
    pub(crate) sender: usize,
    pub(crate) count: u64,
}

impl Number {
    pub(crate) fn text(self) -> String {
        format!("{}.{}", self.sender, self.count)
    }

    /// Reads a text; none if it is not a broadcast of an app.
    pub(crate) fn read(text: &str) -> Option<Number> {
        let (sender, count) = text.split_once('.')?;
        Some(Number { sender: sender.parse().ok()?, count: count.parse().ok()? })
    }
}

/// Who must receive which broadcast, and who received it. The numbers of a device rise.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    /// By session: the broadcasts it must receive, each with the number of its event.
    expected: BTreeMap<String, BTreeMap<Number, u32>>,
    /// By session: the broadcasts it has received.
    received: BTreeMap<String, BTreeSet<Number>>,
    /// By device, for one login: the broadcasts received, whatever the session.
    told: BTreeMap<usize, BTreeSet<Number>>,
    /// By device and sending device: the last broadcast.
    last: BTreeMap<(usize, usize), Number>,
    /// By device: the number of the last event, in one session.
    last_seq: BTreeMap<usize, u32>,
    accepted: BTreeSet<Number>,
}

impl Messages {
    /// The server accepted a broadcast while these sessions were members.
    pub(crate) fn on_accepted(
        &mut self,
        number: Number,
        seq: u32,
        sessions: impl Iterator<Item = String>,
    ) {
        if !self.accepted.insert(number) {
            return;
        }
        for session in sessions {
            self.expected.entry(session).or_default().insert(number, seq);
        }
    }

    /// A new login on a device.
    pub(crate) fn on_login(&mut self, client: usize) {
        self.told.remove(&client);
        self.last.retain(|(device, _), _| *device != client);
        self.last_seq.remove(&client);
    }

    /// A device learns of its new session, and knows nothing of what happened before.
    pub(crate) fn on_new_session(&mut self, client: usize, session: &str, hello_seq: u32) {
        self.last_seq.remove(&client);
        if let Some(expected) = self.expected.get_mut(session) {
            expected.retain(|_, seq| *seq > hello_seq);
        }
    }

    /// A promise was resolved.
    pub(crate) fn on_sent(&self, number: Number) -> Verdict {
        match self.accepted.contains(&number) {
            true => Ok(()),
            false => {
                broken("ROOM-08", format!("broadcast {number:?} is said to be sent, but is not"))
            }
        }
    }

    pub(crate) fn on_received(
        &mut self,
        client: usize,
        session: &str,
        seq: u32,
        number: Number,
    ) -> Verdict {
        if !self.told.entry(client).or_default().insert(number) {
            return broken("ROOM-08", format!("broadcast {number:?} is received twice"));
        }
        self.received.entry(session.to_owned()).or_default().insert(number);
        let last = self.last.insert((client, number.sender), number);
        if last.is_some_and(|last| last > number) {
            return broken("ROOM-08", format!("broadcast {number:?} is out of order"));
        }
        let last = self.last_seq.insert(client, seq);
        if last.is_some_and(|last| last >= seq) {
            return broken("ROOM-08", format!("event {seq} comes after event {last:?}"));
        }
        Ok(())
    }

    /// All is quiet and the session goes on: it has received everything that it must.
    pub(crate) fn quiet(&self, session: &str) -> Verdict {
        let received = self.received.get(session);
        let is_missing =
            |number: &&Number| received.is_none_or(|received| !received.contains(number));
        let mut expected = self.expected.get(session).into_iter().flat_map(BTreeMap::keys);
        match expected.find(is_missing) {
            Some(number) => broken("ROOM-08", format!("broadcast {number:?} was never received")),
            None => Ok(()),
        }
    }
}
