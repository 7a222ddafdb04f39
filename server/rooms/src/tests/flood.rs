//! What one user, or all users of a room together, can cost the others, however often they log in.

use super::*;

const TOO_MANY: [ServerMessage; 1] = [ServerMessage::Goaway { min_ms: 1_000, max_ms: 4_000 }];

/// Without checks of the parts' agreement, which other tests make with fewer users.
fn many() -> World {
    World { is_checked: false, ..World::new() }
}

fn count(limit: impl TryInto<usize>) -> usize {
    limit.try_into().unwrap_or(usize::MAX)
}

#[test]
fn a_user_logs_in_so_often_at_once_and_once_a_second_in_the_long_run() {
    let mut world = many();
    let (watcher, _) = world.enter("r", "w");
    for _ in 0..limit::LOGINS_AT_ONCE {
        world.enter("r", "a");
    }
    let spare = world.open(login("r", "a"));
    assert_eq!(world.take(spare), TOO_MANY);
    assert_eq!(world.closed[&spare], CloseCode::GOING_AWAY);
    world.enter("r", "b");
    assert!(world.rooms.has_session("a"), "the session it has is left alone");
    // The range is honest: a client that keeps to it is not sent away twice.
    world.pass(1_000, &[watcher]);
    world.enter("r", "a");
    let spare = world.open(login("r", "a"));
    assert_eq!(world.take(spare), TOO_MANY);
    world.pass(3_600_000, &[watcher]);
    for _ in 0..limit::LOGINS_AT_ONCE {
        world.enter("r", "a");
    }
}

#[test]
fn resumes_count_as_logins_and_find_their_session_later() {
    let mut world = many();
    let (_, hello) = world.enter("r", "a");
    for _ in 1..limit::LOGINS_AT_ONCE {
        assert!(world.back("r", "a", &hello).1.resumed);
    }
    let spare = world.open(resume("r", "a", &hello));
    assert_eq!(world.take(spare), TOO_MANY);
    world.pass(4_000, &[]);
    assert!(world.back("r", "a", &hello).1.resumed);
}

#[test]
fn a_user_that_logs_in_anew_may_say_no_more_than_before() {
    let mut world = many();
    let (watcher, _) = world.enter("r", "w");
    world.take(watcher);
    let seconds = 10;
    for _ in 0..seconds * 40 {
        world.pass(25, &[watcher]);
        let link = world.open(login("r", "a"));
        for id in 0..32 {
            world.say(link, broadcast(id, "x"));
        }
    }
    let told = world.take(watcher).iter().filter(|m| m.seq().is_some()).count();
    let may = limit::REQUESTS_WAITING_MAX + seconds * count(limit::MESSAGES_PER_SECOND);
    assert!((may / 2..=may + 1).contains(&told), "{told} in {seconds} s");
}

#[test]
fn streams_of_a_user_that_logs_in_anew_come_and_go_no_more_often() {
    let mut world = many();
    let (watcher, _) = world.enter("r", "w");
    world.take(watcher);
    for _ in 0..limit::LOGINS_AT_ONCE {
        let (a, _) = world.enter("r", "a");
        for stream in ["s", "t", "u", "v"] {
            world.say(a, publish(stream));
            world.say(a, live(stream));
        }
    }
    let told = world.take(watcher);
    let is_add =
        |m: &&ServerMessage| matches!(m, ServerMessage::Streams { change: Change::Add, .. });
    assert_eq!(told.iter().filter(is_add).count(), limit::REQUESTS_WAITING_MAX);
}

#[test]
fn frames_are_counted_for_the_user_and_not_for_the_link() {
    let mut world = many();
    let (first, hello) = world.enter("r", "a");
    for n in 0..150 {
        world.say(first, ClientMessage::Ping { n });
    }
    let (second, _) = world.back("r", "a", &hello);
    for n in 0..50 {
        world.say(second, ClientMessage::Ping { n });
    }
    assert_eq!(world.take(second).len(), 50);
    world.say(second, ClientMessage::Ping { n: 50 });
    assert!(world.take(second).is_empty());
    assert_eq!(world.closed[&second], CloseCode::OVER_LIMIT);
    assert!(world.rooms.has_session("a"), "it comes back as after any loss");
    world.pass(1_000, &[]);
    let (third, again) = world.back("r", "a", &hello);
    assert!(again.resumed);
    world.say(third, ClientMessage::Ping { n: 51 });
    assert_eq!(world.take(third), [ServerMessage::Pong { n: 51 }]);
}

