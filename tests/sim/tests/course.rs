//! Worlds that are run in pieces, scenes to be watched, and the views of both.

use holdfast_sim::{Course, INVARIANTS, Mutant, Options, SCENES, Scene, Trace, run_hashed};

fn scene(name: &str, mutant: Option<Mutant>) -> Course {
    Course::of_scene(Scene::find(name).expect("a scene"), mutant, Trace::new(None))
}

#[test]
fn a_world_in_pieces_is_the_same_world() {
    for seed in 1..=10 {
        let options = Options { seed, ..Options::default() };
        let whole = run_hashed(options);
        let mut steps = Course::of_seed(options, Some(Trace::new(None)));
        while !steps.is_over() {
            steps.step();
        }
        assert_eq!(steps.world().trace_hash(), whole.trace_hash, "seed {seed}, by steps");
        drop(steps);
        let mut moments = Course::of_seed(options, Some(Trace::new(None)));
        while !moments.is_over() {
            let until_ms = moments.world().now() + 777;
            moments.advance(until_ms);
        }
        assert_eq!(moments.world().trace_hash(), whole.trace_hash, "seed {seed}, by moments");
    }
}

#[test]
fn every_scene_ends_as_its_rule_says() {
    let ends = [
        ("case-1", "RECONNECTED", "LOGINED"),
        ("case-2", "RECONNECTED", "LOGINED"),
        ("case-3", "RECONNECT_FAILED", "LOGINED"),
        ("host-1", "RECONNECTED", "LOGINED"),
        ("host-2", "RECONNECTED", "LOGINED"),
        ("audience-1", "RECONNECTED", "LOGINED"),
        ("audience-2", "RECONNECTED", "LOGINED"),
        ("audience-3", "LOGINED", "LOGINED"),
        ("audience-4", "LOGINED", "LOGINED"),
    ];
    assert_eq!(SCENES.iter().map(|scene| scene.name).collect::<Vec<_>>(), ends.map(|end| end.0));
    for (name, first, second) in ends {
        let mut course = scene(name, None);
        course.advance(u64::MAX);
        assert!(course.is_over());
        assert_eq!(course.world().violation(), None, "{name}");
        let view = course.world().view();
        assert_eq!((view.devices[0].state, view.devices[1].state), (first, second), "{name}");
    }
}

#[test]
fn room_05_a_scene_shows_a_deliberate_bug_at_its_moment() {
    let mut course = scene("case-1", Some(Mutant::NeverProbe));
    course.advance(u64::MAX);
    assert!(course.is_over());
    let violation = course.world().violation().expect("the bug is found");
    assert_eq!(violation.rule, "ROOM-05");
    assert!(course.world().now() < 90_000, "{violation}");
}

#[test]
fn what_is_seen_while_a_login_is_on_its_way() {
    let mut course = scene("case-1", None);
    course.keep_told();
    course.advance(10_000);
    let flights = course.world().view().flights;
    assert!(flights.iter().any(|flight| flight.name == "Connect" && flight.is_up), "{flights:?}");
    course.advance(10_020);
    let view = course.world().view();
    let flight = &view.flights[0];
    assert_eq!((flight.device, flight.is_up, &*flight.name), (0, true, "Open"));
    assert_eq!(flight.arrives_in_ms, Some(80));
    assert_eq!(view.devices[0].state, "LOGINING");
    assert_eq!(view.server.rooms[0].users, ["bob"]);
    assert!(course.take_told().iter().any(|told| told.client == 1));
    assert!(course.take_told().is_empty(), "told once only");
    course.advance(62_000);
    assert_eq!(course.world().view().devices[0].trouble, "no network");
}

#[test]
fn the_invariants_are_those_of_the_documentation() {
    let doc = include_str!("../../../docs/simulator.md").replace('`', "");
    for (rule, words) in INVARIANTS {
        let is_row = |line: &str| {
            let mut cells = line.split('|').skip(1).map(str::trim);
            cells.next().is_some_and(|rules| rules.split(", ").any(|one| one == *rule))
                && cells.next() == Some(words)
        };
        assert!(doc.lines().any(is_row), "{rule}: {words}");
    }
}
