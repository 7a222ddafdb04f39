use super::*;
use holdfast_protocol::{Code, Hello, Node, Resume};

const HEARTBEAT_MS: u64 = 1_000;
const GRACE_MS: u64 = 90_000;

/// Counts instead of drawing, so that a run is the same each time.
#[derive(Default)]
struct CountingMint(u64);

impl Mint for CountingMint {
    fn secret(&mut self) -> String {
        self.0 += 1;
        format!("secret-{}", self.0)
    }

    fn media_token(&mut self, grant: &MediaGrant) -> String {
        format!("{:?} {} {}", grant.direction, grant.stream, grant.session)
    }
}

/// The rooms under a virtual clock, with all that came out sorted by link.
struct World {
    now: Millis,
    rooms: Rooms<CountingMint>,
    next_link: LinkId,
    inboxes: BTreeMap<LinkId, Vec<ServerMessage>>,
    closed: BTreeMap<LinkId, CloseCode>,
    pings: usize,
    ended: Vec<MediaEnd>,
}

impl World {
    fn new() -> World {
        World {
            now: Millis(0),
            rooms: Rooms::new(Settings::default(), CountingMint::default()),
            next_link: 0,
            inboxes: BTreeMap::new(),
            closed: BTreeMap::new(),
            pings: 0,
            ended: Vec::new(),
        }
    }

    fn handle(&mut self, input: Input) {
        self.rooms.handle(self.now, input);
        while let Some(output) = self.rooms.poll() {
            match output {
                Output::Send { links, message } => {
                    for link in links {
                        self.inboxes.entry(link).or_default().push(message.clone());
                    }
                }
                Output::Ping { .. } => self.pings += 1,
                Output::Close { link, code, .. } => {
                    assert!(self.closed.insert(link, code).is_none(), "closed twice");
                }
                Output::EndMedia(end) => self.ended.push(end),
            }
        }
    }

    /// Let time pass, waking the rooms only when they ask for it. Links in `alive` answer pings.
    fn pass(&mut self, ms: u64, alive: &[LinkId]) {
        let end = self.now + ms;
        while let Some(at) = self.rooms.next_deadline().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.handle(Input::Timeout);
            for link in alive {
                self.handle(Input::LinkHeard { link: *link });
            }
        }
        self.now = end;
    }

    fn open(&mut self, login: Login) -> LinkId {
        self.open_with(login, Grants::ALL)
    }

    fn open_with(&mut self, login: Login, grants: Grants) -> LinkId {
        self.next_link += 1;
        let link = self.next_link;
        self.handle(Input::LinkOpened {
            link,
            login,
            grants,
        });
        link
    }

    fn say(&mut self, link: LinkId, message: ClientMessage) {
        self.handle(Input::MessageReceived { link, message });
    }

    /// What came in on a link since the last look, heartbeats aside.
    fn take(&mut self, link: LinkId) -> Vec<ServerMessage> {
        let mut inbox = self.inboxes.remove(&link).unwrap_or_default();
        inbox.retain(|message| *message != ServerMessage::Heartbeat);
        inbox
    }

    fn hello(&mut self, link: LinkId) -> Hello {
        match &self.take(link)[..] {
            [ServerMessage::Hello(hello)] => hello.clone(),
            other => panic!("expected one hello, got {other:?}"),
        }
    }

    fn reply(&mut self, link: LinkId, message: ClientMessage) -> ServerMessage {
        self.say(link, message);
        self.take(link).pop().expect("a reply")
    }

    fn code(&mut self, link: LinkId, message: ClientMessage) -> Code {
        match self.reply(link, message) {
            ServerMessage::Done { id: 5, code, .. } => code,
            ServerMessage::Nodes { id: 5, .. } => Code::OK,
            other => panic!("expected a reply, got {other:?}"),
        }
    }

    /// Log in, with a link to hear of the others.
    fn enter(&mut self, room: &str, user: &str) -> (LinkId, Hello) {
        let link = self.open(login(room, user));
        let hello = self.hello(link);
        (link, hello)
    }

    fn publish(&mut self, link: LinkId, stream: &str) {
        assert_eq!(self.code(link, publish(stream)), Code::OK);
        assert_eq!(self.code(link, live(stream)), Code::OK);
    }
}

