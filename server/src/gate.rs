//! Who lets a media session be opened: the rooms, or on a media node the token alone.

use crate::hub::Hub;
use crate::media_token::{Holder, MediaToken};
use crate::sfu::{OpenError, Opened, Opening, Sfu};
use crate::token::Keys;
use holdfast_rooms::MediaGrant;
use std::sync::Arc;
use tokio::sync::oneshot;

/// What WHIP and WHEP need.
#[derive(Clone)]
pub(crate) struct Media {
    pub(crate) keys: Arc<Keys>,
    pub(crate) sfu: Sfu,
    pub(crate) gate: Gate,
}

/// Who decides.
#[derive(Clone)]
pub(crate) enum Gate {
    /// The rooms of this very server.
    Rooms(Hub),
    /// Nobody but the room server that made the token, a moment ago and somewhere else. It gives
    /// tokens to publish to a stream's owner only, so who has the newest is the owner.
    Tokens,
}

impl Media {
    /// Open a media session for a token that was found good.
    pub(crate) async fn open(&self, token: MediaToken, offer: String) -> Result<Opened, OpenError> {
        match &self.gate {
            Gate::Rooms(hub) => hub.open_media(token, offer).await,
            Gate::Tokens => self.open_by_token(token, offer).await,
        }
    }

    async fn open_by_token(&self, token: MediaToken, offer: String) -> Result<Opened, OpenError> {
        let MediaToken { holder, stream, direction, issued_ms, .. } = token;
        // A guest has to be seen in a room, and there is none here.
        let Holder::Session(session) = holder.clone() else {
            return Err(OpenError::NotAllowed);
        };
        let (reply, answer) = oneshot::channel();
        let grant = MediaGrant { session, stream, direction };
        self.sfu.open(Opening { grant, holder, issued_ms, guest: None, offer }, reply);
        answer.await.unwrap_or(Err(OpenError::Busy))
    }
}
