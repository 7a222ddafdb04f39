//! A seed gives the same world each time.

use holdfast_sim::{Options, run, run_hashed};

#[test]
fn the_same_seed_is_the_same_world() {
    for seed in 1..=20 {
        let options = Options { seed, ..Options::default() };
        let (first, second) = (run_hashed(options), run_hashed(options));
        assert!(first.trace_hash.is_some());
        assert_eq!(first.trace_hash, second.trace_hash, "seed {seed}");
        assert_eq!(first.stats, run(options, None).stats, "seed {seed}, traced and not");
    }
}

#[test]
fn another_seed_is_another_world() {
    let hash = |seed| run_hashed(Options { seed, ..Options::default() }).trace_hash;
    assert_ne!(hash(1), hash(2));
}

#[test]
fn a_trace_is_one_json_object_a_line() {
    use std::cell::RefCell;
    use std::rc::Rc;
    let lines = Rc::new(RefCell::new(Vec::new()));
    let kept = lines.clone();
    let sink = Box::new(move |line: &str| kept.borrow_mut().push(line.to_owned()));
    run(Options { seed: 1, ..Options::default() }, Some(sink));
    let lines = lines.borrow();
    assert!(lines.len() > 100);
    for line in lines.iter() {
        assert!(line.starts_with("{\"at_ms\":") && line.ends_with("\"}"), "{line}");
        assert!(!line.contains('\n'));
    }
}