fn login(room: &str, user: &str) -> Login {
    Login {
        app: 1,
        room: room.into(),
        user: named(user),
        token: String::new(),
        user_update: true,
        max_members: 0,
        resume: None,
    }
}

fn resume(room: &str, user: &str, hello: &Hello) -> Login {
    let Hello {
        session,
        secret,
        seq,
        ..
    } = hello.clone();
    Login {
        resume: Some(Resume {
            session,
            secret,
            seq,
        }),
        ..login(room, user)
    }
}

fn named(user: &str) -> User {
    User {
        id: user.into(),
        name: format!("the {user}"),
    }
}

fn publish(stream: &str) -> ClientMessage {
    ClientMessage::Publish {
        id: 5,
        stream: stream.into(),
        extra: "x".into(),
    }
}

fn live(stream: &str) -> ClientMessage {
    ClientMessage::Live {
        id: 5,
        stream: stream.into(),
    }
}

fn unpublish(stream: &str) -> ClientMessage {
    ClientMessage::Unpublish {
        id: 5,
        stream: stream.into(),
    }
}

fn play(stream: &str) -> ClientMessage {
    ClientMessage::Play {
        id: 5,
        stream: stream.into(),
    }
}

/// A message in short: what changed, about whom, and why.
fn short(messages: &[ServerMessage]) -> Vec<String> {
    let text = |message: &ServerMessage| match message {
        ServerMessage::Users { change, users, .. } => {
            format!(
                "{change:?} user {}",
                users.iter().map(|u| &*u.id).collect::<Vec<_>>().join(" ")
            )
        }
        ServerMessage::Streams {
            change,
            streams,
            reason,
            ..
        } => {
            let ids = streams.iter().map(|s| &*s.id).collect::<Vec<_>>().join(" ");
            let reason = reason.map_or(String::new(), |reason| format!(" {}", reason.0));
            format!("{change:?} stream {ids}{reason}")
        }
        ServerMessage::End { code, .. } => format!("End {}", code.0),
        ServerMessage::Bye => "Bye".into(),
        other => format!("{other:?}"),
    };
    messages.iter().map(text).collect()
}

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
        [Stream {
            id: "s".into(),
            user: named("a"),
            extra: "x".into()
        }]
    );
    assert_eq!(short(&world.take(a)), ["Add user b"]);
}

#[test]
fn room_03_a_full_room_refuses_and_changes_nothing() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    let link = world.open(Login {
        max_members: 1,
        ..login("r", "b")
    });
    assert_eq!(short(&world.take(link)), ["End 1002034"]);
    assert_eq!(world.closed[&link], CloseCode::REFUSED);
    assert!(world.take(a).is_empty());
    assert_eq!(world.rooms.members("r"), [named("a")]);
    // One's own older session does not fill the room.
    let again = world.open(Login {
        max_members: 1,
        ..login("r", "a")
    });
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
    assert!(
        inbox
            .iter()
            .all(|message| matches!(message, ServerMessage::Pong { .. }))
    );
    assert!(world.pings > 3);
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
    assert_eq!(world.closed[&a], CloseCode::TOO_SLOW);
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
    assert_eq!(
        (&again.session, &again.secret),
        (&hello.session, &hello.secret)
    );
    assert!(again.seq > hello.seq);
    assert_eq!(
        again.snapshot.unwrap().users,
        [named("a"), named("b"), named("c")]
    );
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
    assert_eq!(
        world.rooms.counts().links,
        1,
        "the old link has no say any more"
    );
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
    assert_eq!(
        short(&world.take(b)),
        ["Delete stream s 2", "Delete user a"]
    );
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
    assert_eq!(
        short(&world.take(b)),
        ["Delete stream s 3"],
        "the user never left"
    );
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
    assert!(
        world.take(b).is_empty(),
        "the replaced session's grace is over"
    );
}

