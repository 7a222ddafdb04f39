//! Requests of WHIP and WHEP to the media task: open a session, change its ICE, close it.

use super::session::{Key, PeerSession};
use super::sessions::contained;
use super::task::{BY_ITS_OWNER, Task};
use super::{Change, OpenError, OpenReply, Opened, Opening, Patch, PatchError, Restart, Restarted};
use crate::media_token::MediaToken;
use crate::tripwire::{Place, Step};
use holdfast_protocol::DeleteReason;
use holdfast_rooms::Direction;
use rand::RngCore;

/// How many media sessions one room session may have open at a time.
const SESSIONS_PER_OWNER_MAX: usize = 128;
const ID_BYTES: usize = 16;

impl Task {
    pub(super) fn on_open(&mut self, opening: Opening, reply: OpenReply) {
        let guest = opening.guest;
        let opened = self.open(opening);
        if opened.is_err() {
            self.tell_guest_closed(guest, DeleteReason::CONNECTION_LOST);
        }
        let key = opened.as_ref().ok().and_then(|opened| self.by_id.get(&opened.id)).copied();
        let is_told = reply.send(opened).is_ok();
        let session = key.and_then(|key| self.sessions.get_mut(key));
        let is_answered = session.is_some_and(|session| {
            session.is_answered |= is_told;
            session.is_answered
        });
        if let (Some(key), false) = (key, is_answered) {
            // Nobody waits for the answer any more, so nobody will connect.
            self.remove(key, "request given up");
        }
    }

    fn open(&mut self, opening: Opening) -> Result<Opened, OpenError> {
        if let Some((_, known)) = self.sessions.iter().find(|(_, s)| s.is_of(&opening)) {
            return Ok(known.opened());
        }
        let owner = &opening.grant.session;
        let owned = self.sessions.iter().filter(|(_, s)| s.grant.session == *owner).count();
        if owned >= SESSIONS_PER_OWNER_MAX {
            return Err(OpenError::Busy);
        }
        let id = self.new_id();
        let (direction, stream) = (opening.grant.direction, opening.grant.stream.clone());
        let publisher = self.streams.get(&stream).and_then(|stream| stream.publisher);
        let publisher = publisher.and_then(|key| self.sessions.get(key));
        let mut session = PeerSession::open(id.clone(), opening, self.bits_per_second);
        match (direction, publisher) {
            (Direction::Play, None) => return Err(OpenError::NoPublisher),
            (Direction::Play, Some(publisher)) => {
                let place = Place::Session { step: Step::Fit, stream: &stream, direction };
                let fitted = contained(|| {
                    self.tripwire.pass(place);
                    session.fit_to(publisher)
                });
                fitted.flatten().ok_or(OpenError::NoCommonCodec)?;
            }
            (Direction::Publish, Some(publisher)) if !session.comes_after(publisher, true) => {
                return Err(OpenError::NotAllowed);
            }
            (Direction::Publish, _) => {}
        }
        let opened = session.opened();
        let key = self.next_key;
        self.next_key += 1;
        tracing::info!(
            media = id,
            stream = session.grant.stream,
            direction = ?session.grant.direction,
            "media session opened"
        );
        let stream = self.streams.entry(session.grant.stream.clone()).or_default();
        if session.grant.direction == Direction::Play {
            stream.players.push(key);
        }
        self.by_id.insert(id, key);
        self.routes.add_ufrag(opened.etag.clone(), key);
        self.sessions.insert(key, session);
        self.poll(key);
        Ok(opened)
    }

    fn new_id(&mut self) -> String {
        let mut bytes = [0; ID_BYTES];
        self.random.fill_bytes(&mut bytes);
        hex::encode(bytes)
    }

    /// The session, if this token may change and close it.
    pub(super) fn held_by(
        &self,
        id: &str,
        token: &MediaToken,
    ) -> Result<(Key, &PeerSession), PatchError> {
        let key = *self.by_id.get(id).ok_or(PatchError::NotFound)?;
        let session = self.sessions.get(key).ok_or(PatchError::NotFound)?;
        match session.is_held_by(token) {
            true => Ok((key, session)),
            false => Err(PatchError::NotAllowed),
        }
    }

    pub(super) fn patch(&mut self, patch: Patch) -> Result<Option<Restarted>, PatchError> {
        let Patch { id, token, change } = patch;
        let (key, session) = self.held_by(&id, &token)?;
        let (tags, fragment) = match change {
            Change::Restart(restart) => return self.restart(key, *restart).map(Some),
            Change::Trickle(tags, fragment) => (tags, fragment),
        };
        if !tags.iter().any(|tag| tag == session.ice.etag()) {
            return Err(PatchError::WrongTag);
        }
        if !session.ice.has(&fragment) {
            let why = "the credentials are new: for an ICE restart If-Match must be *";
            return Err(PatchError::BadFragment(why));
        }
        let trickle = |session: &mut PeerSession| session.trickle(fragment.candidates);
        self.sessions.with(key, Step::ChangeIce, trickle).ok_or(PatchError::NotFound)?;
        self.poll(key);
        Ok(None)
    }

    fn restart(&mut self, key: Key, restart: Restart) -> Result<Restarted, PatchError> {
        let session = self.sessions.get(key).ok_or(PatchError::NotFound)?;
        let stale: Vec<String> = session.ice.ufrags().map(str::to_owned).collect();
        let restart = |session: &mut PeerSession| session.restart(restart);
        let restarted =
            self.sessions.with(key, Step::ChangeIce, restart).ok_or(PatchError::NotFound)?;
        let session = self.sessions.get(key).ok_or(PatchError::NotFound)?;
        stale.iter().for_each(|ufrag| self.routes.drop_ufrag(ufrag));
        for ufrag in session.ice.ufrags() {
            self.routes.add_ufrag(ufrag.to_owned(), key);
        }
        tracing::info!(media = session.id, is_done = restarted.is_ok(), "ICE restart");
        let etag = session.ice.etag().to_owned();
        let fragment = restarted.map_err(|error| {
            tracing::warn!(media = session.id, %error, "ICE not restarted");
            PatchError::NoRestart
        })?;
        self.poll(key);
        Ok(Restarted { fragment, etag })
    }

    pub(super) fn close(&mut self, id: &str, token: &MediaToken) -> Result<(), PatchError> {
        let (key, _) = self.held_by(id, token)?;
        self.remove(key, BY_ITS_OWNER);
        Ok(())
    }
}
