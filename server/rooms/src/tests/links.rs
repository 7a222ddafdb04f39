//! Login, lost links, resume.

use super::*;

#[test]
fn room_03_hello_comes_first_and_shows_the_whole_room_oneself_included() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    world.publish(a, "s");
    let (_, hello) = world.enter("r", "b");
    assert!(!hello.resumed);
    assert_eq!(hello.heartbeat_ms, HEARTBEAT_MS);
    assert_ne!(hello.session, hello.secret);
    let snapshot = hello.snapshot.unwrap();
    assert_eq!(snapshot.users, [named("a"), named("b")]);
    assert_eq!(
        snapshot.streams,
        [Stream { id: "s".into(), user: named("a"), extra: "x".into(), muted: 0 }]
    );
    assert_eq!(short(&world.take(a)), ["Add user b"]);
}

#[test]
fn room_03_a_full_room_refuses_and_changes_nothing() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    let link = world.open(Login { max_members: 1, ..login("r", "b") });
    assert_eq!(short(&world.take(link)), ["End 1002034"]);
    assert_eq!(world.closed[&link], CloseCode::REFUSED);
    assert!(world.take(a).is_empty());
    assert_eq!(world.rooms.members("r"), [named("a")]);
    // The user's own older session does not count towards a full room.
    let again = world.open(Login { max_members: 1, ..login("r", "a") });
    assert!(!world.hello(again).resumed);
}

#[test]
fn room_05_a_quiet_link_gets_heartbeats_and_a_busy_one_none() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    world.pass(10 * HEARTBEAT_MS, &[a]);
    assert_eq!(world.inboxes.remove(&a).unwrap().len(), 10);
    for n in 0..10 {
        world.pass(HEARTBEAT_MS / 2, &[a]);
        world.say(a, ClientMessage::Ping { n });
    }
    let inbox = world.inboxes.remove(&a).unwrap();
    assert_eq!(inbox.len(), 10, "{inbox:?}");
    assert!(inbox.iter().all(|message| matches!(message, ServerMessage::Pong { .. })));
    assert!(world.pings > 3);
}

#[test]
fn room_05_pings_go_with_heartbeats_whenever_the_link_was_busy() {
    for busy_ms in (0..HEARTBEAT_MS).step_by(50) {
        let mut world = World::new();
        let (a, _) = world.enter("r", "a");
        world.pass(busy_ms, &[a]);
        world.say(a, ClientMessage::Ping { n: 1 });
        world.pass(4_000, &[a]);
        world.inboxes.clear();
        world.pings = 0;
        let end = world.now + 60 * HEARTBEAT_MS;
        let (mut pings, mut heartbeats) = (0, 0);
        while let Some(at) = world.rooms.next_deadline().filter(|at| *at < end) {
            // Late, like a server that gathers what is due.
            world.now = at + 17;
            world.handle(Input::Timeout);
            world.handle(Input::LinkHeard { link: a });
            let beats = world.inboxes.remove(&a).unwrap_or_default().len();
            assert!(world.pings <= beats, "a ping alone, busy for {busy_ms} ms");
            pings += std::mem::take(&mut world.pings);
            heartbeats += beats;
        }
        assert!((18..=20).contains(&pings), "{pings}");
        assert!((57..=61).contains(&heartbeats), "{heartbeats}");
    }
}

#[test]
fn room_05_a_silent_link_is_lost_and_its_session_in_grace() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    let (b, _) = world.enter("r", "b");
    world.take(a);
    world.pass(9_999, &[b]);
    assert!(world.closed.is_empty());
    world.pass(1, &[b]);
    assert_eq!(world.closed[&a], CloseCode::OVER_LIMIT);
    assert!(world.take(b).is_empty(), "nobody is told");
    let back = world.open(resume("r", "a", &hello));
    assert!(world.hello(back).resumed);
}

#[test]
fn room_08_back_within_grace_nobody_is_told() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    world.publish(a, "s");
    let (b, _) = world.enter("r", "b");
    world.take(a);
    world.handle(Input::LinkClosed { link: a });
    world.pass(GRACE_MS - 1, &[b]);
    let (c, _) = world.enter("r", "c");
    world.take(b);
    let back = world.open(resume("r", "a", &hello));
    let again = world.hello(back);
    assert!(again.resumed);
    assert_eq!((&again.session, &again.secret), (&hello.session, &hello.secret));
    assert_eq!((again.seq, &again.snapshot), (world.rooms.seq("r").unwrap(), &None));
    assert_eq!(short(&again.missed), ["Add user b", "Add user c"]);
    assert_eq!(again.users, 3);
    assert!(world.take(b).is_empty() && world.take(c).is_empty());
    assert_eq!(world.rooms.streams("r").len(), 1);
    assert!(world.ended.is_empty(), "media goes on");
    world.pass(3 * GRACE_MS, &[back, b, c]);
    assert!(world.take(b).is_empty(), "the old grace does not end later");
}

