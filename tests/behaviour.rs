//! docs/behaviour.md against the code: rules and their tests, codes, times, states, diagrams.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use holdfast_protocol::{Code, DeleteReason};
use holdfast_rtc::machine::{Direction, MediaState, RoomReason};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const DOCUMENT: &str = include_str!("../docs/behaviour.md");

/// All rules, by group.
const RULES: [(&str, &[u32]); 8] = [
    ("ROOM", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]),
    ("PUB", &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ("PLAY", &[1, 4, 5, 6, 7, 8]),
    ("MEDIA", &[8, 9, 10]),
    ("HOST", &[1, 2]),
    ("AUD", &[1, 2, 3, 4]),
    ("CFG", &[1, 2]),
    ("BEY", &[1, 2, 3, 4, 5, 6, 7, 8]),
];

/// The rules of a heading, often only one, and the tests it names.
struct Entry {
    rules: Vec<&'static str>,
    tests: Vec<String>,
}

fn entries() -> Vec<Entry> {
    let mut entries = Vec::new();
    for part in DOCUMENT.split("\n### ").skip(1) {
        let (heading, text) = part.split_once('\n').unwrap();
        let Some((rules, _)) = heading.split_once(" · ") else { continue };
        let text = text.split("\n## ").next().unwrap();
        let paragraph = text.split("\n\n").find_map(|text| text.trim().strip_prefix("Tests:"));
        let tests = paragraph.unwrap_or_default().replace('\n', " ");
        let tests = tests.split('`').skip(1).step_by(2).map(String::from).collect();
        entries.push(Entry { rules: rules.split(", ").collect(), tests });
    }
    entries
}

/// A rule as tests spell it: `room_08`.
fn spelling(rule: &str) -> String {
    rule.to_lowercase().replace('-', "_")
}

/// The text under a heading, up to the next heading of the same or a higher level.
fn section(heading: &str) -> &'static str {
    let (_, text) = DOCUMENT.split_once(&["\n", heading, "\n"].concat()).unwrap();
    let end = ["\n## ", "\n### "].iter().filter_map(|next| text.find(next)).min();
    &text[..end.unwrap_or(text.len())]
}

/// The rows of a section's table, without its header.
fn rows(heading: &str) -> Vec<Vec<&'static str>> {
    let lines = section(heading).lines().filter(|line| line.starts_with('|'));
    let cells = |line: &'static str| {
        line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect()
    };
    lines.skip(2).map(cells).collect()
}

/// All tests of the tree: Rust functions, and titles of end-to-end tests.
fn tests_of_the_tree() -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    for folder in ["src", "server", "protocol", "tests"] {
        collect_tests(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut tests);
    }
    tests
}

fn collect_tests(folder: &Path, tests: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        if path.is_dir() && name != "target" && name != "node_modules" {
            collect_tests(&path, tests);
        } else if name.ends_with(".rs") {
            let text = fs::read_to_string(&path).unwrap();
            let parts: Vec<_> = text.split("fn ").collect();
            for pair in parts.windows(2) {
                // The text between the last item and this function: its attributes.
                let attributes = pair[0].rsplit(['}', ';']).next().unwrap();
                if attributes.contains("test]") || attributes.contains("test(") {
                    tests.insert(pair[1].split('(').next().unwrap().into());
                }
            }
        } else if name.ends_with(".test.mjs") {
            let text = fs::read_to_string(&path).unwrap();
            for call in ["test(\"", "scene(\""] {
                let titles = text.split(call).skip(1).filter_map(|rest| rest.split_once('"'));
                tests.extend(titles.map(|(title, _)| String::from(title)));
            }
        }
    }
}

#[test]
fn every_rule_is_there_once() {
    let mut expected = Vec::new();
    for (group, numbers) in RULES {
        expected.extend(numbers.iter().map(|number| format!("{group}-{number:02}")));
    }
    expected.sort();
    let mut found: Vec<_> = entries().into_iter().flat_map(|entry| entry.rules).collect();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn every_rule_has_tests_with_its_number_that_exist() {
    let known = tests_of_the_tree();
    for Entry { rules, tests } in entries() {
        for test in &tests {
            assert!(known.contains(test), "{rules:?} names a test that is not there: {test}");
            let is_theirs = rules.iter().any(|rule| test.contains(&spelling(rule)));
            assert!(is_theirs, "{rules:?} names a test without its number: {test}");
        }
        for rule in rules {
            let has_test = tests.iter().any(|test| test.contains(&spelling(rule)));
            assert!(has_test, "tests of {rule}");
        }
    }
}

#[test]
fn the_codes_are_those_of_the_table() {
    let expected: Vec<_> = Code::TABLE
        .iter()
        .map(|(code, name, message)| {
            vec![code.0.to_string(), name.to_string(), message.to_string()]
        })
        .collect();
    let found = rows("## Error codes");
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), expected.len());
}

