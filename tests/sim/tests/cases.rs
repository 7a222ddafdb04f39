//! The three ways a lost link can end, with their times (T0 to T6) to the millisecond.
//!
//! Alice's network takes 20 ms one way. Logging in takes six of those, 120 ms. Bob's network takes
//! 120 ms, so he learns of her 100 ms after she is in.

use holdfast_sim::Script;

/// T0 = 10 s, T3 = 60 s. Both publish a stream and play the other's.
fn friends() -> Script {
    let mut script = Script::new();
    script.device("alice", 20);
    script.device("bob", 120);
    script.at("0s").log_in("bob", "room");
    script.at("10s").log_in("alice", "room");
    script.at("20s").publish("alice", "song").publish("bob", "dance");
    script.at("25s").play("bob", "song").play("alice", "dance");
    script.at("60s").cut("alice");
    script
}

/// What a device's app was told of its room, from a moment on.
fn room_story(script: &Script, name: &str, from: &str) -> Vec<String> {
    let mut story = script.story_from(name, from);
    story.retain(|line| !line.contains("PLAY") && !line.contains("PUBLISH"));
    story
}

/// What a device's app was told of one of its streams, from a moment on.
fn stream_story(script: &Script, name: &str, stream: &str, from: &str) -> Vec<String> {
    let mut story = script.story_from(name, from);
    story.retain(|line| line.contains(&format!(" {stream} ")) && !line.contains(" stream "));
    story
}

#[test]
fn t0_to_t2_of_every_case_room_03_alice_is_in_after_120_ms_and_bob_hears_100_ms_later() {
    let script = friends();
    let alice = room_story(&script, "alice", "10s");
    assert_eq!(alice[..2], ["10.000 LOGINING", "10.120 LOGINED"]);
    assert_eq!(room_story(&script, "bob", "1s")[0], "10.220 user ADD alice");
}

#[test]
fn case_1_room_08_back_within_grace_nobody_else_is_told_and_what_was_missed_arrives_once() {
    let mut script = friends();
    script.at("70s").broadcast("bob");
    script.at("80s").broadcast("bob");
    // T5 = T3 + 30 s.
    script.at("90s").heal("alice");
    script.at("300s");
    assert_eq!(room_story(&script, "bob", "60s"), [""; 0]);
    assert_eq!(
        room_story(&script, "alice", "60s"),
        [
            // A link that dies without a close is noticed within 3 s (ROOM-05).
            "61.840 RECONNECTING 1000017",
            "90.120 RECONNECTED",
            "90.120 bob says 1.1",
            "90.120 bob says 1.2",
        ]
    );
}

#[test]
fn case_2_room_09_back_after_grace_the_others_see_delete_and_add_and_all_resumes_by_itself() {
    let mut script = friends();
    // T5' = T3 + 180 s.
    script.at("240s").heal("alice");
    script.at("300s");
    assert_eq!(
        room_story(&script, "bob", "60s"),
        [
            // T4': the server last received something from alice at 57.060. Then come 10 s of
            // silence, 90 s of grace, and 120 ms to bob.
            "157.180 stream DELETE song (2)",
            "157.180 user DELETE alice",
            // T6' = T5' + 100 ms.
            "240.220 user ADD alice",
            "240.510 stream ADD song",
        ]
    );
    let alice = room_story(&script, "alice", "60s");
    assert_eq!(alice, ["61.840 RECONNECTING 1000017", "240.120 RECONNECTED"]);
    for (stream, state) in [("song", "song PUBLISHING"), ("dance", "dance PLAYING")] {
        let story = stream_story(&script, "alice", stream, "240s");
        assert!(story.len() == 1 && story[0].ends_with(state), "{story:?}");
    }
}

#[test]
fn case_3_room_10_not_back_within_the_window_everything_fails_at_its_end_and_never_before() {
    let mut script = friends();
    script.at("1600s");
    assert_eq!(
        room_story(&script, "alice", "60s"),
        // T5'' = 20 min after the outage was noticed.
        ["61.840 RECONNECTING 1000017", "1261.840 RECONNECT_FAILED 1002031"]
    );
    assert_eq!(
        room_story(&script, "bob", "60s"),
        ["157.180 stream DELETE song (2)", "157.180 user DELETE alice"]
    );
    let song = stream_story(&script, "alice", "song", "1000s");
    assert_eq!(song, ["1260.293 song NO_PUBLISH 1103051"]);
    let dance = stream_story(&script, "alice", "dance", "1000s");
    assert!(dance.len() == 1 && dance[0].ends_with("dance NO_PLAY 1104031"), "{dance:?}");
    // Nothing more is told, even when the network comes back.
    script.at("1600s").heal("alice");
    script.at("1700s");
    assert_eq!(script.story_from("alice", "1300s"), [""; 0]);
}
