//! Every deliberate bug is found.
#![allow(clippy::print_stdout, reason = "how each bug was found is worth reading")]

use holdfast_sim::{Mutant, Options, run};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many worlds a bug may survive before it counts as not found.
const SEEDS: u64 = 1_000;

#[test]
fn no_mutant_survives() {
    // A machine's failed assertion is one way to find a bug.
    std::panic::set_hook(Box::new(|_| {}));
    let next = AtomicUsize::new(0);
    let survivors = Mutex::new(Vec::new());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(mutant) = Mutant::ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match (1..=SEEDS).find_map(|seed| caught(*mutant, seed)) {
                        Some(how) => println!("{mutant:?}: {how}"),
                        None => survivors.lock().unwrap().push(*mutant),
                    }
                }
            });
        }
    });
    drop(std::panic::take_hook());
    let survivors = survivors.into_inner().unwrap();
    assert!(survivors.is_empty(), "not found in {SEEDS} worlds: {survivors:?}");
}

/// How a world shows the bug, if the world is sound without it.
fn caught(mutant: Mutant, seed: u64) -> Option<String> {
    let fails = |options| match catch_unwind(AssertUnwindSafe(|| run(options, None))) {
        Ok(outcome) => outcome.violation.map(|violation| violation.to_string()),
        Err(_) => Some("a machine's assertion fails".to_owned()),
    };
    let sane = Options { seed, ..Options::default() };
    let how = fails(Options { mutant: Some(mutant), ..sane })?;
    fails(sane).is_none().then(|| format!("seed {seed}: {how}"))
}
