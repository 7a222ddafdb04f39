//! The time of day is set while the rooms run; tokens have a minute of leeway (ROOM-12).

use super::*;

const START_MS: u64 = 1_790_000_000_000;
const HOURS_MS: u64 = 2 * 3_600_000;

/// The time stamp of a message from one user to another.
fn stamp(world: &mut World, from: LinkId, to: LinkId) -> u64 {
    world.say(from, broadcast(1, "x"));
    world.take(from);
    match &world.take(to)[..] {
        [ServerMessage::Message { at_ms, .. }] => *at_ms,
        other => panic!("expected a message, got {other:?}"),
    }
}

#[test]
fn room_12_a_clock_that_is_set_neither_ends_nor_prolongs_a_token() {
    for start_ms in [START_MS + HOURS_MS, START_MS - HOURS_MS] {
        let mut world = World { unix_start_ms: start_ms, ..World::new() };
        world.pass(5_000, &[]);
        world.unix_start_ms = START_MS;
        let pass = Pass { grants: Grants::ALL, ttl_ms: Some(20_000) };
        let link = world.open_with(login("r", "a"), pass);
        assert_eq!(world.hello(link).token_ttl_ms, Some(20_000));
        world.pass(10_000, &[link]);
        world.unix_start_ms = start_ms;
        world.pass(9_999, &[link]);
        assert!(world.take(link).is_empty());
        world.pass(1, &[link]);
        assert_eq!(short(&world.take(link)), ["End 1102018"]);
    }
}

#[test]
fn messages_bear_the_time_of_day_of_the_moment_they_come_in() {
    let mut world = World { unix_start_ms: START_MS - HOURS_MS, ..World::new() };
    let (a, _) = world.enter("r", "a");
    let (b, _) = world.enter("r", "b");
    world.take(a);
    assert_eq!(stamp(&mut world, a, b), START_MS - HOURS_MS);
    world.pass(1_000, &[a, b]);
    // The clock was corrected, or the machine and its monotonic clock slept for two hours.
    world.unix_start_ms = START_MS;
    world.say(a, broadcast(2, "y"));
    let [ServerMessage::Message { at_ms, .. }] = world.take(b)[..] else { panic!("no message") };
    assert_eq!(at_ms, START_MS + 1_000);
    world.say(a, set_room_extra("k", "v"));
    let message = &world.take(b)[0];
    let ServerMessage::RoomExtra { extra, .. } = message else { panic!("{message:?}") };
    assert_eq!(extra[0].at_ms, START_MS + 1_000);
}

#[test]
fn room_11_a_guest_that_was_kicked_stays_out_when_the_clock_is_set_and_a_newer_token_lets_it_in() {
    let mut world = World { unix_start_ms: START_MS + HOURS_MS, ..World::new() };
    world.open_guest("r", "cam", "s").unwrap();
    world.pass(10_000, &[]);
    world.handle(kick("cam", ""));
    world.unix_start_ms = START_MS;
    world.pass(5_000, &[]);
    // Tokens are compared by age, which is measured with the right clock.
    let of_age = |ms| Guest { age_ms: Some(ms), ..guest("r", "cam", "s") };
    assert_eq!(world.open_guest_with(of_age(15_000)), Err(Code::KICKED_BY_SERVER));
    assert_eq!(world.open_guest_with(of_age(HOURS_MS)), Err(Code::KICKED_BY_SERVER));
    world.open_guest_with(of_age(1_000)).unwrap();
}

#[test]
fn room_12_the_leeway_is_not_told_and_lets_a_connected_user_stay() {
    let settings = Settings { token_leeway_ms: 60_000, ..Settings::default() };
    let mut world = World::with(settings);
    let pass = |ttl_ms| Pass { grants: Grants::ALL, ttl_ms: Some(ttl_ms) };
    let a = world.open_with(login("r", "a"), pass(80_000));
    assert_eq!(world.hello(a).token_ttl_ms, Some(20_000));
    world.pass(79_999, &[a]);
    assert!(world.take(a).is_empty());
    world.pass(1, &[a]);
    assert_eq!(short(&world.take(a)), ["End 1102018"]);
    let b = world.open_with(login("r", "b"), pass(30_000));
    assert_eq!(world.hello(b).token_ttl_ms, Some(0), "in its leeway already");
    let result = Ok(pass(90_000));
    world.handle(Input::TokenRenewed { link: b, id: 1, result });
    assert_eq!(world.take(b), [ServerMessage::Renewed { id: 1, token_ttl_ms: Some(30_000) }]);
}
