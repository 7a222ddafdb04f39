//! The server's messages, checked against what the server knows.

use super::{Verdict, broken};
use holdfast_protocol::{Change, DeleteReason, Hello, Login, ServerMessage, Stream};
use std::collections::BTreeMap;

/// The reason for which the server sends messages, and the user who caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// Time passed, or something happened that is told to nobody else.
    Other,
    /// A login, also one that resumes.
    Opened(String),
    /// A message of this user.
    Said(String),
    /// The app's server removes this user.
    Removed(String),
}

#[derive(Debug)]
struct Linked {
    user: String,
    room: String,
    resume_seq: Option<u32>,
    /// The client does not know the session's secret.
    is_forged: bool,
    /// When something was last sent on it.
    sent_at: u64,
    is_greeted: bool,
}

/// A user whom the server knows.
#[derive(Debug)]
struct Member {
    session: String,
    link: Option<u64>,
    away_since: Option<u64>,
    expires_at: Option<u64>,
}

/// One server process, as seen from outside.
#[derive(Debug, Default)]
pub(crate) struct ServerCheck {
    links: BTreeMap<u64, Linked>,
    /// By user and room.
    members: BTreeMap<(String, String), Member>,
}

impl Linked {
    fn member(&self) -> (String, String) {
        (self.user.clone(), self.room.clone())
    }
}

/// The tolerance for timers of the server.
const SLACK_MS: u64 = 5;

impl ServerCheck {
    /// A new process.
    pub(crate) fn clear(&mut self) {
        *self = ServerCheck::default();
    }

    pub(crate) fn opened(&mut self, now: u64, link: u64, login: &Login, is_forged: bool) {
        let linked = Linked {
            user: login.user.id.clone(),
            room: login.room.clone(),
            resume_seq: login.resume.as_ref().map(|resume| resume.seq),
            is_forged,
            sent_at: now,
            is_greeted: false,
        };
        self.links.insert(link, linked);
    }

    pub(crate) fn user(&self, link: u64) -> Option<&str> {
        self.links.get(&link).map(|linked| &*linked.user)
    }

    /// The session a user has in a room, if the server still keeps it.
    pub(crate) fn session(&self, user: &str, room: &str) -> Option<&str> {
        self.members.get(&(user.to_owned(), room.to_owned())).map(|member| &*member.session)
    }

    pub(crate) fn token_expires(&mut self, link: u64, at: Option<u64>) {
        if let Some(linked) = self.links.get(&link)
            && let Some(member) = self.members.get_mut(&linked.member())
        {
            member.expires_at = at;
        }
    }

    /// The server learns, or decides, that a link is gone.
    pub(crate) fn closed(&mut self, now: u64, link: u64) {
        let Some(linked) = self.links.remove(&link) else { return };
        if let Some(member) = self.members.get_mut(&linked.member())
            && member.link == Some(link)
        {
            member.link = None;
            member.away_since = Some(now);
        }
    }

    /// The server's last message on a link ended the session.
    pub(crate) fn ended(&mut self, link: u64) {
        let Some(linked) = self.links.get(&link) else { return };
        let member = linked.member();
        if self.members.get(&member).is_some_and(|member| member.link == Some(link)) {
            self.members.remove(&member);
        }
    }

    pub(crate) fn greeted(&mut self, link: u64, hello: &Hello, expires_at: Option<u64>) -> Verdict {
        let Some(linked) = self.links.get_mut(&link) else { return Ok(()) };
        linked.is_greeted = true;
        if linked.is_forged && hello.resumed {
            return broken("secret", "a session is resumed without its secret");
        }
        let member = Member {
            session: hello.session.clone(),
            link: Some(link),
            away_since: None,
            expires_at,
        };
        self.members.insert(linked.member(), member);
        let Some(mut last) = linked.resume_seq.filter(|_| hello.resumed) else {
            return Ok(());
        };
        for seq in hello.missed.iter().filter_map(ServerMessage::seq) {
            if seq <= last {
                return broken("ROOM-08", format!("event {seq} is replayed after {last}"));
            }
            last = seq;
        }
        Ok(())
    }

