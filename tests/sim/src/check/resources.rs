//! Sockets and media sessions: how many there are, for whom, and that each is closed in the end.

use super::limiter::Limiter;
use super::{Verdict, broken};
use holdfast_rtc::machine::{Direction, PeerId, SocketId};

/// A media session the brain has opened.
#[derive(Debug)]
struct Peer {
    id: PeerId,
    direction: Direction,
    stream: String,
    is_connected: bool,
}

/// The sockets and sessions that a brain holds open.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    sockets: Vec<SocketId>,
    peers: Vec<Peer>,
    last_id: u32,
    limiter: Limiter,
    /// How many sockets in a row were refused and tried again in the same instant.
    hasty: u32,
}

/// Sockets at once: the one in use and the one beside it (BEY-04).
const SOCKETS_MAX: usize = 2;
/// Sessions of one stream and direction at once: the one restarted and the fresh one (PUB-04).
const PEERS_MAX: usize = 2;
/// The chance of drawing a zero wait this many times in a row is below one in a thousand million.
const HASTY_MAX: u32 = 3;

impl Resources {
    pub(crate) fn open_socket(&mut self, now: u64, id: SocketId) -> Verdict {
        self.new_id(id.0)?;
        self.sockets.push(id);
        if self.sockets.len() > SOCKETS_MAX {
            return broken("BEY-04", format!("sockets open at once: {:?}", self.sockets));
        }
        self.limiter.on_try(now, "")
    }

    pub(crate) fn send(&self, id: SocketId) -> Verdict {
        match self.sockets.contains(&id) {
            true => Ok(()),
            false => broken("generation", format!("sends on {id:?}, which is closed")),
        }
    }

    pub(crate) fn socket_closed(&mut self, id: SocketId) {
        self.sockets.retain(|open| *open != id);
    }

    pub(crate) fn has_socket(&self, id: SocketId) -> bool {
        self.sockets.contains(&id)
    }

    pub(crate) fn is_only_socket(&self, id: SocketId) -> bool {
        self.sockets == [id]
    }

    /// A connect was refused; `again` is whether another began in the same instant.
    pub(crate) fn refused(&mut self, again: bool) -> Verdict {
        self.hasty = if again { self.hasty + 1 } else { 0 };
        if self.hasty >= HASTY_MAX {
            return broken("ROOM-06", "a refused connect is tried again at once, again and again");
        }
        Ok(())
    }

    pub(crate) fn open_peer(
        &mut self,
        now: u64,
        id: PeerId,
        direction: Direction,
        stream: &str,
        url: &str,
    ) -> Verdict {
        self.new_id(id.0)?;
        let is_same = |peer: &&Peer| peer.direction == direction && peer.stream == stream;
        if self.peers.iter().filter(is_same).count() >= PEERS_MAX {
            return broken("PUB-04", format!("{direction:?} {stream:?} has too many sessions"));
        }
        let stream = stream.to_owned();
        self.peers.push(Peer { id, direction, stream, is_connected: false });
        self.limiter.on_try(now, url)
    }

    pub(crate) fn close_peer(&mut self, id: PeerId) {
        self.peers.retain(|peer| peer.id != id);
    }

    pub(crate) fn has_peer(&self, id: PeerId) -> bool {
        self.peers.iter().any(|peer| peer.id == id)
    }

    pub(crate) fn peer_connected(&mut self, id: PeerId) {
        if let Some(peer) = self.peers.iter_mut().find(|peer| peer.id == id) {
            peer.is_connected = true;
        }
    }

    pub(crate) fn has_connected_peer(&self, direction: Direction, stream: &str) -> bool {
        self.peers
            .iter()
            .any(|peer| peer.is_connected && peer.direction == direction && peer.stream == stream)
    }

    pub(crate) fn peers_of(
        &self,
        direction: Direction,
        stream: &str,
    ) -> impl Iterator<Item = PeerId> {
        let is_its = move |peer: &&Peer| peer.direction == direction && peer.stream == stream;
        self.peers.iter().filter(is_its).map(|peer| peer.id)
    }

    /// All is over.
    pub(crate) fn end(&self) -> Verdict {
        if !self.sockets.is_empty() || !self.peers.is_empty() {
            return broken("leak", format!("still open: {:?} {:?}", self.sockets, self.peers));
        }
        Ok(())
    }

    fn new_id(&mut self, id: u32) -> Verdict {
        if id <= self.last_id {
            return broken("generation", format!("the number {id} is used twice"));
        }
        self.last_id = id;
        Ok(())
    }
}
