//! What one m-line of a session carries.

use super::hold::Hold;
use super::loss::Losses;
use super::rewrite::Rewrite;
use str0m::format::PayloadParams;
use str0m::media::{MediaKind, Mid, Rid};

/// A track of a session: an accepted m-line.
pub(super) struct Track {
    pub(super) mid: Mid,
    pub(super) kind: MediaKind,
    /// What came in last, or is expected to come in first (publisher).
    pub(super) params: PayloadParams,
    /// The simulcast layer that is forwarded, if there are layers.
    pub(super) layer: Option<Rid>,
    /// What of it is missing (publisher).
    pub(super) losses: Losses,
    /// How it goes on (player).
    pub(super) rewrite: Rewrite,
    pub(super) hold: Hold,
}

impl Track {
    pub(super) fn new(mid: Mid, kind: MediaKind, params: PayloadParams) -> Track {
        Track {
            mid,
            kind,
            params,
            layer: None,
            losses: Losses::default(),
            rewrite: Rewrite::default(),
            hold: Hold::on(),
        }
    }
}
