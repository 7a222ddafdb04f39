//! What an app is told, for the page: the events of the package (`holdfast_rtc::events`) as JSON.

use holdfast_rtc::events::{self, Argument, Tell};
use holdfast_rtc::machine::Event;
use serde::Serialize;
use serde_json::{Value, json};

/// The app's events of one event of the machine: their names and arguments.
#[derive(Default)]
pub(crate) struct Told(Vec<(&'static str, Value)>);

impl Told {
    pub(crate) fn of(event: &Event) -> Vec<(&'static str, Value)> {
        let mut told = Told::default();
        events::tell(event, &mut told);
        told.0
    }
}

impl Tell for Told {
    fn tell(&mut self, name: &'static str, arguments: &[Argument]) {
        self.0.push((name, json!(arguments)));
    }

    fn json(&self, value: &impl Serialize) -> String {
        serde_json::to_string(value).unwrap_or_default()
    }
}
