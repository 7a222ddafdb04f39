//! Breaks media for development (`POST /dev/fault`).

use super::session::{Key, PeerSession};
use super::task::Task;
use super::{Command, OpenError};
use crate::fault::Broken;
use crate::media_token::Holder;
use holdfast_rooms::SessionId;
use std::time::{Duration, Instant};
use tokio::time::sleep_until;

/// The faults in force.
#[derive(Default)]
pub(super) struct Faults {
    silent: Broken<SessionId>,
    dead_until: Option<Instant>,
}

impl Task {
    pub(super) fn silence(&mut self, owner: SessionId, lasts: Duration) {
        let until = self.faults.silent.set(owner.clone(), Instant::now(), lasts);
        for key in self.keys_of(Some(&owner)) {
            self.silence_session(key, until);
        }
    }

    fn silence_session(&mut self, key: Key, until: Instant) {
        if let Some(session) = self.sessions.get_mut(key) {
            session.silent_until = Some(until);
        }
    }

    pub(super) fn kill(&mut self, owner: Option<&SessionId>, lasts: Duration) {
        let now = Instant::now();
        if owner.is_none() {
            self.faults.dead_until = Some(now + lasts);
        }
        for key in self.keys_of(owner) {
            // A silenced session cannot tell its peer that it ends.
            self.silence_session(key, now + Duration::from_secs(1));
            self.remove(key, "killed");
        }
    }

    fn keys_of(&self, owner: Option<&SessionId>) -> Vec<Key> {
        let is_meant = |session: &PeerSession| owner.is_none_or(|id| session.grant.session == *id);
        let meant = self.sessions.iter().filter(|(_, session)| is_meant(session));
        meant.map(|(key, _)| key).collect()
    }

    /// Handle a request while faults are in force. Returns the command if it is to be answered.
    pub(super) fn unless_broken(&self, command: Command) -> Option<Command> {
        let now = Instant::now();
        let owner = match &command {
            Command::Open { opening, .. } => &opening.grant.session,
            Command::Patch { patch, .. } => match &patch.token.holder {
                Holder::Session { id, .. } => id,
                Holder::Guest { .. } => return Some(command),
            },
            _ => return Some(command),
        };
        if let Some(until) = self.faults.silent.until(owner, now) {
            tokio::spawn(async move {
                sleep_until(until.into()).await;
                drop(command); // its answer would come too late for anyone
            });
            return None;
        }
        match (command, self.faults.dead_until) {
            (Command::Open { reply, .. }, Some(until)) if until > now => {
                let seconds = (until - now).as_secs() + 1;
                let _ = reply.send(Err(OpenError::Broken { seconds })); // who asked may be gone
                None
            }
            (command, _) => Some(command),
        }
    }
}
