//! Carries out the faults that a development server is asked for.

use super::Task;
use crate::fault::Fault;
use crate::wire::{LinkCommand, Writer};
use holdfast_rooms::LinkId;
use std::time::{Duration, Instant};
use tokio::time::sleep_until;

impl Task {
    /// Break something for a user, or for everybody. Returns false if the user is not in a room.
    pub(super) async fn on_fault(&mut self, user: String, fault: Fault, lasts: Duration) -> bool {
        let places = self.rooms.places_of(&user);
        if places.is_empty() {
            return false;
        }
        let links: Vec<LinkId> = places.iter().filter_map(|(_, link)| *link).collect();
        let now = Instant::now();
        match fault {
            Fault::DropLink => self.drop_links(&links),
            Fault::RefuseLogins => {
                self.refusing.set(user, now, lasts);
                self.drop_links(&links);
            }
            Fault::Silence => {
                let until = self.silent.set(user, now, lasts);
                self.deliver(&links, LinkCommand::FallSilent(until)).await;
                for (session, _) in places {
                    self.sfu.silence(session, lasts).await;
                }
            }
            Fault::KillMedia => {
                for (session, _) in places {
                    self.sfu.kill(Some(session), Duration::ZERO).await;
                }
            }
            Fault::KillNode => self.sfu.kill(None, lasts).await,
            Fault::Grace => self.rooms.set_grace_ms(lasts.as_millis() as u64),
            Fault::Restart => self.restart.notify_one(),
        }
        true
    }

    fn drop_links(&mut self, links: &[LinkId]) {
        for link in links {
            self.links.remove(link);
        }
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
