//! Media sessions between devices and nodes.

use crate::check::{Verdict, broken};
use crate::node::{AtNode, NodeSession, node_of};
use crate::server::read_media_token;
use crate::world::{Happening, MediaStep, World};
use holdfast_protocol::timing;
use holdfast_rooms::MediaRefusal;
use holdfast_rtc::machine::{Direction, Input, MediaState, PeerId, PeerInput, Reply};

const OFFER: &str = "m=audio 9\r\na=ice-ufrag:mine\r\na=ice-pwd:mine\r\n";
const ANSWER: &str = "m=audio 9\r\na=ice-ufrag:its\r\na=ice-pwd:its\r\n";
/// How long it takes to make an offer.
const OFFER_MS: u64 = 10;
/// One-way trips until the offer reaches the node: SYN, SYN-ACK, two of TLS, then the request.
const TRIPS_TO_NODE: u64 = 5;
/// One-way trips of ICE and of DTLS.
const TRIPS_TO_MEDIA: u64 = 4;
/// How long a request hangs that gets no reply.
const HANG_MS: u64 = 20_000;
/// How long a session may take to connect before the node gives it up.
const NODE_CONNECT_MS: u64 = 15_000;
/// After how long a browser reports `disconnected`, then `failed`, and after how long a node gives
/// up.
const WATCH_MS: [u64; 3] = [6_000, 16_000, 30_000];
/// How many times in a row a session's bytes must have grown before their standstill counts: a
/// player learns from each silence, and needs some samples to forget it.
const GROWTHS: u32 = 8;
/// For how long after waking a player may still go by the pause of its sleep.
const JUST_AWAKE_MS: u64 = 2_000;
/// The rate of media, in bytes a millisecond.
const BYTES_PER_MS: u64 = 50;

impl World {
    pub(crate) fn open_peer(
        &mut self,
        client: usize,
        peer: PeerId,
        direction: Direction,
        stream: String,
    ) {
        let index = self.sessions.len();
        self.sessions.push(NodeSession {
            client,
            peer,
            direction,
            stream,
            node: 0,
            authorization: String::new(),
            grant: None,
            at_node: AtNode::Unknown,
            posted_at: self.now,
            posts: 0,
            answers: 0,
            is_aborted: false,
            is_dropped: false,
            deletes: 0,
            is_broken: false,
            trouble_since: None,
            bytes: 0,
            heard: 0,
            counted_at: self.now,
            growths: 0,
            flowed: false,
        });
        self.clients[client].sessions.push(index);
    }

    pub(crate) fn make_offer(&mut self, client: usize, peer: PeerId, restart: u32) {
        if let Some(index) = self.find_session(client, peer) {
            let offer = String::from(OFFER);
            let input = PeerInput::Offered { restart, offer };
            self.plan_media(OFFER_MS, index, MediaStep::Told(input));
        }
    }

    pub(crate) fn post(&mut self, client: usize, peer: PeerId, url: &str, authorization: String) {
        let Some(index) = self.find_session(client, peer) else { return };
        let session = &mut self.sessions[index];
        session.node = node_of(url).min(self.nodes.len() - 1);
        session.authorization = authorization;
        session.posts += 1;
        let hang_percent = self.setup.requests.hang_percent;
        if hang_percent > 0 && self.random.percent(hang_percent) {
            return self.plan_media(HANG_MS, index, MediaStep::Told(PeerInput::Answered(None)));
        }
        let after_ms = TRIPS_TO_NODE * self.trip_ms(client);
        self.plan_media(after_ms, index, MediaStep::Posted);
    }

    pub(crate) fn patch(&mut self, client: usize, peer: PeerId, restart: u32) {
        if let Some(index) = self.find_session(client, peer) {
            let after_ms = self.trip_ms(client);
            self.plan_media(after_ms, index, MediaStep::Patched(restart));
        }
    }

