//! Broadcasts, barrages, commands and extra info.

use super::*;

const TALK: [&str; 3] = ["a", "b", "c"];

fn three() -> (World, [LinkId; 3]) {
    let mut world = World { unix_start_ms: 1_790_000_000_000, ..World::new() };
    let links = TALK.map(|user| world.enter("r", user).0);
    for link in links {
        world.take(link);
    }
    (world, links)
}

fn done(id: u32, code: Code, seq: u32) -> ServerMessage {
    let message = if code == Code::OK { String::new() } else { code.message().to_owned() };
    ServerMessage::Done { id, code, message, seq }
}

#[test]
fn room_08_a_broadcast_reaches_everyone_else_with_its_number_and_time() {
    let (mut world, [a, b, c]) = three();
    let (other, _) = world.enter("q", "d");
    world.now = world.now + 7;
    let last = world.rooms.seq("r").unwrap();
    assert_eq!(world.reply(a, broadcast(1, "hi")), done(1, Code::OK, last + 1));
    let (from, text, at_ms) = (named("a"), "hi".to_owned(), 1_790_000_000_007);
    let message = ServerMessage::Message { seq: last + 1, from, text, at_ms };
    assert_eq!(world.take(b), std::slice::from_ref(&message));
    assert_eq!(world.take(c), [message]);
    assert!(world.take(a).is_empty() && world.take(other).is_empty());
}

#[test]
fn room_08_a_broadcast_sent_again_after_a_resume_is_delivered_once() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    let (b, _) = world.enter("r", "b");
    let first = world.reply(a, broadcast(7, "hi"));
    let second = world.reply(a, command(8, "do", &[]));
    assert_eq!(short(&world.take(b)), ["a says hi", "a commands do"]);
    world.lose(a);
    let (a, _) = world.back("r", "a", &hello);
    assert_eq!(world.reply(a, broadcast(7, "hi")), first);
    assert_eq!(world.reply(a, command(8, "do", &[])), second);
    assert!(world.take(b).is_empty());
    // A new session starts its numbers anew.
    world.say(a, ClientMessage::Logout);
    let (a, _) = world.enter("r", "a");
    world.take(b);
    world.say(a, broadcast(7, "hi"));
    assert_eq!(short(&world.take(b)), ["a says hi"]);
}

#[test]
fn room_08_no_more_requests_are_remembered_than_may_wait() {
    let (mut world, [a, b, _]) = three();
    for id in 1..=33 {
        world.say(a, broadcast(id, "x"));
        world.pass(100, &[a, b]);
    }
    world.take(b);
    world.say(a, broadcast(2, "x"));
    assert!(world.take(b).is_empty());
    world.say(a, broadcast(1, "x"));
    assert_eq!(short(&world.take(b)), ["a says x"], "so old that no client waits for it");
}

#[test]
fn a_command_reaches_those_it_names_and_never_its_sender() {
    let (mut world, [a, b, c]) = three();
    world.say(a, command(1, "x", &["b", "a", "nobody"]));
    assert_eq!(short(&world.take(b)), ["a commands x"]);
    assert!(world.take(c).is_empty());
    assert_eq!(world.take(a).len(), 1, "only the reply");
    world.say(a, command(2, "all", &[]));
    assert_eq!(short(&world.take(b)), ["a commands all"]);
    assert_eq!(short(&world.take(c)), ["a commands all"]);
    world.take(a);
    world.say(a, command(3, "none", &["nobody", "a"]));
    assert!(world.take(b).is_empty() && world.take(c).is_empty(), "no name found is not everyone");
    let many = vec!["b"; limit::COMMAND_USERS_MAX + 1];
    assert_eq!(world.code(a, command(5, "many", &many)), Code::BAD_PARAMETER);
}

#[test]
fn a_barrage_is_for_those_who_are_there() {
    let (mut world, [a, b, c]) = three();
    world.lose(c);
    let before = world.rooms.seq("r");
    for text in ["x", "y"] {
        let reply = world.reply(a, ClientMessage::Barrage { id: 1, text: text.into() });
        assert_eq!(reply, done(1, Code::OK, 0));
    }
    assert_eq!(short(&world.take(b)), ["a shouts x 1", "a shouts y 2"]);
    assert_eq!(world.rooms.seq("r"), before, "it is no event of the log");
}

