//! One seed from beginning to end: faults, healing, everybody back, everybody out.

use crate::chaos::Chaos;
use crate::check::{Verdict, broken};
use crate::course::Course;
use crate::plan::Plan;
use crate::trace::{Sink, Trace};
use crate::world::{Stats, World};
use crate::{Random, Violation};
use holdfast_protocol::sabotage::{self, Mutant};
use holdfast_rtc::machine::{Direction, MediaState};

/// What to run, and how.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The seed of the world.
    pub seed: u64,
    /// A deliberate bug that should be found.
    pub mutant: Option<Mutant>,
    /// How long there are faults, if not as long as the seed has them.
    pub chaos_ms: Option<u64>,
}

/// The result of a seed.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The first broken rule.
    pub violation: Option<Violation>,
    /// How much happened.
    pub stats: Stats,
    /// The hash of the trace, if there was one.
    pub trace_hash: Option<u64>,
}

/// When all is healed, everybody who wants to be in is in after at most this time: the slow try of
/// a browser that says offline (10 s), a try that hangs (8 s), two waits (8 s each), a request
/// without a reply (5 s), and an app that waits for a stream ID to be free and then for a slow path
/// (15 s).
const BACK_MS: u64 = 60_000;
/// How long the server may take, on top of its grace, to notice that a link is dead.
const SILENCE_MS: u64 = 12_000;
/// How long a last broadcast may take to reach everybody.
const LAST_WORD_MS: u64 = 5_000;
/// How long it may take until everybody is out.
const OUT_MS: u64 = 15_000;

/// Runs one seed. `trace` gets each line of its story.
pub fn run(options: Options, trace: Option<Sink>) -> Outcome {
    run_traced(options, trace.map(|sink| Trace::new(Some(sink))))
}

/// Runs one seed and hashes its story.
pub fn run_hashed(options: Options) -> Outcome {
    run_traced(options, Some(Trace::new(None)))
}

fn run_traced(options: Options, trace: Option<Trace>) -> Outcome {
    let mut course = Course::of_seed(options, trace);
    course.advance(u64::MAX);
    let world = course.world();
    Outcome {
        violation: world.violation().cloned(),
        stats: world.stats(),
        trace_hash: world.trace_hash(),
    }
}

/// A seed's phases, one after the other.
pub(crate) struct SeedRun {
    pub(crate) chaos: Chaos,
    phase: Phase,
    /// When the phase ends.
    pub(crate) ends_at: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Faults,
    Healing,
    LastWord,
    Leaving,
}

impl SeedRun {
    /// A world with its devices in it, at its beginning. Switches the deliberate bug and the whims
    /// on.
    pub(crate) fn begin(options: Options, trace: Option<Trace>) -> (World, SeedRun) {
        let mut plan = Plan::of(options.seed);
        plan.chaos_ms = options.chaos_ms.unwrap_or(plan.chaos_ms);
        sabotage::set_mutant(options.mutant);
        sabotage::set_whims(options.seed, plan.whims);
        let mut world = World::new(plan.setup.clone());
        if let Some(trace) = trace {
            world.set_trace(trace);
        }
        let (ends_at, seed) = (plan.chaos_ms, Random::new(options.seed ^ 0xC0A5).number());
        let mut chaos = Chaos::new(plan, seed);
        chaos.begin(&mut world);
        (world, SeedRun { chaos, phase: Phase::Faults, ends_at })
    }

    /// The name of the phase.
    pub(crate) fn phase_name(&self) -> &'static str {
        match self.phase {
            Phase::Faults => "faults",
            Phase::Healing => "healing",
            Phase::LastWord => "last word",
            Phase::Leaving => "leaving",
        }
    }

    /// Checks what must hold at the end of the phase, and begins the next. Returns false after the
    /// last.
    pub(crate) fn next_phase(&mut self, world: &mut World) -> bool {
        let (phase, lasts_ms) = match self.phase {
            Phase::Faults => {
                self.chaos.heal(world);
                sabotage::set_whims(0, 0);
                // Some wait for a stream ID that becomes free only when somebody else's grace is
                // over.
                (Phase::Healing, BACK_MS + world.server.settings.grace_ms + SILENCE_MS)
            }
            Phase::Healing => {
                judge_back(world);
                (Phase::LastWord, LAST_WORD_MS)
            }
            Phase::LastWord => {
                judge_heard(world);
                self.chaos.is_over = true;
                for client in 0..world.clients.len() {
                    world.log_out(client);
                }
                (Phase::Leaving, OUT_MS)
            }
            Phase::Leaving => {
                judge_out(world);
                return false;
            }
        };
        (self.phase, self.ends_at) = (phase, world.now() + lasts_ms);
        true
    }
}

fn judge_back(world: &mut World) {
    for client in 0..world.clients.len() {
        let verdict = check_back(world, client);
        world.judge_client(client, verdict);
    }
    let verdict = check_server(world);
    world.judge(verdict);
    for client in 0..world.clients.len().min(8) {
        if world.clients[client].is_in() {
            world.broadcast(client);
        }
    }
}

fn judge_heard(world: &mut World) {
    for client in 0..world.clients.len() {
        if world.clients[client].is_in() {
            let verdict = check_heard(world, client);
            world.judge_client(client, verdict);
        }
    }
}

fn judge_out(world: &mut World) {
    for client in 0..world.clients.len() {
        let verdict = check_out(world, client);
        world.judge_client(client, verdict);
    }
    let counts = world.server.rooms.counts();
    if counts != Default::default() {
        world.judge(broken("leak", format!("the server is not empty: {counts:?}")));
    }
}

