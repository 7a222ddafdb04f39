//! Guests: users whose clients speak only WHIP (BEY-06).

use super::*;

#[test]
fn bey_06_a_guest_is_seen_like_any_other_user_and_goes_with_its_media() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    let media = world.open_guest("r", "cam", "s").unwrap();
    assert_eq!(short(&world.take(a)), ["Add user cam"]);
    assert!(world.rooms.streams("r").is_empty(), "nothing flows yet");
    assert_eq!(world.code(a, play("s")), Code::STREAM_NOT_FOUND);
    world.handle(Input::GuestLive { media });
    let told = world.take(a);
    assert_eq!(short(&told), ["Add stream s"]);
    let ServerMessage::Streams { streams, .. } = &told[0] else { panic!() };
    assert_eq!(streams[0].user, named("cam"));
    assert_eq!(world.code(a, play("s")), Code::OK);
    let (b, hello) = world.enter("r", "b");
    let snapshot = hello.snapshot.unwrap();
    assert_eq!(snapshot.users.iter().map(|user| &*user.id).collect::<Vec<_>>(), ["a", "b", "cam"]);
    assert_eq!((snapshot.streams.len(), hello.users), (1, 3));
    world.pass(10 * GRACE_MS, &[a, b]);
    assert_eq!(world.counts(a), [3]);
    assert_eq!(world.rooms.streams("r").len(), 1, "no time ends it");
    world.take(a);
    world.handle(Input::GuestClosed { media, reason: DeleteReason::STOPPED });
    assert_eq!(short(&world.take(a)), ["Delete stream s 1", "Delete user cam"]);
    world.pass(1_000, &[a, b]);
    assert_eq!(world.counts(a).last(), Some(&2));
    assert_eq!(world.rooms.counts().sessions, 2);
}

#[test]
fn room_08_who_was_away_hears_of_guests_what_is_left_of_it() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    world.lose(a);
    let gone = world.open_guest("r", "gone", "g").unwrap();
    world.handle(Input::GuestLive { media: gone });
    world.close_guest(gone);
    let media = world.open_guest("r", "cam", "s").unwrap();
    world.handle(Input::GuestLive { media });
    let (_, again) = world.back("r", "a", &hello);
    assert_eq!(short(&again.missed), ["Add user cam", "Add stream s"]);
}

#[test]
fn bey_06_a_newer_media_session_of_a_guest_takes_over_and_nobody_is_told() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    let old = world.open_guest("r", "cam", "s").unwrap();
    world.handle(Input::GuestLive { media: old });
    world.take(a);
    let new = world.open_guest("r", "cam", "s").unwrap();
    world.close_guest(old);
    world.handle(Input::GuestLive { media: new });
    assert!(world.take(a).is_empty());
    world.close_guest(old);
    assert!(world.take(a).is_empty(), "it is over already");
    world.close_guest(new);
    assert_eq!(short(&world.take(a)), ["Delete stream s 5", "Delete user cam"]);
}

#[test]
fn bey_06_a_guest_with_two_streams_stays_for_the_last() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    let media = ["s", "t"].map(|stream| world.open_guest("r", "cam", stream).unwrap());
    media.iter().for_each(|media| world.handle(Input::GuestLive { media: *media }));
    assert_eq!(short(&world.take(a)), ["Add user cam", "Add stream s", "Add stream t"]);
    world.close_guest(media[0]);
    assert_eq!(short(&world.take(a)), ["Delete stream s 5"]);
    world.handle(Input::RemoveStream { stream: "t".into() });
    assert_eq!(short(&world.take(a)), ["Delete stream t 6", "Delete user cam"]);
    assert!(world.ended.contains(&MediaEnd::Stream("t".into())));
}

#[test]
fn pub_03_a_guest_takes_nobodys_stream_and_nobody_takes_a_guests() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    world.publish(a, "s");
    assert_eq!(world.open_guest("r", "cam", "s"), Err(Code::STREAM_ID_TAKEN));
    assert_eq!(world.rooms.members("r").len(), 1, "it never came");
    world.open_guest("r", "cam", "t").unwrap();
    assert_eq!(world.code(a, publish("t")), Code::STREAM_ID_TAKEN);
    assert_eq!(world.open_guest("q", "other", "t"), Err(Code::STREAM_ID_TAKEN));
}

#[test]
fn room_11_a_login_replaces_the_guest_of_its_user_and_no_guest_replaces_a_login() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    let media = world.open_guest("r", "cam", "s").unwrap();
    world.handle(Input::GuestLive { media });
    world.take(a);
    let mut watching = login("r", "w");
    watching.connections = true;
    let watcher = world.open(watching);
    world.hello(watcher);
    world.take(a);
    let (cam, hello) = world.enter("r", "cam");
    assert_eq!(short(&world.take(a)), ["Delete stream s 3"], "the user never left");
    assert_eq!(short(&world.take(watcher)), ["Delete stream s 3"], "its link was never lost");
    world.handle(Input::GuestLive { media });
    world.close_guest(media);
    assert!(world.take(a).is_empty());
    assert_eq!(world.open_guest("r", "cam", "s"), Err(Code::REPLACED_WHILE_AWAY));
    assert!(world.take(cam).is_empty());
    world.lose(cam);
    assert_eq!(world.open_guest("r", "cam", "s"), Err(Code::REPLACED_WHILE_AWAY), "in its grace");
    assert!(world.back("r", "cam", &hello).1.resumed);
}