#[test]
fn messages_have_a_length_and_a_rate() {
    let (mut world, [a, b, _]) = three();
    let long = "x".repeat(limit::MESSAGE_BYTES_MAX + 1);
    for (text, code) in [("", Code::MESSAGE_EMPTY), (&long, Code::MESSAGE_TOO_LONG)] {
        assert_eq!(world.code(a, broadcast(5, text)), code);
        assert_eq!(world.code(a, command(5, text, &[])), code);
        assert_eq!(world.code(a, ClientMessage::Barrage { id: 5, text: text.into() }), code);
    }
    assert!(world.take(b).is_empty());
    let max = u32::try_from(limit::REQUESTS_WAITING_MAX).unwrap();
    for id in 1..=max {
        assert!(matches!(
            world.reply(a, broadcast(id, "x")),
            ServerMessage::Done { code: Code::OK, .. }
        ));
    }
    let too_many = Code::MESSAGE_TOO_FREQUENT;
    assert_eq!(world.reply(a, broadcast(max + 1, "x")), done(max + 1, too_many, 0));
    assert_eq!(world.code(a, command(5, "x", &[])), Code::OK, "said before, so it costs nothing");
    assert_eq!(world.code(a, ClientMessage::Barrage { id: 5, text: "x".into() }), too_many);
    assert_eq!(world.code(a, set_room_extra("k", "v")), too_many);
    world.take(b);
    assert_eq!(world.code(b, ClientMessage::Barrage { id: 5, text: "x".into() }), Code::OK);
    world.now = world.now + 100;
    assert_eq!(world.reply(a, broadcast(max + 1, "x")).clone(), {
        let seq = world.rooms.seq("r").unwrap();
        done(max + 1, Code::OK, seq)
    });
    assert_eq!(world.code(a, ClientMessage::Barrage { id: 5, text: "x".into() }), too_many);
}

#[test]
fn room_extra_is_set_told_and_removed() {
    let (mut world, [a, b, c]) = three();
    let last = world.rooms.seq("r").unwrap();
    assert_eq!(world.reply(a, set_room_extra("topic", "news")), done(5, Code::OK, last + 1));
    let ServerMessage::RoomExtra { extra, .. } = &world.take(b)[0] else { panic!() };
    let news = extra[0].clone();
    assert_eq!((&*news.key, &*news.value, &*news.user.id), ("topic", "news", "a"));
    assert_eq!(news.at_ms, 1_790_000_000_000);
    assert!(world.take(a).is_empty(), "the one who set it has the reply");
    let (_, hello) = world.enter("r", "d");
    assert_eq!(hello.snapshot.unwrap().extra, std::slice::from_ref(&news));
    assert_eq!(world.rooms.extra("r"), [news]);
    assert_eq!(world.reply(a, set_room_extra("topic", "news")), done(5, Code::OK, 0), "stands");
    world.take(c);
    assert_eq!(world.code(c, set_room_extra("topic", "")), Code::OK);
    assert_eq!(short(&world.take(b)), ["Add user d", "Extra topic="]);
    assert!(world.rooms.extra("r").is_empty());
    assert_eq!(world.reply(a, set_room_extra("topic", "")), done(5, Code::OK, 0), "gone already");
}

#[test]
fn room_extra_has_limits() {
    let (mut world, [a, b, _]) = three();
    let long = "x".repeat(limit::ROOM_EXTRA_BYTES_MAX + 1);
    assert_eq!(world.code(a, set_room_extra("", "v")), Code::EXTRA_KEY_EMPTY);
    assert_eq!(world.code(a, set_room_extra(&long, "v")), Code::EXTRA_KEY_TOO_LONG);
    assert_eq!(world.code(a, set_room_extra("k", &long)), Code::EXTRA_VALUE_TOO_LONG);
    for n in 0..limit::ROOM_EXTRA_KEYS_MAX {
        assert_eq!(world.code(a, set_room_extra(&format!("k{n}"), "v")), Code::OK);
    }
    assert_eq!(world.code(b, set_room_extra("more", "v")), Code::EXTRA_TOO_MANY);
    assert_eq!(world.code(b, set_room_extra("k0", "w")), Code::OK);
    assert_eq!(world.code(b, set_room_extra("k1", "")), Code::OK);
    assert_eq!(world.code(b, set_room_extra("more", "v")), Code::OK);
}

