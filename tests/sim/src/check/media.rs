//! States of publishers and players (PUB-01 to PUB-07, PLAY-01 to PLAY-08).

use super::{Verdict, broken};
use holdfast_protocol::{Code, timing};
use holdfast_rtc::machine::{Direction, MediaState, PeerId};

#[derive(Debug)]
struct Told {
    direction: Direction,
    stream: String,
    state: MediaState,
    code: Code,
    /// When it failed, if that ended it while the room went on; in the client's time.
    failed_at: Option<u64>,
    /// The peer whose tracks the app's stream has.
    attached: Option<PeerId>,
    /// Since when it has been requested; in the client's time.
    since: u64,
    /// How many times in a row the app was told that it plays while no media came.
    without_media: u32,
}

/// A fresh session may turn out to carry nothing, but not many times in a row.
const WITHOUT_MEDIA_MAX: u32 = 3;

/// The states that an app was told of its publishers and players.
#[derive(Debug, Default)]
pub(crate) struct MediaCheck {
    told: Vec<Told>,
    /// Streams the room has accepted as live, with the request that asked for it.
    announced: Vec<(u32, String, bool)>,
}

impl MediaCheck {
    pub(crate) fn state(&self, direction: Direction, stream: &str) -> MediaState {
        self.find(direction, stream).map_or(MediaState::Stopped, |told| told.state)
    }

    /// The server has forgotten the session, or a new one begins.
    pub(crate) fn forget_announced(&mut self) {
        self.announced.clear();
    }

    /// A new login: earlier failures no longer count.
    pub(crate) fn on_login(&mut self) {
        self.forget_announced();
        self.told.iter_mut().for_each(|told| told.failed_at = None);
    }

    pub(crate) fn on_live(&mut self, request: u32, stream: &str) {
        self.announced.push((request, stream.to_owned(), false));
    }

    pub(crate) fn on_done(&mut self, request: u32, code: Code) {
        for (asked, _, is_accepted) in &mut self.announced {
            *is_accepted |= *asked == request && code == Code::OK;
        }
    }

    pub(crate) fn on_attach(&mut self, direction: Direction, stream: &str, peer: PeerId) {
        if let Some(told) = self.find_mut(direction, stream) {
            told.attached = Some(peer);
        }
    }

    pub(crate) fn attached(&self, direction: Direction, stream: &str) -> Option<PeerId> {
        self.find(direction, stream).and_then(|told| told.attached)
    }

    /// The app is told that a player plays; `flows` is whether media really flows.
    pub(crate) fn on_playing(&mut self, stream: &str, flows: bool) -> Verdict {
        let Some(told) = self.find_mut(Direction::Play, stream) else { return Ok(()) };
        told.without_media = if flows { 0 } else { told.without_media + 1 };
        match told.without_media > WITHOUT_MEDIA_MAX {
            true => broken("PLAY-04", format!("{stream:?} PLAYING again and again with no media")),
            false => Ok(()),
        }
    }

    /// A session is opened.
    pub(crate) fn on_try(&self, now: u64, direction: Direction, stream: &str) -> Verdict {
        let failed_at = self.find(direction, stream).and_then(|told| told.failed_at);
        match failed_at.filter(|at| now < at + timing::RESTART_PAUSE_MS) {
            Some(at) => {
                let what =
                    format!("{direction:?} {stream:?} tried {} ms after it failed", now - at);
                broken("PUB-07", what)
            }
            None => Ok(()),
        }
    }

    /// An end while the browser reports no network, or while there is no room: failed tries must
    /// not be the reason (PUB-05), unless the window is over as well.
    pub(crate) fn check_end(
        &self,
        now: u64,
        (direction, stream): (Direction, &str),
        code: Code,
        window_ms: u64,
    ) -> Verdict {
        let is_over = self.find(direction, stream).is_none_or(|told| {
            told.state == MediaState::Requesting && now - told.since + LAST_TRY_MS >= window_ms
        });
        match is_failure(code) && !is_over {
            true => broken("PUB-05", format!("{stream:?} gives up with {} offline", code.0)),
            false => Ok(()),
        }
    }

    /// `publisherStateUpdate` or `playerStateUpdate`.
    pub(crate) fn on_state(
        &mut self,
        now: u64,
        (direction, stream): (Direction, &str),
        state: MediaState,
        code: Code,
        is_in_room: bool,
    ) -> Verdict {
        let known = self.find_mut(direction, stream).map(|told| (told.state, told.code));
        if known == Some((state, code)) {
            let what = format!("{direction:?} {stream:?} is told {state:?} {} twice", code.0);
            return broken("PUB-01", what);
        }
        if known.is_none() {
            let stream = stream.to_owned();
            self.told.push(Told {
                direction,
                stream,
                state,
                code,
                failed_at: None,
                attached: None,
                since: now,
                without_media: 0,
            });
        }
        let was_announced = self.announced.iter().any(|(_, known, ok)| *ok && known == stream);
        let Some(told) = self.find_mut(direction, stream) else {
            return Ok(());
        };
        if told.state != MediaState::Requesting {
            told.since = now;
        }
        (told.state, told.code) = (state, code);
        match state {
            MediaState::Stopped => {
                told.failed_at = (code != Code::OK && is_in_room).then_some(now);
                told.attached = None;
                told.without_media = 0;
            }
            MediaState::Flowing => told.failed_at = None,
            MediaState::Requesting => {}
        }
        if state == MediaState::Flowing && direction == Direction::Publish && !was_announced {
            return broken("PUB-02", format!("{stream:?} PUBLISHING before the room knew"));
        }
        Ok(())
    }

    fn find(&self, direction: Direction, stream: &str) -> Option<&Told> {
        self.told.iter().find(|told| told.direction == direction && told.stream == stream)
    }

    fn find_mut(&mut self, direction: Direction, stream: &str) -> Option<&mut Told> {
        self.told.iter_mut().find(|told| told.direction == direction && told.stream == stream)
    }
}

/// The longest wait that may no longer have fitted into the window.
const LAST_TRY_MS: u64 = 20_000;

/// Whether a code says that a try at a node failed.
fn is_failure(code: Code) -> bool {
    let publish = [
        Code::PUBLISH_NO_NODE,
        Code::PUBLISH_SESSION,
        Code::PUBLISH_OFFER,
        Code::PUBLISH_ANSWER,
        Code::PUBLISH_ICE,
        Code::PUBLISH_TIMEOUT,
    ];
    let play = [
        Code::PLAY_SESSION,
        Code::PLAY_OFFER,
        Code::PLAY_ANSWER,
        Code::PLAY_ICE,
        Code::PLAY_TIMEOUT,
    ];
    publish.contains(&code) || play.contains(&code)
}
