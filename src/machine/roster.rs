//! Who and what is in the room, as far as the app has been told.

use holdfast_protocol::{Change, DeleteReason, RoomExtra, Snapshot, Stream, User};

/// A difference for the app: an event that changes a list it keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum Difference {
    /// Users came or went.
    Users(Change, Vec<User>),
    /// Streams came or went; why, if they went.
    Streams(Change, Vec<Stream>, Option<DeleteReason>),
    /// `roomExtraInfoUpdate`.
    RoomExtra(Vec<RoomExtra>),
    /// `streamExtraInfoUpdate`.
    StreamExtra(Vec<Stream>),
    /// `remoteMicStatusUpdate` and `remoteCameraStatusUpdate`: a stream, which of its `muted` bits
    /// changed, and what they are now (PUB-08). Of a new stream it is told with its ADD.
    Muted(String, u8, u8),
    /// `remoteUserConnectionUpdate`: a user by its ID, and whether it has a link (BEY-03).
    Connection(String, bool),
}

/// The others' users and streams. Own ones are never told (ROOM-15), so never kept.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    users: Vec<User>,
    streams: Vec<Stream>,
    extra: Vec<RoomExtra>,
    /// Users without a link (BEY-03).
    away: Vec<String>,
    /// How many users the app was told there are.
    count: u32,
}

impl Roster {
    /// Takes the server's whole list; returns the net changes, deletions first, so that a
    /// returning user learns what it missed (ROOM-08).
    pub(crate) fn replace(&mut self, snapshot: Snapshot, own_id: &str) -> Vec<Difference> {
        let Snapshot { mut users, mut streams, extra } = snapshot;
        while let Some(own) = users.iter().position(|user| user.id == own_id) {
            users.remove(own);
        }
        while let Some(own) = streams.iter().position(|stream| stream.user.id == own_id) {
            streams.remove(own);
        }
        let gone_users = missing(&users, &self.users, same_user);
        let gone_streams = missing(&streams, &self.streams, same_stream);
        let new_users = missing(&self.users, &users, same_user);
        let new_streams = missing(&self.streams, &streams, same_stream);
        // Those that stayed; the others are replaced below.
        let changed_streams = self.change_stream_extra(&streams);
        let mut changed_extra = missing(&self.extra, &extra, same_extra);
        for gone in &self.extra {
            if !extra.iter().any(|new| new.key == gone.key) {
                changed_extra.push(RoomExtra { value: String::new(), ..gone.clone() });
            }
        }
        for gone in &gone_users {
            self.come_back(&gone.id);
        }
        (self.users, self.streams, self.extra) = (users, streams, extra);
        // Why a stream went was said while we were away.
        let unseen = Some(DeleteReason::CONNECTION_LOST);
        let mut differences = Vec::new();
        for difference in [
            Difference::Streams(Change::Delete, gone_streams, unseen),
            Difference::Users(Change::Delete, gone_users),
            Difference::Users(Change::Add, new_users),
            Difference::Streams(Change::Add, new_streams, None),
            Difference::RoomExtra(changed_extra),
        ] {
            if !difference.is_empty() {
                differences.push(difference);
            }
        }
        differences.extend(changed_streams);
        differences
    }

    /// Whether the app knows of a stream.
    pub(crate) fn has_stream(&self, id: &str) -> bool {
        self.streams.iter().any(|stream| stream.id == id)
    }

    /// Takes a user off those without a link.
    fn come_back(&mut self, user_id: &str) {
        self.away.retain(|id| id != user_id);
    }

    /// Takes a change of users; returns what of it is news.
    pub(crate) fn change_users(&mut self, change: Change, users: Vec<User>) -> Option<Difference> {
        for user in &users {
            self.come_back(&user.id);
        }
        let news = apply(&mut self.users, change, users, same_user);
        (!news.is_empty()).then_some(Difference::Users(change, news))
    }

    /// Takes a change of streams; returns what of it is news.
    pub(crate) fn change_streams(
        &mut self,
        change: Change,
        streams: Vec<Stream>,
        reason: Option<DeleteReason>,
    ) -> Option<Difference> {
        let news = apply(&mut self.streams, change, streams, |a, b| a.id == b.id);
        (!news.is_empty()).then_some(Difference::Streams(change, news, reason))
    }

    /// Takes new values of the room's extra info; an empty one removes its key.
    pub(crate) fn change_extra(&mut self, extra: Vec<RoomExtra>) -> Option<Difference> {
        let mut news = Vec::new();
        for item in extra {
            let known = self.extra.iter().position(|known| known.key == item.key);
            match known {
                Some(index) if self.extra[index].value == item.value => continue,
                Some(index) => drop(self.extra.swap_remove(index)),
                None if item.value.is_empty() => continue,
                None => {}
            }
            if !item.value.is_empty() {
                self.extra.push(item.clone());
            }
            news.push(item);
        }
        (!news.is_empty()).then_some(Difference::RoomExtra(news))
    }

    /// Takes new extra info of streams, and what of them is muted; returns what of it is news.
    pub(crate) fn change_stream_extra(&mut self, streams: &[Stream]) -> Vec<Difference> {
        let (mut news, mut differences) = (Vec::new(), Vec::new());
        for stream in streams {
            for known in &mut self.streams {
                if !same_stream(known, stream) {
                    continue;
                }
                let changed = known.muted ^ stream.muted;
                if changed != 0 {
                    known.muted = stream.muted;
                    differences.push(Difference::Muted(stream.id.clone(), changed, stream.muted));
                }
                if known.extra != stream.extra {
                    known.extra = stream.extra.clone();
                    news.push(stream.clone());
                }
            }
        }
        if !news.is_empty() {
            differences.push(Difference::StreamExtra(news));
        }
        differences
    }

