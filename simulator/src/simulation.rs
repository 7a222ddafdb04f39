//! A world that a page watches.

use crate::told::Told;
use holdfast_sim::{Course, Mutant, Options, Scene, Sink, Trace};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// How many lines of the trace a page gets at once: the last ones.
const LINES_MAX: usize = 200;
/// How many events a page gets at once: the last ones.
const TOLD_MAX: usize = 20_000;
/// The largest whole number up to which JavaScript's numbers hold every whole number.
const SEED_MAX: f64 = 9_007_199_254_740_991.0;

type Lines = Rc<RefCell<VecDeque<String>>>;

/// A running scene, or the running world of a seed.
#[wasm_bindgen]
pub struct Simulation {
    course: Course,
    lines: Lines,
}

#[wasm_bindgen]
impl Simulation {
    /// A scene by its name, with a deliberate bug, or "" for none.
    ///
    /// # Errors
    /// There is no such scene or bug.
    #[wasm_bindgen(js_name = ofScene)]
    pub fn of_scene(name: &str, mutant: &str) -> Result<Simulation, JsError> {
        let mutant = read_mutant(mutant)?;
        let scene = Scene::find(name).ok_or_else(|| JsError::new("there is no such scene"))?;
        let (lines, trace) = trace();
        Ok(Simulation::new(Course::of_scene(scene, mutant, trace), lines))
    }

    /// A seed's world with this many minutes of faults; 0 = as many as the seed has.
    ///
    /// # Errors
    /// The seed or the minutes are out of range, or there is no such bug.
    #[wasm_bindgen(js_name = ofSeed)]
    pub fn of_seed(seed: f64, minutes: f64, mutant: &str) -> Result<Simulation, JsError> {
        let is_whole = seed.fract() == 0.0 && (0.0..=SEED_MAX).contains(&seed);
        if !is_whole || !(0.0..=60.0).contains(&minutes) {
            return Err(JsError::new("a seed is a whole number, minutes are 0 to 60"));
        }
        let chaos_ms = (minutes > 0.0).then_some((minutes * 60_000.0) as u64);
        let options = Options { seed: seed as u64, mutant: read_mutant(mutant)?, chaos_ms };
        let (lines, trace) = trace();
        Ok(Simulation::new(Course::of_seed(options, Some(trace)), lines))
    }

    /// Lets time pass up to this moment, at most to the end.
    #[wasm_bindgen(js_name = runTo)]
    pub fn run_to(&mut self, at_ms: f64) -> String {
        self.course.advance(at_ms as u64);
        self.report()
    }

    /// Runs until the next event that is worth a line.
    pub fn step(&mut self) -> String {
        self.course.step();
        self.report()
    }

    /// Runs to this step, for a link that leads there.
    #[wasm_bindgen(js_name = stepTo)]
    pub fn step_to(&mut self, step: f64) -> String {
        self.course.step_to(step as u64);
        self.report()
    }

    fn new(mut course: Course, lines: Lines) -> Simulation {
        course.keep_told();
        Simulation { course, lines }
    }

    /// What happened since the last report, and the state now.
    fn report(&mut self) -> String {
        let told = self.course.take_told();
        let skipped = told.len().saturating_sub(TOLD_MAX);
        let told: Vec<Value> = told[skipped..]
            .iter()
            .flat_map(|told| {
                let events = Told::of(&told.event).into_iter();
                events.map(|(event, args)| json!([told.client, told.at_ms, event, args]))
            })
            .collect();
        let lines: Vec<Value> = self
            .lines
            .borrow_mut()
            .drain(..)
            .filter_map(|line| serde_json::from_str(&line).ok())
            .collect();
        let world = self.course.world();
        let violation = world.violation().map(|violation| {
            json!({ "rule": violation.rule, "what": violation.what, "atMs": violation.at_ms })
        });
        json!({
            "told": told,
            "lines": lines,
            "view": world.view(),
            "phase": self.course.phase(),
            "graceMs": world.grace_ms(),
            "inputs": world.stats().inputs,
            "isOver": self.course.is_over(),
            "violation": violation,
            "traceHash": world.trace_hash().map(|hash| format!("{hash:016x}")),
        })
        .to_string()
    }
}

fn read_mutant(name: &str) -> Result<Option<Mutant>, JsError> {
    if name.is_empty() {
        return Ok(None);
    }
    let known = Mutant::ALL.iter().find(|mutant| format!("{mutant:?}") == name);
    known.copied().map(Some).ok_or_else(|| JsError::new("there is no such deliberate bug"))
}

/// A trace that keeps its last lines.
fn trace() -> (Lines, Trace) {
    let lines = Lines::default();
    let kept = lines.clone();
    let sink: Sink = Box::new(move |line| {
        let mut lines = kept.borrow_mut();
        if lines.len() == LINES_MAX {
            lines.pop_front();
        }
        lines.push_back(line.to_owned());
    });
    (lines, Trace::new(Some(sink)))
}