#[test]
fn room_08_a_room_that_says_all_it_can_loses_nothing_of_who_is_in_its_grace() {
    let mut world = many();
    let (a, hello) = world.enter("r", "a");
    world.lose(a);
    let text = "x".repeat(limit::MESSAGE_BYTES_MAX);
    let links: Vec<LinkId> = (0..50).map(|n| world.enter("r", &format!("u{n}")).0).collect();
    let (mut said, mut refused, mut id) = (Vec::new(), 0, 0);
    for _ in 0..(GRACE_MS - 1_000) / 1_000 {
        world.pass(1_000, &links);
        for link in &links {
            for _ in 0..limit::MESSAGES_PER_SECOND {
                id += 1;
                match world.reply(*link, broadcast(id, &text)) {
                    ServerMessage::Done { code: Code::OK, seq, .. } => said.push(seq),
                    ServerMessage::Done { code: Code::MESSAGE_TOO_FREQUENT, .. } => refused += 1,
                    other => panic!("{other:?}"),
                }
            }
        }
        // Users who come and go do not push messages out either.
        world.enter("r", &format!("v{id}"));
    }
    world.inboxes.clear();
    let (_, again) = world.back("r", "a", &hello);
    assert!(again.resumed);
    let is_said = |m: &&ServerMessage| matches!(m, ServerMessage::Message { .. });
    let missed: Vec<u32> = again.missed.iter().filter(is_said).map(seq).collect();
    assert_eq!(missed, said);
    assert!(refused > 0 && said.len() > 1_000, "{refused} refused, {} said", said.len());
}

#[test]
fn one_user_alone_does_not_silence_its_room() {
    let mut world = many();
    let (a, _) = world.enter("r", "a");
    let (b, _) = world.enter("r", "b");
    let text = "x".repeat(limit::MESSAGE_BYTES_MAX);
    let named: Vec<String> = (0..limit::COMMAND_USERS_MAX).map(|n| format!("{n:064}")).collect();
    let named: Vec<&str> = named.iter().map(String::as_str).collect();
    for user in &named {
        world.enter("r", user);
    }
    let mut id = 0;
    for second in 0..200 {
        world.pass(1_000, &[a, b]);
        for _ in 0..50 {
            id += 1;
            world.say(
                a,
                if second % 2 == 0 { command(id, &text, &named) } else { broadcast(id, &text) },
            );
        }
        world.inboxes.clear();
        id += 1;
        let reply = world.reply(b, broadcast(id, &text));
        assert!(matches!(reply, ServerMessage::Done { code: Code::OK, .. }), "{reply:?}");
    }
}

#[test]
fn barrages_of_a_room_are_bounded_and_take_nothing_from_its_messages() {
    let mut world = many();
    let links: Vec<LinkId> = (0..80).map(|n| world.enter("r", &format!("u{n}")).0).collect();
    let mut ok = 0;
    for link in &links {
        for id in 0..32 {
            let text = "x".to_owned();
            let reply = world.reply(*link, ClientMessage::Barrage { id, text });
            ok += usize::from(matches!(reply, ServerMessage::Done { code: Code::OK, .. }));
        }
    }
    assert_eq!(ok, 2_048);
    let (late, _) = world.enter("r", "late");
    let reply = world.reply(late, broadcast(1, "x"));
    assert!(matches!(reply, ServerMessage::Done { code: Code::OK, .. }), "{reply:?}");
}

#[test]
fn bey_03_a_link_that_comes_and_goes_is_told_at_once_and_then_once_a_second() {
    let mut world = many();
    let watcher = world.open(Login { connections: true, ..login("r", "w") });
    let (mut a, hello) = world.enter("r", "a");
    world.take(watcher);
    for _ in 0..10 {
        world.lose(a);
        a = world.back("r", "a", &hello).0;
    }
    assert_eq!(short(&world.take(watcher)), ["a up false"]);
    let late = world.open(Login { connections: true, ..login("r", "l") });
    assert_eq!(world.hello(late).away, ["a"], "as the room was told");
    world.take(watcher);
    world.pass(1_000, &[watcher, a, late]);
    assert_eq!(short(&world.take(watcher)), ["a up true"]);
    assert_eq!(short(&world.take(late)), ["a up true"]);
    world.lose(a);
    world.pass(999, &[watcher, late]);
    assert!(world.take(watcher).is_empty());
    a = world.back("r", "a", &hello).0;
    world.pass(5_000, &[watcher, late, a]);
    assert!(world.take(watcher).is_empty(), "up, as it was");
    world.lose(a);
    assert_eq!(short(&world.take(watcher)), ["a up false"], "at once again");
}

#[test]
fn a_room_has_so_many_streams() {
    let mut world = many();
    for user in 0..limit::ROOM_STREAMS_MAX / limit::USER_STREAMS_MAX {
        let (link, _) = world.enter("r", &format!("u{user}"));
        for stream in 0..limit::USER_STREAMS_MAX {
            assert_eq!(world.code(link, publish(&format!("{user}-{stream}"))), Code::OK);
        }
    }
    let (a, _) = world.enter("r", "a");
    assert_eq!(world.code(a, publish("s")), Code::PUBLISH_REFUSED);
    assert_eq!(world.open_guest("r", "cam", "t"), Err(Code::PUBLISH_REFUSED));
    world.handle(kick("u0", ""));
    assert_eq!(world.code(a, publish("s")), Code::OK);
    world.open_guest("r", "cam", "t").unwrap();
}

#[test]
fn a_guest_that_asks_again_and_again_is_sent_away() {
    let mut world = many();
    for _ in 0..limit::LOGINS_AT_ONCE {
        let media = world.open_guest("r", "cam", "s").unwrap();
        world.close_guest(media);
    }
    assert_eq!(world.open_guest("r", "cam", "s"), Err(Code::PUBLISH_SESSION));
    world.pass(1_000, &[]);
    world.open_guest("r", "cam", "s").unwrap();
}
