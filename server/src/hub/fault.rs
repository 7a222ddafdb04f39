//! Carries out the faults that a development server is asked for.

use super::Task;
use crate::fault::Fault;
use crate::wire::{LinkCommand, Writer};
use std::time::{Duration, Instant};
use tokio::time::sleep_until;

impl Task {
    /// Break something for a user, or for everybody. Returns false if the user is not in a room.
    pub(super) async fn on_fault(&mut self, user: String, fault: Fault, lasts: Duration) -> bool {
        let Some((session, link)) = self.rooms.place_of(&user) else {
            return false;
        };
        let (session, link) = (session.clone(), link);
        let now = Instant::now();
        match fault {
            Fault::DropLink => drop(link.map(|link| self.links.remove(&link))),
            Fault::RefuseLogins => {
                self.refusing.set(user, now, lasts);
                drop(link.map(|link| self.links.remove(&link)));
            }
            Fault::Silence => {
                let until = self.silent.set(user, now, lasts);
                if let Some(link) = link {
                    self.deliver(&[link], LinkCommand::FallSilent(until)).await;
                }
                self.sfu.silence(session, lasts).await;
            }
            Fault::KillMedia => self.sfu.kill(Some(session), Duration::ZERO).await,
            Fault::KillNode => self.sfu.kill(None, lasts).await,
            Fault::Grace => self.rooms.set_grace_ms(lasts.as_millis() as u64),
            Fault::Restart => self.restart.notify_one(),
        }
        true
    }

    /// Applies the user's faults to a link that opens. Returns its writer if no fault is in force.
    pub(super) fn unless_broken(&self, user: &str, writer: Writer) -> Option<Writer> {
        let now = Instant::now();
        if self.refusing.until(user, now).is_some() {
            return None;
        }
        let Some(until) = self.silent.until(user, now) else {
            return Some(writer);
        };
        // The link stays open as long as its writer exists, but nothing is sent to it.
        tokio::spawn(async move {
            sleep_until(until.into()).await;
            drop(writer);
        });
        None
    }
}
