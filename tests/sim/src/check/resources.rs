//! Sockets and media sessions: how many there are, for whom, and that each is closed in the end.

use super::limiter::Limiter;
use super::{Verdict, broken};
use holdfast_rtc::machine::{Direction, PeerId, Reply, SocketId};

/// A media session the brain has opened.
#[derive(Debug)]
struct Peer {
    id: PeerId,
    direction: Direction,
    stream: String,
    is_connected: bool,
    opened_at: u64,
    /// The number of its last offer; 0 = the first.
    offer: u32,
    /// Requests with its offer that are still running.
    posts: u32,
    /// Whether its offer has ever been posted.
    was_posted: bool,
    /// Where its session is, once its answer is taken.
    session: Option<String>,
}

/// A session that a node has made.
#[derive(Debug)]
struct Made {
    peer: PeerId,
    session: String,
    /// Ended by request. A late reply may still name it.
    is_ended: bool,
}

/// The sockets and sessions that a brain holds open.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    /// Each with whether it is of the device's second room.
    sockets: Vec<(SocketId, bool)>,
    peers: Vec<Peer>,
    last_id: u32,
    limiter: Limiter,
    /// The sessions that nodes have made.
    made: Vec<Made>,
    /// The session that the last reply named.
    named: String,
    /// A session one of whose posts has just failed while another may still be answered.
    may_be_answered: Option<PeerId>,
    /// How many sockets in a row were refused and tried again in the same instant.
    hasty: u32,
}

/// Sockets of a room at once: the one in use and the one beside it (BEY-04).
const SOCKETS_MAX: usize = 2;
/// Sessions of one stream and direction at once: the one restarted and the fresh one (PUB-04).
const PEERS_MAX: usize = 2;
/// The chance of drawing a zero wait this many times in a row is below one in a thousand million.
const HASTY_MAX: u32 = 3;

impl Resources {
    pub(crate) fn open_socket(&mut self, now: u64, id: SocketId, is_side: bool) -> Verdict {
        self.new_id(id.0)?;
        self.sockets.push((id, is_side));
        if self.sockets.iter().filter(|(_, side)| *side == is_side).count() > SOCKETS_MAX {
            return broken("BEY-04", format!("sockets open at once: {:?}", self.sockets));
        }
        self.limiter.on_try(now, "")
    }

    pub(crate) fn send(&self, id: SocketId) -> Verdict {
        match self.has_socket(id) {
            true => Ok(()),
            false => broken("generation", format!("sends on {id:?}, which is closed")),
        }
    }

    pub(crate) fn socket_closed(&mut self, id: SocketId) {
        self.sockets.retain(|(open, _)| *open != id);
    }

    pub(crate) fn has_socket(&self, id: SocketId) -> bool {
        self.sockets.iter().any(|(open, _)| *open == id)
    }

    pub(crate) fn is_of_side_room(&self, id: SocketId) -> bool {
        self.sockets.contains(&(id, true))
    }

    /// Whether it is the only one of the device's first room.
    pub(crate) fn is_only_socket(&self, id: SocketId) -> bool {
        self.sockets.iter().filter(|(_, is_side)| !is_side).eq([&(id, false)])
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
    ) -> Verdict {
        self.new_id(id.0)?;
        let is_same = |peer: &&Peer| peer.direction == direction && peer.stream == stream;
        if self.peers.iter().filter(is_same).count() >= PEERS_MAX {
            return broken("PUB-04", format!("{direction:?} {stream:?} has too many sessions"));
        }
        let stream = stream.to_owned();
        self.peers.push(Peer {
            id,
            direction,
            stream,
            is_connected: false,
            opened_at: now,
            offer: 0,
            posts: 0,
            was_posted: false,
            session: None,
        });
        Ok(())
    }

    fn peer(&mut self, id: PeerId) -> Option<&mut Peer> {
        self.peers.iter_mut().find(|peer| peer.id == id)
    }

    pub(crate) fn make_offer(&mut self, id: PeerId, restart: u32) {
        if let Some(peer) = self.peer(id) {
            peer.offer = restart;
        }
    }

    pub(crate) fn post(&mut self, id: PeerId, url: &str) -> Verdict {
        let Some(peer) = self.peer(id) else {
            return broken("PUB-04", format!("the offer of {id:?} is posted, which is closed"));
        };
        if peer.session.is_some() {
            return broken("PUB-04", format!("the offer of {id:?} is posted and was answered"));
        }
        peer.posts += 1;
        match (std::mem::replace(&mut peer.was_posted, true), peer.opened_at) {
            (true, _) => Ok(()),
            (false, opened_at) => self.limiter.on_try(opened_at, url),
        }
    }

    /// A request with a session's offer has ended.
    pub(crate) fn answered(&mut self, id: PeerId, reply: Option<&Reply>) {
        let reply = reply.filter(|reply| reply.is_ok());
        if let Some(peer) = self.peer(id) {
            peer.posts = peer.posts.saturating_sub(1);
            let is_open = peer.posts > 0 && peer.session.is_none();
            self.may_be_answered = (reply.is_none() && is_open).then_some(id);
        }
        let Some(Reply { session, .. }) = reply else { return };
        self.named.clone_from(session);
        if !self.made.iter().any(|made| made.session == *session) {
            self.made.push(Made { peer: id, session: session.clone(), is_ended: false });
        }
    }

    pub(crate) fn take_answer(&mut self, id: PeerId, restart: u32) -> Verdict {
        let named = self.named.clone();
        let Some(peer) = self.peer(id) else {
            return broken("PUB-04", format!("an answer for {id:?} is taken, which is closed"));
        };
        if peer.offer != restart {
            return broken("PUB-04", format!("{id:?} takes an answer to an offer before its last"));
        }
        if restart == 0 && peer.session.replace(named).is_some() {
            return broken("PUB-04", format!("{id:?} takes two answers to one offer"));
        }
        Ok(())
    }

    pub(crate) fn delete(&mut self, url: &str) {
        for made in self.made.iter_mut().filter(|made| made.session == url) {
            made.is_ended = true;
        }
    }

    /// To be called after each input: every session at a node is in use, and none was given up too
    /// early.
    pub(crate) fn look_at_exchanges(&mut self) -> Verdict {
        let given_up = self.may_be_answered.take().filter(|id| !self.has_peer(*id));
        if let Some(id) = given_up {
            return broken("PUB-04", format!("{id:?} is closed though a node may still answer"));
        }
        let is_used = |made: &&Made| {
            let peer = self.peers.iter().find(|peer| peer.id == made.peer);
            peer.is_some_and(|peer| peer.session.as_ref() == Some(&made.session))
        };
        match self.made.iter().find(|made| !made.is_ended && !is_used(made)) {
            Some(made) => broken("PUB-04", format!("nobody uses the session {}", made.session)),
            None => Ok(()),
        }
    }

    pub(crate) fn close_peer(&mut self, id: PeerId) {
        self.peers.retain(|peer| peer.id != id);
    }

    pub(crate) fn has_peer(&self, id: PeerId) -> bool {
        self.peers.iter().any(|peer| peer.id == id)
    }

    pub(crate) fn peer_connected(&mut self, id: PeerId) {
        if let Some(peer) = self.peer(id) {
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
