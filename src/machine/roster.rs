//! Who and what is in the room, as far as the app has been told.

use holdfast_protocol::{Change, DeleteReason, Snapshot, Stream, User};

/// A difference for the app: `roomUserUpdate` or `roomStreamUpdate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Users came or went.
    Users(Change, Vec<User>),
    /// Streams came or went; why, if they went.
    Streams(Change, Vec<Stream>, Option<DeleteReason>),
}

/// The others' users and streams. Own ones are never told (ROOM-15), so never kept.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    users: Vec<User>,
    streams: Vec<Stream>,
}

impl Roster {
    /// Takes the server's whole list; returns the net changes, deletions first, so that a
    /// returning user learns what it missed (ROOM-08).
    pub(crate) fn replace(&mut self, snapshot: Snapshot, own_id: &str) -> Vec<Difference> {
        let Snapshot { mut users, mut streams } = snapshot;
        users.retain(|user| user.id != own_id);
        streams.retain(|stream| stream.user.id != own_id);
        let gone_users = missing(&users, &self.users, same_user);
        let gone_streams = missing(&streams, &self.streams, same_stream);
        let new_users = missing(&self.users, &users, same_user);
        let new_streams = missing(&self.streams, &streams, same_stream);
        (self.users, self.streams) = (users, streams);
        // Why a stream went was said while we were away.
        let unseen = Some(DeleteReason::CONNECTION_LOST);
        let mut differences = vec![
            Difference::Streams(Change::Delete, gone_streams, unseen),
            Difference::Users(Change::Delete, gone_users),
            Difference::Users(Change::Add, new_users),
            Difference::Streams(Change::Add, new_streams, None),
        ];
        differences.retain(|difference| !difference.is_empty());
        differences
    }

    /// Takes a change of users; returns what of it is news.
    pub(crate) fn change_users(&mut self, change: Change, users: Vec<User>) -> Option<Difference> {
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
}

impl Difference {
    fn is_empty(&self) -> bool {
        match self {
            Difference::Users(_, users) => users.is_empty(),
            Difference::Streams(_, streams, _) => streams.is_empty(),
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

/// What of `expected` is not in `list`.
fn missing<T: Clone>(list: &[T], expected: &[T], same: fn(&T, &T) -> bool) -> Vec<T> {
    let mut missing = Vec::new();
    for item in expected {
        if !list.iter().any(|other| same(item, other)) {
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
        Stream { id: id.into(), user: user(user_id), extra: String::new() }
    }

    fn snapshot(users: &[&str], streams: &[(&str, &str)]) -> Snapshot {
        Snapshot {
            users: users.iter().map(|id| user(id)).collect(),
            streams: streams.iter().map(|(id, owner)| stream(id, owner)).collect(),
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
