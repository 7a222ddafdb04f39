//! What a client asks for once it is in the room.

use super::{Direction, MediaEnd, MediaGrant, Membership, Mint, Output, Rooms, SessionId};
use holdfast_protocol::{
    Change, ClientMessage, CloseCode, Code, DeleteReason, Node, ServerMessage, id, limit,
};

impl<M: Mint> Rooms<M> {
    pub(super) fn on_request(&mut self, session: &SessionId, message: ClientMessage) {
        let (id, result) = match message {
            ClientMessage::Publish { id, stream, extra } => {
                (id, self.publish(session, &stream, extra).map(Some))
            }
            ClientMessage::Live { id, stream } => (id, self.live(session, &stream).map(|()| None)),
            ClientMessage::Unpublish { id, stream } => {
                (id, self.unpublish(session, &stream).map(|()| None))
            }
            ClientMessage::Play { id, stream } => (id, self.play(session, &stream).map(Some)),
            ClientMessage::Ping { n } => return self.send(session, ServerMessage::Pong { n }),
            ClientMessage::Logout => return self.log_out(session),
        };
        let reply = match result {
            Ok(Some(node)) => ServerMessage::Nodes { id, nodes: vec![node] },
            Ok(None) => done(id, Code::OK, String::new()),
            Err(code) => {
                tracing::info!(session = %session, request = id, code = code.0, "refused");
                done(id, code, code.message().to_owned())
            }
        };
        self.send(session, reply);
    }

    /// Claims the ID for the session, app-wide (PUB-03). Asking again is how a publisher gets a
    /// fresh token, so a claim of one's own is no error and stays as live as it was.
    fn publish(&mut self, by: &SessionId, stream: &str, extra: String) -> Result<Node, Code> {
        id::check_stream_id(stream)?;
        id::check_extra_info(&extra)?;
        let session = self.sessions.get_mut(by).ok_or(Code::NOT_IN_ROOM)?;
        if !session.grants.publish {
            return Err(Code::PUBLISH_REFUSED);
        }
        if self.claims.get(stream).is_some_and(|holder| holder != by) {
            return Err(Code::STREAM_ID_TAKEN);
        }
        let is_new = !session.streams.contains_key(stream);
        if is_new && session.streams.len() >= limit::USER_STREAMS_MAX {
            return Err(Code::PUBLISH_REFUSED);
        }
        let claim = session.streams.entry(stream.to_owned()).or_default();
        if !claim.live {
            claim.extra = extra;
        }
        tracing::info!(session = %by, stream, live = claim.live, "stream claimed");
        self.claims.insert(stream.to_owned(), by.clone());
        Ok(self.node(by, stream, Direction::Publish))
    }

    fn live(&mut self, by: &SessionId, stream: &str) -> Result<(), Code> {
        let session = self.sessions.get_mut(by).ok_or(Code::NOT_IN_ROOM)?;
        let claim = session.streams.get_mut(stream).ok_or(Code::STREAM_NOT_FOUND)?;
        if claim.live {
            return Ok(());
        }
        claim.live = true;
        tracing::info!(session = %by, stream, "stream live");
        let streams = session.live_streams().filter(|live| live.id == stream).collect();
        self.tell_streams(by, Change::Add, streams, None);
        Ok(())
    }

    fn unpublish(&mut self, by: &SessionId, stream: &str) -> Result<(), Code> {
        let session = self.sessions.get_mut(by).ok_or(Code::NOT_IN_ROOM)?;
        let streams = session.live_streams().filter(|live| live.id == stream).collect::<Vec<_>>();
        session.streams.remove(stream).ok_or(Code::STREAM_NOT_FOUND)?;
        self.claims.remove(stream);
        tracing::info!(session = %by, stream, "stream given up");
        if !streams.is_empty() {
            self.tell_streams(by, Change::Delete, streams, Some(DeleteReason::STOPPED));
        }
        self.outputs.push_back(Output::EndMedia(MediaEnd::Stream(stream.to_owned())));
        Ok(())
    }

    fn play(&mut self, by: &SessionId, stream: &str) -> Result<Node, Code> {
        id::check_stream_id(stream)?;
        let session = self.sessions.get(by).ok_or(Code::NOT_IN_ROOM)?;
        if !session.grants.play {
            return Err(Code::PLAY_REFUSED);
        }
        if !self.is_live(&session.room, stream) {
            return Err(Code::STREAM_NOT_FOUND);
        }
        Ok(self.node(by, stream, Direction::Play))
    }

    fn node(&mut self, session: &SessionId, stream: &str, direction: Direction) -> Node {
        let endpoint = match direction {
            Direction::Publish => "whip",
            Direction::Play => "whep",
        };
        let grant = MediaGrant { session: session.clone(), stream: stream.to_owned(), direction };
        Node { url: format!("/{endpoint}/{stream}"), token: self.mint.media_token(&grant) }
    }

    fn log_out(&mut self, id: &SessionId) {
        tracing::info!(session = %id, "logged out");
        self.send(id, ServerMessage::Bye);
        if let Some(link) = self.sessions.get(id).and_then(|session| session.link()) {
            self.close(link, CloseCode::LOGGED_OUT, "logged out".to_owned());
        }
        self.end_session(id, DeleteReason::STOPPED, Membership::Ends);
    }
}

fn done(id: u32, code: Code, message: String) -> ServerMessage {
    ServerMessage::Done { id, code, message }
}