#[test]
fn stream_extra_is_told_of_live_streams_of_ones_own() {
    let (mut world, [a, b, _]) = three();
    assert_eq!(world.code(a, set_stream_extra("s", "y")), Code::STREAM_NOT_FOUND);
    world.say(a, publish("s"));
    assert_eq!(world.code(a, set_stream_extra("s", "y")), Code::OK);
    assert!(world.take(b).is_empty(), "not live yet");
    world.say(a, live("s"));
    let ServerMessage::Streams { streams, .. } = &world.take(b)[0] else { panic!() };
    assert_eq!(streams[0].extra, "y");
    assert_eq!(world.code(b, set_stream_extra("s", "z")), Code::STREAM_NOT_FOUND);
    let seq = world.rooms.seq("r").unwrap();
    assert_eq!(world.reply(a, set_stream_extra("s", "z")), done(5, Code::OK, seq + 1));
    assert_eq!(short(&world.take(b)), ["Stream extra s=z"]);
    assert!(world.take(a).is_empty());
    assert_eq!(world.rooms.streams("r")[0].extra, "z");
    assert_eq!(world.reply(a, set_stream_extra("s", "z")), done(5, Code::OK, 0));
    let long = "x".repeat(limit::EXTRA_INFO_BYTES_MAX + 1);
    assert_eq!(world.code(a, set_stream_extra("s", &long)), Code::EXTRA_INFO_TOO_LONG);
    assert_eq!(world.code(a, set_stream_extra("a/b", "")), Code::STREAM_ID_BAD);
}

#[test]
fn pub_08_what_is_muted_is_told_of_live_streams_and_to_who_comes_late() {
    let (mut world, [a, b, _]) = three();
    assert_eq!(world.code(a, set_muted("s", 1)), Code::STREAM_NOT_FOUND);
    world.say(a, publish("s"));
    assert_eq!(world.code(a, set_muted("s", 2)), Code::OK);
    assert!(world.take(b).is_empty(), "not live yet");
    world.say(a, live("s"));
    let ServerMessage::Streams { streams, .. } = &world.take(b)[0] else { panic!() };
    assert_eq!(streams[0].muted, 2);
    assert_eq!(world.code(b, set_muted("s", 1)), Code::STREAM_NOT_FOUND, "not one's own");
    let seq = world.rooms.seq("r").unwrap();
    assert_eq!(world.reply(a, set_muted("s", 3)), done(5, Code::OK, seq + 1));
    assert_eq!(short(&world.take(b)), ["Stream extra s=x muted 3"]);
    assert_eq!(world.reply(a, set_muted("s", 3)), done(5, Code::OK, 0), "said before");
    let (_, hello) = world.enter("r", "d");
    assert_eq!(hello.snapshot.unwrap().streams[0].muted, 3);
}

#[test]
fn pub_08_mutes_have_a_rate_and_a_refused_one_changes_nothing() {
    let (mut world, [a, b, _]) = three();
    world.publish(a, "s");
    let max = limit::REQUESTS_WAITING_MAX;
    for n in 0..max {
        assert_eq!(world.code(a, set_muted("s", 1 + (n % 2) as u8)), Code::OK);
    }
    world.take(b);
    assert_eq!(world.code(a, set_muted("s", 3)), Code::MESSAGE_TOO_FREQUENT);
    assert!(world.take(b).is_empty());
    assert_eq!(world.rooms.streams("r")[0].muted, 2);
    world.now = world.now + 100;
    assert_eq!(world.code(a, set_muted("s", 3)), Code::OK);
}
