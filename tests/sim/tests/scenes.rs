//! The experiences of a host and its audience.

use holdfast_sim::Script;

/// The host publishes `show`; the audience plays it.
fn theatre() -> Script {
    let mut script = Script::new();
    script.device("host", 20);
    script.device("guest", 30);
    script.at("0s").log_in("host", "room").log_in("guest", "room");
    script.at("5s").publish("host", "show");
    script.at("10s").play("guest", "show");
    script.at("60s");
    script
}

/// What a device's app was told of the show, from a moment on: state or event, with its code.
fn show(script: &Script, name: &str, from: &str) -> Vec<String> {
    let story = script.story_from(name, from).into_iter().filter(|line| line.contains("show"));
    story.filter_map(|line| line.split_once(' ').map(|(_, words)| words.to_owned())).collect()
}

#[test]
fn host_01_publishing_pauses_and_resumes_by_itself() {
    let mut script = theatre();
    script.at("60s").cut("host");
    script.at("600s").heal("host");
    script.at("620s");
    let story = show(&script, "host", "60s");
    assert_eq!(story[0], "show PUBLISH_REQUESTING 1000017");
    assert_eq!(story.last().map(String::as_str), Some("show PUBLISHING"));
    assert_eq!(story.iter().filter(|line| *line == "show PUBLISHING").count(), 1, "{story:?}");
}

#[test]
fn host_02_not_back_within_grace_everyone_else_gets_delete_and_later_add() {
    let mut script = theatre();
    script.at("60s").cut("host");
    script.at("300s").heal("host");
    script.at("320s");
    let mut events = show(&script, "guest", "60s");
    events.retain(|line| line.starts_with("stream"));
    assert_eq!(events, ["stream DELETE show (2)", "stream ADD show"]);
    let own = show(&script, "host", "0s");
    assert!(own.iter().all(|line| !line.starts_with("stream")), "{own:?}");
}

#[test]
fn aud_01_host_back_quickly_the_player_recovers_with_no_call() {
    let mut script = theatre();
    script.at("60s").cut("host");
    script.at("75s").heal("host");
    script.at("95s");
    let story = show(&script, "guest", "60s");
    assert_eq!(story[0], "show PLAY_REQUESTING 1000017");
    assert_eq!(story.last().map(String::as_str), Some("show PLAYING"));
    // The app is not told that it plays while no media comes.
    assert_eq!(story.iter().filter(|line| *line == "show PLAYING").count(), 1, "{story:?}");
}

#[test]
fn aud_02_host_gone_past_grace_the_audience_stops_and_starts_by_the_events() {
    let mut script = theatre();
    script.at("60s").cut("host");
    script.at("170s");
    let story = show(&script, "guest", "60s");
    assert!(story.contains(&"stream DELETE show (2)".to_owned()), "{story:?}");
    script.at("170s").stop_playing("guest", "show");
    script.at("300s").heal("host");
    script.at("310s").play("guest", "show");
    script.at("320s");
    assert_eq!(
        show(&script, "guest", "170s"),
        ["show NO_PLAY", "stream ADD show", "show PLAY_REQUESTING", "show PLAYING"]
    );
}

#[test]
fn aud_02_play_07_a_player_that_follows_does_both_by_itself() {
    let mut script = theatre();
    script.device("fan", 40);
    script.at("60s").log_in("fan", "room");
    script.at("65s").follow("fan", "show");
    script.at("70s").cut("host");
    script.at("300s").heal("host");
    script.at("320s");
    let story = show(&script, "fan", "170s");
    assert_eq!(story.first().map(String::as_str), Some("stream ADD show"), "{story:?}");
    assert_eq!(story.last().map(String::as_str), Some("show PLAYING"), "{story:?}");
}

#[test]
fn aud_03_host_crashes_and_is_back_within_grace_delete_comes_before_add() {
    let mut script = theatre();
    script.at("60s").crash("host");
    script.at("80s");
    script.device_of("host", "host again", 20);
    script.at("80s").log_in("host again", "room");
    script.at("81s").publish("host again", "show");
    script.at("100s");
    let mut events = show(&script, "guest", "60s");
    events.retain(|line| line.starts_with("stream"));
    assert_eq!(events, ["stream DELETE show (3)", "stream ADD show"]);
    assert_eq!(show(&script, "guest", "60s").last().map(String::as_str), Some("show PLAYING"));
}

#[test]
fn aud_04_host_crashes_and_stays_away_delete_comes_at_graces_end_and_nothing_more() {
    let mut script = theatre();
    script.at("60s").crash("host");
    script.at("3600s");
    let mut events = script.story_from("guest", "60s");
    events.retain(|line| !line.contains("PLAY"));
    // 20 ms for the close, 90 s of grace, 30 ms to the guest.
    assert_eq!(events, ["150.050 stream DELETE show (2)", "150.050 user DELETE host"]);
}
