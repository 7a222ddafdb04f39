//! The rooms under a virtual clock, tested against the numbered rules of behaviour.

mod any_input;
mod client;
mod clocks;
mod ends;
mod flood;
mod guests;
mod limits;
mod links;
mod messages;
mod missed;
mod presence;
mod several;
mod streams;

use super::*;
use holdfast_protocol::{Hello, Node, Resume, Stream, User, limit};

const HEARTBEAT_MS: u64 = 1_000;
const GRACE_MS: u64 = 90_000;
/// How long guests' tokens are valid.
const TOKEN_MS: u64 = 60_000;

/// Counts instead of using random numbers, so that every run is the same.
#[derive(Default)]
struct CountingMint(u64);

impl Mint for CountingMint {
    fn secret(&mut self) -> String {
        self.0 += 1;
        format!("secret-{}", self.0)
    }

    fn node(&mut self, name: &str, _user: &str, grant: &MediaGrant) -> Option<Node> {
        let MediaGrant { session, stream, direction } = grant;
        let authorization = format!("Bearer {direction:?} {stream} {session}");
        let url = format!("https://{name}.example/{direction:?}/{stream}");
        Some(Node { name: name.to_owned(), url, authorization })
    }
}

/// The rooms under a virtual clock, with all outputs sorted by link.
struct World {
    now: Millis,
    /// The time of day when the world began, by the clock as it is set now.
    unix_start_ms: u64,
    rooms: Rooms<CountingMint>,
    /// Whether to check all parts after each input.
    is_checked: bool,
    next_link: LinkId,
    next_media: GuestMediaId,
    inboxes: BTreeMap<LinkId, Vec<ServerMessage>>,
    told_counts: BTreeMap<LinkId, Vec<u32>>,
    closed: BTreeMap<LinkId, CloseCode>,
    pings: usize,
    ended: Vec<MediaEnd>,
    /// The answers to guests.
    guests: BTreeMap<GuestMediaId, Result<(), Code>>,
}

impl World {
    fn new() -> World {
        World::with(Settings::default())
    }

    fn with(settings: Settings) -> World {
        World {
            now: Millis(0),
            unix_start_ms: 0,
            is_checked: true,
            rooms: Rooms::new(settings, CountingMint::default()),
            next_link: 0,
            next_media: 0,
            inboxes: BTreeMap::new(),
            told_counts: BTreeMap::new(),
            closed: BTreeMap::new(),
            pings: 0,
            ended: Vec::new(),
            guests: BTreeMap::new(),
        }
    }

    fn handle(&mut self, input: Input) {
        let unix_ms = self.unix_start_ms.saturating_add(self.now.0);
        self.rooms.handle(Moment { at: self.now, unix_ms }, input);
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
                Output::GuestAnswered { media, result, .. } => {
                    self.guests.insert(media, result.map(|_| ()));
                }
            }
        }
        if self.is_checked {
            self.rooms.check().unwrap();
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
        self.open_with(login, Pass::ALL)
    }

    fn open_with(&mut self, login: Login, pass: Pass) -> LinkId {
        self.next_link += 1;
        let link = self.next_link;
        self.handle(Input::LinkOpened { link, login, pass });
        link
    }

    /// Ask to publish as a guest. Returns the number of the media session.
    fn open_guest(&mut self, room: &str, user: &str, stream: &str) -> Result<GuestMediaId, Code> {
        let age_ms = Some(self.now.0);
        self.open_guest_with(Guest { age_ms, ..guest(room, user, stream) })
    }

    fn open_guest_with(&mut self, guest: Guest) -> Result<GuestMediaId, Code> {
        self.next_media += 1;
        let media = self.next_media;
        self.handle(Input::GuestOpened { media, guest });
        self.guests.remove(&media).expect("an answer").map(|()| media)
    }

    fn close_guest(&mut self, media: GuestMediaId) {
        self.handle(Input::GuestClosed { media, reason: DeleteReason::CONNECTION_LOST });
    }

    fn say(&mut self, link: LinkId, message: ClientMessage) {
        self.handle(Input::MessageReceived { link, message });
    }

    /// What arrived on a link since the last call, except heartbeats and counts.
    fn take(&mut self, link: LinkId) -> Vec<ServerMessage> {
        let mut inbox = self.inboxes.remove(&link).unwrap_or_default();
        inbox.retain(|message| match message {
            ServerMessage::Count { users } => {
                self.told_counts.entry(link).or_default().push(*users);
                false
            }
            message => *message != ServerMessage::Heartbeat,
        });
        inbox
    }

    /// The counts that a link was told since the last call; discards everything else.
    fn counts(&mut self, link: LinkId) -> Vec<u32> {
        self.take(link);
        self.told_counts.remove(&link).unwrap_or_default()
    }

    /// Resume with what the client knows, and take the hello.
    fn back(&mut self, room: &str, user: &str, hello: &Hello) -> (LinkId, Hello) {
        let link = self.open(resume(room, user, hello));
        let again = self.hello(link);
        (link, again)
    }

    fn lose(&mut self, link: LinkId) {
        self.handle(Input::LinkClosed { link });
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

    /// Log in, with a link that is told about the others.
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
        connections: false,
        max_members: 0,
        client: 0,
        device: 0,
        attempt: 0,
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
    ClientMessage::Publish { id: 5, stream: stream.into(), extra: "x".into(), muted: 0 }
}

