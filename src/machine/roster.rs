//! The users and streams of the room, as far as the app has been told of them.

use holdfast_protocol::{Change, DeleteReason, RoomExtra, Snapshot, Stream, User};
use std::cmp::Ordering;

/// A difference for the app: an event that changes a list it keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum Difference {
    /// Users came or went.
    Users(Change, Vec<User>),
    /// Streams came or went; with the reason if they went.
    Streams(Change, Vec<Stream>, Option<DeleteReason>),
    /// `roomExtraInfoUpdate`.
    RoomExtra(Vec<RoomExtra>),
    /// `streamExtraInfoUpdate`.
    StreamExtra(Vec<Stream>),
    /// `remoteMicStatusUpdate` and `remoteCameraStatusUpdate`: a stream, which of its `muted` bits
    /// changed, and their values now (PUB-08). For a new stream it comes with its ADD.
    Muted(String, u8, u8),
    /// `remoteUserConnectionUpdate`: a user by its ID, and whether it has a link (BEY-03).
    Connection(String, bool),
}

/// The others' users and streams. Our own are never told (ROOM-15), so they are not kept.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    users: Vec<User>,
    streams: Vec<Stream>,
    extra: Vec<RoomExtra>,
    /// Users without a link (BEY-03).
    away: Vec<String>,
    /// The number of users that the app was told last.
    count: u32,
}

impl Roster {
    /// Takes the server's whole list. Returns the net changes, deletions first, so that a returning
    /// user learns what it missed (ROOM-08).
    pub(crate) fn replace(&mut self, snapshot: Snapshot, own_id: &str) -> Vec<Difference> {
        let Snapshot { mut users, mut streams, extra } = snapshot;
        users.retain(|user| user.id != own_id);
        streams.retain(|stream| stream.user.id != own_id);
        let gone_users = missing(&users, &self.users, user_key);
        let gone_streams = missing(&streams, &self.streams, stream_key);
        let new_users = missing(&self.users, &users, user_key);
        let new_streams = missing(&self.streams, &streams, stream_key);
        // Only for streams that stayed; the list is replaced below.
        let changed_streams = self.change_stream_extra(&streams);
        let mut changed_extra = missing(&self.extra, &extra, |item| Key(&item.key, &item.value));
        for gone in missing(&extra, &self.extra, |item| Key(&item.key, "")) {
            changed_extra.push(RoomExtra { value: String::new(), ..gone });
        }
        self.forget_away(&gone_users);
        (self.users, self.streams, self.extra) = (users, streams, extra);
        // The reason was sent while we were away.
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

    /// Takes a change of users. Returns the part that is new.
    pub(crate) fn change_users(&mut self, change: Change, users: Vec<User>) -> Option<Difference> {
        self.forget_away(&users);
        let news = apply(&mut self.users, change, users, user_key);
        (!news.is_empty()).then_some(Difference::Users(change, news))
    }

    /// Takes a change of streams. Returns the part that is new.
    pub(crate) fn change_streams(
        &mut self,
        change: Change,
        streams: Vec<Stream>,
        reason: Option<DeleteReason>,
    ) -> Option<Difference> {
        let news = apply(&mut self.streams, change, streams, |stream| Key(&stream.id, ""));
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

    /// Takes new extra info and `muted` bits of streams. Returns what has changed.
    pub(crate) fn change_stream_extra(&mut self, streams: &[Stream]) -> Vec<Difference> {
        let (mut news, mut differences) = (Vec::new(), Vec::new());
        let places = places(self.streams.iter().map(stream_key), streams.iter().map(stream_key));
        for (stream, place) in streams.iter().zip(places) {
            let Place::At(index) = place else { continue };
            let known = &mut self.streams[index];
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
        if !news.is_empty() {
            differences.push(Difference::StreamExtra(news));
        }
        differences
    }

    /// A user lost its link or is back. Returns the change if it is new (BEY-03).
    pub(crate) fn change_connection(&mut self, user: String, up: bool) -> Option<Difference> {
        let known = self.away.iter().position(|away| *away == user);
        match known {
            Some(index) if up => drop(self.away.swap_remove(index)),
            None if !up => self.away.push(user.clone()),
            _ => return None,
        }
        Some(Difference::Connection(user, up))
    }

    /// Takes the server's whole list of users without a link. Returns what changed.
    pub(crate) fn replace_away(&mut self, away: Vec<String>) -> Vec<Difference> {
        let back = missing(&away, &self.away, |id| Key(id, ""));
        let lost = missing(&self.away, &away, |id| Key(id, ""));
        // Each user once.
        self.away = missing(&[], &away, |id| Key(id, ""));
        let back = back.into_iter().map(|user| Difference::Connection(user, true));
        back.chain(lost.into_iter().map(|user| Difference::Connection(user, false))).collect()
    }

    /// Users that came or went no longer count as being without a link.
    fn forget_away(&mut self, users: &[User]) {
        let ids = users.iter().map(|user| user.id.clone()).collect();
        apply(&mut self.away, Change::Delete, ids, |id| Key(id, ""));
    }

    /// Whether the number of users differs from the one told last. Remembers the new one.
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

/// Identifies one item of a list.
#[derive(PartialEq, Eq)]
struct Key<'a>(&'a str, &'a str);

impl Ord for Key<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        #[cfg(test)]
        tests::COMPARISONS.set(tests::COMPARISONS.get() + 1);
        self.0.cmp(other.0).then_with(|| self.1.cmp(other.1))
    }
}

impl PartialOrd for Key<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn user_key(user: &User) -> Key<'_> {
    Key(&user.id, "")
}

/// A changed name or extra text is not a new stream; a changed publisher is.
fn stream_key(stream: &Stream) -> Key<'_> {
    Key(&stream.id, &stream.user.id)
}

