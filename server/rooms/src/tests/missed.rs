//! What a returning user is told (ROOM-08): every difference, and every message once.

use super::*;

/// `a`, who is away for a moment, and `b`, who stays.
fn one_away() -> (World, Hello, LinkId) {
    let mut world = World::new();
    let (b, _) = world.enter("r", "b");
    let (a, hello) = world.enter("r", "a");
    world.take(b);
    world.lose(a);
    (world, hello, b)
}

fn at_rising_numbers(missed: &[ServerMessage], after: u32) {
    let mut last = after;
    for message in missed {
        assert!(seq(message) > last, "{missed:?}");
        last = seq(message);
    }
}

#[test]
fn room_08_messages_come_in_order_and_once() {
    let (mut world, hello, b) = one_away();
    world.say(b, broadcast(1, "one"));
    world.say(b, command(2, "two", &["a"]));
    world.say(b, command(3, "not for a", &["c"]));
    world.say(b, broadcast(4, "three"));
    world.say(b, ClientMessage::Barrage { id: 5, text: "gone".into() });
    let (a, again) = world.back("r", "a", &hello);
    assert!(again.resumed && again.snapshot.is_none());
    assert_eq!(Some(again.seq), world.rooms.seq("r"));
    assert_eq!(short(&again.missed), ["b says one", "b commands two", "b says three"]);
    at_rising_numbers(&again.missed, hello.seq);
    // A user who has seen everything is told nothing again.
    world.lose(a);
    let seen = Hello { seq: seq(&again.missed[2]), ..again.clone() };
    let (a, third) = world.back("r", "a", &seen);
    assert_eq!((third.missed, third.snapshot), (vec![], None));
    // A user who has seen the first message is told the rest.
    world.lose(a);
    let seen = Hello { seq: seq(&again.missed[0]), ..again };
    let (_, fourth) = world.back("r", "a", &seen);
    assert_eq!(short(&fourth.missed), ["b commands two", "b says three"]);
}

#[test]
fn room_08_what_came_and_went_meanwhile_is_not_told() {
    let (mut world, hello, b) = one_away();
    let (c, _) = world.enter("r", "c");
    world.publish(c, "s");
    world.say(c, broadcast(1, "hi"));
    world.say(c, set_stream_extra("s", "y"));
    world.say(c, ClientMessage::Logout);
    world.say(b, set_room_extra("k", "v"));
    world.say(b, set_room_extra("k", ""));
    let (_, again) = world.back("r", "a", &hello);
    assert_eq!(short(&again.missed), ["c says hi"]);
}

#[test]
fn room_08_what_went_and_came_back_the_same_is_not_told() {
    let mut world = World::new();
    let (b, _) = world.enter("r", "b");
    world.publish(b, "s");
    let (a, hello) = world.enter("r", "a");
    world.lose(a);
    world.say(b, ClientMessage::Logout);
    let (b, _) = world.enter("r", "b");
    world.publish(b, "s");
    let (a, again) = world.back("r", "a", &hello);
    assert_eq!((&again.missed[..], &again.snapshot), (&[][..], &None));
    // If the extra text differs, the change of the text is told.
    world.lose(a);
    world.say(b, set_stream_extra("s", "y"));
    world.say(b, unpublish("s"));
    world.publish(b, "s");
    world.say(b, set_stream_extra("s", "z"));
    let (_, again) = world.back("r", "a", &again);
    assert_eq!(short(&again.missed), ["Stream extra s=z"]);
}

#[test]
fn room_08_a_stream_with_another_owner_is_deleted_and_added() {
    let mut world = World::new();
    let (b, _) = world.enter("r", "b");
    world.publish(b, "s");
    world.publish(b, "t");
    let (c, _) = world.enter("r", "c");
    let (a, hello) = world.enter("r", "a");
    world.lose(a);
    world.lose(b);
    world.pass(GRACE_MS - 1_000, &[c]);
    let (a, hello) = world.back("r", "a", &hello);
    world.lose(a);
    world.pass(1_000, &[c]);
    world.publish(c, "s");
    let (_, again) = world.back("r", "a", &hello);
    assert_eq!(short(&again.missed), ["Delete stream s t 2", "Delete user b", "Add stream s"]);
    let ServerMessage::Streams { streams, .. } = &again.missed[0] else { panic!() };
    assert_eq!(streams[0].user.id, "b", "the one that went is who had it then");
    at_rising_numbers(&again.missed, hello.seq);
}

