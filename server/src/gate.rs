//! Who lets a media session be opened: the rooms, or on a media node the token alone.

use crate::hub::Hub;
use crate::media_pace::MediaPace;
use crate::media_token::{Holder, MediaToken};
use crate::sfu::{Draft, OpenError, Opened, Opening, Sfu};
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
    pub(crate) pace: Arc<MediaPace>,
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
    pub(crate) fn new(keys: Arc<Keys>, sfu: Sfu, gate: Gate) -> Media {
        Media { keys, sfu, gate, pace: Arc::default() }
    }

    /// Open a media session for a token that was found good.
    pub(crate) async fn open(&self, token: MediaToken, offer: String) -> Result<Opened, OpenError> {
        let draft = self.sfu.answer(offer, &token).await?;
        match &self.gate {
            Gate::Rooms(hub) => hub.open_media(token, draft).await,
            Gate::Tokens => self.open_by_token(token, draft).await,
        }
    }

    async fn open_by_token(
        &self,
        token: MediaToken,
        draft: Box<Draft>,
    ) -> Result<Opened, OpenError> {
        let MediaToken { holder, stream, direction, issued_ms, .. } = token;
        // A guest has to be seen in a room, and there is none here.
        let Holder::Session { id: session, .. } = holder.clone() else {
            return Err(OpenError::NotAllowed);
        };
        let (reply, answer) = oneshot::channel();
        let grant = MediaGrant { session, stream, direction };
        self.sfu.open(Opening { grant, holder, issued_ms, guest: None, draft }, reply);
        answer.await.unwrap_or(Err(OpenError::Busy))
    }
}