    pub(crate) fn take_answer(&mut self, client: usize, peer: PeerId, restart: u32) {
        let Some(index) = self.find_session(client, peer) else { return };
        let trip_ms = self.trip_ms(client);
        if restart == 0 {
            return self.plan_media(TRIPS_TO_MEDIA * trip_ms, index, MediaStep::Connected);
        }
        self.sessions[index].is_broken = false;
        self.watch_session(index);
        self.plan_media(2 * trip_ms, index, MediaStep::Restarted);
    }

    pub(crate) fn delete(&mut self, client: usize, url: &str) {
        // A session that an offer made beside the one in use ends by itself.
        let Some(index) = session_at(url).filter(|index| self.sessions[*index].is_dropped) else {
            return;
        };
        let after_ms = TRIPS_TO_NODE * self.trip_ms(client);
        self.plan_media(after_ms, index, MediaStep::Deleted);
    }

    pub(crate) fn close_peer(&mut self, client: usize, peer: PeerId) {
        let Some(index) = self.find_session(client, peer) else { return };
        self.clients[client].sessions.retain(|known| *known != index);
        let is_aborted = !self.random.percent(self.setup.stale_percent);
        let session = &mut self.sessions[index];
        session.is_dropped = true;
        session.is_aborted = is_aborted;
        if is_aborted {
            for _ in 0..std::mem::take(&mut session.posts) {
                self.deliver_soon(client, Input::Peer(peer, PeerInput::Answered(None)));
            }
        }
    }

    pub(crate) fn sample_peer(&mut self, client: usize, peer: PeerId) {
        if let Some(index) = self.find_session(client, peer) {
            self.plan_media(1, index, MediaStep::Sampled);
        }
    }

    pub(crate) fn on_media(&mut self, index: usize, step: MediaStep) {
        let is_of_a_request =
            matches!(step, MediaStep::Posted | MediaStep::Told(PeerInput::Answered(_)));
        let is_of_the_node = matches!(step, MediaStep::Deleted | MediaStep::Abandoned)
            || is_of_a_request && !self.sessions[index].is_aborted;
        if self.sessions[index].is_dropped && !is_of_the_node {
            return self.on_stale_media(index, step);
        }
        match step {
            MediaStep::Posted => self.on_posted(index),
            MediaStep::Connected => self.on_connected(index),
            MediaStep::Patched(restart) => self.on_patched(index, restart),
            MediaStep::Restarted if self.is_sound(index) => {
                self.tell_peer(index, PeerInput::Connected);
            }
            MediaStep::Restarted => {}
            MediaStep::Abandoned => self.on_abandoned(index),
            MediaStep::Deleted => self.on_deleted(index),
            MediaStep::Watched => self.on_watched(index),
            MediaStep::Told(input) => self.tell_peer(index, input),
            MediaStep::Sampled => self.on_sampled(index),
        }
    }

    fn plan_media(&mut self, after_ms: u64, index: usize, step: MediaStep) {
        self.queue.plan(self.now + after_ms, Happening::Media(index, step));
    }

    fn tell_peer(&mut self, index: usize, input: PeerInput) {
        let NodeSession { client, peer, .. } = self.sessions[index];
        if let PeerInput::Answered(_) = input {
            self.sessions[index].posts -= 1;
        }
        self.deliver(client, Input::Peer(peer, input));
    }

    /// The late events of a closed session may still reach the brain.
    fn on_stale_media(&mut self, index: usize, step: MediaStep) {
        if !self.random.percent(self.setup.stale_percent) {
            return;
        }
        let input = match step {
            MediaStep::Connected | MediaStep::Restarted => PeerInput::Connected,
            MediaStep::Patched(restart) => PeerInput::Patched { restart, reply: None },
            MediaStep::Told(PeerInput::Answered(_)) | MediaStep::Posted => return,
            MediaStep::Told(input) => input,
            MediaStep::Sampled => PeerInput::Received(self.sessions[index].bytes),
            MediaStep::Watched => PeerInput::Failed,
            MediaStep::Deleted | MediaStep::Abandoned => return,
        };
        self.tell_peer(index, input);
    }