#[test]
fn room_11_a_user_who_comes_with_another_name_or_room_leaves_first() {
    let mut world = World::new();
    let (a, _) = world.enter("r", "a");
    let (b, _) = world.enter("r", "b");
    world.take(a);
    let renamed = User {
        id: "a".into(),
        name: "other".into(),
    };
    world.open(Login {
        user: renamed,
        ..login("r", "a")
    });
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
    let guess = Hello {
        secret: "guess".into(),
        ..hello.clone()
    };
    let link = world.open(resume("r", "a", &guess));
    assert_eq!(short(&world.take(link)), ["End 1002086"]);
    // Nor does someone else's session, even with the right secret.
    let link = world.open(resume("r", "c", &hello));
    assert!(!world.hello(link).resumed);
    assert!(!world.closed.contains_key(&a));
    assert_eq!(short(&world.take(a)), ["Add user c"]);
    assert_eq!(short(&world.take(b)), ["Add user c"]);
}

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
    assert_eq!(
        short(&world.take(b)),
        ["Delete stream s 1", "Delete user a"]
    );
    let id = SessionId::from(hello.session.clone());
    assert_eq!(
        world.ended,
        [MediaEnd::Stream("s".into()), MediaEnd::Session(id)]
    );
    let back = world.open(resume("r", "a", &hello));
    assert!(!world.hello(back).resumed);
}

#[test]
fn room_15_users_are_told_only_to_those_who_asked_and_never_about_themselves() {
    let mut world = World::new();
    let quiet = world.open(Login {
        user_update: false,
        ..login("r", "a")
    });
    let snapshot = world.hello(quiet).snapshot.unwrap();
    assert!(snapshot.users.is_empty());
    let (b, _) = world.enter("r", "b");
    let (c, _) = world.enter("r", "c");
    world.publish(c, "s");
    world.say(c, ClientMessage::Logout);
    assert_eq!(
        short(&world.take(quiet)),
        ["Add stream s", "Delete stream s 1"]
    );
    let told = [
        "Add user c",
        "Add stream s",
        "Delete stream s 1",
        "Delete user c",
    ];
    assert_eq!(short(&world.take(b)), told);
}

#[test]
fn pub_02_a_stream_is_shown_when_it_is_live_and_not_to_its_publisher() {
    let mut world = World::new();
    let (a, hello) = world.enter("r", "a");
    let (b, _) = world.enter("r", "b");
    let (other, _) = world.enter("q", "c");
    world.take(a);
    let ServerMessage::Nodes { id: 5, nodes } = world.reply(a, publish("s")) else {
        panic!()
    };
    let token = format!("Publish s {}", hello.session);
    assert_eq!(
        nodes,
        [Node {
            url: "/whip/s".into(),
            token
        }]
    );
    assert!(world.take(b).is_empty());
    assert_eq!(world.code(b, play("s")), Code::STREAM_NOT_FOUND);
    assert_eq!(world.code(a, live("s")), Code::OK);
    assert_eq!(
        world.code(a, live("s")),
        Code::OK,
        "saying it twice tells nobody twice"
    );
    assert_eq!(short(&world.take(b)), ["Add stream s"]);
    assert!(world.take(a).is_empty() && world.take(other).is_empty());
    assert_eq!(world.code(b, play("s")), Code::OK);
    assert_eq!(
        world.code(other, play("s")),
        Code::STREAM_NOT_FOUND,
        "another room's stream"
    );
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
    assert_eq!(
        world.code(a, publish("s")),
        Code::OK,
        "one's own may be asked for again"
    );
    assert_eq!(world.code(a, unpublish("s")), Code::OK);
    assert_eq!(world.code(b, publish("s")), Code::OK);
}

#[test]
fn pub_03_no_grant_no_bad_id_and_no_more_than_the_limit() {
    let mut world = World::new();
    let link = world.open_with(login("r", "a"), Grants::default());
    world.take(link);
    assert_eq!(world.code(link, publish("s")), Code::PUBLISH_REFUSED);
    assert_eq!(world.code(link, play("s")), Code::PLAY_REFUSED);
    let (b, _) = world.enter("r", "b");
    assert_eq!(world.code(b, publish("a/b")), Code::STREAM_ID_BAD);
    let extra = "x".repeat(limit::EXTRA_INFO_BYTES_MAX + 1);
    let long = ClientMessage::Publish {
        id: 5,
        stream: "s".into(),
        extra,
    };
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
    let grant = |direction| MediaGrant {
        session: session.clone(),
        stream: "s".into(),
        direction,
    };
    assert!(world.rooms.allows(&grant(Direction::Publish)));
    world.say(a, unpublish("s"));
    assert!(!world.rooms.allows(&grant(Direction::Publish)));
    assert!(world.rooms.allows(&grant(Direction::Play)));
    world.say(a, ClientMessage::Logout);
    assert!(!world.rooms.allows(&grant(Direction::Play)));
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
