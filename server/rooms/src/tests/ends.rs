//! How sessions end: kicks, replacements, tokens; and what a returning device is told.

use super::*;

fn word(messages: &[ServerMessage]) -> (Code, String) {
    match messages {
        [ServerMessage::End { code, message }] => (*code, message.clone()),
        other => panic!("expected one end, got {other:?}"),
    }
}

fn good_for(ms: u64) -> Pass {
    Pass { grants: Grants::ALL, ttl_ms: Some(ms) }
}

#[test]
fn room_11_a_kick_ends_a_living_session_with_its_message() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    world.publish(a, "s");
    let (b, _) = world.enter("r", "b");
    world.take(a);
    world.handle(kick("a", "be nice"));
    assert_eq!(word(&world.take(a)), (Code::KICKED_BY_SERVER, "be nice".into()));
    assert_eq!(world.closed[&a], CloseCode::ENDED);
    assert_eq!(short(&world.take(b)), ["Delete stream s 4", "Delete user a"]);
    assert!(!world.rooms.has_session("a"));
    // Its device may not know about the end.
    let back = world.open(resume("r", "a", &hello));
    assert_eq!(word(&world.take(back)), (Code::KICKED_BY_SERVER, "be nice".into()));
    assert_eq!(world.closed[&back], CloseCode::REFUSED);
    assert!(world.take(b).is_empty());
    // A login that does not resume is accepted.
    world.enter("r", "a");
}

#[test]
fn room_11_a_user_kicked_in_its_grace_hears_of_it_when_it_comes_back() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    world.publish(a, "s");
    let (b, _) = world.enter("r", "b");
    world.lose(a);
    world.handle(kick("a", ""));
    assert_eq!(short(&world.take(b)), ["Delete stream s 4", "Delete user a"]);
    world.pass(1_200_000 + GRACE_MS - 1, &[b]);
    let back = world.open(resume("r", "a", &hello));
    let words = Code::KICKED_BY_SERVER.message().to_owned();
    assert_eq!(word(&world.take(back)), (Code::KICKED_BY_SERVER, words));
    let guess = Hello { secret: "guess".into(), ..hello.clone() };
    let (guesser, again) = world.back("r", "a", &guess);
    assert!(!again.resumed, "a wrong secret is as no session");
    world.say(guesser, ClientMessage::Logout);
    let (_, again) = world.back("r", "c", &hello);
    assert!(!again.resumed, "so is the session of another user");
    world.pass(1, &[b]);
    let (_, again) = world.back("r", "a", &hello);
    assert!(!again.resumed, "nor is it held against anyone for ever");
}

#[test]
fn room_13_a_page_that_closes_gives_its_session_up_by_its_secret_alone() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    world.publish(a, "s");
    let (b, _) = world.enter("r", "b");
    world.lose(a);
    let farewell = |session: &str, secret: &str| Input::Farewell {
        session: session.into(),
        secret: secret.into(),
    };
    for (session, secret) in [(&*hello.session, "guess"), ("none", &*hello.secret), ("", "")] {
        world.handle(farewell(session, secret));
        assert!(world.take(b).is_empty());
    }
    world.handle(farewell(&hello.session, &hello.secret));
    assert_eq!(short(&world.take(b)), ["Delete stream s 1", "Delete user a"]);
    world.handle(farewell(&hello.session, &hello.secret));
    assert!(world.take(b).is_empty());
}

#[test]
fn room_11_a_kick_of_nobody_or_from_another_room_does_nothing() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    world.handle(kick("nobody", ""));
    world.handle(Input::Kick { room: Some("q".into()), user: "a".into(), message: "".into() });
    assert!(world.take(a).is_empty() && world.rooms.has_session("a"));
    world.handle(Input::Kick { room: Some("r".into()), user: "a".into(), message: "".into() });
    assert_eq!(short(&world.take(a)), ["End 1002055"]);
}

#[test]
fn room_11_a_long_kick_message_is_cut_at_a_character() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    world.handle(kick("a", &"ü".repeat(limit::MESSAGE_BYTES_MAX)));
    let (_, message) = word(&world.take(a));
    assert_eq!(message, "ü".repeat(limit::MESSAGE_BYTES_MAX / 2));
}

#[test]
fn room_11_a_replaced_device_is_refused_even_when_the_newer_session_is_over() {
    for while_away in [false, true] {
        let mut world = World::new();
        let (a, hello) = world.enter("r", "a");
        if while_away {
            world.lose(a);
        }
        let (new, _) = world.enter("r", "a");
        world.say(new, ClientMessage::Logout);
        let back = world.open(resume("r", "a", &hello));
        assert_eq!(short(&world.take(back)), ["End 1002086"]);
        let guess = Hello { secret: "guess".into(), ..hello };
        assert!(!world.back("r", "a", &guess).1.resumed, "a wrong secret is as no session");
    }
}