#[test]
fn bey_06_a_guest_is_in_one_room() {
    let mut world = World::new();
    world.open_guest("r", "cam", "s").unwrap();
    assert_eq!(world.open_guest("q", "cam", "t"), Err(Code::REPLACED_WHILE_AWAY));
    let (a, _) = world.enter("q", "cam");
    assert!(world.rooms.members("r").is_empty() && world.rooms.members("q").len() == 1);
    assert_eq!(world.code(a, publish("s")), Code::OK, "its stream is free again");
}

#[test]
fn room_11_a_kick_ends_a_guest() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    let media = world.open_guest("r", "cam", "s").unwrap();
    world.handle(Input::GuestLive { media });
    world.take(a);
    world.handle(kick("cam", ""));
    assert_eq!(short(&world.take(a)), ["Delete stream s 4", "Delete user cam"]);
    assert!(world.ended.contains(&MediaEnd::Stream("s".into())));
    world.close_guest(media);
    assert!(world.take(a).is_empty());
}

#[test]
fn bey_06_the_limits_of_sessions_hold_for_guests() {
    let settings = Settings { room_users_max: 2, ..Settings::default() };
    let mut world = World::with(settings);
    world.enter("r", "a");
    for stream in 0..limit::USER_STREAMS_MAX {
        world.open_guest("r", "cam", &format!("s{stream}")).unwrap();
    }
    assert_eq!(world.open_guest("r", "cam", "more"), Err(Code::PUBLISH_REFUSED));
    world.open_guest("r", "cam", "s0").unwrap();
    assert_eq!(world.open_guest("r", "other", "s"), Err(Code::ROOM_FULL));
    let full = world.open(login("r", "b"));
    assert_eq!(short(&world.take(full)), ["End 1002034"]);
    world.handle(Input::Drain);
    assert_eq!(world.open_guest("r", "cam", "s0"), Err(Code::PUBLISH_SESSION));
}

#[test]
fn bey_06_without_the_own_node_there_are_no_guests() {
    let mut world = World::with(Settings { nodes: vec!["east".into()], ..Settings::default() });
    assert_eq!(world.open_guest("r", "cam", "s"), Err(Code::PUBLISH_NO_NODE));
    let nodes = vec!["east".into(), OWN_NODE.into()];
    let mut world = World::with(Settings { nodes, ..Settings::default() });
    let (a, _) = world.enter("r", "a");
    let media = world.open_guest("r", "cam", "s").unwrap();
    world.handle(Input::GuestLive { media });
    let ServerMessage::Nodes { nodes, .. } = world.reply(a, play("s")) else { panic!() };
    assert_eq!(nodes[0].name, OWN_NODE);
}

#[test]
fn bey_06_a_guest_whose_stream_comes_and_goes_too_often_is_ended() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    // The limit of a user also holds for a guest.
    let (cam, _) = world.enter("r", "cam");
    for _ in 0..limit::REQUESTS_WAITING_MAX {
        for message in [publish("s"), live("s"), unpublish("s")] {
            world.say(cam, message);
        }
    }
    world.say(cam, ClientMessage::Logout);
    world.open_guest("r", "cam", "stays").unwrap();
    let media = world.open_guest("r", "cam", "s").unwrap();
    assert!(world.rooms.holder("s").is_some());
    world.handle(Input::GuestLive { media });
    assert!(world.rooms.holder("s").is_none());
    assert!(world.rooms.holder("stays").is_some());
    world.take(a);
}

#[test]
fn play_03_a_player_by_token_needs_the_stream_to_be_live_in_its_room() {
    let mut world = World::new();
    let media = world.open_guest("r", "cam", "s").unwrap();
    assert_eq!(world.rooms.check_guest_play("r", "s"), Err(MediaRefusal::NotLive));
    world.handle(Input::GuestLive { media });
    assert_eq!(world.rooms.check_guest_play("r", "s"), Ok(()));
    assert_eq!(world.rooms.check_guest_play("q", "s"), Err(MediaRefusal::NotLive));
}

#[test]
fn room_11_a_kicked_guest_does_not_come_back_with_the_token_it_has() {
    let mut world = World::new();
    world.open_guest("r", "cam", "s").unwrap();
    world.pass(10_000, &[]);
    world.handle(kick("cam", ""));
    assert_eq!(world.open_guest("r", "cam", "s"), Err(Code::KICKED_BY_SERVER));
    assert_eq!(world.open_guest("q", "cam", "other"), Err(Code::KICKED_BY_SERVER));
    world.open_guest("r", "cam2", "s").unwrap();
    world.pass(1, &[]);
    let newer = Guest { age_ms: Some(0), ..guest("r", "cam", "t") };
    let media = world.open_guest_with(newer).unwrap();
    world.close_guest(media);
    world.pass(TOKEN_MS - 10_002, &[]);
    assert_eq!(world.open_guest("r", "cam", "t"), Err(Code::KICKED_BY_SERVER));
    world.pass(1, &[]);
    world.open_guest("r", "cam", "t").unwrap();
}

#[test]
fn room_11_a_removed_stream_of_a_guest_stays_away_and_its_others_do_not() {
    let mut world = World::new();
    world.open_guest("r", "cam", "s").unwrap();
    world.handle(Input::RemoveStream { stream: "s".into() });
    assert_eq!(world.open_guest("r", "cam", "s"), Err(Code::PUBLISH_FORBIDDEN));
    world.open_guest("r", "cam", "t").unwrap();
    world.open_guest("r", "other", "s").unwrap();
}

#[test]
fn room_11_a_kicked_login_is_no_matter_of_guests() {
    let mut world = World::new();
    world.enter("r", "cam");
    world.handle(kick("cam", ""));
    world.open_guest("r", "cam", "s").unwrap();
}