    fn on_posted(&mut self, index: usize) {
        let NodeSession { client, node, .. } = self.sessions[index];
        if !self.clients[client].may_send() || !self.clients[client].may_receive() {
            // The request hangs. A browser gives up on it much later than the brain.
            return self.plan_media(HANG_MS, index, MediaStep::Told(PeerInput::Answered(None)));
        }
        if !self.nodes[node].is_up || self.clients[client].path.refuses {
            return self.reply(index, None);
        }
        if let Some((status, retry_after_ms)) = self.nodes[node].refuses.or(self.refusal(index)) {
            return self.reply(index, Some(Reply { status, retry_after_ms, ..Reply::default() }));
        }
        let session = &mut self.sessions[index];
        if session.at_node == AtNode::Unknown {
            session.at_node = AtNode::Posted;
            session.posted_at = self.now;
            self.nodes[node].sessions.push(index);
            self.plan_media(NODE_CONNECT_MS, index, MediaStep::Abandoned);
        } else if self.setup.requests.forgets_offers {
            session.answers += 1;
        }
        let reply = Reply {
            status: 201,
            body: ANSWER.into(),
            session: format!("https://session/{index}/{}", self.sessions[index].answers),
            can_restart: self.nodes[node].can_restart,
            ..Reply::default()
        };
        self.reply(index, Some(reply));
    }

    /// A node's reply to an offer is on its way.
    fn reply(&mut self, index: usize, reply: Option<Reply>) {
        let after_ms = self.reply_ms(index);
        self.plan_media(after_ms, index, MediaStep::Told(PeerInput::Answered(reply)));
    }

    /// How long a reply to a session's request takes.
    fn reply_ms(&mut self, index: usize) -> u64 {
        let trip_ms = self.trip_ms(self.sessions[index].client);
        match self.setup.requests.late_ms_max {
            0 => trip_ms,
            late_ms_max => trip_ms + self.random.between(0, late_ms_max),
        }
    }

    /// The node gives a session up that never connected.
    fn on_abandoned(&mut self, index: usize) {
        if self.sessions[index].at_node == AtNode::Posted {
            self.end_session_at_node(index);
        }
    }

    /// The status by which a node refuses an offer, if it does.
    fn refusal(&mut self, index: usize) -> Option<(u16, Option<u64>)> {
        let session = &self.sessions[index];
        let Some(grant) = read_media_token(&session.authorization) else {
            return Some((401, None));
        };
        let direction = match session.direction {
            Direction::Publish => holdfast_rooms::Direction::Publish,
            Direction::Play => holdfast_rooms::Direction::Play,
        };
        if grant.direction != direction || grant.stream != session.stream {
            return Some((403, None));
        }
        match self.server.rooms.check_media(&grant) {
            Ok(()) => {}
            Err(MediaRefusal::NotAllowed) => return Some((403, None)),
            Err(MediaRefusal::NotLive) => return Some((409, Some(1_000))),
        }
        if session.direction == Direction::Play && self.publisher(index).is_none() {
            return Some((409, Some(1_000)));
        }
        self.sessions[index].grant = Some(grant);
        None
    }

    /// The session that delivers a player's stream to its node.
    fn publisher(&self, player: usize) -> Option<usize> {
        let NodeSession { node, stream, .. } = &self.sessions[player];
        let mut sessions = self.nodes[*node].sessions.iter().rev().copied();
        sessions.find(|index| {
            let session = &self.sessions[*index];
            session.direction == Direction::Publish
                && session.stream == *stream
                && session.at_node == AtNode::Connected
        })
    }

    fn on_connected(&mut self, index: usize) {
        if self.sessions[index].at_node != AtNode::Posted || self.sessions[index].is_broken {
            return;
        }
        let NodeSession { client, node, posted_at, .. } = self.sessions[index];
        let device = &self.clients[client];
        if !device.may_send() || !device.may_receive() || !self.nodes[node].is_up {
            if self.now < posted_at + NODE_CONNECT_MS {
                self.plan_media(500, index, MediaStep::Connected);
            }
            return;
        }
        self.replace_publisher(index);
        self.sessions[index].at_node = AtNode::Connected;
        self.sessions[index].counted_at = self.now;
        self.tell_peer(index, PeerInput::Connected);
    }

