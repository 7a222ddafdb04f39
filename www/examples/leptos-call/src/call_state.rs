//! What the page shows of a call, made from the engine's events. It knows neither Leptos nor the
//! engine.

use holdfast_rtc::{Code, Event, Layer, MediaState, RetryCause, RetryUpdate, RoomReason};
use web_sys::MediaStream;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    #[default]
    Joining,
    In,
    Over,
}

/// One person's stream.
#[derive(Clone)]
pub struct Tile {
    pub stream: String,
    pub name: String,
    pub is_own: bool,
    pub state: MediaState,
    /// Once it has played: reconnects keep it.
    pub media: Option<MediaStream>,
}

/// A try that follows a loss, with times of the page's clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Retry {
    pub layer: Layer,
    pub id: String,
    pub attempt: u32,
    pub next_at_ms: f64,
    pub began_at_ms: f64,
    pub window_ms: f64,
}

#[derive(Default)]
pub struct CallState {
    pub phase: Phase,
    pub fault: String,
    pub tiles: Vec<Tile>,
    retries: Vec<Retry>,
}

impl CallState {
    /// Takes an event that came at this time of the page's clock.
    pub fn take(&mut self, event: &Event, now_ms: f64) {
        match event {
            Event::RoomState { room, state, code, .. } => self.take_room(room, *state, *code),
            Event::StreamsAdded { streams, .. } => {
                for stream in streams {
                    let (id, name) = (stream.id.clone(), stream.user.name.clone());
                    let state = MediaState::Requesting;
                    self.add(Tile { stream: id, name, is_own: false, state, media: None });
                }
            }
            Event::StreamsRemoved { streams, .. } => {
                for stream in streams {
                    self.tiles.retain(|tile| tile.stream != stream.id);
                    self.end_retry(&stream.id);
                }
            }
            Event::PublisherState { stream, state, .. }
            | Event::PlayerState { stream, state, .. } => {
                if let Some(tile) = self.tile_mut(stream) {
                    tile.state = *state;
                }
                if *state != MediaState::Requesting {
                    self.end_retry(stream);
                }
            }
            Event::Retry(update) => self.take_retry(update, now_ms),
            _ => {}
        }
    }

    /// Adds a tile, in the place of an older one of the same stream.
    pub fn add(&mut self, tile: Tile) {
        self.tiles.retain(|old| old.stream != tile.stream);
        self.tiles.push(tile);
    }

    pub fn tile(&self, stream: &str) -> Option<&Tile> {
        self.tiles.iter().find(|tile| tile.stream == stream)
    }

    pub fn tile_mut(&mut self, stream: &str) -> Option<&mut Tile> {
        self.tiles.iter_mut().find(|tile| tile.stream == stream)
    }

    /// The outage to show in the banner: the room's before a stream's. None if all is well.
    pub fn worst_retry(&self) -> Option<&Retry> {
        let is_room = |retry: &&Retry| retry.layer == Layer::Room;
        self.retries.iter().find(is_room).or_else(|| self.retries.first())
    }

    fn take_room(&mut self, room: &str, state: RoomReason, code: Code) {
        match state {
            RoomReason::Logining | RoomReason::Reconnecting => return,
            RoomReason::Logined | RoomReason::Reconnected => self.phase = Phase::In,
            _ => {
                self.phase = Phase::Over;
                self.retries.clear();
                if code != Code::OK {
                    self.fault = format!("{} ({})", code.message(), code.0);
                }
            }
        }
        self.end_retry(room);
    }

    /// A first try is no outage.
    fn take_retry(&mut self, update: &RetryUpdate, now_ms: f64) {
        if update.cause == RetryCause::Start {
            return;
        }
        self.end_retry(&update.id);
        self.retries.push(Retry {
            layer: update.layer,
            id: update.id.clone(),
            attempt: update.attempt,
            next_at_ms: now_ms + update.wait_ms as f64,
            began_at_ms: now_ms - update.elapsed_ms as f64,
            window_ms: update.window_ms as f64,
        });
    }

    fn end_retry(&mut self, id: &str) {
        self.retries.retain(|retry| retry.id != id);
    }
}