    /// A user lost its link or is back; returns it if that is news (BEY-03).
    pub(crate) fn change_connection(&mut self, user: String, up: bool) -> Option<Difference> {
        let was_up = !self.away.contains(&user);
        if was_up == up {
            return None;
        }
        match up {
            true => self.come_back(&user),
            false => self.away.push(user.clone()),
        }
        Some(Difference::Connection(user, up))
    }

    /// Takes the server's whole list of users without a link; returns what changed.
    pub(crate) fn replace_away(&mut self, away: Vec<String>) -> Vec<Difference> {
        let mut differences = Vec::new();
        for user in self.away.clone() {
            if !away.contains(&user) {
                differences.extend(self.change_connection(user, true));
            }
        }
        for user in away {
            differences.extend(self.change_connection(user, false));
        }
        differences
    }

    /// Whether the number of users differs from what was told; notes it.
    pub(crate) fn is_new_count(&mut self, count: u32) -> bool {
        std::mem::replace(&mut self.count, count) != count
    }
}

impl Difference {
    fn is_empty(&self) -> bool {
        match self {
            Difference::Users(_, users) => users.is_empty(),
            Difference::Streams(_, streams, _) => streams.is_empty(),
            Difference::RoomExtra(extra) => extra.is_empty(),
            Difference::StreamExtra(streams) => streams.is_empty(),
            Difference::Muted(..) | Difference::Connection(..) => false,
        }
    }
}

fn same_user(a: &User, b: &User) -> bool {
    a.id == b.id
}

/// A name or extra text that changed is no coming or going; another publisher is.
fn same_stream(a: &Stream, b: &Stream) -> bool {
    a.id == b.id && same_user(&a.user, &b.user)
}

fn same_extra(a: &RoomExtra, b: &RoomExtra) -> bool {
    a.key == b.key && a.value == b.value
}

/// What of `expected` is not in `list`. Both are mostly in the same order, so each search begins
/// where the one before ended: a large room must not cost the square of its size.
fn missing<T: Clone>(list: &[T], expected: &[T], same: fn(&T, &T) -> bool) -> Vec<T> {
    let mut missing = Vec::new();
    let mut next = 0;
    for item in expected {
        let mut steps = 0;
        while steps < list.len() {
            if next >= list.len() {
                next = 0;
            }
            next += 1;
            if same(item, &list[next - 1]) {
                break;
            }
            steps += 1;
        }
        if steps == list.len() {
            missing.push(item.clone());
        }
    }
    missing
}

fn apply<T: Clone>(
    list: &mut Vec<T>,
    change: Change,
    items: Vec<T>,
    same: fn(&T, &T) -> bool,
) -> Vec<T> {
    let mut news = Vec::new();
    for item in items {
        let position = list.iter().position(|known| same(known, &item));
        match (change, position) {
            (Change::Add, None) => {
                list.push(item.clone());
                news.push(item);
            }
            (Change::Delete, Some(index)) => news.push(list.remove(index)),
            (Change::Add, Some(_)) | (Change::Delete, None) => {}
        }
    }
    news
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(id: &str) -> User {
        User { id: id.into(), name: String::new() }
    }

    fn stream(id: &str, user_id: &str) -> Stream {
        Stream { id: id.into(), user: user(user_id), extra: String::new(), muted: 0 }
    }

    fn snapshot(users: &[&str], streams: &[(&str, &str)]) -> Snapshot {
        Snapshot {
            users: users.iter().map(|id| user(id)).collect(),
            streams: streams.iter().map(|(id, owner)| stream(id, owner)).collect(),
            extra: Vec::new(),
        }
    }

    #[test]
    fn room_08_a_snapshot_gives_the_net_changes_deletions_first() {
        let mut roster = Roster::default();
        roster.replace(snapshot(&["me", "a", "b"], &[("s1", "a"), ("s2", "b")]), "me");
        let changes = roster.replace(snapshot(&["me", "b", "c"], &[("s2", "c")]), "me");
        let gone = vec![stream("s1", "a"), stream("s2", "b")];
        let why = Some(DeleteReason::CONNECTION_LOST);
        assert_eq!(
            changes,
            [
                Difference::Streams(Change::Delete, gone, why),
                Difference::Users(Change::Delete, vec![user("a")]),
                Difference::Users(Change::Add, vec![user("c")]),
                Difference::Streams(Change::Add, vec![stream("s2", "c")], None),
            ]
        );
    }

    #[test]
    fn room_08_an_unchanged_snapshot_is_silent() {
        let mut roster = Roster::default();
        let same = snapshot(&["a"], &[("s1", "a")]);
        assert_eq!(roster.replace(same.clone(), "me").len(), 2);
        assert_eq!(roster.replace(same, "me"), []);
    }

    #[test]
    fn room_15_nothing_is_told_of_oneself() {
        let mut roster = Roster::default();
        assert_eq!(roster.replace(snapshot(&["me"], &[("s1", "me")]), "me"), []);
    }

    #[test]
    fn a_change_is_told_once() {
        let mut roster = Roster::default();
        assert!(roster.change_users(Change::Add, vec![user("a")]).is_some());
        assert_eq!(roster.change_users(Change::Add, vec![user("a")]), None);
        assert!(roster.change_users(Change::Delete, vec![user("a")]).is_some());
        assert_eq!(roster.change_users(Change::Delete, vec![user("a")]), None);
        assert!(roster.change_streams(Change::Add, vec![stream("s", "a")], None).is_some());
        assert_eq!(roster.change_streams(Change::Add, vec![stream("s", "a")], None), None);
    }
}
