//! What is told about users apart from their coming and going: how many there are, and who lost its
//! link. Also what happens when the server stops.

use super::*;

fn watching(room: &str, user: &str) -> Login {
    Login { connections: true, ..login(room, user) }
}

#[test]
fn bey_03_a_lost_link_and_its_return_are_told_to_those_who_asked() {
    let mut world = World::new();
    let watcher = world.open(watching("r", "w"));
    let (other, _) = world.enter("r", "o");
    let (a, hello) = world.enter("r", "a");
    world.take(watcher);
    world.take(other);
    world.lose(a);
    assert_eq!(short(&world.take(watcher)), ["a up false"]);
    let (late, hello_of_late) = {
        let link = world.open(watching("r", "z"));
        let hello = world.hello(link);
        (link, hello)
    };
    assert_eq!(hello_of_late.away, ["a"]);
    world.take(watcher);
    world.pass(1_000, &[watcher, other, late]);
    let (back, again) = world.back("r", "a", &hello);
    assert!(again.away.is_empty());
    assert_eq!(short(&world.take(watcher)), ["a up true"]);
    assert_eq!(short(&world.take(late)), ["a up true"]);
    // A link that is replaced by another was never lost.
    world.back("r", "a", &hello);
    assert_eq!(world.closed[&back], CloseCode::SUPERSEDED);
    assert!(world.take(watcher).is_empty());
    assert_eq!(short(&world.take(other)), ["Add user z"], "who did not ask hears nothing");
}

#[test]
fn bey_03_logins_and_logouts_are_told_by_users_alone() {
    let mut world = World::new();
    let watcher = world.open(watching("r", "w"));
    let (a, _) = world.enter("r", "a");
    world.say(a, ClientMessage::Logout);
    let told = world.take(watcher);
    assert_eq!(short(&told[1..]), ["Add user a", "Delete user a"]);
    let (a, _) = world.enter("r", "a");
    world.lose(a);
    world.pass(GRACE_MS, &[watcher]);
    assert_eq!(short(&world.take(watcher)), ["Add user a", "a up false", "Delete user a"]);
}

#[test]
fn bey_03_a_login_in_place_of_a_session_in_grace_is_a_return() {
    let mut world = World::new();
    let watcher = world.open(watching("r", "w"));
    let (a, _) = world.enter("r", "a");
    world.lose(a);
    world.take(watcher);
    world.pass(1_000, &[watcher]);
    world.enter("r", "a");
    assert_eq!(short(&world.take(watcher)), ["a up true"]);
    world.enter("r", "a");
    assert!(world.take(watcher).is_empty());
}

#[test]
fn the_count_is_told_at_most_once_a_second_to_those_who_know_another() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    assert_eq!(hello.users, 1);
    world.pass(5_000, &[a]);
    assert!(world.counts(a).is_empty());
    let links: Vec<_> = (0..10).map(|n| world.enter("r", &format!("u{n}"))).collect();
    assert_eq!(links[9].1.users, 11);
    world.pass(999, &[a]);
    assert!(world.counts(a).is_empty());
    world.pass(1, &[a]);
    assert_eq!(world.counts(a), [11]);
    assert_eq!(world.counts(links[0].0), [11]);
    assert!(world.counts(links[9].0).is_empty(), "its hello said so");
    // The user came and went within a second, so the count that all know is right.
    let (short_visit, _) = world.enter("r", "v");
    world.say(short_visit, ClientMessage::Logout);
    world.pass(2_000, &[a]);
    assert!(world.counts(a).is_empty());
    // A user who came meanwhile knows a different count.
    let (b, hello) = world.enter("r", "b");
    assert_eq!(hello.users, 12);
    world.say(links[0].0, ClientMessage::Logout);
    world.pass(1_000, &[a, b]);
    assert!(world.counts(a).is_empty());
    assert_eq!(world.counts(b), [11]);
}

#[test]
fn a_user_in_its_grace_counts_and_is_told_on_its_return() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    let (b, _) = world.enter("r", "b");
    world.lose(a);
    world.pass(5_000, &[b]);
    assert!(world.counts(b).is_empty());
    world.enter("r", "c");
    world.pass(1_000, &[b]);
    assert_eq!(world.counts(b), [3]);
    let (a, again) = world.back("r", "a", &hello);
    assert_eq!(again.users, 3);
    world.pass(2_000, &[a, b]);
    assert!(world.counts(a).is_empty());
}

#[test]
fn a_room_that_ends_leaves_no_deadline() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    world.say(a, ClientMessage::Logout);
    assert_eq!(world.rooms.next_deadline(), None);
    assert_eq!(world.rooms.counts(), Counts::default());
}

#[test]
fn a_drain_sends_everyone_away_for_a_spread_of_time() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    world.publish(a, "s");
    let watcher = world.open(watching("r", "w"));
    let many: Vec<LinkId> = (0..198).map(|n| world.enter("q", &format!("u{n}")).0).collect();
    world.inboxes.clear();
    world.handle(Input::Drain);
    let goaway = [ServerMessage::Goaway { min_ms: 500, max_ms: 1_500 }];
    for link in [a, watcher, many[0], many[197]] {
        assert_eq!(world.take(link), goaway);
        assert_eq!(world.closed[&link], CloseCode::GOING_AWAY);
    }
    assert_eq!(world.rooms.counts().links, 0);
    assert_eq!(world.rooms.counts().sessions, 200, "those that come back elsewhere may resume");
    let late = world.open(resume("r", "a", &hello));
    assert_eq!(world.take(late), goaway);
    assert_eq!(world.closed[&late], CloseCode::GOING_AWAY);
    world.lose(a);
    world.handle(Input::Drain);
    world.pass(GRACE_MS, &[]);
    assert_eq!(world.rooms.counts(), Counts::default());
}

#[test]
fn a_drain_of_few_takes_a_second_at_least() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    world.handle(Input::Drain);
    assert_eq!(world.take(a), [ServerMessage::Goaway { min_ms: 500, max_ms: 1_000 }]);
}