#[test]
fn room_11_who_logged_out_may_come_back_as_it_likes() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    world.say(a, ClientMessage::Logout);
    assert!(!world.back("r", "a", &hello).1.resumed);
}

#[test]
fn room_11_a_kick_holds_for_a_session_whose_hello_was_lost() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    world.lose(a);
    world.pass(GRACE_MS, &[]);
    let unheard = world.open(resume("r", "a", &hello));
    world.lose(unheard);
    world.handle(kick("a", "no"));
    let back = world.open(resume("r", "a", &hello));
    assert_eq!(word(&world.take(back)), (Code::KICKED_BY_SERVER, "no".into()));
}

#[test]
fn room_11_nobody_can_hide_the_end_of_anothers_session() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    world.lose(a);
    world.handle(kick("a", ""));
    let claims_it = Hello { secret: "mine".into(), ..hello.clone() };
    world.back("r", "c", &claims_it);
    world.handle(kick("c", ""));
    let back = world.open(resume("r", "a", &hello));
    assert_eq!(short(&world.take(back)), ["End 1002055"]);
}

#[test]
fn room_11_no_more_than_so_many_ends_are_remembered() {
    let mut world = World::new();
    let hellos: Vec<Hello> = (0..10_001)
        .map(|n| {
            let user = format!("u{n}");
            let (_, hello) = world.enter("r", &user);
            world.handle(kick(&user, ""));
            hello
        })
        .collect();
    let second = world.open(resume("r", "u1", &hellos[1]));
    assert_eq!(short(&world.take(second)), ["End 1002055"]);
    assert!(!world.back("r", "u0", &hellos[0]).1.resumed, "the oldest is forgotten");
}

#[test]
fn room_12_a_session_ends_with_its_token() {
    let mut world = World::new();
    let (b, _) = world.enter("r", "b");
    let pass = good_for(5_000);
    let a = world.open_with(login("r", "a"), pass);
    assert_eq!(world.hello(a).token_ttl_ms, Some(5_000));
    world.publish(a, "s");
    world.take(b);
    world.pass(4_999, &[a, b]);
    assert!(world.take(a).is_empty());
    world.pass(1, &[a, b]);
    assert_eq!(short(&world.take(a)), ["End 1102018"]);
    assert_eq!(world.closed[&a], CloseCode::ENDED);
    assert_eq!(short(&world.take(b)), ["Delete stream s 4", "Delete user a"]);
}

#[test]
fn room_12_a_session_in_its_grace_outlives_its_token() {
    let mut world = World::new();
    let pass = good_for(5_000);
    let a = world.open_with(login("r", "a"), pass);
    let hello = world.hello(a);
    world.lose(a);
    world.pass(GRACE_MS - 1, &[]);
    assert!(world.rooms.has_session("a"));
    let newer = good_for(7_000);
    let back = world.open_with(resume("r", "a", &hello), newer);
    let again = world.hello(back);
    assert_eq!((again.resumed, again.token_ttl_ms), (true, Some(7_000)));
    world.pass(7_000, &[back]);
    assert_eq!(short(&world.take(back)), ["End 1102018"]);
}

#[test]
fn room_12_a_token_is_swapped_without_a_reconnect() {
    let mut world = World::new();
    let pass = good_for(5_000);
    let a = world.open_with(login("r", "a"), pass);
    world.take(a);
    let refused = Err(Code::TOKEN_OTHER_USER);
    world.handle(Input::TokenRenewed { link: a, id: 1, result: refused });
    let code = Code::TOKEN_OTHER_USER;
    let message = code.message().to_owned();
    assert_eq!(world.take(a), [ServerMessage::Done { id: 1, code, message, seq: 0 }]);
    let result = Ok(Pass { grants: Grants::default(), ttl_ms: Some(60_000) });
    world.handle(Input::TokenRenewed { link: a, id: 2, result });
    assert_eq!(world.take(a), [ServerMessage::Renewed { id: 2, token_ttl_ms: Some(60_000) }]);
    assert_eq!(world.code(a, publish("s")), Code::PUBLISH_REFUSED, "grants are the new token's");
    world.pass(59_999, &[a]);
    assert!(world.take(a).is_empty(), "the bad one and the old one changed nothing");
    let result = Ok(Pass::ALL);
    world.handle(Input::TokenRenewed { link: a, id: 3, result });
    assert_eq!(world.take(a), [ServerMessage::Renewed { id: 3, token_ttl_ms: None }]);
    world.pass(10 * GRACE_MS, &[a]);
    assert!(world.rooms.has_session("a"));
    // A shorter token counts as well; an expired one ends the session at once.
    let result = Ok(good_for(10));
    world.handle(Input::TokenRenewed { link: a, id: 4, result });
    world.take(a);
    world.pass(10, &[a]);
    assert_eq!(short(&world.take(a)), ["End 1102018"]);
    world.handle(Input::TokenRenewed { link: a, id: 5, result: Ok(Pass::ALL) });
    assert!(world.take(a).is_empty(), "a link that is gone is renewed no more");
}