#[test]
fn room_08_a_resume_supersedes_a_link_that_still_lives() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    let back = world.open(resume("r", "a", &hello));
    assert_eq!(world.closed[&a], CloseCode::SUPERSEDED);
    assert!(world.hello(back).resumed);
    world.handle(Input::LinkClosed { link: a });
    world.say(a, ClientMessage::Logout);
    assert_eq!(world.rooms.counts().links, 1, "the old link has no say any more");
    assert_eq!(short(&[world.reply(back, ClientMessage::Logout)]), ["Bye"]);
}

#[test]
fn room_09_at_graces_end_the_others_are_told_and_the_return_is_a_login() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    world.publish(a, "s");
    let (b, _) = world.enter("r", "b");
    world.handle(Input::LinkClosed { link: a });
    world.pass(GRACE_MS - 1, &[b]);
    assert!(world.take(b).is_empty());
    world.pass(1, &[b]);
    assert_eq!(short(&world.take(b)), ["Delete stream s 2", "Delete user a"]);
    assert!(world.ended.contains(&MediaEnd::Stream("s".into())));
    let back = world.open(resume("r", "a", &hello));
    let again = world.hello(back);
    assert!(!again.resumed);
    assert_ne!(again.session, hello.session);
    assert_eq!(short(&world.take(b)), ["Add user a"]);
}

#[test]
fn room_09_grace_ends_on_time_even_if_the_timeout_is_late() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    world.handle(Input::LinkClosed { link: a });
    world.now = world.now + GRACE_MS;
    let back = world.open(resume("r", "a", &hello));
    assert!(!world.hello(back).resumed);
}

#[test]
fn room_11_a_new_login_kicks_the_living_one() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    world.publish(a, "s");
    let (b, _) = world.enter("r", "b");
    world.take(a);
    let (new, _) = world.enter("r", "a");
    assert_eq!(short(&world.take(a)), ["End 1002050"]);
    assert_eq!(world.closed[&a], CloseCode::ENDED);
    assert_eq!(short(&world.take(b)), ["Delete stream s 3"], "the user never left");
    world.publish(new, "s");
    assert_eq!(short(&world.take(b)), ["Add stream s"]);
    assert_eq!(world.rooms.members("r").len(), 2);
    // The old device comes back although it was told not to.
    let back = world.open(resume("r", "a", &hello));
    assert_eq!(short(&world.take(back)), ["End 1002086"]);
    assert_eq!(world.closed[&back], CloseCode::REFUSED);
    assert!(world.take(new).is_empty() && world.take(b).is_empty());
}

#[test]
fn room_11_a_session_in_grace_is_replaced_and_its_device_refused_later() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    world.publish(a, "s");
    let (b, _) = world.enter("r", "b");
    world.handle(Input::LinkClosed { link: a });
    let (new, _) = world.enter("r", "a");
    world.publish(new, "s");
    assert_eq!(short(&world.take(b)), ["Delete stream s 3", "Add stream s"]);
    let back = world.open(resume("r", "a", &hello));
    assert_eq!(short(&world.take(back)), ["End 1002086"]);
    world.pass(2 * GRACE_MS, &[new, b]);
    assert!(world.take(b).is_empty(), "the replaced session's grace is over");
}

#[test]
fn room_11_a_user_who_comes_with_another_name_or_room_leaves_first() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    let (b, _) = world.enter("r", "b");
    world.take(a);
    let renamed = User { id: "a".into(), name: "other".into() };
    world.open(Login { user: renamed, ..login("r", "a") });
    assert_eq!(short(&world.take(b)), ["Delete user a", "Add user a"]);
    world.enter("q", "a");
    assert_eq!(short(&world.take(b)), ["Delete user a"]);
    assert_eq!(world.rooms.members("r"), [named("b")]);
}

#[test]
fn room_11_a_wrong_secret_takes_nothing_over() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    let (b, _) = world.enter("r", "b");
    world.take(a);
    let guess = Hello { secret: "guess".into(), ..hello.clone() };
    let link = world.open(resume("r", "a", &guess));
    assert_eq!(short(&world.take(link)), ["End 1002086"]);
    // Another user's session is refused too, even with the right secret.
    let link = world.open(resume("r", "c", &hello));
    assert!(!world.hello(link).resumed);
    assert!(!world.closed.contains_key(&a));
    assert_eq!(short(&world.take(a)), ["Add user c"]);
    assert_eq!(short(&world.take(b)), ["Add user c"]);
}