fn live(stream: &str) -> ClientMessage {
    ClientMessage::Live { id: 5, stream: stream.into(), node: String::new() }
}

fn unpublish(stream: &str) -> ClientMessage {
    ClientMessage::Unpublish { id: 5, stream: stream.into() }
}

fn play(stream: &str) -> ClientMessage {
    ClientMessage::Play { id: 5, stream: stream.into() }
}

fn broadcast(id: u32, text: &str) -> ClientMessage {
    ClientMessage::Broadcast { id, text: text.into() }
}

fn command(id: u32, text: &str, to: &[&str]) -> ClientMessage {
    let to = to.iter().map(|user| (*user).to_owned()).collect();
    ClientMessage::Command { id, text: text.into(), to }
}

fn set_room_extra(key: &str, value: &str) -> ClientMessage {
    ClientMessage::SetRoomExtra { id: 5, key: key.into(), value: value.into() }
}

fn set_stream_extra(stream: &str, extra: &str) -> ClientMessage {
    ClientMessage::SetStreamExtra { id: 5, stream: stream.into(), extra: extra.into() }
}

fn set_muted(stream: &str, muted: u8) -> ClientMessage {
    ClientMessage::SetMuted { id: 5, stream: stream.into(), muted }
}

/// A guest whose token has no issue time.
fn guest(room: &str, user: &str, stream: &str) -> Guest {
    let (room, stream) = (room.to_owned(), stream.to_owned());
    Guest { room, user: named(user), stream, age_ms: None, ttl_ms: TOKEN_MS }
}

fn kick(user: &str, message: &str) -> Input {
    Input::Kick { room: None, user: user.into(), message: message.into() }
}

/// The number of an event.
fn seq(message: &ServerMessage) -> u32 {
    message.seq().unwrap_or_else(|| panic!("expected an event, got {message:?}"))
}

/// Messages in short form: what changed, about whom, and why.
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
        ServerMessage::Message { from, text, .. } => format!("{} says {text}", from.id),
        ServerMessage::Barrage { n, from, text, .. } => format!("{} shouts {text} {n}", from.id),
        ServerMessage::Command { from, text, .. } => format!("{} commands {text}", from.id),
        ServerMessage::RoomExtra { extra, .. } => {
            let keys = extra.iter().map(|e| format!("{}={}", e.key, e.value)).collect::<Vec<_>>();
            format!("Extra {}", keys.join(" "))
        }
        ServerMessage::StreamExtra { streams, .. } => {
            let muted =
                |muted: u8| if muted == 0 { String::new() } else { format!(" muted {muted}") };
            let extra = streams.iter().map(|s| format!("{}={}{}", s.id, s.extra, muted(s.muted)));
            format!("Stream extra {}", extra.collect::<Vec<_>>().join(" "))
        }
        ServerMessage::Connection { user, up } => format!("{user} up {up}"),
        ServerMessage::End { code, .. } => format!("End {}", code.0),
        ServerMessage::Bye => "Bye".into(),
        other => format!("{other:?}"),
    };
    messages.iter().map(text).collect()
}
