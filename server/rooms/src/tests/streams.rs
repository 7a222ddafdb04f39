//! Streams, media tokens, and what the others are told.

use super::*;
use holdfast_protocol::Node;

#[test]
fn room_13_logout_is_told_at_once() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    world.publish(a, "s");
    let (b, _) = world.enter("r", "b");
    world.take(a);
    world.say(a, ClientMessage::Logout);
    assert_eq!(short(&world.take(a)), ["Bye"]);
    assert_eq!(world.closed[&a], CloseCode::LOGGED_OUT);
    assert_eq!(short(&world.take(b)), ["Delete stream s 1", "Delete user a"]);
    let id = SessionId::from(hello.session.clone());
    assert_eq!(world.ended, [MediaEnd::Stream("s".into()), MediaEnd::Session(id)]);
    let back = world.open(resume("r", "a", &hello));
    assert!(!world.hello(back).resumed);
}

#[test]
fn room_15_users_are_told_only_to_those_who_asked_and_never_about_themselves() {
    let mut world = World::new();
    let quiet = world.open(Login { user_update: false, ..login("r", "a") });
    let snapshot = world.hello(quiet).snapshot.unwrap();
    assert!(snapshot.users.is_empty());
    let (b, _) = world.enter("r", "b");
    let (c, _) = world.enter("r", "c");
    world.publish(c, "s");
    world.say(c, ClientMessage::Logout);
    assert_eq!(short(&world.take(quiet)), ["Add stream s", "Delete stream s 1"]);
    let told = ["Add user c", "Add stream s", "Delete stream s 1", "Delete user c"];
    assert_eq!(short(&world.take(b)), told);
}

#[test]
fn pub_02_a_stream_is_shown_when_it_is_live_and_not_to_its_publisher() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    let (b, _) = world.enter("r", "b");
    let (other, _) = world.enter("q", "c");
    world.take(a);
    let ServerMessage::Nodes { id: 5, nodes } = world.reply(a, publish("s")) else { panic!() };
    let authorization = format!("Bearer Publish s {}", hello.session);
    let url = "https://own.example/Publish/s".to_owned();
    assert_eq!(nodes, [Node { name: "own".into(), url, authorization }]);
    assert!(world.take(b).is_empty());
    assert_eq!(world.code(b, play("s")), Code::STREAM_NOT_FOUND);
    assert_eq!(world.code(a, live("s")), Code::OK);
    assert_eq!(world.code(a, live("s")), Code::OK, "saying it twice tells nobody twice");
    assert_eq!(short(&world.take(b)), ["Add stream s"]);
    assert!(world.take(a).is_empty() && world.take(other).is_empty());
    assert_eq!(world.code(b, play("s")), Code::OK);
    assert_eq!(world.code(other, play("s")), Code::STREAM_NOT_FOUND, "another room's stream");
    assert_eq!(world.code(a, unpublish("s")), Code::OK);
    assert_eq!(short(&world.take(b)), ["Delete stream s 1"]);
    assert_eq!(world.ended, [MediaEnd::Stream("s".into())]);
    assert_eq!(world.code(a, unpublish("s")), Code::STREAM_NOT_FOUND);
    assert_eq!(world.code(a, live("s")), Code::STREAM_NOT_FOUND);
}

#[test]
fn pub_03_a_stream_id_is_held_app_wide_until_it_is_given_up() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    let (b, _) = world.enter("q", "b");
    assert_eq!(world.code(a, publish("s")), Code::OK);
    assert_eq!(world.code(b, publish("s")), Code::STREAM_ID_TAKEN);
    assert_eq!(world.code(b, live("s")), Code::STREAM_NOT_FOUND);
    assert_eq!(world.code(b, unpublish("s")), Code::STREAM_NOT_FOUND);
    assert_eq!(world.code(a, publish("s")), Code::OK, "one's own may be asked for again");
    assert_eq!(world.code(a, unpublish("s")), Code::OK);
    assert_eq!(world.code(b, publish("s")), Code::OK);
}

#[test]
fn pub_03_no_grant_no_bad_id_and_no_more_than_the_limit() {
    let mut world = World::new();
    let link = world.open_with(login("r", "a"), Pass::default());
    world.take(link);
    assert_eq!(world.code(link, publish("s")), Code::PUBLISH_REFUSED);
    assert_eq!(world.code(link, play("s")), Code::PLAY_REFUSED);
    let (b, _) = world.enter("r", "b");
    assert_eq!(world.code(b, publish("a/b")), Code::STREAM_ID_BAD);
    let extra = "x".repeat(limit::EXTRA_INFO_BYTES_MAX + 1);
    let long = ClientMessage::Publish { id: 5, stream: "s".into(), extra, muted: 0 };
    assert_eq!(world.code(b, long), Code::EXTRA_INFO_TOO_LONG);
    for n in 0..limit::USER_STREAMS_MAX {
        assert_eq!(world.code(b, publish(&format!("s{n}"))), Code::OK);
    }
    assert_eq!(world.code(b, publish("more")), Code::PUBLISH_REFUSED);
    assert_eq!(world.code(b, publish("s0")), Code::OK);
}

