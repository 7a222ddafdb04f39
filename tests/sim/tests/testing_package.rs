//! `holdfast-rtc/testing` tells apps what happens here. Both are compared with
//! `tests/testing/cases.txt`, which `HOLDFAST_BLESS=1` writes anew.

use holdfast_sim::Script;

/// How long alice is away in each of the three cases: back within her grace, after it, and too
/// late.
const AWAY: [&str; 3] = ["30s", "180s", "1500s"];

fn case(away: &str) -> String {
    let mut script = Script::new();
    script.device("alice", 20);
    script.device("bob", 120);
    script.at("0s").log_in("bob", "room");
    script.at("10s").log_in("alice", "room");
    script.at("20s").publish("alice", "song").publish("bob", "dance");
    script.at("25s").play("bob", "song").play("alice", "dance");
    script.at("60s").cut("alice");
    script.at("70s").broadcast("bob");
    script.at(&format!("60s+{away}")).heal("alice");
    script.at("1700s");
    let mut text = format!("away for {away}\n");
    for name in ["alice", "bob"] {
        for line in script.story(name) {
            text += &format!("{name} {line}\n");
        }
    }
    text
}

#[test]
fn the_three_cases_go_as_the_testing_package_tells_them() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../testing/cases.txt");
    let text = AWAY.map(case).join("\n");
    if std::env::var_os("HOLDFAST_BLESS").is_some() {
        std::fs::write(file, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(file).unwrap(), text);
}