    /// A second session of one claim replaces the first when it is connected.
    fn replace_publisher(&mut self, index: usize) {
        let session = &self.sessions[index];
        if session.direction == Direction::Play {
            return;
        }
        let (node, stream) = (session.node, session.stream.clone());
        for other in self.nodes[node].sessions.clone() {
            let known = &self.sessions[other];
            let is_same = known.direction == Direction::Publish && known.stream == stream;
            if other != index && is_same && known.at_node == AtNode::Connected {
                self.end_session_at_node(other);
            }
        }
    }

    fn on_patched(&mut self, index: usize, restart: u32) {
        let NodeSession { client, node, at_node, .. } = self.sessions[index];
        let device = &self.clients[client];
        if !device.may_send() || !device.may_receive() || !self.nodes[node].is_up {
            let input = PeerInput::Patched { restart, reply: None };
            return self.plan_media(HANG_MS, index, MediaStep::Told(input));
        }
        let reply = match at_node == AtNode::Connected && self.nodes[node].can_restart {
            true => Reply { status: 200, body: ANSWER.into(), ..Reply::default() },
            false => Reply { status: 405, ..Reply::default() },
        };
        let after_ms = self.reply_ms(index);
        let input = PeerInput::Patched { restart, reply: Some(reply) };
        self.plan_media(after_ms, index, MediaStep::Told(input));
    }

    fn on_deleted(&mut self, index: usize) {
        let client = self.sessions[index].client;
        let is_heard = self.clients[client].may_send() || self.sessions[index].deletes > 0;
        if is_heard {
            return self.end_session_at_node(index);
        }
        // The request is lost. The node notices that its checks are no longer answered.
        self.sessions[index].deletes += 1;
        self.plan_media(WATCH_MS[2], index, MediaStep::Deleted);
    }

    /// The node ends a session, and its client's browser may notice.
    pub(crate) fn end_session_at_node(&mut self, index: usize) {
        let session = &mut self.sessions[index];
        if matches!(session.at_node, AtNode::Unknown | AtNode::Ended) {
            return;
        }
        session.at_node = AtNode::Ended;
        let (client, node) = (session.client, session.node);
        self.nodes[node].sessions.retain(|known| *known != index);
        if self.sessions[index].is_dropped {
            return;
        }
        if self.clients[client].may_receive()
            && !self.random.percent(self.setup.ice.missing_percent)
        {
            let after_ms =
                self.trip_ms(client) + self.random.between(0, self.setup.ice.late_ms_max);
            self.plan_media(after_ms, index, MediaStep::Told(PeerInput::Failed));
        }
        self.watch_session(index);
    }

    /// Whether a session's packets get through, both ways.
    fn is_sound(&self, index: usize) -> bool {
        let session = &self.sessions[index];
        let device = &self.clients[session.client];
        session.at_node == AtNode::Connected
            && !session.is_broken
            && self.nodes[session.node].is_up
            && device.may_send()
            && device.may_receive()
    }

    /// Whether a session has any media to carry.
    fn is_brought(&self, index: usize) -> bool {
        let session = &self.sessions[index];
        let sends = |publisher| self.is_sound(publisher) && !self.silent.contains(&session.stream);
        session.direction == Direction::Publish || self.publisher(index).is_some_and(sends)
    }

    /// A session's path changed.
    fn watch_session(&mut self, index: usize) {
        if matches!(self.sessions[index].at_node, AtNode::Unknown | AtNode::Posted) {
            return;
        }
        if self.is_sound(index) {
            self.sessions[index].trouble_since = None;
        } else if self.sessions[index].trouble_since.is_none() {
            self.sessions[index].trouble_since = Some(self.now);
            for after_ms in WATCH_MS {
                self.plan_media(after_ms, index, MediaStep::Watched);
            }
        }
    }

