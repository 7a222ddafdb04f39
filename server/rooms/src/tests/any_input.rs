//! For any input in any order: nothing panics, the parts agree with each other, and every honest
//! client knows the room's current state.

use super::client::{GUESS, Picture};
use super::*;
use proptest::prelude::*;

/// A step of a run. Links, users and sessions have small numbers, so that steps often refer to the
/// same ones.
#[derive(Clone, Debug)]
enum Step {
    Open {
        user: u8,
        room: u8,
        flags: u8,
        resume: Option<(u8, Known)>,
        ttl_ms: Option<u64>,
    },
    Say(u8, ClientMessage),
    /// A stream is published and goes live.
    Show(u8, u8),
    Heard(u8),
    Lose(u8),
    Deafen(u8),
    Renew(u8, Option<u64>),
    Kick(u8, Option<u8>),
    Remove(u8),
    /// A user and room by their numbers, and a stream that is published by WHIP.
    Guest(u8, u8, u8),
    GuestLive(u8),
    GuestClose(u8),
    /// Time passes; either these links answer pings, or none does.
    Pass(u64, bool),
    /// The time of day is set.
    SetClock(u64),
    Drain,
}

/// What a returning client claims to know.
#[derive(Clone, Debug)]
enum Known {
    /// The truth.
    Truth,
    /// Another event number.
    Seq(u32),
    /// A wrong secret.
    Guess,
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(vec!["", "s0", "s1", "s2", "u0", "u1", "k"]).prop_map(str::to_owned),
        1 => ".{0,8}",
        1 => (1_000..1_100usize).prop_map(|n| "é".repeat(n)),
    ]
}

fn short_text() -> impl Strategy<Value = String> {
    prop_oneof![9 => prop::sample::select(vec!["", "k", "l"]).prop_map(str::to_owned), 1 => any_text()]
}

fn any_message() -> impl Strategy<Value = ClientMessage> {
    let id = || prop_oneof![0..6u32, any::<u32>()];
    let text = any_text;
    prop_oneof![
        3 => (id(), text(), text(), 0..4u8).prop_map(
            |(id, stream, extra, muted)| ClientMessage::Publish { id, stream, extra, muted }
        ),
        3 => (id(), text(), text())
            .prop_map(|(id, stream, node)| ClientMessage::Live { id, stream, node }),
        1 => (id(), text()).prop_map(|(id, stream)| ClientMessage::Unpublish { id, stream }),
        1 => (id(), text()).prop_map(|(id, stream)| ClientMessage::Play { id, stream }),
        1 => any::<u32>().prop_map(|n| ClientMessage::Ping { n }),
        1 => (id(), text()).prop_map(|(id, token)| ClientMessage::Renew { id, token }),
        2 => (id(), text()).prop_map(|(id, text)| ClientMessage::Broadcast { id, text }),
        1 => (id(), text()).prop_map(|(id, text)| ClientMessage::Barrage { id, text }),
        2 => (id(), text(), prop::collection::vec(text(), 0..3))
            .prop_map(|(id, text, to)| ClientMessage::Command { id, text, to }),
        3 => (id(), short_text(), short_text())
            .prop_map(|(id, key, value)| ClientMessage::SetRoomExtra { id, key, value }),
        2 => (id(), text(), text())
            .prop_map(|(id, stream, extra)| ClientMessage::SetStreamExtra { id, stream, extra }),
        2 => (id(), text(), any::<u8>())
            .prop_map(|(id, stream, muted)| ClientMessage::SetMuted { id, stream, muted }),
        1 => Just(ClientMessage::Logout),
    ]
}

