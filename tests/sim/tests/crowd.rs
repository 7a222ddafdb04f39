//! Many players at once, and silent publishers.

use holdfast_sim::Script;

/// Alice plays this many streams that nobody publishes, and sends a message each second.
fn eager(players: usize) -> Script {
    let mut script = Script::new();
    script.device("alice", 20);
    script.device("bob", 20);
    script.at("0s").log_in("alice", "room").log_in("bob", "room");
    let mut moment = script.at("1s");
    for number in 0..players {
        moment.play("alice", &format!("none-{number}"));
    }
    for second in 1..=60 {
        script.at(&format!("{}ms", second * 1_000 + 500)).broadcast("alice");
    }
    script.at("65s");
    script
}

#[test]
fn media_10_many_players_of_what_is_not_there_harm_neither_link_nor_messages() {
    for players in [250, 1_000] {
        // The world itself checks that no link gets more than its server accepts.
        let script = eager(players);
        let said = script.story("bob").iter().filter(|line| line.contains("alice says")).count();
        assert_eq!(said, 60, "{players}");
        let story = script.story("alice");
        assert!(!story.iter().any(|line| line.contains("RECONNECTING")), "{players}");
        let missing = story.iter().filter(|line| line.ends_with("PLAY_REQUESTING 1104039")).count();
        assert_eq!(missing, players, "each is told once");
    }
}

#[test]
fn media_09_a_silent_publishers_players_keep_their_sessions_and_are_back_at_once() {
    let mut script = Script::new();
    script.device("host", 20);
    script.at("0s").log_in("host", "room");
    let names: Vec<String> = (0..5).map(|number| format!("viewer{number}")).collect();
    for name in &names {
        script.device(name, 20);
        script.at("0s").log_in(name, "room");
    }
    script.at("1s").publish("host", "still");
    for name in &names {
        script.at("3s").play(name, "still");
    }
    script.at("10s").fall_silent("still");
    script.at("130s").go_on("still");
    assert!(script.world().sessions_to_play("still") <= 15, "3 a player in two minutes");
    script.at("132s");
    for name in &names {
        let story = script.story_from(name, "10s");
        let said: Vec<_> = story.iter().map(|line| line.split_once(' ').unwrap().1).collect();
        assert_eq!(said, ["still PLAY_REQUESTING 1000017", "still PLAYING"]);
    }
}

#[test]
fn room_03_pub_02_a_path_of_seconds_logs_in_and_publishes() {
    for (delay_ms, in_by) in [(1_500, "2min"), (900, "1min")] {
        let mut script = Script::new();
        script.device("alice", delay_ms);
        script.at("0s").log_in("alice", "room");
        script.at(in_by).publish("alice", "song");
        let story = script.story("alice");
        assert!(story.iter().any(|line| line.ends_with("LOGINED")), "{story:?}");
        assert!(!story.iter().any(|line| line.contains("RECONNECTING")), "{story:?}");
        script.at("5min");
        let story = script.story("alice");
        assert!(story.last().unwrap().ends_with("song PUBLISHING"), "{story:?}");
    }
}