    fn on_watched(&mut self, index: usize) {
        let Some(since) = self.sessions[index].trouble_since else { return };
        let lasted_ms = self.now - since;
        let late_ms = self.random.between(0, self.setup.ice.late_ms_max);
        let input = match lasted_ms {
            ms if ms >= WATCH_MS[2] => return self.end_session_at_node(index),
            ms if ms >= WATCH_MS[1] => {
                self.sessions[index].is_broken = true;
                PeerInput::Failed
            }
            ms if ms >= WATCH_MS[0] && !self.random.percent(self.setup.ice.missing_percent) => {
                PeerInput::Disconnected
            }
            _ => return,
        };
        self.plan_media(late_ms, index, MediaStep::Told(input));
    }

    /// A device's network or state changed.
    pub(crate) fn watch_client(&mut self, client: usize) {
        for at in 0..self.clients[client].sessions.len() {
            self.watch_session(self.clients[client].sessions[at]);
        }
    }

    /// A node failed or came back.
    pub(crate) fn watch_node(&mut self, node: usize) {
        for at in 0..self.nodes[node].sessions.len() {
            self.watch_session(self.nodes[node].sessions[at]);
        }
    }

    fn on_sampled(&mut self, index: usize) {
        let brings = self.is_brought(index);
        let is_sound = self.is_sound(index);
        let flows = brings && is_sound;
        let now = self.now;
        let session = &mut self.sessions[index];
        if flows {
            session.bytes += (now - session.counted_at) * BYTES_PER_MS;
            session.growths = if session.flowed { session.growths + 1 } else { 1 };
        }
        let path_ms = if is_sound { now - session.counted_at } else { 0 };
        session.heard += path_ms;
        session.flowed = flows;
        session.counted_at = now;
        let (direction, heard) = (session.direction, session.heard);
        let input = PeerInput::Received(session.bytes);
        if direction == Direction::Play {
            self.tell_peer(index, PeerInput::Heard(heard));
        }
        self.tell_peer(index, input);
    }

    /// Checks that a stop of flowing media is noticed, whatever the browser reports (MEDIA-09).
    pub(crate) fn look_at_media(&self, client: usize) -> Verdict {
        let device = &self.clients[client];
        for index in &device.sessions {
            let session = &self.sessions[*index];
            let Some(since) = session.trouble_since else { continue };
            let stall_ms = match session.direction {
                Direction::Publish => timing::QUIET_MS_MAX,
                // A short sleep looks like a pause of the media of the same length.
                Direction::Play if since < device.punctual_since + JUST_AWAKE_MS => {
                    timing::QUIET_MS_MAX
                }
                Direction::Play => timing::STALL_MS,
            };
            let is_proven = session.growths >= GROWTHS;
            let still_ms = self.now - since.max(device.punctual_since);
            let state = device.media_state(session.direction, &session.stream);
            let is_only =
                device.seen.resources.peers_of(session.direction, &session.stream).count() == 1;
            if is_proven
                && is_only
                && still_ms > stall_ms + 3 * timing::SAMPLE_MS + 500
                && state == MediaState::Flowing
            {
                let NodeSession { direction, stream, .. } = session;
                let what = format!("{direction:?} {stream:?} stands still for {still_ms} ms");
                return broken("MEDIA-09", what);
            }
        }
        Ok(())
    }

    /// Whether this peer of a device is carrying this stream's media right now.
    pub(crate) fn flows(&self, client: usize, peer: PeerId) -> bool {
        let Some(index) = self.find_session(client, peer) else { return false };
        let brings = self.is_brought(index);
        brings && self.is_sound(index)
    }

    pub(crate) fn find_session(&self, client: usize, peer: PeerId) -> Option<usize> {
        let mut sessions = self.clients[client].sessions.iter().rev();
        sessions.find(|index| self.sessions[**index].peer == peer).copied()
    }
}

/// The session at an address that a node has named.
fn session_at(url: &str) -> Option<usize> {
    url.strip_prefix("https://session/")?.split('/').next()?.parse().ok()
}