#[test]
fn room_08_the_first_end_of_what_was_there_gives_the_reason() {
    let mut world = World::new();
    let (b, _) = world.enter("r", "b");
    let (c, _) = world.enter("r", "c");
    world.publish(b, "s");
    let (a, hello) = world.enter("r", "a");
    world.lose(a);
    world.handle(kick("b", ""));
    world.publish(c, "s");
    world.say(c, unpublish("s"));
    let (_, again) = world.back("r", "a", &hello);
    assert_eq!(short(&again.missed), ["Delete stream s 4", "Delete user b"]);
}

#[test]
fn room_08_a_new_name_is_a_user_who_went_and_came() {
    let (mut world, hello, _) = one_away();
    let renamed = User { id: "b".into(), name: "other".into() };
    world.open(Login { user: renamed, ..login("r", "b") });
    let (_, again) = world.back("r", "a", &hello);
    assert_eq!(short(&again.missed), ["Delete user b", "Add user b"]);
}

#[test]
fn room_08_extra_info_is_told_as_it_stands() {
    let (mut world, hello, b) = one_away();
    for value in ["1", "2", "3"] {
        world.say(b, set_room_extra("k", value));
    }
    world.say(b, set_room_extra("l", "x"));
    let (a, again) = world.back("r", "a", &hello);
    assert_eq!(short(&again.missed), ["Extra k=3", "Extra l=x"]);
    at_rising_numbers(&again.missed, hello.seq);
    world.lose(a);
    world.say(b, set_room_extra("k", ""));
    let seen = Hello { seq: seq(&again.missed[1]), ..again };
    let (_, again) = world.back("r", "a", &seen);
    assert_eq!(short(&again.missed), ["Extra k="]);
}

#[test]
fn room_08_a_log_too_short_gives_a_snapshot_and_what_messages_it_has() {
    let (mut world, hello, b) = one_away();
    world.say(b, broadcast(1, "before"));
    for user in 0..2_100 {
        let (link, _) = world.enter("r", &format!("u{user}"));
        world.say(link, ClientMessage::Logout);
    }
    world.say(b, broadcast(2, "after"));
    let (_, again) = world.back("r", "a", &hello);
    assert!(again.resumed);
    assert_eq!(again.snapshot.unwrap().users.len(), 2);
    assert_eq!(again.seq, world.rooms.seq("r").unwrap());
    assert_eq!(short(&again.missed), ["b says before", "b says after"]);
    assert_eq!(seq(again.missed.last().unwrap()), again.seq);
}

#[test]
fn room_08_what_may_have_arrived_is_repeated_and_only_the_rest_is_netted() {
    let mut world = World::new();
    let (b, _) = world.enter("r", "b");
    let (a, hello) = world.enter("r", "a");
    // This event is on its way to `a` when it asks for another link.
    let (c, _) = world.enter("r", "c");
    world.say(b, set_room_extra("k", "v"));
    world.lose(a);
    world.say(c, ClientMessage::Logout);
    world.enter("r", "d");
    world.handle(kick("d", ""));
    world.say(b, set_room_extra("k", ""));
    world.say(b, set_room_extra("l", "v"));
    world.say(b, set_room_extra("l", ""));
    let (a, again) = world.back("r", "a", &hello);
    assert_eq!(short(&again.missed), ["Add user c", "Delete user c", "Extra k="]);
    // A hello may be on its way as well.
    world.lose(a);
    world.enter("r", "d");
    let (_, again) = world.back("r", "a", &hello);
    let repeated = ["Add user c", "Delete user c", "Add user d", "Delete user d", "Extra k="];
    assert_eq!(short(&again.missed)[..5], repeated);
    assert_eq!(short(&again.missed)[5..], ["Extra l=", "Add user d"]);
}

#[test]
fn room_08_a_key_one_set_oneself_last_is_not_told() {
    let mut world = World::new();
    let (b, _) = world.enter("r", "b");
    let (a, hello) = world.enter("r", "a");
    world.say(b, set_room_extra("k", "1"));
    world.say(a, set_room_extra("k", "2"));
    world.lose(a);
    let (a, again) = world.back("r", "a", &hello);
    assert!(again.missed.is_empty(), "its own value stands");
    world.lose(a);
    world.say(b, set_room_extra("k", "3"));
    let (_, again) = world.back("r", "a", &hello);
    assert_eq!(short(&again.missed), ["Extra k=3"]);
}

