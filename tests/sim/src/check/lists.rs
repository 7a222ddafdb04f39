//! The lists an app keeps by its ADD and DELETE events.

use super::{Verdict, broken};
use holdfast_protocol::{Change, RoomExtra, Stream, User};
use holdfast_rtc::machine::Difference;
use std::collections::{BTreeMap, BTreeSet};

/// The users and streams that an app believes to be in its room, apart from itself.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    pub(crate) users: BTreeSet<String>,
    /// Publishers by stream.
    pub(crate) streams: BTreeMap<String, String>,
    /// The muted media of each stream that has ever had any.
    pub(crate) muted: BTreeMap<String, u8>,
    pub(crate) extra: BTreeMap<String, String>,
    /// The last `roomOnlineUserCountUpdate`.
    pub(crate) count: Option<u32>,
    pub(crate) wants_users: bool,
    own: String,
}

impl Lists {
    /// A new login: the app starts with nothing.
    pub(crate) fn clear(&mut self, own: &str, wants_users: bool) {
        *self = Lists { wants_users, own: own.to_owned(), ..Lists::default() };
    }

    pub(crate) fn on_difference(&mut self, difference: &Difference) -> Verdict {
        match difference {
            Difference::Users(change, users) => {
                if !self.wants_users {
                    return broken("ROOM-15", "users are told without being asked for");
                }
                users.iter().try_for_each(|user| self.on_user(*change, user))
            }
            Difference::Streams(change, streams, _) => {
                streams.iter().try_for_each(|stream| self.on_stream(*change, stream))
            }
            Difference::StreamExtra(streams) => match streams
                .iter()
                .find(|stream| !self.streams.contains_key(&stream.id))
            {
                Some(stream) => broken("ROOM-08", format!("extra info of unknown {:?}", stream.id)),
                None => Ok(()),
            },
            Difference::Muted(stream, changed, muted) => {
                if !self.streams.contains_key(stream) {
                    return broken("PUB-08", format!("mutes of unknown {stream:?}"));
                }
                match self.muted.insert(stream.clone(), *muted).unwrap_or(0) ^ changed == *muted {
                    true => Ok(()),
                    false => broken("PUB-08", format!("{changed} of {stream:?} changes nothing")),
                }
            }
            Difference::RoomExtra(extra) => {
                extra.iter().for_each(|extra| self.on_extra(extra));
                Ok(())
            }
            Difference::Connection(user, _) if self.wants_users && !self.users.contains(user) => {
                broken("BEY-03", format!("connection of {user:?}, who is not there"))
            }
            Difference::Connection(..) => Ok(()),
        }
    }

    fn on_user(&mut self, change: Change, user: &User) -> Verdict {
        if user.id == self.own {
            return broken("ROOM-15", "told of oneself");
        }
        let is_news = match change {
            Change::Add => self.users.insert(user.id.clone()),
            Change::Delete => self.users.remove(&user.id),
        };
        match is_news {
            true => Ok(()),
            false => broken("ROOM-08", format!("{change:?} of user {:?} twice", user.id)),
        }
    }

    fn on_stream(&mut self, change: Change, stream: &Stream) -> Verdict {
        if stream.user.id == self.own {
            return broken("ROOM-15", "told of a stream of one's own");
        }
        let is_news = match change {
            Change::Add => {
                self.muted.insert(stream.id.clone(), stream.muted);
                self.streams.insert(stream.id.clone(), stream.user.id.clone()).is_none()
            }
            Change::Delete => {
                self.muted.remove(&stream.id);
                self.streams.remove(&stream.id).is_some()
            }
        };
        match is_news {
            true => Ok(()),
            false => broken("ROOM-08", format!("{change:?} of stream {:?} twice", stream.id)),
        }
    }

    fn on_extra(&mut self, extra: &RoomExtra) {
        match extra.value.is_empty() {
            true => drop(self.extra.remove(&extra.key)),
            false => drop(self.extra.insert(extra.key.clone(), extra.value.clone())),
        }
    }
}