#[test]
fn room_12_a_renewal_that_nobody_checked_is_no_message() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    let renew = ClientMessage::Renew { id: 5, token: "t".into() };
    assert_eq!(world.code(a, renew), Code::BAD_MESSAGE);
}

#[test]
fn every_reason_of_a_streams_end_is_told() {
    let end = |how: fn(&mut World, LinkId)| {
        let mut world = World::new();
        let (b, _) = world.enter("r", "b");
        let (a, _) = world.enter("r", "a");
        world.publish(a, "s");
        world.take(b);
        how(&mut world, a);
        world.pass(GRACE_MS, &[b]);
        assert!(world.ended.contains(&MediaEnd::Stream("s".into())));
        short(&world.take(b))[0].clone()
    };
    assert_eq!(end(|world, a| world.say(a, unpublish("s"))), "Delete stream s 1");
    assert_eq!(end(|world, a| world.lose(a)), "Delete stream s 2");
    assert_eq!(end(|world, _| drop(world.enter("r", "a"))), "Delete stream s 3");
    assert_eq!(end(|world, _| world.handle(kick("a", ""))), "Delete stream s 4");
    let remove = |world: &mut World, _| world.handle(Input::RemoveStream { stream: "s".into() });
    assert_eq!(end(remove), "Delete stream s 6");
}

#[test]
fn room_09_without_a_grace_a_lost_link_is_the_end() {
    let mut world = World::with(Settings { grace_ms: 0, ..Settings::default() });
    let (b, _) = world.enter("r", "b");
    let (a, hello) = world.enter("r", "a");
    world.publish(a, "s");
    world.take(b);
    world.lose(a);
    assert_eq!(short(&world.take(b)), ["Delete stream s 5", "Delete user a"]);
    assert!(!world.back("r", "a", &hello).1.resumed);
}

#[test]
fn pub_03_a_removed_stream_may_be_claimed_by_another_but_not_by_whom_it_was_taken_from() {
    let mut world = World::new();
    let (b, _) = world.enter("r", "b");
    let (a, _) = world.enter("r", "a");
    world.publish(a, "s");
    world.take(b);
    world.handle(Input::RemoveStream { stream: "s".into() });
    world.handle(Input::RemoveStream { stream: "s".into() });
    assert_eq!(short(&world.take(b)), ["Delete stream s 6"]);
    assert!(world.take(a).is_empty());
    assert_eq!(world.code(a, live("s")), Code::STREAM_NOT_FOUND);
    assert_eq!(world.code(a, publish("s")), Code::PUBLISH_FORBIDDEN);
    world.publish(b, "s");
}

/// A publisher that loses a right, by a renewed token or by a resume.
fn with_fewer_grants(grants: Grants, by_renewal: bool) -> (World, LinkId, MediaGrant) {
    let mut world = World::new();
    let (b, _) = world.enter("r", "b");
    let (a, hello) = world.enter("r", "a");
    world.publish(a, "s");
    world.say(a, publish("claimed"));
    world.take(b);
    let pass = Pass { grants, ttl_ms: None };
    if by_renewal {
        world.handle(Input::TokenRenewed { link: a, id: 9, result: Ok(pass) });
    } else {
        world.open_with(resume("r", "a", &hello), pass);
    }
    let session = SessionId::from(hello.session);
    (world, b, MediaGrant { session, stream: "s".into(), direction: Direction::Publish })
}

#[test]
fn room_12_who_may_publish_no_more_has_its_streams_ended() {
    for by_renewal in [true, false] {
        let grants = Grants { publish: false, play: true };
        let (mut world, b, publishing) = with_fewer_grants(grants, by_renewal);
        assert_eq!(short(&world.take(b)), ["Delete stream s 6"]);
        assert_eq!(world.ended, ["claimed", "s"].map(|id| MediaEnd::Stream(id.into())));
        assert_eq!(world.rooms.check_media(&publishing), Err(MediaRefusal::NotAllowed));
        world.publish(b, "s");
        let playing = MediaGrant { direction: Direction::Play, ..publishing };
        assert_eq!(world.rooms.check_media(&playing), Ok(()));
    }
}

#[test]
fn room_12_who_may_play_no_more_opens_no_new_media() {
    for by_renewal in [true, false] {
        let grants = Grants { publish: true, play: false };
        let (mut world, b, publishing) = with_fewer_grants(grants, by_renewal);
        assert!(world.take(b).is_empty() && world.ended.is_empty());
        assert_eq!(world.rooms.check_media(&publishing), Ok(()));
        let playing = MediaGrant { direction: Direction::Play, ..publishing };
        assert_eq!(world.rooms.check_media(&playing), Err(MediaRefusal::NotAllowed));
    }
}