fn any_step() -> impl Strategy<Value = Step> {
    let known = prop_oneof![
        6 => Just(Known::Truth),
        1 => (0..40u32).prop_map(Known::Seq),
        1 => any::<u32>().prop_map(Known::Seq),
        1 => Just(Known::Guess),
    ];
    let resume = prop::option::weighted(0.7, (0..6u8, known));
    let any_flags = prop_oneof![2 => Just(0u8), 1 => any::<u8>()];
    let ttl_ms = || prop::option::weighted(0.2, 0..100_000u64);
    prop_oneof![
        5 => (0..4u8, prop_oneof![3 => Just(0u8), 1 => Just(1)], any_flags, resume, ttl_ms()).prop_map(
            |(user, room, flags, resume, ttl_ms)| Step::Open { user, room, flags, resume, ttl_ms }
        ),
        12 => (0..8u8, any_message()).prop_map(|(link, message)| Step::Say(link, message)),
        3 => (0..8u8, 0..3u8).prop_map(|(link, stream)| Step::Show(link, stream)),
        2 => (0..8u8).prop_map(Step::Heard),
        3 => (0..8u8).prop_map(Step::Lose),
        1 => (0..8u8).prop_map(Step::Deafen),
        1 => (0..8u8, ttl_ms()).prop_map(|(link, ttl_ms)| Step::Renew(link, ttl_ms)),
        1 => (0..4u8, prop::option::of(0..2u8)).prop_map(|(user, room)| Step::Kick(user, room)),
        1 => (0..3u8).prop_map(Step::Remove),
        2 => (0..4u8, 0..2u8, 0..3u8).prop_map(|(user, room, stream)| Step::Guest(user, room, stream)),
        2 => (0..6u8).prop_map(Step::GuestLive),
        2 => (0..6u8).prop_map(Step::GuestClose),
        3 => (0..2_000u64).prop_map(|ms| Step::Pass(ms, false)),
        1 => (80_000..100_000u64).prop_map(|ms| Step::Pass(ms, false)),
        1 => (0..20_000u64).prop_map(|ms| Step::Pass(ms, true)),
        1 => any::<u64>().prop_map(Step::SetClock),
    ]
}

/// Runs steps and checks their outcome.
struct Run {
    world: World,
    /// The login of each link, and the hellos received.
    logins: BTreeMap<LinkId, Login>,
    hellos: Vec<Hello>,
    /// The session of each link.
    sessions: BTreeMap<LinkId, String>,
    /// The numbers of the messages that each session has sent.
    requests: BTreeMap<String, Vec<u32>>,
    /// What each session's client knows.
    pictures: BTreeMap<String, Picture>,
}

impl Run {
    fn new() -> Run {
        Run {
            world: World::new(),
            logins: BTreeMap::new(),
            hellos: Vec::new(),
            sessions: BTreeMap::new(),
            requests: BTreeMap::new(),
            pictures: BTreeMap::new(),
        }
    }

    fn step(&mut self, step: Step) {
        // Links are numbered from 1; older ones closed long ago, newer ones do not exist yet.
        let link = |near: u8| (self.world.next_link + 2).saturating_sub(u64::from(near));
        match step {
            Step::Open { user, room, flags, resume, ttl_ms } => {
                self.open(user, room, flags, resume, ttl_ms);
            }
            Step::Say(near, message) => self.say(link(near), message),
            Step::Show(near, stream) => {
                let (link, stream) = (link(near), format!("s{stream}"));
                self.world.say(link, publish(&stream));
                self.world.say(link, live(&stream));
            }
            Step::Heard(near) => self.world.handle(Input::LinkHeard { link: link(near) }),
            Step::Lose(near) => self.world.lose(link(near)),
            Step::Deafen(near) => {
                if let Some(picture) = self.picture(link(near)) {
                    picture.is_deaf = true;
                }
            }
            Step::Renew(near, ttl_ms) => {
                let result = Ok(Pass { grants: Grants::ALL, ttl_ms });
                let link = link(near);
                self.world.handle(Input::TokenRenewed { link, id: 1, result });
            }
            Step::Kick(user, room) => {
                let room = room.map(|room| format!("r{room}"));
                let message = String::new();
                self.world.handle(Input::Kick { room, user: format!("u{user}"), message });
            }
            Step::Remove(stream) => {
                self.world.handle(Input::RemoveStream { stream: format!("s{stream}") });
            }
            Step::Guest(user, room, stream) => {
                let (room, user) = (format!("r{room}"), format!("u{user}"));
                let _ = self.world.open_guest(&room, &user, &format!("s{stream}"));
            }
            Step::GuestLive(near) => {
                let media = (self.world.next_media + 1).saturating_sub(u64::from(near));
                self.world.handle(Input::GuestLive { media });
            }
            Step::GuestClose(near) => {
                let media = (self.world.next_media + 1).saturating_sub(u64::from(near));
                self.world.close_guest(media);
            }
            Step::Pass(ms, is_quiet) => {
                let alive: Vec<LinkId> = self.sessions.keys().copied().collect();
                self.world.pass(ms, if is_quiet { &[] } else { &alive });
            }
            Step::SetClock(unix_start_ms) => self.world.unix_start_ms = unix_start_ms,
            Step::Drain => self.world.handle(Input::Drain),
        }
        self.read();
        for link in self.logins.keys() {
            if let Some(session) = self.world.rooms.session_of(*link) {
                self.pictures[session.as_str()].check(&self.world.rooms);
            }
        }
    }