#[test]
fn the_delete_reasons_are_those_of_the_code() {
    let found = rows("## Why a stream was deleted");
    assert_eq!(found.len(), 6);
    for row in found {
        let reason = DeleteReason(row[0].parse().unwrap());
        assert_eq!(row[1], reason.message(), "{}", row[0]);
    }
}

#[test]
fn the_times_are_the_constants() {
    let mut expected = Vec::new();
    for line in include_str!("../protocol/src/timing.rs").lines() {
        let Some(constant) = line.strip_prefix("pub const ") else { continue };
        let (name, rest) = constant.split_once(':').unwrap();
        let (_, value) = rest.trim_end_matches(';').split_once(" = ").unwrap();
        expected.push((String::from(name), value.replace(['_', '[', ']'], "")));
    }
    let found: Vec<_> =
        rows("## Times").iter().map(|row| (String::from(row[0]), String::from(row[1]))).collect();
    assert_eq!(found, expected);
}

fn column(table: &[Vec<&str>], name: usize) -> Vec<(String, String)> {
    table.iter().map(|row| (row[name].into(), row[0].into())).collect()
}

#[test]
fn room_01_the_documents_numbers_are_the_packages() {
    let numbers = RoomReason::ALL.map(|reason| (reason.constant().into(), number(reason as u32)));
    assert_eq!(column(&rows("### ROOM-01 · The states"), 1), numbers);
}

#[test]
fn pub_01_play_01_the_documents_numbers_are_the_packages() {
    let table = rows("### PUB-01, PLAY-01 · The states");
    for (place, direction) in [(1, Direction::Publish), (2, Direction::Play)] {
        let numbers =
            MediaState::ALL.map(|state| (state.name(direction).into(), number(state as u32)));
        assert_eq!(column(&table, place), numbers);
    }
}

fn number(number: u32) -> String {
    number.to_string()
}

/// The moves of the diagram under a heading, without those into the first state.
fn moves(heading: &str) -> BTreeSet<(String, String)> {
    let (_, diagram) = section(heading).split_once("```mermaid\nstateDiagram-v2\n").unwrap();
    let (diagram, _) = diagram.split_once("```").unwrap();
    let mut moves = BTreeSet::new();
    for line in diagram.lines() {
        let (from, rest) = line.trim().split_once(" --> ").unwrap();
        let to = rest.split(':').next().unwrap();
        if from != "[*]" {
            moves.insert((from.into(), to.into()));
        }
    }
    moves
}

/// The variants of an enum, according to its source.
fn variants(source: &str, name: &str) -> BTreeSet<String> {
    let (_, rest) = source.split_once(&["enum ", name, " {\n"].concat()).unwrap();
    let (body, _) = rest.split_once("\n}").unwrap();
    let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
    let names = lines.filter(|line| line.starts_with(char::is_uppercase));
    names.map(|line| line.split([' ', '(', ',']).next().unwrap().into()).collect()
}

/// The moves of a golden table from one state to another.
fn golden_moves(table: &str) -> BTreeSet<(String, String)> {
    let mut moves = BTreeSet::new();
    for line in table.lines().filter(|line| !line.is_empty()) {
        let (from, rest) = line.split_once(" + ").unwrap();
        let (_, rest) = rest.split_once(" -> ").unwrap();
        let to = rest.split(':').next().unwrap();
        if from != to {
            moves.insert((from.into(), to.into()));
        }
    }
    moves
}

fn states(moves: &BTreeSet<(String, String)>) -> BTreeSet<String> {
    moves.iter().flat_map(|(from, to)| [from.clone(), to.clone()]).collect()
}

#[test]
fn the_room_machines_diagram_has_its_states_and_moves() {
    let mut drawn = moves("### Room machine");
    assert_eq!(states(&drawn), variants(include_str!("../src/machine/room/mod.rs"), "State"));
    drawn.retain(|(from, to)| from != to);
    assert_eq!(drawn, golden_moves(include_str!("../src/machine/tests/golden/room.txt")));
}

#[test]
fn the_media_machines_diagram_has_its_states_and_moves() {
    let drawn = moves("### Publisher and player machine");
    assert_eq!(states(&drawn), variants(include_str!("../src/machine/media/mod.rs"), "State"));
    // The moves to Ended are described in words beside the diagram.
    let mut golden = golden_moves(include_str!("../src/machine/tests/golden/media.txt"));
    golden.retain(|(_, to)| to != "Ended");
    let missing: Vec<_> = golden.difference(&drawn).collect();
    assert!(missing.is_empty(), "not drawn: {missing:?}");
}

#[test]
fn the_links_diagram_has_its_states() {
    let drawn = moves("### Link health");
    assert_eq!(states(&drawn), variants(include_str!("../src/machine/link.rs"), "Health"));
}
