//! The requests of a client that is in the room.

use super::{Direction, MediaGrant, Mint, Rooms, SessionId};
use holdfast_protocol::sabotage::{self, Mutant};
use holdfast_protocol::{
    Change, ClientMessage, Code, DeleteReason, Node, ServerMessage, id, limit,
};

/// The result of a successful request.
enum Reply {
    Nodes(Vec<Node>),
    /// The number of the event that it caused; 0 = none.
    Done(u32),
}

impl<M: Mint> Rooms<M> {
    pub(super) fn on_request(&mut self, session: &SessionId, message: ClientMessage) {
        let (id, result) = match message {
            ClientMessage::Publish { id, stream, extra, muted } => {
                (id, self.publish(session, &stream, extra, muted).map(Reply::Nodes))
            }
            ClientMessage::Live { id, stream, node } => {
                (id, self.live(session, &stream, &node).map(|()| Reply::Done(0)))
            }
            ClientMessage::Unpublish { id, stream } => {
                (id, self.unpublish(session, &stream).map(|()| Reply::Done(0)))
            }
            ClientMessage::Play { id, stream } => {
                (id, self.play(session, &stream).map(Reply::Nodes))
            }
            ClientMessage::Broadcast { id, text } => {
                (id, self.broadcast(session, id, text).map(Reply::Done))
            }
            ClientMessage::Barrage { id, text } => {
                (id, self.barrage(session, text).map(|()| Reply::Done(0)))
            }
            ClientMessage::Command { id, text, to } => {
                (id, self.command(session, id, text, to).map(Reply::Done))
            }
            ClientMessage::SetRoomExtra { id, key, value } => {
                (id, self.set_room_extra(session, key, value).map(Reply::Done))
            }
            ClientMessage::SetStreamExtra { id, stream, extra } => {
                (id, self.set_stream_extra(session, &stream, extra).map(Reply::Done))
            }
            ClientMessage::SetMuted { id, stream, muted } => {
                (id, self.set_muted(session, &stream, muted).map(Reply::Done))
            }
            // Checked by the caller and passed in as `Input::TokenRenewed`.
            ClientMessage::Renew { id, .. } => (id, Err(Code::BAD_MESSAGE)),
            ClientMessage::Ping { n } => return self.send(session, ServerMessage::Pong { n }),
            ClientMessage::Logout => return self.log_out(session),
        };
        let done = |code, message, seq| ServerMessage::Done { id, code, message, seq };
        let reply = match result {
            Ok(Reply::Nodes(nodes)) => ServerMessage::Nodes { id, nodes },
            Ok(Reply::Done(seq)) => done(Code::OK, String::new(), seq),
            Err(code) => {
                tracing::debug!(session = %session, request = id, code = code.0, "refused");
                done(code, code.message().to_owned(), 0)
            }
        };
        self.send(session, reply);
    }

    /// Claims the ID for the session, app-wide (PUB-03). A publisher asks again to get a fresh
    /// token, so a claim that it already holds is no error and stays as live as it was.
    fn publish(
        &mut self,
        by: &SessionId,
        stream: &str,
        extra: String,
        muted: u8,
    ) -> Result<Vec<Node>, Code> {
        id::check_stream_id(stream)?;
        id::check_extra_info(&extra)?;
        let session = self.sessions.get_mut(by).ok_or(Code::NOT_IN_ROOM)?;
        if !session.grants.publish {
            return Err(Code::PUBLISH_REFUSED);
        }
        if session.forbidden.contains(stream) {
            return Err(Code::PUBLISH_FORBIDDEN);
        }
        let is_taken = self.claims.get(stream).is_some_and(|holder| holder != by);
        if is_taken && !sabotage::is(Mutant::ShareStreamId) {
            return Err(Code::STREAM_ID_TAKEN);
        }
        let is_new = !session.streams.contains_key(stream);
        if is_new && session.streams.len() >= limit::USER_STREAMS_MAX {
            return Err(Code::PUBLISH_REFUSED);
        }
        if self.settings.nodes.is_empty() {
            return Err(Code::PUBLISH_NO_NODE);
        }
        if is_new && let Some(room) = self.rooms.get_mut(&session.room) {
            if room.has_all_streams() {
                return Err(Code::PUBLISH_REFUSED);
            }
            room.streams += 1;
        }
        let claim = session.streams.entry(stream.to_owned()).or_default();
        if !claim.live {
            (claim.extra, claim.muted) = (extra, muted);
        }
        tracing::debug!(session = %by, stream, live = claim.live, "stream claimed");
        self.claims.insert(stream.to_owned(), by.clone());
        let nodes = 0..self.settings.nodes.len();
        Ok(nodes.filter_map(|node| self.node(node, by, stream, Direction::Publish)).collect())
    }

    /// Shows a stream to the others, or moves it to another node. A move is not told: players ask
    /// again when their node no longer has the stream.
    pub(super) fn live(&mut self, by: &SessionId, stream: &str, node: &str) -> Result<(), Code> {
        let session = self.sessions.get_mut(by).ok_or(Code::NOT_IN_ROOM)?;
        let claim = session.streams.get_mut(stream).ok_or(Code::STREAM_NOT_FOUND)?;
        let shows = &mut self.allowances.of(&session.user.id, self.now).shows;
        if !claim.live && !shows.take(self.now, 1) {
            return Err(Code::MESSAGE_TOO_FREQUENT);
        }
        let mut nodes = self.settings.nodes.iter();
        claim.node = nodes.position(|known| known == node).unwrap_or(0);
        if claim.live {
            return Ok(());
        }
        claim.live = true;
        tracing::info!(session = %by, stream, "stream live");
        let streams = session.live_stream(stream).into_iter().collect();
        self.tell_streams(by, Change::Add, streams, None);
        Ok(())
    }

    fn unpublish(&mut self, by: &SessionId, stream: &str) -> Result<(), Code> {
        let session = self.sessions.get_mut(by).ok_or(Code::NOT_IN_ROOM)?;
        let claim = session.streams.get(stream).ok_or(Code::STREAM_NOT_FOUND)?;
        if claim.live {
            // Never refused, or the others would keep a stream that is gone.
            self.allowances.of(&session.user.id, self.now).shows.charge(self.now, 1);
        }
        self.end_stream(by, stream, DeleteReason::STOPPED);
        Ok(())
    }

    fn play(&mut self, by: &SessionId, stream: &str) -> Result<Vec<Node>, Code> {
        id::check_stream_id(stream)?;
        let session = self.sessions.get(by).ok_or(Code::NOT_IN_ROOM)?;
        if !session.grants.play {
            return Err(Code::PLAY_REFUSED);
        }
        let node = self.live_at(&session.room, stream).ok_or(Code::STREAM_NOT_FOUND)?;
        let node = self.node(node, by, stream, Direction::Play);
        Ok(vec![node.ok_or(Code::STREAM_NOT_FOUND)?])
    }

    fn node(
        &mut self,
        node: usize,
        session: &SessionId,
        stream: &str,
        direction: Direction,
    ) -> Option<Node> {
        let name = self.settings.nodes.get(node)?;
        let user = &self.sessions.get(session)?.user.id;
        let grant = MediaGrant { session: session.clone(), stream: stream.to_owned(), direction };
        self.mint.node(name, user, &grant)
    }
}
