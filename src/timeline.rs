//! The history of states, tries and recoveries, for apps that log or draw it (BEY-02).

use crate::events::RetryInfo;
#[cfg(any(test, feature = "dev"))]
use crate::faults::Fault;
use crate::machine::{Event, Layer, MediaState, RetryUpdate, RoomReason};
use serde::{Serialize, Serializer};
use std::collections::VecDeque;

/// Entries that are kept; older ones are dropped.
const ENTRIES_MAX: usize = 500;

/// The entries of `timeline()`, the oldest first. Times are milliseconds of the page's clock.
#[derive(Debug, Default)]
pub struct Timeline {
    entries: VecDeque<Entry>,
    /// Each room and stream that has been well, by the name of its measure, and when its loss
    /// began.
    lost: Vec<(String, Option<f64>)>,
    /// The names of measures that were made and not cleared, the newest last.
    measured: VecDeque<String>,
}

/// A state or a try. Times are milliseconds of the page's clock.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A room or stream has a new state.
    State {
        /// When.
        at_ms: f64,
        /// Whether it is a room, a publisher or a player.
        layer: Layer,
        /// The room or stream.
        id: String,
        /// The state's name.
        state: &'static str,
        /// The code of the reason, or 0.
        error_code: u32,
        /// If a loss ended: how long it took.
        duration_ms: Option<f64>,
    },
    /// A room or stream makes a try, or waits for the next.
    Retry {
        /// When.
        at_ms: f64,
        /// What is known of it.
        update: RetryUpdate,
    },
    /// A fault of `simulate` began or ended (BEY-08).
    #[cfg(any(test, feature = "dev"))]
    Fault {
        /// When.
        at_ms: f64,
        /// Which.
        fault: Fault,
        /// Whether it ended.
        is_over: bool,
    },
}

/// A loss that has just ended, as a User Timing measure of the page.
#[derive(Debug, PartialEq)]
pub struct Measure {
    /// Its name. It may have been used before, because pages keep every measure for ever.
    pub name: String,
    /// When the loss began.
    pub start_ms: f64,
    /// When it ended.
    pub end_ms: f64,
    /// A measure to clear, because there are too many.
    pub forgotten: Option<String>,
}

/// The state of a room or stream.
#[derive(Clone, Copy, PartialEq)]
enum Health {
    Well,
    Trying,
    Over,
}

impl Timeline {
    /// Adds an event if it is one of a state or a try. Returns what to measure.
    pub fn add(&mut self, event: &Event, at_ms: f64) -> Option<Measure> {
        let (layer, id, state, health, code) = match event {
            Event::Retry(update) => {
                self.push(Entry::Retry { at_ms, update: update.clone() });
                return None;
            }
            Event::RoomState { room, reason, code, .. } => {
                (Layer::Room, room, reason.name(), health_of_room(*reason), code)
            }
            Event::MediaState { direction, stream, state, code } => {
                let health = health_of_media(*state);
                (Layer::from(*direction), stream, state.name(*direction), health, code)
            }
            _ => return None,
        };
        let measure = self.recovery(&["holdfast:", layer.name(), " ", id].concat(), health, at_ms);
        let duration_ms = measure.as_ref().map(|measure| measure.end_ms - measure.start_ms);
        let (id, error_code) = (id.clone(), code.0);
        self.push(Entry::State { at_ms, layer, id, state, error_code, duration_ms });
        measure
    }

    /// Adds the begin or end of a fault that the app asked for (BEY-08).
    #[cfg(any(test, feature = "dev"))]
    pub fn add_fault(&mut self, fault: Fault, is_over: bool, at_ms: f64) {
        self.push(Entry::Fault { at_ms, fault, is_over });
    }

    /// A copy of the entries, for the app.
    pub fn entries(&self) -> Vec<Entry> {
        self.entries.iter().cloned().collect()
    }

