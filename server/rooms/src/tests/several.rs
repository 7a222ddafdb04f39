//! A client in several rooms at once (ROOM-17), and what that changes about replaced sessions.

use super::*;

const CLIENT: u32 = 7;

/// A login of a client that is in several rooms at once.
fn of_client(client: u32, room: &str, user: &str) -> Login {
    Login { client, ..login(room, user) }
}

fn enter(world: &mut World, client: u32, room: &str) -> (LinkId, Hello) {
    let link = world.open(of_client(client, room, "a"));
    let hello = world.hello(link);
    (link, hello)
}

#[test]
fn room_17_the_sessions_of_one_client_are_beside_each_other() {
    let mut world = World::new();
    let (one, hello) = enter(&mut world, CLIENT, "r");
    let (other, _) = enter(&mut world, CLIENT, "q");
    assert!(world.take(one).is_empty() && world.closed.is_empty());
    world.publish(one, "s");
    assert_eq!(world.code(other, publish("s")), Code::STREAM_ID_TAKEN, "an ID is the app's");
    world.publish(other, "t");
    assert_eq!((world.rooms.streams("r").len(), world.rooms.streams("q").len()), (1, 1));
    // Each comes back, is away and ends by itself.
    world.lose(one);
    let back = world.open(Login { client: CLIENT, ..resume("r", "a", &hello) });
    assert!(world.hello(back).resumed);
    world.lose(back);
    world.pass(GRACE_MS + 1, &[other]);
    assert!(!world.rooms.is_in("a", "r") && world.rooms.is_in("a", "q"));
    let again = world.open(Login { client: CLIENT, ..resume("r", "a", &hello) });
    assert!(!world.hello(again).resumed, "forgotten, and no other session takes its place");
    world.say(other, ClientMessage::Logout);
    assert!(world.rooms.is_in("a", "r") && !world.rooms.is_in("a", "q"));
}

#[test]
fn room_11_room_17_a_login_of_another_client_replaces_all_of_them() {
    for newer in [0, CLIENT + 1] {
        for room in ["r", "elsewhere"] {
            let mut world = World::new();
            let (one, _) = enter(&mut world, CLIENT, "r");
            let (other, hello) = enter(&mut world, CLIENT, "q");
            world.lose(other);
            enter(&mut world, newer, room);
            assert_eq!(short(&world.take(one)), ["End 1002050"]);
            let back = world.open(Login { client: CLIENT, ..resume("q", "a", &hello) });
            assert_eq!(short(&world.take(back)), ["End 1002086"]);
            assert_eq!(world.rooms.counts().sessions, 1);
        }
    }
}

#[test]
fn room_11_room_17_a_later_login_of_one_client_replaces_the_one_in_its_room_only() {
    let mut world = World::new();
    let (b, _) = world.enter("r", "b");
    let (one, _) = enter(&mut world, CLIENT, "r");
    let (other, _) = enter(&mut world, CLIENT, "q");
    world.take(b);
    enter(&mut world, CLIENT, "r");
    assert_eq!(short(&world.take(one)), ["End 1002050"]);
    assert!(world.take(other).is_empty() && world.take(b).is_empty());
    assert_eq!(world.rooms.counts().sessions, 3);
}

#[test]
fn room_17_one_client_is_not_in_too_many_rooms() {
    let mut world = World::new();
    for room in 0..2 * limit::USER_ROOMS_MAX {
        enter(&mut world, CLIENT, &room.to_string());
    }
    let link = world.open(of_client(CLIENT, "more", "a"));
    assert_eq!(short(&world.take(link)), ["End 1002037"]);
    assert_eq!(world.closed[&link], CloseCode::REFUSED);
    // A user of its own, and a client of its own, are let in.
    world.enter("more", "b");
    enter(&mut world, CLIENT + 1, "more");
    assert_eq!(world.rooms.counts().sessions, 2);
}

#[test]
fn room_11_room_17_a_kick_is_from_the_named_room_or_from_all() {
    let mut world = World::new();
    let (one, _) = enter(&mut world, CLIENT, "r");
    let (other, _) = enter(&mut world, CLIENT, "q");
    let message = String::new();
    world.handle(Input::Kick { room: Some("r".into()), user: "a".into(), message });
    assert_eq!(short(&world.take(one)), ["End 1002055"]);
    assert!(world.take(other).is_empty());
    let (again, _) = enter(&mut world, CLIENT, "r");
    world.handle(kick("a", ""));
    assert_eq!(short(&world.take(again)), ["End 1002055"]);
    assert_eq!(short(&world.take(other)), ["End 1002055"]);
}

#[test]
fn bey_03_room_17_a_lost_link_is_shown_in_its_room_only() {
    let mut world = World::new();
    let watch = |room: &str, user: &str| Login { connections: true, ..login(room, user) };
    let watchers = ["r", "q"].map(|room| {
        let link = world.open(watch(room, &format!("watcher of {room}").replace(' ', "-")));
        world.hello(link);
        link
    });
    let (one, _) = enter(&mut world, CLIENT, "r");
    enter(&mut world, CLIENT, "q");
    for watcher in watchers {
        world.take(watcher);
    }
    world.lose(one);
    world.pass(2_000, &watchers);
    assert_eq!(short(&world.take(watchers[0])), ["a up false"]);
    assert!(world.take(watchers[1]).is_empty());
}