/// A lost `hello`: the client resumes with what it knew before.
fn lose_a_hello(world: &mut World) -> (LinkId, Hello) {
    let (first, hello) = world.enter("r", "a");
    world.handle(Input::LinkClosed { link: first });
    world.pass(GRACE_MS, &[]);
    let unheard = world.open(resume("r", "a", &hello));
    (unheard, hello)
}

#[test]
fn room_09_a_lost_hello_after_grace_does_not_kick_its_own_user_out() {
    let mut world = World::new();
    let (unheard, hello) = lose_a_hello(&mut world);
    let lost = world.hello(unheard);
    let (b, _) = world.enter("r", "b");
    let back = world.open(resume("r", "a", &hello));
    let again = world.hello(back);
    assert!(!again.resumed, "the client does not know this session");
    assert_eq!((&again.session, &again.secret), (&lost.session, &lost.secret));
    assert_ne!(again.session, hello.session);
    assert_eq!(world.closed[&unheard], CloseCode::SUPERSEDED);
    assert!(world.take(b).is_empty(), "nobody is told");
    assert_eq!(world.rooms.counts().sessions, 2);
    // From now on it is a session like any other.
    let once_more = world.open(resume("r", "a", &again));
    assert!(world.hello(once_more).resumed);
}

#[test]
fn room_07_hellos_may_be_lost_again_and_again() {
    let mut world = World::new();
    let (unheard, hello) = lose_a_hello(&mut world);
    world.handle(Input::LinkClosed { link: unheard });
    for _ in 0..3 {
        let link = world.open(resume("r", "a", &hello));
        assert!(!world.hello(link).resumed);
        world.handle(Input::LinkClosed { link });
    }
    world.pass(GRACE_MS, &[]);
    let back = world.open(resume("r", "a", &hello));
    assert!(!world.hello(back).resumed, "its grace ended as well");
    assert!(world.closed.is_empty(), "{:?}", world.closed);
}

#[test]
fn room_11_a_lost_hello_is_made_up_for_to_none_but_the_one_it_was_for() {
    let mut world = World::new();
    let (unheard, hello) = lose_a_hello(&mut world);
    world.take(unheard);
    let other_secret = Hello { secret: "guess".into(), ..hello.clone() };
    let other_session = Hello { session: "guess".into(), ..hello.clone() };
    for wrong in [
        resume("r", "a", &other_secret),
        resume("r", "a", &other_session),
        resume("q", "a", &hello),
    ] {
        let link = world.open(wrong);
        assert_eq!(short(&world.take(link)), ["End 1002086"]);
    }
    assert!(!world.closed.contains_key(&unheard));
    let other_user = world.open(resume("r", "c", &hello));
    assert!(!world.hello(other_user).resumed);
    assert_eq!(short(&world.take(unheard)), ["Add user c"]);
    // This later login does not answer that resume, even though it replaced a session that did.
    let (new, _) = world.enter("r", "a");
    let back = world.open(resume("r", "a", &hello));
    assert_eq!(short(&world.take(back)), ["End 1002086"]);
    assert!(!world.closed.contains_key(&new));
}

#[test]
fn room_11_no_more_is_kept_for_a_lost_hello_than_a_server_gives_out() {
    let mut world = World::new();
    let hello = world.enter("r", "b").1;
    let long = Hello { secret: "x".repeat(257), ..hello };
    let first = world.open(resume("r", "a", &long));
    assert!(!world.hello(first).resumed);
    let link = world.open(resume("r", "a", &long));
    assert_eq!(short(&world.take(link)), ["End 1002086"]);
}

#[test]
fn room_03_a_lost_first_hello_is_made_up_for_by_logging_in_again() {
    let mut world = World::new();
    let (unheard, _) = world.enter("r", "a");
    let (b, _) = world.enter("r", "b");
    let (_, hello) = world.enter("r", "a");
    assert!(!hello.resumed);
    assert_eq!(world.closed[&unheard], CloseCode::ENDED);
    assert!(world.take(b).is_empty(), "the user never left");
}