/// An item's place in a list.
#[derive(Clone, Copy)]
enum Place {
    At(usize),
    Nowhere,
    /// The key occurred earlier among the items.
    Repeated,
}

/// Finds the place of each item in the list. The list is walked once and never searched, so the
/// cost does not grow with the square of a room's size. A single item costs no more than a search.
fn places<'a>(
    list: impl Iterator<Item = Key<'a>>,
    items: impl Iterator<Item = Key<'a>>,
) -> Vec<Place> {
    // The first item of each key.
    let mut firsts: Vec<_> = items.enumerate().map(|(number, key)| (key, number)).collect();
    let mut places = vec![Place::Repeated; firsts.len()];
    firsts.sort_unstable();
    firsts.dedup_by(|(later, _), (first, _)| later == first);
    for (_, number) in &firsts {
        places[*number] = Place::Nowhere;
    }
    for (index, known) in list.enumerate() {
        if let Ok(found) = firsts.binary_search_by(|(key, _)| key.cmp(&known)) {
            places[firsts[found].1] = Place::At(index);
        }
    }
    places
}

/// The items of `expected` that are not in `list`.
fn missing<T: Clone>(list: &[T], expected: &[T], key: fn(&T) -> Key<'_>) -> Vec<T> {
    let places = places(list.iter().map(key), expected.iter().map(key));
    let missing =
        places.into_iter().zip(expected).filter(|(place, _)| matches!(place, Place::Nowhere));
    missing.map(|(_, item)| item.clone()).collect()
}

