//! Files of the package that are made from the code's tables: codes and states, for scripts and for types.
//! `HOLDFAST_BLESS=1 cargo test -p holdfast-rtc --test generated` writes them anew.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use holdfast_protocol::Code;
use holdfast_rtc::machine::{Direction, MediaState, RoomReason};
use std::fs;
use std::path::Path;

/// An object that scripts and types both have.
struct Numbers {
    name: &'static str,
    /// What its comment in the types says.
    about: &'static str,
    entries: Vec<(String, u32)>,
}

fn states() -> [Numbers; 3] {
    let media = |direction| {
        MediaState::ALL.map(|state| (state.name(direction).to_owned(), state as u32)).to_vec()
    };
    let rooms = RoomReason::ALL.map(|reason| (reason.constant().to_owned(), reason as u32));
    [
        Numbers {
            name: "RoomStateChangedReason",
            about: "The numbers of the native editions for `roomStateChanged`'s reasons.\n * \
                    `KICK_OUT` is `\"KICKOUT\"` in the event.",
            entries: rooms.to_vec(),
        },
        Numbers {
            name: "PublisherState",
            about: "The numbers of the native editions for a publisher's states.",
            entries: media(Direction::Publish),
        },
        Numbers {
            name: "PlayerState",
            about: "The numbers of the native editions for a player's states.",
            entries: media(Direction::Play),
        },
    ]
}

fn script(Numbers { name, entries, .. }: &Numbers) -> String {
    let entries: String =
        entries.iter().map(|(key, number)| format!("  {key}: {number},\n")).collect();
    format!("export const {name} = Object.freeze({{\n{entries}}});\n")
}

fn types(Numbers { name, about, entries }: &Numbers) -> String {
    let comment = match about.contains('\n') {
        true => format!("/**\n * {about}\n */"),
        false => format!("/** {about} */"),
    };
    let entries: String =
        entries.iter().map(|(key, number)| format!("  readonly {key}: {number};\n")).collect();
    format!("{comment}\nexport const {name}: {{\n{entries}}};\n")
}

/// Holds a file of the package against what it is to be.
fn check(name: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg-template").join(name);
    if std::env::var_os("HOLDFAST_BLESS").is_some() {
        fs::write(path, expected).unwrap();
        return;
    }
    assert_eq!(fs::read_to_string(path).unwrap(), expected, "{name} (HOLDFAST_BLESS=1 writes it)");
}

#[test]
fn the_scripts_states_are_those_of_the_machines() {
    let objects = states().map(|numbers| script(&numbers)).join("\n");
    check(
        "states.js",
        &format!(
            "// Made by tests/generated.rs: the names that events carry, with the numbers of the API's native editions.\n\n{objects}"
        ),
    );
}

#[test]
fn the_types_states_are_those_of_the_machines() {
    check("types/states.d.ts", &states().map(|numbers| types(&numbers)).join("\n"));
}

#[test]
fn the_scripts_codes_are_those_of_the_table() {
    let codes = Numbers {
        name: "ErrorCode",
        about: "",
        entries: Code::TABLE.iter().map(|(code, name, _)| ((*name).to_owned(), code.0)).collect(),
    };
    let head = "// Made by tests/generated.rs: each code by its name, in a file of its own, so that a page that does not ask for\n\
                // it does not load it.\n";
    check("codes.js", &[head, &script(&codes)].concat());
}

#[test]
fn the_types_codes_are_those_of_the_table_with_their_meanings() {
    // What stands before them is written by hand.
    let written = include_str!("../pkg-template/types/codes.d.ts");
    let begin = "export interface ErrorCodes {\n";
    let (head, _) = written.split_once(begin).unwrap();
    let entries: String = Code::TABLE
        .iter()
        .map(|(code, name, meaning)| {
            format!("  /** {meaning} */\n  readonly {name}: {};\n", code.0)
        })
        .collect();
    check("types/codes.d.ts", &[head, begin, &entries, "}\n"].concat());
}