    fn open(
        &mut self,
        user: u8,
        room: u8,
        flags: u8,
        resume: Option<(u8, Known)>,
        ttl_ms: Option<u64>,
    ) {
        let mut login = Login {
            user_update: flags & 1 == 0,
            connections: flags & 2 == 0,
            ..login(&format!("r{room}"), &format!("u{user}"))
        };
        if let Some((near, known)) = resume
            && let Some(index) = self.hellos.len().checked_sub(usize::from(near) + 1)
        {
            let Hello { session, mut secret, .. } = self.hellos[index].clone();
            let picture = self.pictures.get_mut(&session).expect("each hello has one");
            let mut seq = picture.seen;
            match known {
                Known::Truth => {
                    login.user.id.clone_from(&picture.user);
                    login.room.clone_from(&picture.room);
                }
                Known::Seq(other) => {
                    picture.is_spoiled |= other != seq;
                    seq = other;
                }
                Known::Guess => secret = GUESS.into(),
            }
            login.user = named(&login.user.id);
            login.resume = Some(Resume { session, secret, seq });
        }
        self.logins.insert(self.world.next_link + 1, login.clone());
        let grants = Grants { publish: flags & 4 == 0, play: flags & 8 == 0 };
        self.world.open_with(login, Pass { grants, ttl_ms });
    }

    fn say(&mut self, link: LinkId, message: ClientMessage) {
        let room = self.logins.get(&link).map(|login| login.room.clone()).unwrap_or_default();
        let before = self.world.rooms.seq(&room);
        self.world.say(link, message.clone());
        let inbox = self.world.inboxes.get(&link).into_iter().flatten();
        let is_ok = |m: &ServerMessage| matches!(m, ServerMessage::Done { code: Code::OK, .. });
        if !inbox.clone().any(is_ok) {
            return;
        }
        let is_new = self.world.rooms.seq(&room) > before;
        match message {
            ClientMessage::SetRoomExtra { key, value, .. } => {
                // A client that does not get the reply learns it by asking again.
                if let Some(picture) = self.picture(link) {
                    picture.set(&key, &value);
                }
            }
            ClientMessage::Broadcast { id, .. } => self.said(link, id, &room, &[], is_new),
            ClientMessage::Command { id, to, .. } => self.said(link, id, &room, &to, is_new),
            _ => {}
        }
    }

    /// A message was accepted: it is new unless the same request came before.
    fn said(&mut self, link: LinkId, id: u32, room: &str, to: &[String], is_new: bool) {
        let requests = self.requests.entry(self.sessions[&link].clone()).or_default();
        let kept = requests.len().saturating_sub(limit::REQUESTS_WAITING_MAX);
        assert_eq!(is_new, !requests[kept..].contains(&id), "request {id}");
        if is_new {
            requests.push(id);
            self.expect(link, room, to);
        }
    }