    /// One message to one or more links.
    pub(crate) fn sent(
        &mut self,
        now: u64,
        links: &[u64],
        message: &ServerMessage,
        occasion: &Occasion,
        grace_ms: u64,
    ) -> Verdict {
        for link in links {
            if let Some(linked) = self.links.get_mut(link) {
                linked.sent_at = now;
            }
        }
        let room = links.first().and_then(|link| self.links.get(link));
        let room = room.map_or("", |linked| &linked.room);
        match message {
            ServerMessage::Users { change, users, .. } => users.iter().try_for_each(|user| {
                let is_right = match change {
                    Change::Add => *occasion == Occasion::Opened(user.id.clone()),
                    Change::Delete => self.may_go(now, (&user.id, room), occasion, grace_ms),
                };
                match is_right {
                    true => Ok(()),
                    false => {
                        broken("ROOM-08", format!("{change:?} of {:?} at {occasion:?}", user.id))
                    }
                }
            }),
            ServerMessage::Streams { change: Change::Delete, streams, reason, .. } => {
                streams.iter().try_for_each(|stream| {
                    self.stream_gone(now, (stream, room), *reason, occasion, grace_ms)
                })
            }
            _ => Ok(()),
        }
    }

    fn may_go(
        &self,
        now: u64,
        (user, room): (&str, &str),
        occasion: &Occasion,
        grace_ms: u64,
    ) -> bool {
        let whose = match occasion {
            Occasion::Opened(whose) | Occasion::Said(whose) | Occasion::Removed(whose) => whose,
            Occasion::Other => "",
        };
        whose == user || self.is_over(now, user, room, grace_ms)
    }

    fn is_over(&self, now: u64, user: &str, room: &str, grace_ms: u64) -> bool {
        self.members.get(&(user.to_owned(), room.to_owned())).is_none_or(|member| {
            member.away_since.is_some_and(|since| since + grace_ms <= now)
                || member.expires_at.is_some_and(|at| at <= now)
        })
    }

    fn stream_gone(
        &self,
        now: u64,
        (stream, room): (&Stream, &str),
        reason: Option<DeleteReason>,
        occasion: &Occasion,
        grace_ms: u64,
    ) -> Verdict {
        let user = &stream.user.id;
        let is_right = match reason {
            Some(DeleteReason::HEARTBEAT_TIMEOUT) => self.is_over(now, user, room, grace_ms),
            Some(DeleteReason::STOPPED) => {
                matches!(occasion, Occasion::Said(whose) | Occasion::Opened(whose) if whose == user)
            }
            Some(DeleteReason::REPLACED) => *occasion == Occasion::Opened(user.clone()),
            Some(DeleteReason::KICKED) => self.may_go(now, (user, room), occasion, grace_ms),
            Some(_) => true,
            None => false,
        };
        match is_right {
            true => Ok(()),
            false => {
                let what = format!("{:?} is deleted for {reason:?} at {occasion:?}", stream.id);
                broken("ROOM-09", what)
            }
        }
    }

    /// Checks deadlines: links on which nothing was sent for too long.
    pub(crate) fn look(&self, now: u64, heartbeat_ms: u64) -> Verdict {
        for (link, linked) in &self.links {
            if linked.is_greeted && now > linked.sent_at + heartbeat_ms + SLACK_MS {
                let what = format!("link {link}: nothing sent for {} ms", now - linked.sent_at);
                return broken("ROOM-05", what);
            }
        }
        Ok(())
    }

    /// Users, with their rooms, whose sessions should have ended by now.
    pub(crate) fn overdue(&self, now: u64, grace_ms: u64) -> impl Iterator<Item = (&str, &str)> {
        let is_late = move |member: &Member| {
            member.away_since.is_some_and(|since| now > since + grace_ms + SLACK_MS)
        };
        let late = self.members.iter().filter(move |(_, member)| is_late(member));
        late.map(|((user, room), _)| (&**user, &**room))
    }
}
