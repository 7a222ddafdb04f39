//! A token that expires while its user is away (ROOM-12).

use holdfast_sim::{Fate, Script, SimToken, Sleep};

const MINUTE_MS: u64 = 60_000;

/// Alice is in with a token that expires at 5 min, plays Bob's stream, and is cut off at 4 min.
fn outage(wakes: &str, is_asleep: bool) -> Script {
    let mut script = Script::new();
    script.device("alice", 20);
    script.device("bob", 20);
    script.at("0s").log_in("bob", "room").publish("bob", "song");
    script.at("1s");
    let token = SimToken { expires_at: Some(5 * MINUTE_MS), is_full: true };
    let login = script.world().login(0, "room", token);
    script.world().log_in(0, login).expect("the login is good");
    script.at("2s").play("alice", "song").publish("alice", "dance");
    script.at("4min");
    match is_asleep {
        true => script.world().sleep(0, Sleep::Laptop),
        false => drop(script.at("4min").cut("alice")),
    }
    script.at(wakes);
    match is_asleep {
        true => script.world().wake(0, true, Fate::Forgotten),
        false => drop(script.at(wakes).heal("alice")),
    }
    script
}

fn room_story(script: &Script, from: &str) -> Vec<String> {
    let mut story = script.story_from("alice", from);
    story.retain(|line| {
        !line.contains("PLAY") && !line.contains("PUBLISH") && !line.contains("stream")
    });
    story
        .iter()
        .map(|line| line.split_once(' ').expect("a time and what happened").1.to_owned())
        .collect()
}

#[test]
fn room_12_a_token_that_comes_long_after_the_network_is_back_is_in_time() {
    for (is_asleep, wakes) in [(false, "6min+30s"), (true, "9min")] {
        for late in ["0ms", "50ms", "150ms", "400ms", "3s", "20s"] {
            let mut script = outage(wakes, is_asleep);
            script.at(&format!("{wakes}+{late}"));
            script.world().renew_token(0, SimToken::GOOD);
            script.at("12min");
            let story = room_story(&script, "4min");
            let states = |line: &&String| line.contains("CONNECT") || line.contains("KICK");
            let told: Vec<_> = story.iter().filter(states).map(String::as_str).collect();
            assert_eq!(told, ["RECONNECTING 1000017", "RECONNECTED"], "{late}: {story:?}");
            let media = script.story("alice");
            for last in ["song PLAYING", "dance PUBLISHING"] {
                let stream = last.split(' ').next().unwrap();
                let of_it = media.iter().rfind(|line| {
                    line.contains(&format!(" {stream} ")) && !line.contains(" stream ")
                });
                assert!(of_it.is_some_and(|line| line.ends_with(last)), "{late}: {of_it:?}");
            }
        }
    }
}

#[test]
fn room_12_without_a_newer_token_the_windows_end_is_the_kick() {
    let mut script = outage("6min+30s", false);
    script.at("23min+59s");
    assert!(!room_story(&script, "4min").iter().any(|line| line.contains("KICK")));
    script.at("24min+10s");
    let story = room_story(&script, "4min");
    assert_eq!(story.last().unwrap(), "KICKOUT 1102018");
    assert!(script.story("alice").iter().any(|line| line.contains("dance NO_PUBLISH")));
}

#[test]
fn room_12_the_return_of_the_network_asks_for_the_token_again() {
    let script = outage("6min+30s", false);
    let asked = |from| {
        let story = script.story_from("alice", from);
        story.iter().filter(|line| line.ends_with("token will expire")).count()
    };
    assert!(asked("4min") >= 2, "once at its time, in vain, and once more");
    assert!(asked("6min+30s") >= 1);
}
