//! The history of states, tries and recoveries, for apps that log or draw it (BEY-02).

use super::event::{layer_word, retry_object};
use crate::machine::{Event, Layer, MediaState, RoomReason};
use crate::web::object::{get, join, object, set};
use crate::web::page_time_ms;
use holdfast_protocol::Code;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Entries kept; older ones are dropped.
const ENTRIES_MAX: u32 = 500;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = measure, catch)]
    fn measure(name: &JsValue, span: &JsValue) -> Result<JsValue, JsValue>;
}

/// How a room, publisher or player is doing.
enum Health {
    Well,
    Trying,
    Over,
}

pub(crate) struct Timeline {
    entries: Array,
    /// By measure name: true for what is well, when it was lost for what is not.
    lost: Object,
}

impl Default for Timeline {
    fn default() -> Timeline {
        Timeline { entries: Array::new(), lost: Object::new() }
    }
}

impl Timeline {
    /// A copy of the entries, oldest first.
    pub(crate) fn entries(&self) -> Array {
        self.entries.slice(0, ENTRIES_MAX)
    }

    /// Writes down an event, if it is one of a state or a try.
    pub(crate) fn add(&self, event: &Event) {
        match event {
            Event::RoomState { room, reason, code, .. } => {
                use RoomReason::*;
                let health = match reason {
                    Logined | Reconnected => Health::Well,
                    Logining | Reconnecting => Health::Trying,
                    _ => Health::Over,
                };
                self.add_state(Layer::Room, room, reason.name(), *code, health);
            }
            Event::MediaState { direction, stream, state, code } => {
                let health = match state {
                    MediaState::Flowing => Health::Well,
                    MediaState::Requesting => Health::Trying,
                    MediaState::Stopped => Health::Over,
                };
                let name = state.name(*direction);
                self.add_state((*direction).into(), stream, name, *code, health);
            }
            Event::Retry(update) => self.push(&retry_object(update)),
            _ => {}
        }
    }

    fn add_state(&self, layer: Layer, id: &str, state: &str, code: Code, health: Health) {
        let layer = layer_word(layer);
        let entry = object(&[
            ("layer", layer.into()),
            ("id", id.into()),
            ("state", state.into()),
            ("errorCode", code.0.into()),
        ]);
        let name = join(&["holdfast:", layer, " ", id]);
        if let Some(duration_ms) = self.recovery(&name, health) {
            set(&entry, "durationMs", &duration_ms.into());
        }
        self.push(&entry);
    }

    /// How long the loss lasted that has just ended, which is also made a User Timing measure.
    fn recovery(&self, name: &str, health: Health) -> Option<f64> {
        let now_ms = page_time_ms();
        let before = get(&self.lost, name);
        match health {
            Health::Well => set(&self.lost, name, &JsValue::TRUE),
            Health::Trying => {
                if before == JsValue::TRUE {
                    set(&self.lost, name, &now_ms.into());
                }
                return None;
            }
            Health::Over => {
                let _ = Reflect::delete_property(&self.lost, &name.into());
                return None;
            }
        }
        let lost_at_ms = before.as_f64()?;
        let span = object(&[("start", lost_at_ms.into()), ("end", now_ms.into())]);
        // Some page may have put something else in its place; it is only for people to look at.
        let _ = measure(&name.into(), &span);
        Some(now_ms - lost_at_ms)
    }

