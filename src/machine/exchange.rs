//! Offers and answers between a media session and its node (WHIP, RFC 9725): which of several
//! answers counts, when a failure is reported, and which requests end a session at its node.
//!
//! The first POST may hang on a dead connection, so the offer may be posted several times. A node
//! that does not recognise the offer then makes a session for each of them.

use super::context::Context;
use super::io::{Direction, Effect, PeerId, PeerInput, Reply, Stage};
use crate::sdp_fragment::{answer_of, fragment_of};
use holdfast_protocol::sabotage::{self, Mutant};

/// What a media session's publisher or player has to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SessionInput {
    /// Media can flow.
    Connected,
    /// ICE lost its path; it may come back by itself.
    Disconnected,
    /// The connection is dead.
    Failed,
    /// The node refused the offer.
    Refused { status: u16, retry_after_ms: Option<u64> },
    /// Setting the session up failed on our side of the wire.
    Broken(Stage),
    /// The node cannot restart ICE, or did not.
    RestartFailed,
    /// As [`PeerInput::Received`].
    Received(u64),
    /// As [`PeerInput::Heard`].
    Heard(u64),
}

/// The exchanges of the sessions that are open, and of closed ones whose POSTs are still running.
#[derive(Debug, Default)]
pub(crate) struct Exchanges(Vec<Exchange>);

#[derive(Debug)]
struct Exchange {
    peer: PeerId,
    /// The node's address, and the `Authorization` header that it asks for.
    url: String,
    authorization: String,
    /// The offer to post; empty until the browser has made it.
    offer: String,
    /// POSTs that are still running.
    posts: u32,
    /// The node's first good reply.
    answer: Option<Reply>,
    /// How the node refused the offer last, while another POST may still be answered.
    refusal: Option<SessionInput>,
    /// ICE restarts so far. Only the reply to the last one counts.
    restarts: u32,
    is_closed: bool,
}

impl Exchanges {
    /// Whether a session's node may still answer.
    pub(crate) fn expect(&self, peer: PeerId) -> bool {
        self.0.iter().any(|exchange| exchange.peer == peer)
    }

    fn find(&mut self, peer: PeerId) -> Option<&mut Exchange> {
        self.0.iter_mut().find(|exchange| exchange.peer == peer)
    }
}

impl Context {
    /// Opens a media session at a node. Its offer is posted as soon as the browser has made it.
    pub(crate) fn open_peer(
        &mut self,
        (direction, stream): (Direction, &str),
        url: &str,
        authorization: &str,
    ) -> PeerId {
        let peer = PeerId(self.next_id());
        self.exchanges.0.push(Exchange {
            peer,
            url: url.into(),
            authorization: authorization.into(),
            offer: String::new(),
            posts: 0,
            answer: None,
            refusal: None,
            restarts: 0,
            is_closed: false,
        });
        self.effect(Effect::OpenPeer { peer, direction, stream: stream.into() });
        self.effect(Effect::MakeOffer { peer, restart: 0 });
        peer
    }

    /// Posts the offer once more while there is no reply: the first request may hang on a dead
    /// pooled connection.
    pub(crate) fn repeat_post(&mut self, peer: PeerId) {
        let is_running = |exchange: &&mut Exchange| {
            let is_answered = exchange.answer.is_some() && !sabotage::is(Mutant::PostOnceAnswered);
            exchange.posts > 0 && !is_answered && !exchange.is_refused_for_good()
        };
        if let Some(exchange) = self.exchanges.find(peer).filter(is_running) {
            let post = exchange.post();
            self.effect(post);
        }
    }

    /// Restarts ICE (RFC 9725 section 4.3.3). False if the node cannot, or has not answered yet.
    pub(crate) fn restart_peer(&mut self, peer: PeerId) -> bool {
        let can_restart = |exchange: &&mut Exchange| {
            exchange.answer.as_ref().is_some_and(|answer| answer.can_restart)
        };
        let Some(exchange) = self.exchanges.find(peer).filter(can_restart) else { return false };
        exchange.restarts += 1;
        let restart = exchange.restarts;
        self.effect(Effect::MakeOffer { peer, restart });
        true
    }

    /// Closes a session, and ends it at its node.
    pub(crate) fn close_peer(&mut self, peer: PeerId) {
        self.effect(Effect::ClosePeer(peer));
        let Some(exchange) = self.exchanges.find(peer) else { return };
        exchange.is_closed = true;
        let delete = exchange.answer.as_ref().and_then(|answer| exchange.delete(answer));
        if let Some(delete) = delete {
            self.effect(delete);
        }
        self.forget_exchange(peer);
    }

    /// Something happened to a session. Returns what its publisher or player has to know.
    pub(crate) fn exchange(&mut self, peer: PeerId, input: PeerInput) -> Option<SessionInput> {
        Some(match input {
            PeerInput::Connected => SessionInput::Connected,
            PeerInput::Disconnected => SessionInput::Disconnected,
            PeerInput::Failed => SessionInput::Failed,
            PeerInput::Received(bytes) => SessionInput::Received(bytes),
            PeerInput::Heard(bytes) => SessionInput::Heard(bytes),
            PeerInput::Offered { restart, offer } => self.take_offer(peer, restart, offer)?,
            PeerInput::Broken { restart, stage } => self.note_broken(peer, restart, stage)?,
            PeerInput::Answered(reply) => self.take_reply(peer, reply)?,
            PeerInput::Patched { restart, reply } => self.take_restart(peer, restart, reply)?,
        })
    }

