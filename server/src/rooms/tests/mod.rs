//! The rooms under a virtual clock, against the rules of behaviour by their numbers.

mod links;
mod streams;

use super::*;
use holdfast_protocol::{Code, Hello, Resume};

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
        self.handle(Input::LinkOpened { link, login, grants });
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
    let Hello { session, secret, seq, .. } = hello.clone();
    Login { resume: Some(Resume { session, secret, seq }), ..login(room, user) }
}

fn named(user: &str) -> User {
    User { id: user.into(), name: format!("the {user}") }
}

fn publish(stream: &str) -> ClientMessage {
    ClientMessage::Publish { id: 5, stream: stream.into(), extra: "x".into() }
}

fn live(stream: &str) -> ClientMessage {
    ClientMessage::Live { id: 5, stream: stream.into() }
}

fn unpublish(stream: &str) -> ClientMessage {
    ClientMessage::Unpublish { id: 5, stream: stream.into() }
}

fn play(stream: &str) -> ClientMessage {
    ClientMessage::Play { id: 5, stream: stream.into() }
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
        ServerMessage::Streams { change, streams, reason, .. } => {
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