    fn push(&self, entry: &JsValue) {
        set(entry, "atMs", &page_time_ms().into());
        if self.entries.push(entry) > ENTRIES_MAX {
            self.entries.shift();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Direction;
    use crate::machine::{RetryCause, RetryUpdate};
    use wasm_bindgen_test::wasm_bindgen_test;

    fn room(reason: RoomReason, code: Code) -> Event {
        Event::RoomState { room: "r".into(), reason, code, message: String::new() }
    }

    fn player(state: MediaState, code: Code) -> Event {
        Event::MediaState { direction: Direction::Play, stream: "s".into(), state, code }
    }

    fn retry(attempt: u32) -> Event {
        Event::Retry(RetryUpdate {
            layer: Layer::Room,
            id: "r".into(),
            cause: RetryCause::Remote,
            attempt,
            wait_ms: 250,
            elapsed_ms: 1_000,
            window_ms: 1_200_000,
        })
    }

    /// The states, and whether a recovery was measured.
    fn recoveries(timeline: &Timeline) -> Vec<(String, bool)> {
        let mut recoveries = Vec::new();
        for entry in timeline.entries().iter() {
            let is_recovery = get(&entry, "durationMs").as_f64().is_some_and(|ms| ms >= 0.0);
            recoveries.push((get(&entry, "state").as_string().unwrap_or_default(), is_recovery));
        }
        recoveries
    }

    #[wasm_bindgen_test]
    fn bey_02_only_a_loss_that_ends_well_is_a_recovery() {
        let timeline = Timeline::default();
        for event in [
            room(RoomReason::Logining, Code::OK),
            room(RoomReason::Logined, Code::OK),
            player(MediaState::Requesting, Code::OK),
            // Never played yet: no loss.
            player(MediaState::Requesting, Code::PLAY_ICE),
            player(MediaState::Flowing, Code::OK),
            room(RoomReason::Reconnecting, Code::NETWORK_BROKEN),
            player(MediaState::Requesting, Code::PLAY_ICE),
            player(MediaState::Requesting, Code::PLAY_TIMEOUT),
            room(RoomReason::Reconnected, Code::OK),
            player(MediaState::Flowing, Code::OK),
            player(MediaState::Requesting, Code::PLAY_ICE),
            player(MediaState::Stopped, Code::PLAY_WINDOW_ENDED),
            player(MediaState::Requesting, Code::OK),
            player(MediaState::Flowing, Code::OK),
        ] {
            timeline.add(&event);
        }
        let expected = [
            ("LOGINING", false),
            ("LOGINED", false),
            ("PLAY_REQUESTING", false),
            ("PLAY_REQUESTING", false),
            ("PLAYING", false),
            ("RECONNECTING", false),
            ("PLAY_REQUESTING", false),
            ("PLAY_REQUESTING", false),
            ("RECONNECTED", true),
            ("PLAYING", true),
            ("PLAY_REQUESTING", false),
            ("NO_PLAY", false),
            ("PLAY_REQUESTING", false),
            ("PLAYING", false),
        ];
        assert_eq!(recoveries(&timeline), expected.map(|(state, is)| (state.to_owned(), is)));
        let performance = web_sys::window().and_then(|window| window.performance()).unwrap();
        for name in ["holdfast:room r", "holdfast:play s"] {
            assert_eq!(performance.get_entries_by_name(name).length(), 1, "{name}");
        }
    }

    #[wasm_bindgen_test]
    fn bey_02_a_recovery_is_measured_from_the_loss_not_from_the_last_try() {
        let timeline = Timeline::default();
        let name = "holdfast:play s";
        timeline.add(&player(MediaState::Flowing, Code::OK));
        timeline.add(&player(MediaState::Requesting, Code::PLAY_ICE));
        let lost_at_ms = get(&timeline.lost, name).as_f64().unwrap();
        set(&timeline.lost, name, &(lost_at_ms - 5_000.0).into());
        timeline.add(&player(MediaState::Requesting, Code::PLAY_TIMEOUT));
        timeline.add(&player(MediaState::Flowing, Code::OK));
        let duration_ms = get(&timeline.entries().get(3), "durationMs").as_f64().unwrap();
        assert!((5_000.0..6_000.0).contains(&duration_ms), "{duration_ms}");
    }

    #[wasm_bindgen_test]
    fn bey_02_the_timeline_keeps_the_last_500() {
        let timeline = Timeline::default();
        for attempt in 1..=600 {
            timeline.add(&retry(attempt));
        }
        let entries = timeline.entries();
        assert_eq!(entries.length(), 500);
        assert_eq!(get(&entries.get(0), "attempt"), 101);
        assert_eq!(get(&entries.get(499), "attempt"), 600);
        entries.set_length(0);
        assert_eq!(timeline.entries().length(), 500, "the app gets a copy");
    }
}