/// Everybody who wants to be in is in, with all streams, and knows who else is there.
fn check_back(world: &World, client: usize) -> Verdict {
    let device = &world.clients[client];
    let Some(login) = &device.goal.login else {
        return match device.is_out() {
            true => Ok(()),
            false => broken("liveness", format!("wants to be out, is {:?}", device.room_state())),
        };
    };
    if !device.is_in() || device.seen.room.room != login.room {
        let (state, room) = (device.room_state(), &device.seen.room.room);
        return broken(
            "liveness",
            format!("wants to be in {:?}, is {state:?} {room:?}", login.room),
        );
    }
    for stream in &device.goal.publishes {
        check_flows(world, client, Direction::Publish, stream)?;
    }
    for (stream, _) in &device.goal.plays {
        // An admin may have removed the stream since.
        if world.clients.iter().any(|other| {
            let room = other.goal.login.as_ref().map(|login| &login.room);
            room == Some(&login.room) && other.goal.publishes.contains(stream)
        }) {
            check_flows(world, client, Direction::Play, stream)?;
        }
    }
    check_lists(world, client)
}

fn check_flows(world: &World, client: usize, direction: Direction, stream: &str) -> Verdict {
    let device = &world.clients[client];
    let state = device.media_state(direction, stream);
    if state != MediaState::Flowing {
        return broken("liveness", format!("{direction:?} {stream:?} is {state:?}"));
    }
    if !device.seen.resources.peers_of(direction, stream).any(|peer| world.flows(client, peer)) {
        return broken("liveness", format!("{direction:?} {stream:?} only claims to flow"));
    }
    Ok(())
}

/// The events of the app add up to the server's lists.
fn check_lists(world: &World, client: usize) -> Verdict {
    let device = &world.clients[client];
    let (room, own, lists) = (&device.seen.room.room, &device.user.id, &device.seen.lists);
    let rooms = &world.server.rooms;
    let members = rooms.members(room);
    let users: Vec<_> = members.iter().map(|user| &user.id).filter(|id| *id != own).collect();
    if lists.wants_users && !lists.users.iter().eq(users.iter().copied()) {
        return broken("ROOM-08", format!("knows {:?}, there are {users:?}", lists.users));
    }
    for stream in rooms.streams(room) {
        let publisher = world.clients.iter().find(|other| {
            // A user may have several devices, one of which is in.
            let is_its = other.user.id == stream.user.id && other.seen.room.is_in();
            is_its && other.goal.publishes.contains(&stream.id)
        });
        let meant = publisher.and_then(|other| other.muted.get(&stream.id)).unwrap_or(&0);
        let known = lists.muted.get(&stream.id).unwrap_or(&0);
        if stream.muted != *meant || (stream.user.id != *own && known != meant) {
            let what = format!("{:?}: {meant} is muted, known is {known}", stream.id);
            return broken("PUB-08", what);
        }
    }
    let mut streams: Vec<_> = rooms.streams(room).into_iter().map(|s| (s.id, s.user.id)).collect();
    streams.retain(|(_, user)| user != own);
    streams.sort();
    if !lists.streams.iter().eq(streams.iter().map(|(id, user)| (id, user))) {
        return broken("ROOM-08", format!("knows {:?}, there are {streams:?}", lists.streams));
    }
    Ok(())
}

/// Every broadcast has arrived, and so has the last count of users.
fn check_heard(world: &World, client: usize) -> Verdict {
    let seen = &world.clients[client].seen;
    seen.promises.quiet()?;
    let members = world.server.rooms.members(&seen.room.room).len();
    if seen.lists.count.is_some_and(|count| count as usize != members) {
        let what = format!("was told of {:?} users, there are {members}", seen.lists.count);
        return broken("ROOM-08", what);
    }
    world.messages.quiet(&seen.room.session)
}

/// The rooms hold those who want to be in and the published streams, and nothing else.
fn check_server(world: &World) -> Verdict {
    let rooms = &world.server.rooms;
    let wanted = world.clients.iter().filter_map(|device| device.goal.login.as_ref());
    let sessions = rooms.counts().sessions;
    if wanted.clone().count() != sessions {
        return broken("ROOM-09", format!("the server has {sessions} sessions"));
    }
    let insiders = world.clients.iter().filter(|device| device.goal.login.is_some());
    let mut wanted: Vec<&String> = insiders.flat_map(|device| &device.goal.publishes).collect();
    wanted.sort();
    if let Some(stream) = wanted.iter().find(|stream| rooms.holder(stream).is_none()) {
        return broken("PUB-02", format!("{stream:?} flows but nobody holds it"));
    }
    let claims = rooms.counts().streams;
    if claims != wanted.len() {
        return broken("PUB-02", format!("{claims} streams are claimed, published are {wanted:?}"));
    }
    Ok(())
}

/// Nothing of anybody is left.
fn check_out(world: &World, client: usize) -> Verdict {
    let device = &world.clients[client];
    for room in [&device.seen.room, &device.seen.side_room] {
        if !room.is_out() {
            return broken("liveness", format!("is {:?} after logging out", room.told));
        }
    }
    device.seen.resources.end()?;
    device.seen.promises.end()?;
    match device.brain.next_deadline() {
        Some(at) => broken("timer", format!("one is set to {at:?} after all is over")),
        None => Ok(()),
    }
}