#[test]
fn room_11_a_later_try_of_the_same_login_goes_on_with_what_the_earlier_began() {
    let mut world = World::new();
    let (b, _) = world.enter("r", "b");
    let tried = |attempt| Login { device: 7, attempt, ..login("r", "a") };
    let first = world.open(tried(1));
    let hello = world.hello(first);
    world.publish(first, "s");
    world.take(b);
    let later = world.open(tried(2));
    let again = world.hello(later);
    assert_eq!((again.session, again.resumed), (hello.session, false));
    assert!(again.snapshot.is_some(), "the client may have heard nothing yet");
    assert_eq!(world.closed.get(&first), Some(&CloseCode::SUPERSEDED), "nobody is kicked out");
    assert!(world.take(first).is_empty() && world.take(b).is_empty());
    assert_eq!(world.rooms.streams("r").len(), 1);
}

#[test]
fn room_11_a_try_that_comes_in_late_does_not_throw_out_the_one_that_succeeded() {
    let mut world = World::new();
    let tried = |attempt| Login { device: 7, attempt, ..login("r", "a") };
    let link = world.open(tried(2));
    let hello = world.hello(link);
    world.publish(link, "s");
    for late in [tried(1), Login { device: 7, attempt: 1, ..resume("r", "a", &hello) }] {
        let late = world.open(late);
        assert_eq!(world.closed.get(&late), Some(&CloseCode::SUPERSEDED));
        assert!(world.take(late).is_empty());
    }
    assert!(!world.closed.contains_key(&link) && world.take(link).is_empty());
    assert_eq!(world.rooms.streams("r").len(), 1);
    let elsewhere = world.open(Login { device: 8, attempt: 1, ..login("r", "a") });
    assert_eq!(world.closed.get(&link), Some(&CloseCode::ENDED), "another device still may");
    world.hello(elsewhere);
}

#[test]
fn room_13_a_try_that_comes_in_after_the_logout_leaves_no_ghost() {
    let mut world = World::new();
    let tried = |attempt| Login { device: 7, attempt, ..login("r", "a") };
    let link = world.open(tried(2));
    world.say(link, ClientMessage::Logout);
    let late = world.open(tried(1));
    assert_eq!(world.closed.get(&late), Some(&CloseCode::SUPERSEDED));
    assert!(world.take(late).is_empty() && !world.rooms.has_session("a"));
    for welcome in [
        Login { device: 8, ..tried(1) },
        Login { user: named("b"), ..tried(1) },
        Login { device: 0, ..tried(1) },
    ] {
        let link = world.open(welcome);
        world.hello(link);
        world.say(link, ClientMessage::Logout);
    }
    world.pass(30_000, &[]);
    let link = world.open(tried(1));
    world.hello(link);
}

#[test]
fn room_11_a_late_try_of_an_older_login_does_not_throw_out_a_newer_one() {
    let mut world = World::new();
    world.open(Login { device: 7, attempt: 2, ..login("r", "a") });
    let newer = world.open(Login { device: 8, attempt: 1, ..login("r", "a") });
    let late = world.open(Login { device: 7, attempt: 1, ..login("r", "a") });
    assert_eq!(world.closed.get(&late), Some(&CloseCode::SUPERSEDED));
    assert!(!world.closed.contains_key(&newer));
}

#[test]
fn room_05_links_are_not_lost_for_a_pause_of_the_server() {
    for pause_ms in [12_000, 15_000, 100_000] {
        let mut world = World::new();
        let [a, b] = ["a", "b"].map(|user| world.enter("r", user).0);
        world.pass(4_500, &[a, b]);
        // What the clients sent meanwhile is read one by one.
        world.now = world.now + pause_ms;
        world.handle(Input::LinkHeard { link: a });
        world.now = world.now + 2_999;
        world.handle(Input::Timeout);
        assert!(world.closed.is_empty(), "{pause_ms}");
        world.pass(1, &[a]);
        assert_eq!(world.closed.get(&b), Some(&CloseCode::OVER_LIMIT), "it said nothing");
        assert!(!world.closed.contains_key(&a));
    }
}

#[test]
fn room_05_a_timeout_that_is_a_little_late_spares_no_silent_link() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    world.pass(8_000, &[]);
    world.now = world.now + 3_000;
    world.handle(Input::Timeout);
    assert_eq!(world.closed.get(&a), Some(&CloseCode::OVER_LIMIT));
}

#[test]
fn room_13_no_try_of_a_login_is_wanted_after_its_logout() {
    let mut world = World::new();
    let tried = |attempt| Login { device: 7, attempt, ..login("r", "a") };
    let link = world.open(tried(2));
    let hello = world.hello(link);
    world.say(link, ClientMessage::Logout);
    let beside = Login { device: 7, attempt: 3, ..resume("r", "a", &hello) };
    let beside = world.open(beside);
    assert_eq!(world.closed.get(&beside), Some(&CloseCode::SUPERSEDED));
    assert!(world.rooms.members("r").is_empty());
}
