//! Limits on what one client can cost the others.

use super::*;

#[test]
fn streams_come_and_go_at_the_rate_of_messages() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    let before = world.rooms.seq("r").unwrap();
    let max = u32::try_from(limit::REQUESTS_WAITING_MAX).unwrap();
    for _ in 0..max / 2 {
        world.publish(a, "s");
        assert_eq!(world.code(a, unpublish("s")), Code::OK);
    }
    assert_eq!(world.code(a, publish("s")), Code::OK, "a claim tells nobody");
    assert_eq!(world.code(a, live("s")), Code::MESSAGE_TOO_FREQUENT);
    assert!(world.rooms.streams("r").is_empty());
    assert_eq!(world.rooms.seq("r"), Some(before + max));
    world.now = world.now + 100;
    assert_eq!(world.code(a, live("s")), Code::OK);
    assert_eq!(world.code(a, live("s")), Code::OK, "said again it costs nothing");
    assert_eq!(world.code(a, unpublish("s")), Code::OK, "an end is never refused");
    assert!(world.rooms.streams("r").is_empty());
    assert_eq!(world.reply(a, broadcast(6, "x")), {
        let (code, message) = (Code::OK, String::new());
        ServerMessage::Done { id: 6, code, message, seq: before + max + 3 }
    });
}

#[test]
fn streams_that_come_and_go_for_long_keep_to_the_rate() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    let before = world.rooms.seq("r").unwrap();
    for _ in 0..250 {
        world.now = world.now + 40;
        for message in [publish("s"), live("s"), unpublish("s")] {
            world.say(a, message);
        }
    }
    let burst = u32::try_from(limit::REQUESTS_WAITING_MAX).unwrap();
    let events = world.rooms.seq("r").unwrap() - before;
    assert!((burst + 90..=burst + 101).contains(&events), "{events} in ten seconds");
}

#[test]
fn room_08_extra_info_that_is_sent_again_after_a_resume_costs_nothing() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    world.publish(a, "s");
    assert_eq!(world.code(a, set_room_extra("k", "v")), Code::OK);
    assert_eq!(world.code(a, set_stream_extra("s", "y")), Code::OK);
    for id in 10..10 + u32::try_from(limit::REQUESTS_WAITING_MAX).unwrap() {
        world.say(a, broadcast(id, "x"));
    }
    world.take(a);
    assert_eq!(world.code(a, set_room_extra("k", "v")), Code::OK);
    assert_eq!(world.code(a, set_room_extra("none", "")), Code::OK);
    assert_eq!(world.code(a, set_stream_extra("s", "y")), Code::OK);
    assert_eq!(world.code(a, set_room_extra("k", "w")), Code::MESSAGE_TOO_FREQUENT);
    assert_eq!(world.code(a, set_stream_extra("s", "z")), Code::MESSAGE_TOO_FREQUENT);
}

#[test]
fn room_11_no_user_washes_out_what_is_remembered_of_another() {
    let mut world = World::new();
    let (_, hello) = world.enter("r", "a");
    world.handle(kick("a", ""));
    // As often as the limit allows.
    for _ in 0..1_200 {
        world.now = world.now + 1_000;
        let (link, _) = world.enter("r", "b");
        world.take(link);
    }
    let back = world.open(resume("r", "a", &hello));
    assert_eq!(short(&world.take(back)), ["End 1002055"]);
}

#[test]
fn room_11_of_one_user_the_last_ends_are_remembered() {
    let mut world = World::new();
    let hellos: Vec<Hello> = (0..18).map(|_| world.enter("r", "a").1).collect();
    world.now = world.now + 5_000;
    let back = world.open(resume("r", "a", &hellos[1]));
    assert_eq!(short(&world.take(back)), ["End 1002086"]);
    world.handle(kick("a", ""));
    let back = world.open(resume("r", "a", &hellos[17]));
    assert_eq!(short(&world.take(back)), ["End 1002055"]);
    assert!(!world.back("r", "a", &hellos[1]).1.resumed, "the oldest is forgotten");
}

#[test]
fn an_interval_of_nothing_is_one_millisecond() {
    let settings = Settings { heartbeat_ms: 0, ping_ms: 0, ..Settings::default() };
    let mut world = World::with(settings);
    let (a, hello) = world.enter("r", "a");
    assert_eq!(hello.heartbeat_ms, 1);
    world.pass(20, &[a]);
    assert_eq!(world.pings, 20);
}
