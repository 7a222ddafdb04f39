//! Decides whether a media session may be opened: by the rooms, or on a media node by the token
//! alone.

use crate::hub::Hub;
use crate::media_pace::MediaPace;
use crate::media_token::{Holder, MediaToken};
use crate::sfu::{Draft, OpenError, Opened, Opening, Sfu};
use crate::token::Keys;
use holdfast_rooms::MediaGrant;
use std::sync::Arc;
use tokio::sync::oneshot;

/// What the WHIP and WHEP handlers need.
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
    /// The rooms of this server.
    Rooms(Hub),
    /// The token alone. A room server made it a moment ago, elsewhere, and gives tokens to publish
    /// only to a stream's owner, so the newest token is the owner's.
    Tokens,
}

impl Media {
    pub(crate) fn new(keys: Arc<Keys>, sfu: Sfu, gate: Gate) -> Media {
        Media { keys, sfu, gate, pace: Arc::default() }
    }

    /// Open a media session for a valid token.
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
        // A guest must show up in a room, and there are no rooms here.
        let Holder::Session { id: session, .. } = holder.clone() else {
            return Err(OpenError::NotAllowed);
        };
        let (reply, answer) = oneshot::channel();
        let grant = MediaGrant { session, stream, direction };
        self.sfu.open(Opening { grant, holder, issued_ms, guest: None, draft }, reply);
        answer.await.unwrap_or(Err(OpenError::Busy))
    }
}