/// Adds the items to the list or deletes them. Returns those that changed it.
fn apply<T: Clone>(
    list: &mut Vec<T>,
    change: Change,
    items: Vec<T>,
    key: fn(&T) -> Key<'_>,
) -> Vec<T> {
    let mut news = Vec::new();
    let mut is_gone = vec![false; list.len()];
    let places = places(list.iter().map(key), items.iter().map(key));
    for (place, item) in places.into_iter().zip(items) {
        match (change, place) {
            (Change::Add, Place::Nowhere) => {
                list.push(item.clone());
                news.push(item);
            }
            (Change::Delete, Place::At(index)) => {
                is_gone[index] = true;
                news.push(list[index].clone());
            }
            _ => {}
        }
    }
    if change == Change::Delete && !news.is_empty() {
        let mut is_gone = is_gone.into_iter();
        list.retain(|_| is_gone.next() != Some(true));
    }
    news
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! {
        /// How often keys were compared.
        pub(super) static COMPARISONS: Cell<u64> = const { Cell::new(0) };
    }

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
    fn bey_03_a_user_that_is_away_twice_in_a_list_comes_back_once() {
        let mut roster = Roster::default();
        let twice = ["a", "b", "a"].map(str::to_owned).to_vec();
        let lost = |id: &str| Difference::Connection(id.to_owned(), false);
        assert_eq!(roster.replace_away(twice), [lost("a"), lost("b")]);
        let back = Difference::Connection("a".to_owned(), true);
        assert_eq!(roster.change_connection("a".to_owned(), true), Some(back));
        assert_eq!(roster.change_connection("a".to_owned(), true), None);
        assert_eq!(roster.replace_away(vec!["b".to_owned()]), []);
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

    #[test]
    fn what_a_message_repeats_counts_once() {
        let mut roster = Roster::default();
        let told = roster.change_users(Change::Add, vec![user("a"), user("a")]);
        assert_eq!(told, Some(Difference::Users(Change::Add, vec![user("a")])));
        let told = roster.change_users(Change::Delete, vec![user("a"), user("a")]);
        assert_eq!(told, Some(Difference::Users(Change::Delete, vec![user("a")])));
        assert_eq!(roster.replace(snapshot(&["b", "b"], &[]), "me").len(), 1);
    }

    /// A room of this many users, each with a stream and without a link.
    fn crowd(size: u32, prefix: &str) -> (Snapshot, Vec<String>) {
        let ids: Vec<String> = (0..size).map(|number| format!("{prefix}{number}")).collect();
        let users = ids.iter().map(|id| user(id)).collect();
        let streams = ids.iter().map(|id| stream(id, id)).collect();
        (Snapshot { users, streams, extra: Vec::new() }, ids)
    }

    #[test]
    fn room_08_a_large_room_of_others_does_not_cost_the_square_of_its_size() {
        const SIZE: u32 = 10_000;
        let (mut roster, limit) = (Roster::default(), u64::from(SIZE) * 400);
        // Other users, then the same ones, then the same in another order.
        for (prefix, is_reversed) in [("a", false), ("b", false), ("b", false), ("b", true)] {
            let (mut all, away) = crowd(SIZE, prefix);
            if is_reversed {
                all.users.reverse();
                all.streams.reverse();
            }
            COMPARISONS.set(0);
            roster.replace(all, "me");
            assert!(COMPARISONS.get() < limit, "{prefix}: {}", COMPARISONS.get());
            roster.replace_away(away);
        }
        let (all, _) = crowd(SIZE, "c");
        for change in [Change::Add, Change::Delete] {
            COMPARISONS.set(0);
            roster.change_users(change, all.users.clone());
            roster.change_streams(change, all.streams.clone(), None);
            assert!(COMPARISONS.get() < limit, "{change:?}: {}", COMPARISONS.get());
        }
    }

    #[test]
    fn room_08_one_user_more_in_a_large_room_costs_one_look_at_each() {
        let mut roster = Roster::default();
        let (all, away) = crowd(1_000, "a");
        assert!(away.len() > 100);
        roster.replace(all, "me");
        roster.replace_away(away);
        COMPARISONS.set(0);
        roster.change_users(Change::Add, vec![user("b")]);
        assert!(COMPARISONS.get() <= 2_000, "{}", COMPARISONS.get());
    }
}