#[test]
fn room_08_too_many_changes_give_a_snapshot_with_the_messages() {
    let (mut world, hello, b) = one_away();
    world.say(b, broadcast(1, "before"));
    for n in 0..300 {
        world.enter("r", &format!("u{n}"));
    }
    world.say(b, broadcast(2, "after"));
    let (_, again) = world.back("r", "a", &hello);
    assert!(again.resumed);
    assert_eq!(again.snapshot.unwrap().users.len(), 302);
    assert_eq!(again.seq, world.rooms.seq("r").unwrap());
    assert_eq!(short(&again.missed), ["b says before", "b says after"]);
}

#[test]
fn room_08_a_number_from_the_future_gives_a_snapshot_and_does_no_harm() {
    let (mut world, hello, b) = one_away();
    world.say(b, broadcast(1, "hi"));
    let future = Hello { seq: u32::MAX, ..hello.clone() };
    let (a, again) = world.back("r", "a", &future);
    assert!(again.resumed);
    assert_eq!(again.seq, world.rooms.seq("r").unwrap());
    assert_eq!(again.snapshot.unwrap().users.len(), 2);
    assert!(again.missed.is_empty());
    world.say(b, broadcast(2, "ho"));
    assert_eq!(short(&world.take(a)), ["b says ho"]);
}

#[test]
fn room_08_what_was_said_before_one_came_is_never_told() {
    let mut world = World::new();
    let (b, _) = world.enter("r", "b");
    world.say(b, broadcast(1, "secret"));
    let (a, hello) = world.enter("r", "a");
    assert!(hello.missed.is_empty());
    world.lose(a);
    world.say(b, broadcast(2, "hi"));
    let (_, again) = world.back("r", "a", &Hello { seq: 0, ..hello });
    assert!(again.snapshot.is_some());
    assert_eq!(short(&again.missed), ["b says hi"]);
}

#[test]
fn room_08_who_asks_for_users_only_now_gets_them_all() {
    let mut world = World::new();
    let (b, _) = world.enter("r", "b");
    let a = world.open(Login { user_update: false, ..login("r", "a") });
    let hello = world.hello(a);
    world.lose(a);
    world.say(b, broadcast(1, "hi"));
    let (a, again) = world.back("r", "a", &hello);
    assert_eq!(again.snapshot.unwrap().users.len(), 2);
    assert_eq!(short(&again.missed), ["b says hi"]);
    world.lose(a);
    // A user who no longer asks for users' events is no longer told about users.
    world.enter("r", "c");
    let link = world.open(Login { user_update: false, ..resume("r", "a", &hello) });
    let again = world.hello(link);
    assert_eq!(short(&again.missed), ["b says hi"]);
    assert!(again.snapshot.is_none());
}

#[test]
fn room_08_a_session_made_up_for_gets_what_was_said_since_it_was_made() {
    let (mut world, hello, b) = one_away();
    world.pass(GRACE_MS, &[b]);
    let unheard = world.open(resume("r", "a", &hello));
    world.say(b, broadcast(1, "hi"));
    world.lose(unheard);
    world.say(b, broadcast(2, "ho"));
    let (_, again) = world.back("r", "a", &hello);
    assert!(!again.resumed && again.snapshot.is_some());
    assert_eq!(short(&again.missed), ["b says hi", "b says ho"]);
}

#[test]
fn room_08_hello_comes_before_the_old_link_is_closed() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    let login = resume("r", "a", &hello);
    world.rooms.handle(world.now, Input::LinkOpened { link: 99, login, pass: Pass::ALL });
    let outputs: Vec<Output> = std::iter::from_fn(|| world.rooms.poll()).collect();
    let [Output::Send { links, .. }, Output::Close { link, code, .. }] = &outputs[..] else {
        panic!("{outputs:?}")
    };
    assert_eq!((&links[..], *link, *code), (&[99][..], a, CloseCode::SUPERSEDED));
}

#[test]
fn pub_08_who_was_away_is_told_what_is_muted_now() {
    let mut world = World::new();
    let (b, _) = world.enter("r", "b");
    world.publish(b, "s");
    let (a, hello) = world.enter("r", "a");
    world.lose(a);
    world.say(b, set_muted("s", 1));
    world.say(b, set_muted("s", 0));
    let (a, again) = world.back("r", "a", &hello);
    assert_eq!((&again.missed[..], &again.snapshot), (&[][..], &None));
    world.lose(a);
    world.say(b, set_muted("s", 1));
    world.say(b, set_muted("s", 3));
    let (_, again) = world.back("r", "a", &again);
    assert_eq!(short(&again.missed), ["Stream extra s=x muted 3"]);
}