#[test]
fn pub_03_a_media_token_outlives_neither_its_claim_nor_its_session() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    world.publish(a, "s");
    let session = SessionId::from(hello.session);
    let grant = |direction| MediaGrant { session: session.clone(), stream: "s".into(), direction };
    let (publishing, playing) = (grant(Direction::Publish), grant(Direction::Play));
    assert_eq!(world.rooms.check_media(&publishing), Ok(()));
    assert_eq!(world.rooms.check_media(&playing), Ok(()));
    world.say(a, unpublish("s"));
    let refused = Err(MediaRefusal::NotAllowed);
    assert_eq!(world.rooms.check_media(&publishing), refused);
    assert_eq!(world.rooms.check_media(&playing), Err(MediaRefusal::NotLive));
    world.say(a, ClientMessage::Logout);
    assert_eq!(world.rooms.check_media(&playing), refused);
}

#[test]
fn play_03_a_play_token_is_for_the_streams_of_its_own_room_only() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    let (b, _) = world.enter("r", "b");
    let (c, _) = world.enter("q", "c");
    world.publish(b, "s");
    assert_eq!(world.code(a, play("s")), Code::OK);
    let grant = MediaGrant {
        session: hello.session.into(),
        stream: "s".into(),
        direction: Direction::Play,
    };
    assert_eq!(world.rooms.check_media(&grant), Ok(()));
    world.say(b, unpublish("s"));
    world.publish(c, "s");
    let not_live = Err(MediaRefusal::NotLive);
    assert_eq!(world.rooms.check_media(&grant), not_live, "in another room");
    world.say(c, unpublish("s"));
    world.say(b, publish("s"));
    assert_eq!(world.rooms.check_media(&grant), not_live, "only claimed");
    world.say(b, live("s"));
    assert_eq!(world.rooms.check_media(&grant), Ok(()));
}

#[test]
fn event_numbers_only_rise_and_the_snapshot_stands_at_the_last() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    let mut last = hello.seq;
    for round in 0..3 {
        let (b, _) = world.enter("r", "b");
        world.publish(b, &format!("s{round}"));
        world.say(b, ClientMessage::Logout);
    }
    for message in world.take(a) {
        let (ServerMessage::Users { seq, .. } | ServerMessage::Streams { seq, .. }) = message
        else {
            panic!("unexpected {message:?}");
        };
        assert!(seq > last);
        last = seq;
    }
    let (_, hello) = world.enter("r", "c");
    assert_eq!(hello.seq, last + 1, "its own arrival is the newest event");
}

#[test]
fn nothing_is_left_when_everyone_is_gone() {
    let mut world = World::new();
    for user in ["a", "b", "c"] {
        let (link, _) = world.enter("r", user);
        world.publish(link, user);
        world.handle(Input::LinkClosed { link });
    }
    assert_eq!(world.rooms.counts().sessions, 3);
    world.pass(GRACE_MS, &[]);
    assert_eq!(world.rooms.counts(), Counts::default());
    assert_eq!(world.rooms.next_deadline(), None, "no timer is left");
    assert!(world.rooms.links.is_empty() && world.rooms.users.is_empty());
    assert!(world.rooms.sessions.is_empty());
}

fn two_nodes() -> World {
    World::with(Settings { nodes: vec!["east".into(), "west".into()], ..Settings::default() })
}

fn nodes(world: &mut World, link: LinkId, message: ClientMessage) -> Vec<(String, String)> {
    match world.reply(link, message) {
        ServerMessage::Nodes { nodes, .. } => {
            assert!(nodes.iter().all(|node| node.authorization.starts_with("Bearer ")));
            nodes.into_iter().map(|node| (node.name, node.url)).collect()
        }
        other => panic!("expected nodes, got {other:?}"),
    }
}

fn node(name: &str, endpoint: &str) -> (String, String) {
    (name.to_owned(), format!("https://{name}.example/{endpoint}/s"))
}

#[test]
fn pub_05_a_publisher_gets_all_nodes_in_order_and_a_player_the_streams_own() {
    let mut world = two_nodes();
    let (a, _) = world.enter("r", "a");
    let (b, _) = world.enter("r", "b");
    let live_at = |node: &str| ClientMessage::Live { id: 5, stream: "s".into(), node: node.into() };
    assert_eq!(
        nodes(&mut world, a, publish("s")),
        [node("east", "Publish"), node("west", "Publish")]
    );
    world.say(a, live_at("west"));
    assert_eq!(nodes(&mut world, b, play("s")), [node("west", "Play")]);
    world.take(b);
    world.say(a, live_at("east"));
    assert!(world.take(b).is_empty(), "a move is no event");
    assert_eq!(nodes(&mut world, b, play("s")), [node("east", "Play")]);
    world.say(a, live_at("mars"));
    assert_eq!(nodes(&mut world, b, play("s")), [node("east", "Play")], "unknown is the first");
}

#[test]
fn pub_05_without_a_node_there_is_nowhere_to_publish() {
    let mut world = World::with(Settings { nodes: Vec::new(), ..Settings::default() });
    let (a, _) = world.enter("r", "a");
    assert_eq!(world.code(a, publish("s")), Code::PUBLISH_NO_NODE);
    assert_eq!(world.rooms.counts().streams, 0);
}
