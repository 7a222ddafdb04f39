//! One m-line of a session.

use super::hold::Hold;
use super::loss::Losses;
use super::rewrite::Rewrite;
use str0m::format::PayloadParams;
use str0m::media::{MediaKind, Mid, Rid};

/// A track of a session: an accepted m-line.
pub(super) struct Track {
    pub(super) mid: Mid,
    pub(super) kind: MediaKind,
    /// The format that arrived last, or that is expected first (publisher).
    pub(super) params: PayloadParams,
    /// The simulcast layer that is forwarded, if there are layers.
    pub(super) layer: Option<Rid>,
    /// Which packets are missing (publisher).
    pub(super) losses: Losses,
    /// Continuous numbering and timestamps (player).
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
