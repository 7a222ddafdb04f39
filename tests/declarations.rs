//! The package's types (`pkg-template/types`) against the tables of the code: codes, states,
//! causes, events. `tests/e2e/api_surface.test.mjs` checks in the browser that the methods exist.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use holdfast_protocol::{Code, DeleteReason};
use holdfast_rtc::machine::{Direction, Layer, MediaState, Obstacle, RetryCause, RoomReason};
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::Path;

/// Codes of `deviceError`, which only scripts emit: no error ever carries them.
const DEVICE_CODES: [&str; 2] = ["1106009", "1106010"];

const EVENTS: &str = include_str!("../pkg-template/types/events.d.ts");
const RECOVERY: &str = include_str!("../pkg-template/types/recovery.d.ts");
const ROOMS: &str = include_str!("../pkg-template/types/rooms.d.ts");
const STREAMS: &str = include_str!("../pkg-template/types/streams.d.ts");

/// The text between two others.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap();
    rest.split_once(to).unwrap().0
}

/// The strings that a union type allows.
fn union<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let body = between(text, &["export type ", name, " ="].concat(), ";");
    body.split('"').skip(1).step_by(2).collect()
}

/// A variant as the types spell it: `TooSoon` is `too-soon`.
fn spelt(variant: &impl Debug) -> String {
    let mut spelt = String::new();
    for letter in format!("{variant:?}").chars() {
        if letter.is_uppercase() && !spelt.is_empty() {
            spelt.push('-');
        }
        spelt.push(letter.to_ascii_lowercase());
    }
    spelt
}

/// All scripts and types of the package, each with its name.
fn sources() -> Vec<(String, String)> {
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg-template");
    let mut sources = Vec::new();
    for folder in [template.clone(), template.join("types"), template.join("testing")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                sources.push((name, fs::read_to_string(path).unwrap()));
            }
        }
    }
    sources
}

#[test]
fn every_code_that_types_and_scripts_name_is_in_the_table() {
    let known: BTreeSet<_> = Code::TABLE.iter().map(|(code, ..)| code.0.to_string()).collect();
    let mut seen = 0;
    for (name, text) in sources() {
        let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
        let is_code =
            |word: &&str| word.len() == 7 && word.bytes().all(|byte| byte.is_ascii_digit());
        for code in words.filter(is_code) {
            seen += 1;
            assert!(known.contains(code) || DEVICE_CODES.contains(&code), "{name}: {code}");
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn the_delete_reasons_in_the_types_are_those_of_the_code() {
    let comment = EVENTS.replace("\n   *", "");
    for number in 1..=6 {
        let told = format!("{number} \"{}\"", DeleteReason(number).message());
        assert!(comment.contains(&told), "{told}");
    }
}

#[test]
fn room_01_pub_01_play_01_the_states_in_the_types_are_those_that_are_told() {
    assert_eq!(union(ROOMS, "RoomStateReason"), RoomReason::ALL.map(RoomReason::name));
    for (name, direction) in
        [("PublisherStateName", Direction::Publish), ("PlayerStateName", Direction::Play)]
    {
        assert_eq!(union(STREAMS, name), MediaState::ALL.map(|state| state.name(direction)));
    }
}

#[test]
fn bey_01_layers_and_causes_in_the_types_are_those_of_the_code() {
    use RetryCause::*;
    let layers = [Layer::Room, Layer::Publish, Layer::Play];
    assert_eq!(union(RECOVERY, "Layer"), layers.map(|layer| spelt(&layer)));
    let causes = [Start, Local, Remote, Told, Offline, Limited, TooSoon];
    assert_eq!(union(RECOVERY, "RetryCause"), causes.map(|cause| spelt(&cause)));
    let may_heal = Obstacle::TABLE.iter().filter(|row| !row.0.is_final());
    let reasons: Vec<_> = may_heal.map(|(_, name, _)| *name).collect();
    assert_eq!(union(RECOVERY, "UnreachedReason"), reasons);
}

#[test]
fn the_types_have_every_event() {
    let told = BTreeSet::from(holdfast_rtc::events::NAMES);
    let (_, events) = EVENTS.split_once("export interface EngineEvents {\n").unwrap();
    let members = events.lines().filter_map(|line| line.strip_prefix("  "));
    let names = members.filter_map(|line| line.split_once(": (")).map(|(name, _)| name);
    let declared: BTreeSet<_> = names.filter(|name| !name.contains(' ')).collect();
    assert!(declared.len() > 20);
    assert_eq!(declared, told);
}
