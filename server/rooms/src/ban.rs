//! Removed guests whose tokens are still valid. A WHIP client retries by itself and would be back
//! at once.

use holdfast_protocol::{Code, Millis};
use std::collections::BTreeMap;

const BANS_MAX: usize = 10_000;

/// A user's ID and a stream's ID; an empty stream ID stands for all.
type Key = (String, String);

#[derive(Debug)]
struct Ban {
    at: Millis,
    until: Millis,
    code: Code,
}

/// The bans, limited in age and number.
#[derive(Debug, Default)]
pub(super) struct Bans(BTreeMap<Key, Ban>);

impl Bans {
    /// Refuse a user's tokens for one stream, or for all, that were issued until now. None of them
    /// is valid after `until`.
    pub(super) fn note(
        &mut self,
        user: &str,
        stream: &str,
        code: Code,
        (now, until): (Millis, Millis),
    ) {
        if self.0.len() >= BANS_MAX {
            self.0.retain(|_, ban| ban.until > now);
        }
        if self.0.len() >= BANS_MAX
            && let Some(first) = self.0.iter().min_by_key(|(_, ban)| ban.until)
        {
            let first = first.0.clone();
            self.0.remove(&first);
        }
        self.0.insert((user.to_owned(), stream.to_owned()), Ban { at: now, until, code });
    }

    /// Why a token of this user for this stream is refused.
    pub(super) fn find(
        &self,
        user: &str,
        stream: &str,
        issued_at: Millis,
        now: Millis,
    ) -> Option<Code> {
        let keys = ["", stream].map(|stream| (user.to_owned(), stream.to_owned()));
        let bans = keys.iter().filter_map(|key| self.0.get(key));
        let mut standing = bans.filter(|ban| ban.until > now && issued_at <= ban.at);
        standing.next().map(|ban| ban.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bans_are_bounded_and_the_first_to_end_go_first() {
        let mut bans = Bans::default();
        for number in 0..=BANS_MAX {
            let until = Millis(1_000 + number as u64);
            bans.note(&number.to_string(), "", Code::KICKED_BY_SERVER, (Millis(0), until));
        }
        assert_eq!(bans.0.len(), BANS_MAX);
        let find = |user| bans.find(user, "s", Millis(0), Millis(1));
        assert_eq!((find("0"), find("1")), (None, Some(Code::KICKED_BY_SERVER)));
    }
}