    fn recovery(&mut self, name: &str, health: Health, at_ms: f64) -> Option<Measure> {
        let known = self.lost.iter().position(|(of, _)| of == name);
        match (health, known) {
            (Health::Well, None) => self.lost.push((name.to_owned(), None)),
            (Health::Well, Some(index)) => {
                let start_ms = self.lost[index].1.take()?;
                return Some(self.measure(name, start_ms, at_ms));
            }
            (Health::Trying, Some(index)) => {
                self.lost[index].1.get_or_insert(at_ms);
            }
            (Health::Over, Some(index)) => drop(self.lost.swap_remove(index)),
            (Health::Trying | Health::Over, None) => {}
        }
        None
    }

    /// Keeps one measure of each name, and no more names than entries.
    fn measure(&mut self, name: &str, start_ms: f64, end_ms: f64) -> Measure {
        self.measured.retain(|measured| measured != name);
        self.measured.push_back(name.to_owned());
        let is_full = self.measured.len() > ENTRIES_MAX;
        let forgotten = if is_full { self.measured.pop_front() } else { None };
        Measure { name: name.to_owned(), start_ms, end_ms, forgotten }
    }

    fn push(&mut self, entry: Entry) {
        if self.entries.len() == ENTRIES_MAX {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }
}

fn health_of_room(reason: RoomReason) -> Health {
    match reason {
        RoomReason::Logined | RoomReason::Reconnected => Health::Well,
        RoomReason::Logining | RoomReason::Reconnecting => Health::Trying,
        _ => Health::Over,
    }
}

fn health_of_media(state: MediaState) -> Health {
    match state {
        MediaState::Flowing => Health::Well,
        MediaState::Requesting => Health::Trying,
        MediaState::Stopped => Health::Over,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StateInfo<'a> {
    layer: &'static str,
    id: &'a str,
    state: &'static str,
    error_code: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<f64>,
    at_ms: f64,
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Entry::State { at_ms, layer, id, state, error_code, duration_ms } => StateInfo {
                layer: layer.name(),
                id,
                state,
                error_code: *error_code,
                duration_ms: *duration_ms,
                at_ms: *at_ms,
            }
            .serialize(serializer),
            Entry::Retry { at_ms, update } => {
                RetryInfo::new(update, Some(*at_ms)).serialize(serializer)
            }
            #[cfg(any(test, feature = "dev"))]
            Entry::Fault { at_ms, fault, is_over } => StateInfo {
                layer: "fault",
                id: fault.name(),
                state: if *is_over { "OVER" } else { "BEGUN" },
                error_code: 0,
                duration_ms: None,
                at_ms: *at_ms,
            }
            .serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::{Direction, RetryCause};
    use holdfast_protocol::Code;
    use serde_json::{Value, json};

    fn room(reason: RoomReason) -> Event {
        Event::RoomState { room: "r".into(), reason, code: Code::OK, message: String::new() }
    }

    fn stream(name: &str, state: MediaState) -> Event {
        let direction = Direction::Play;
        Event::MediaState { direction, stream: name.into(), state, code: Code::OK }
    }

    fn entries(timeline: &Timeline) -> Vec<Value> {
        serde_json::to_value(timeline.entries()).unwrap().as_array().unwrap().clone()
    }

    #[test]
    fn bey_02_a_loss_is_measured_from_its_first_state_to_the_recovery() {
        let mut timeline = Timeline::default();
        for (reason, at_ms) in [
            (RoomReason::Logining, 1.0),
            (RoomReason::Logined, 2.0),
            (RoomReason::Reconnecting, 10.0),
            (RoomReason::Reconnecting, 12.0),
        ] {
            assert_eq!(timeline.add(&room(reason), at_ms), None);
        }
        let measure = timeline.add(&room(RoomReason::Reconnected), 15.0).unwrap();
        assert_eq!(
            (&*measure.name, measure.start_ms, measure.end_ms),
            ("holdfast:room r", 10.0, 15.0)
        );
        let last = json!({"layer": "room", "id": "r", "state": "RECONNECTED", "errorCode": 0,
            "durationMs": 5.0, "atMs": 15.0});
        assert_eq!(entries(&timeline).last(), Some(&last));
        assert_eq!(timeline.add(&room(RoomReason::Reconnected), 16.0), None);
    }

    #[test]
    fn bey_02_only_a_loss_that_ends_well_is_a_recovery() {
        use MediaState::{Flowing, Requesting, Stopped};
        let mut timeline = Timeline::default();
        let told = [
            (stream("s", Requesting), false),
            (stream("s", Requesting), false), // never played yet: no loss
            (stream("s", Flowing), false),
            (room(RoomReason::Logined), false),
            (room(RoomReason::Reconnecting), false),
            (stream("s", Requesting), false),
            (room(RoomReason::Reconnected), true),
            (stream("s", Flowing), true),
            (stream("s", Requesting), false),
            (stream("s", Stopped), false),
            (stream("s", Requesting), false),
            (stream("s", Flowing), false),
        ];
        for (at_ms, (event, is_recovery)) in told.iter().enumerate() {
            let measure = timeline.add(event, at_ms as f64);
            assert_eq!(measure.is_some(), *is_recovery, "{at_ms}");
        }
    }

    #[test]
    fn bey_02_a_loss_that_ends_for_good_is_no_recovery() {
        let mut timeline = Timeline::default();
        timeline.add(&stream("s", MediaState::Flowing), 1.0);
        timeline.add(&stream("s", MediaState::Requesting), 2.0);
        timeline.add(&stream("s", MediaState::Stopped), 3.0);
        timeline.add(&stream("s", MediaState::Requesting), 4.0);
        assert_eq!(timeline.add(&stream("s", MediaState::Flowing), 5.0), None);
    }

    #[test]
    fn bey_02_tries_are_written_down_as_they_are_told() {
        let mut timeline = Timeline::default();
        let update = RetryUpdate {
            layer: Layer::Play,
            id: "s".into(),
            cause: RetryCause::TooSoon,
            reason: None,
            attempt: 2,
            wait_ms: 5,
            elapsed_ms: 6,
            window_ms: 7,
        };
        timeline.add(&Event::Retry(update), 1.5);
        let told = json!({"layer": "play", "id": "s", "cause": "too-soon", "attempt": 2,
            "nextAttemptInMs": 5.0, "elapsedMs": 6.0, "windowMs": 7.0, "reason": "",
            "errorCode": 0, "atMs": 1.5});
        assert_eq!(entries(&timeline), [told]);
    }

    #[test]
    fn bey_08_a_fault_is_written_down_when_it_begins_and_when_it_is_over() {
        let mut timeline = Timeline::default();
        timeline.add_fault(Fault::LinkDrop, false, 1.5);
        timeline.add_fault(Fault::LinkDrop, true, 2.0);
        let told = |state, at_ms| {
            json!({"layer": "fault", "id": "link-drop", "state": state, "errorCode": 0,
                "atMs": at_ms})
        };
        assert_eq!(entries(&timeline), [told("BEGUN", 1.5), told("OVER", 2.0)]);
    }

    #[test]
    fn bey_02_entries_and_measures_are_bounded() {
        let mut timeline = Timeline::default();
        let mut forgotten = Vec::new();
        for n in 0..ENTRIES_MAX + 2 {
            let name = n.to_string();
            timeline.add(&stream(&name, MediaState::Flowing), 1.0);
            timeline.add(&stream(&name, MediaState::Requesting), 2.0);
            forgotten
                .extend(timeline.add(&stream(&name, MediaState::Flowing), 3.0).unwrap().forgotten);
        }
        assert_eq!(entries(&timeline).len(), ENTRIES_MAX);
        assert_eq!(forgotten, ["holdfast:play 0", "holdfast:play 1"]);
    }
}
