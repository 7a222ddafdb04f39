//! The choice of scenes, bugs and invariants, and the storm, which gives a table and no world to
//! watch.

use holdfast_sim::{INVARIANTS, Mutant, SCENES, storm as all_at_once};
use serde_json::json;
use wasm_bindgen::prelude::wasm_bindgen;

/// A larger storm would take a page minutes, and memory that it may not have.
const STORM_CLIENTS_MAX: usize = 5_000;

/// Scenes, deliberate bugs and invariants.
#[wasm_bindgen]
pub fn catalogue() -> String {
    let scenes = SCENES
        .iter()
        .map(|scene| json!({ "name": scene.name, "title": scene.title, "text": scene.text }));
    let invariants = INVARIANTS.iter().map(|(rule, words)| json!({ "rule": rule, "words": words }));
    json!({
        "scenes": scenes.collect::<Vec<_>>(),
        "mutants": Mutant::ALL.iter().map(|mutant| format!("{mutant:?}")).collect::<Vec<_>>(),
        "invariants": invariants.collect::<Vec<_>>(),
        "stormClientsMax": STORM_CLIENTS_MAX,
    })
    .to_string()
}

/// The storm after an outage of the server.
#[wasm_bindgen]
pub fn storm(clients: usize, outage_ms: f64) -> String {
    let clients = clients.clamp(1, STORM_CLIENTS_MAX);
    let storm = all_at_once::storm(clients, outage_ms as u64);
    json!({
        "clients": clients,
        "outageMs": storm.outage_ms,
        "peak": storm.peak,
        "p50Ms": storm.p50_ms,
        "p99Ms": storm.p99_ms,
        "lost": storm.lost,
    })
    .to_string()
}