    /// The room's last event is a message to these users; an empty list means everyone.
    fn expect(&mut self, from: LinkId, room: &str, to: &[String]) {
        let rooms = &self.world.rooms;
        let seq = rooms.seq(room).unwrap_or(0);
        for (id, session) in &rooms.sessions {
            let is_named = to.is_empty() || to.contains(&session.user.id);
            let is_its = session.room == room && rooms.session_of(from) != Some(id) && is_named;
            if is_its && !session.is_guest() {
                self.pictures.get_mut(id.as_str()).expect("greeted").expected.insert(seq);
            }
        }
    }

    fn picture(&mut self, link: LinkId) -> Option<&mut Picture> {
        let session = self.world.rooms.session_of(link)?;
        self.pictures.get_mut(session.as_str())
    }

    /// Checks every link: hello comes first and once; numbers only rise; nothing follows the end.
    fn read(&mut self) {
        let inboxes = std::mem::take(&mut self.world.inboxes);
        for (link, message) in
            inboxes.into_iter().flat_map(|(link, inbox)| inbox.into_iter().map(move |m| (link, m)))
        {
            let event = match message {
                ServerMessage::Hello(hello) => {
                    let picture = self.pictures.entry(hello.session.clone()).or_default();
                    picture.greeted(&self.logins[&link], &hello, &self.world.rooms);
                    self.sessions.insert(link, hello.session.clone());
                    self.hellos.push(hello);
                    continue;
                }
                ServerMessage::End { .. } | ServerMessage::Goaway { .. } => continue,
                message => message,
            };
            let session = self.sessions.get(&link).expect("hello comes first");
            let picture = self.pictures.get_mut(session).expect("each hello has one");
            if event.seq().is_some() && !picture.is_deaf {
                picture.event(&event);
            }
        }
    }
}

fn any_run() -> impl Strategy<Value = (Vec<Step>, bool)> {
    (prop::collection::vec(any_step(), 0..160), any::<bool>())
}

fn run((steps, drain): (Vec<Step>, bool)) {
    let mut run = Run::new();
    for step in steps {
        run.step(step);
    }
    if drain {
        run.step(Step::Drain);
    }
    // Nobody answers any more, so nothing is left in the end.
    for media in 1..=run.world.next_media {
        run.world.close_guest(media);
    }
    run.step(Step::Pass(10 * GRACE_MS, true));
    assert_eq!(run.world.rooms.counts(), Counts::default());
    assert_eq!(run.world.rooms.next_deadline(), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_the_parts_agree(steps in any_run()) {
        run(steps);
    }
}

#[cfg(feature = "sim")]
mod sabotaged {
    use super::*;
    use holdfast_protocol::sabotage::{set_mutant, set_whims};
    use proptest::test_runner::TestRunner;

    fn try_runs(cases: u32) -> bool {
        let no_shrinking = ProptestConfig { cases, max_shrink_iters: 0, ..Default::default() };
        let config = ProptestConfig { failure_persistence: None, ..no_shrinking };
        let result = TestRunner::new(config).run(&any_run(), |steps| {
            run(steps);
            Ok(())
        });
        result.is_ok()
    }

    #[test]
    fn every_bug_that_clients_can_see_is_seen() {
        for mutant in [
            Mutant::ReplayTooLittle,
            Mutant::GraceNeverEnds,
            Mutant::SkipSecret,
            Mutant::TellBlip,
            Mutant::KeepReplacedStreams,
            Mutant::BroadcastTwice,
            Mutant::ShareStreamId,
        ] {
            set_mutant(Some(mutant));
            let survives = try_runs(3_000);
            set_mutant(None);
            assert!(!survives, "{mutant:?}");
        }
    }

    #[test]
    fn every_unlikely_way_is_a_right_one() {
        set_whims(1, 6_000);
        let holds = try_runs(256);
        set_whims(0, 0);
        assert!(holds);
    }
}