    fn take_offer(&mut self, peer: PeerId, restart: u32, offer: String) -> Option<SessionInput> {
        let exchange = self.exchanges.find(peer)?;
        if exchange.is_closed || restart != exchange.restarts {
            return None;
        }
        let request = match restart {
            0 => {
                exchange.offer = offer;
                Some(exchange.post())
            }
            _ => exchange.patch(&offer),
        };
        match request {
            Some(request) => {
                self.effect(request);
                None
            }
            None => Some(SessionInput::RestartFailed),
        }
    }

    /// The browser made no offer, or did not take an answer.
    fn note_broken(&mut self, peer: PeerId, restart: u32, stage: Stage) -> Option<SessionInput> {
        let exchange = self.exchanges.find(peer)?;
        match restart {
            0 => Some(SessionInput::Broken(stage)),
            _ if restart == exchange.restarts => Some(SessionInput::RestartFailed),
            _ => None,
        }
    }

    /// A POST has ended. The first good reply is the answer. A failure is reported unless another
    /// POST is still running or was answered.
    fn take_reply(&mut self, peer: PeerId, reply: Option<Reply>) -> Option<SessionInput> {
        let exchange = self.exchanges.find(peer)?;
        exchange.posts = exchange.posts.saturating_sub(1);
        let is_pending = exchange.posts > 0 && !sabotage::is(Mutant::ReportFirstFailure);
        let is_closed = exchange.is_closed;
        let mut told = None;
        if let Some(reply) = reply.as_ref().filter(|reply| !reply.is_ok()) {
            let Reply { status, retry_after_ms, .. } = *reply;
            exchange.refusal = Some(SessionInput::Refused { status, retry_after_ms });
        }
        match reply {
            Some(reply) if reply.is_ok() => {
                if let Some(effect) = exchange.take_answer(reply) {
                    self.effect(effect);
                }
            }
            _ if is_closed || is_pending || exchange.answer.is_some() => {}
            // The node's own word says more than that another POST did not get there.
            _ => told = exchange.refusal.take().or(Some(SessionInput::Broken(Stage::Request))),
        }
        if is_closed {
            self.forget_exchange(peer);
        }
        told
    }

    fn take_restart(
        &mut self,
        peer: PeerId,
        restart: u32,
        reply: Option<Reply>,
    ) -> Option<SessionInput> {
        let exchange = self.exchanges.find(peer)?;
        let is_overtaken = restart != exchange.restarts && !sabotage::is(Mutant::TakeOldRestart);
        if exchange.is_closed || is_overtaken {
            return None;
        }
        // A refusal has no credentials, so it makes no answer either.
        let old = exchange.answer.as_ref().map(|answer| answer.body.as_str());
        let answer = old.zip(reply).and_then(|(old, reply)| answer_of(old, &reply.body));
        match answer {
            Some(answer) => {
                self.effect(Effect::TakeAnswer { peer, restart, answer });
                None
            }
            None => Some(SessionInput::RestartFailed),
        }
    }

    /// Forgets a closed session, unless a POST may still make one at its node.
    fn forget_exchange(&mut self, peer: PeerId) {
        self.exchanges.0.retain(|exchange| {
            exchange.peer != peer || (exchange.posts > 0 && !sabotage::is(Mutant::ForgetStray))
        });
    }
}

impl Exchange {
    /// Whether the node would refuse a repetition of the offer too. What is missing, too much or
    /// out of order now may not be so in half a second.
    fn is_refused_for_good(&self) -> bool {
        match self.refusal {
            Some(SessionInput::Refused { status, .. }) => {
                !matches!(status, 404 | 409 | 429 | 500..=599)
            }
            _ => false,
        }
    }

    fn post(&mut self) -> Effect {
        self.posts += 1;
        Effect::Post {
            peer: self.peer,
            url: self.url.clone(),
            authorization: self.authorization.clone(),
            offer: self.offer.clone(),
        }
    }

    /// The request that restarts ICE with this new offer, if it can be made.
    fn patch(&self, offer: &str) -> Option<Effect> {
        let answer = self.answer.as_ref()?;
        Some(Effect::Patch {
            peer: self.peer,
            restart: self.restarts,
            url: answer.session.clone(),
            authorization: self.authorization_at(answer),
            fragment: fragment_of(offer)?,
        })
    }

    /// Takes the first good reply as the answer. Any other ends the session that it names, except
    /// that a node which recognises the offer names the same session again.
    fn take_answer(&mut self, reply: Reply) -> Option<Effect> {
        let known = match sabotage::is(Mutant::TakeEveryAnswer) {
            true => None,
            false => self.answer.as_ref(),
        };
        match known {
            None if !self.is_closed => {
                let answer = reply.body.clone();
                self.answer = Some(reply);
                Some(Effect::TakeAnswer { peer: self.peer, restart: 0, answer })
            }
            Some(known) if known.session == reply.session => None,
            _ => self.delete(&reply),
        }
    }

    /// The request that ends the session that a reply named, if it named one.
    fn delete(&self, reply: &Reply) -> Option<Effect> {
        let delete = Effect::Delete {
            url: reply.session.clone(),
            authorization: self.authorization_at(reply),
        };
        (!reply.session.is_empty() && !sabotage::is(Mutant::KeepStraySession)).then_some(delete)
    }

    /// None for an origin other than the node's, as browsers do when they follow a redirect.
    fn authorization_at(&self, reply: &Reply) -> String {
        match reply.is_redirected {
            true => String::new(),
            false => self.authorization.clone(),
        }
    }
}
