//! Faults on demand (BEY-08): the gate between this driver and the browser. [`crate::faults`] says
//! what a fault does to each input and effect; here is what it does to sockets and connections.

use super::{Driver, Handle};
use crate::faults::{Fault, Gate, Verdict};
use crate::machine::{Effect, Input, NetworkInput, Output, PeerId, PeerInput, Refusal, SocketId};
use crate::object::text;
use crate::web::page;
use crate::web::peer::Peer;
use crate::web::promise::spawn;
use crate::web::socket::Socket;
use std::cell::RefCell;
use std::rc::Rc;

/// The present faults. It calls no JavaScript.
#[derive(Default)]
pub(super) struct Faults(RefCell<Gate>);

impl Faults {
    /// Returns what the machines get instead of an input.
    pub(super) fn admit_input(&self, input: Input) -> Option<Input> {
        self.0.borrow_mut().input(input)
    }

    /// Whether nothing is carried out or told, because the machine sleeps.
    pub(super) fn is_asleep(&self) -> bool {
        self.has(Fault::Sleep)
    }

    fn has(&self, fault: Fault) -> bool {
        self.0.borrow().has(fault)
    }
}

impl Driver {
    /// Returns an effect that is to be carried out now.
    pub(super) fn admit_effect(self: &Rc<Self>, effect: Effect) -> Option<Effect> {
        let verdict = self.faults.0.borrow_mut().effect(effect);
        match verdict {
            Verdict::CarryOut(effect) => Some(effect),
            Verdict::Report(input) => {
                let driver = self.clone();
                spawn(async move { driver.report(input) });
                None
            }
            Verdict::Nothing => None,
        }
    }

    /// Puts a fault in the way of all that comes. [`Driver::strike`] is to follow.
    ///
    /// # Errors
    /// There are too many faults.
    pub(crate) fn begin_fault(&self, fault: Fault) -> Result<(), Refusal> {
        self.faults.0.borrow_mut().begin(fault)
    }

    /// Does to sockets and connections what the fault does when it begins.
    pub(crate) fn strike(self: &Rc<Self>, fault: Fault) {
        match fault {
            Fault::LinkDrop | Fault::LinkRefused => self.drop_links(),
            Fault::MediaLoss => self.report_lost_paths(),
            Fault::NodeDown => {
                self.report_peers(|is_connected| is_connected.then_some(PeerInput::Failed));
            }
            Fault::Offline => {
                self.report(Input::Network(NetworkInput::Offline));
                self.report_lost_paths();
            }
            Fault::LinkBlackhole | Fault::Sleep => {}
        }
    }

    /// Ends a fault: what it held goes on, and the browser says what it says after the real one.
    pub(crate) fn end_fault(self: &Rc<Self>, fault: Fault) {
        let released = self.faults.0.borrow_mut().end(fault);
        let effects = released.effects.into_iter().rev().map(Output::Effect);
        for effect in effects {
            self.outputs.borrow_mut().push_front(effect);
        }
        self.drain();
        if !self.faults.has(fault) {
            self.recover(fault);
        }
        for input in released.inputs {
            self.report(input);
        }
        if released.is_overrun {
            self.drop_links();
        }
    }

    fn recover(self: &Rc<Self>, fault: Fault) {
        match fault {
            Fault::Sleep => self.report(Input::Network(NetworkInput::Woke)),
            Fault::Offline if !page::is_offline() => {
                self.report(Input::Network(NetworkInput::Online));
            }
            _ => {}
        }
        // The browser tells no change of a connection that was well all the time.
        if matches!(fault, Fault::MediaLoss | Fault::Offline) {
            self.report_peers(|is_connected| is_connected.then_some(PeerInput::Connected));
        }
    }

    fn drop_links(self: &Rc<Self>) {
        let is_link = |(id, handle): &(u32, Handle)| match handle {
            Handle::Socket(_) => Some(SocketId(*id)),
            Handle::Peer(_) => None,
        };
        let links: Vec<_> = self.handles.borrow().iter().filter_map(is_link).collect();
        for link in links {
            let closed = self.take(link.0);
            drop(closed);
            Socket::report_end(self, link);
        }
    }

    fn report_lost_paths(self: &Rc<Self>) {
        self.report_peers(|is_connected| is_connected.then_some(PeerInput::Disconnected));
    }

    /// Reports something of each session, by whether the browser's own connection is up.
    fn report_peers(self: &Rc<Self>, input_of: fn(bool) -> Option<PeerInput>) {
        let ids: Vec<_> = self.handles.borrow().iter().map(|(id, _)| *id).collect();
        for id in ids {
            // A session that an earlier report has closed is no longer there.
            let Some(Handle::Peer(peer)) = self.find(id) else { continue };
            let input = input_of(is_connected(&peer));
            drop(peer);
            if let Some(input) = input {
                self.report(Input::Peer(PeerId(id), input));
            }
        }
    }
}

fn is_connected(peer: &Peer) -> bool {
    let connection = peer.session.connection();
    connection.is_some_and(|connection| text(&connection, "connectionState") == "connected")
}
