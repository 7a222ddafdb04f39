//! What a client of the rooms learns, compared with what the rooms know.

use super::*;
use std::collections::BTreeSet;

/// A secret that no session has.
pub(super) const GUESS: &str = "guess";

/// A client's picture of its room, built only from its session's messages.
#[derive(Debug, Default)]
pub(super) struct Picture {
    pub(super) user: String,
    pub(super) room: String,
    user_update: bool,
    /// The last event seen.
    pub(super) seen: u32,
    users: BTreeSet<String>,
    /// Streams with their publishers, extra texts and mute flags.
    streams: BTreeMap<String, (String, String, u8)>,
    extra: BTreeMap<String, String>,
    heard: BTreeSet<u32>,
    /// The numbers of the messages that must reach it.
    pub(super) expected: BTreeSet<u32>,
    /// The client came back with an event number that was not its own, so its picture is worthless
    /// from then on.
    pub(super) is_spoiled: bool,
    /// Everything sent to the client is lost.
    pub(super) is_deaf: bool,
}

impl Picture {
    pub(super) fn greeted(&mut self, login: &Login, hello: &Hello, rooms: &Rooms<CountingMint>) {
        let is_guess = login.resume.as_ref().is_some_and(|resume| resume.secret == GUESS);
        assert!(!(is_guess && hello.resumed), "a session for a guess");
        if !hello.resumed {
            let expected = std::mem::take(&mut self.expected);
            *self = Picture { expected, ..Picture::default() };
        }
        self.user = login.user.id.clone();
        self.room = login.room.clone();
        self.user_update = login.user_update;
        self.is_deaf = false;
        // A client that was deaf for too long loses what the log no longer holds.
        if let Some(room) = rooms.rooms.get(&login.room) {
            self.expected.retain(|seq| self.heard.contains(seq) || room.log.covers(*seq - 1));
        }
        if let Some(snapshot) = &hello.snapshot {
            self.users = snapshot.users.iter().map(|user| user.id.clone()).collect();
            self.users.remove(&self.user);
            self.streams.clear();
            snapshot.streams.iter().for_each(|stream| self.put(stream));
            let extra = snapshot.extra.iter();
            self.extra = extra.map(|extra| (extra.key.clone(), extra.value.clone())).collect();
        }
        let mut last = None;
        for message in &hello.missed {
            assert!(last < Some(seq(message)), "{hello:?}");
            last = Some(seq(message));
            let is_said =
                matches!(message, ServerMessage::Message { .. } | ServerMessage::Command { .. });
            assert!(hello.snapshot.is_none() || is_said, "{hello:?}");
            // The client goes by the last event it saw, not by the number it asked with.
            if seq(message) > self.seen || !hello.resumed {
                self.take(message);
            }
        }
        assert!(last.unwrap_or(0) <= hello.seq, "{hello:?}");
        self.seen = hello.seq;
    }

    fn put(&mut self, stream: &Stream) {
        if stream.user.id != self.user {
            let value = (stream.user.id.clone(), stream.extra.clone(), stream.muted);
            self.streams.insert(stream.id.clone(), value);
        }
    }

    /// Take an event that must be new.
    pub(super) fn event(&mut self, message: &ServerMessage) {
        assert!(seq(message) > self.seen, "{message:?} after {}", self.seen);
        self.seen = seq(message);
        self.take(message);
    }

    fn take(&mut self, message: &ServerMessage) {
        let is_spoiled = self.is_spoiled;
        let news = |is_news: bool| assert!(is_news || is_spoiled, "no news: {message:?}");
        match message {
            ServerMessage::Users { change: Change::Add, users, .. } => {
                users.iter().for_each(|user| news(self.users.insert(user.id.clone())));
            }
            ServerMessage::Users { users, .. } => {
                users.iter().for_each(|user| news(self.users.remove(&user.id)));
            }
            ServerMessage::Streams { change: Change::Add, streams, .. } => {
                for stream in streams {
                    news(!self.streams.contains_key(&stream.id));
                    self.put(stream);
                }
            }
            ServerMessage::Streams { streams, .. } => {
                for stream in streams {
                    let gone = self.streams.remove(&stream.id);
                    news(gone.is_some_and(|(owner, ..)| owner == stream.user.id));
                }
            }
            ServerMessage::StreamExtra { streams, .. } => {
                streams.iter().for_each(|stream| self.put(stream));
            }
            ServerMessage::RoomExtra { extra, .. } => {
                extra.iter().for_each(|extra| self.set(&extra.key, &extra.value));
            }
            message => news(self.heard.insert(seq(message))),
        }
    }

    /// Note a key that the client itself or another user has set.
    pub(super) fn set(&mut self, key: &str, value: &str) {
        match value {
            "" => self.extra.remove(key),
            value => self.extra.insert(key.to_owned(), value.to_owned()),
        };
    }

    /// Compare with the rooms, for an honest client that receives everything.
    pub(super) fn check(&self, rooms: &Rooms<CountingMint>) {
        if self.is_spoiled || self.is_deaf {
            return;
        }
        let users = rooms.members(&self.room).into_iter().map(|user| user.id);
        let users: BTreeSet<String> = users.filter(|id| *id != self.user).collect();
        assert!(!self.user_update || self.users == users, "{self:?} against {users:?}");
        let streams = rooms.streams(&self.room).into_iter();
        let streams = streams.filter(|stream| stream.user.id != self.user);
        let streams =
            streams.map(|stream| (stream.id, (stream.user.id, stream.extra, stream.muted)));
        assert_eq!(self.streams, streams.collect(), "{self:?}");
        let extra = rooms.extra(&self.room).into_iter().map(|extra| (extra.key, extra.value));
        assert_eq!(self.extra, extra.collect(), "{self:?}");
        assert_eq!(self.heard, self.expected, "{self:?}");
    }
}
