//! Runs seeds of the simulator on every core: `cargo xtask sim`.
#![allow(clippy::print_stdout, reason = "talking to the terminal is what this program does")]

use holdfast_sim::{Mutant, Options, Outcome, Sink, Stats, run, run_hashed, storm};
use std::io::Write;
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

const USAGE: &str = "\
Usage: cargo xtask sim [OPTIONS]

  --seeds N        worlds to run (default 300)
  --from S         the first world's seed (default 1)
  --seed S         run this world only
  --minutes M      how long things go wrong in each world, in virtual minutes
  --trace FILE     write what happens in that world, one JSON object a line
  --storm CLIENTS  the storm after a server's restart, as a table
  --mutants        look for every deliberate bug
";

/// The options of the command line.
#[derive(Debug)]
struct Wanted {
    seeds: u64,
    from: u64,
    seed: Option<u64>,
    chaos_ms: Option<u64>,
    trace: Option<String>,
    storm: Option<usize>,
    mutants: bool,
}

fn main() -> ExitCode {
    let Some(wanted) = read(std::env::args().skip(1)) else {
        print!("{USAGE}");
        return ExitCode::from(2);
    };
    if let Some(clients) = wanted.storm {
        print!("{}", storm::table(clients));
        return ExitCode::SUCCESS;
    }
    let is_well = match wanted.mutants {
        true => hunt_mutants(wanted.seeds),
        false => run_all(&wanted),
    };
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn read(mut words: impl Iterator<Item = String>) -> Option<Wanted> {
    let mut wanted = Wanted {
        seeds: 300,
        from: 1,
        seed: None,
        chaos_ms: None,
        trace: None,
        storm: None,
        mutants: false,
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seeds" => wanted.seeds = words.next()?.parse().ok()?,
            "--from" => wanted.from = words.next()?.parse().ok()?,
            "--seed" => wanted.seed = Some(words.next()?.parse().ok()?),
            "--minutes" => wanted.chaos_ms = Some(words.next()?.parse::<u64>().ok()? * 60_000),
            "--trace" => wanted.trace = Some(words.next()?),
            "--storm" => wanted.storm = Some(words.next()?.parse().ok()?),
            "--mutants" => wanted.mutants = true,
            _ => return None,
        }
    }
    if let Some(seed) = wanted.seed {
        (wanted.from, wanted.seeds) = (seed, 1);
    }
    Some(wanted)
}

/// The sum of all worlds so far.
#[derive(Debug, Default)]
struct Sum {
    worlds: u64,
    failed: u64,
    stats: Stats,
}

fn run_all(wanted: &Wanted) -> bool {
    let begun = Instant::now();
    let next = AtomicU64::new(wanted.from);
    let sum = Mutex::new(Sum::default());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores.min(wanted.seeds as usize) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= wanted.from + wanted.seeds {
                        return;
                    }
                    run_one(wanted, seed, &sum);
                }
            });
        }
    });
    let sum = sum.into_inner().unwrap_or_default();
    let hours = sum.stats.virtual_ms as f64 / 3_600_000.0;
    let secs = begun.elapsed().as_secs_f64();
    println!(
        "{} worlds, {} failed: {hours:.1} virtual hours, {} inputs, {secs:.1} s",
        sum.worlds, sum.failed, sum.stats.inputs
    );
    sum.failed == 0
}

fn run_one(wanted: &Wanted, seed: u64, sum: &Mutex<Sum>) {
    let options = Options { seed, chaos_ms: wanted.chaos_ms, mutant: None };
    let outcome = catch_unwind(|| match wanted.trace.as_deref().and_then(sink) {
        None if wanted.seed.is_some() => run_hashed(options),
        sink => run(options, sink),
    });
    let Ok(mut sum) = sum.lock() else { return };
    sum.worlds += 1;
    match outcome {
        Ok(Outcome { violation, stats, trace_hash }) => {
            if let Some(hash) = trace_hash {
                println!("seed {seed}: trace {hash:016x}");
            }
            sum.stats.inputs += stats.inputs;
            sum.stats.virtual_ms += stats.virtual_ms;
            if let Some(violation) = violation {
                sum.failed += 1;
                println!("seed {seed}: {violation}\n  {}", replay(wanted, seed));
            }
        }
        Err(_) => {
            sum.failed += 1;
            println!("seed {seed}: a machine panicked\n  {}", replay(wanted, seed));
        }
    }
    if sum.worlds % 1_000 == 0 {
        println!("{} worlds", sum.worlds);
    }
}

/// The command that runs the same world again.
fn replay(wanted: &Wanted, seed: u64) -> String {
    let minutes = wanted.chaos_ms.map_or(String::new(), |ms| format!(" --minutes {}", ms / 60_000));
    format!("again: cargo xtask sim --seed {seed}{minutes} --trace trace.jsonl")
}

/// Writes lines to a file. A failure to write is reported once.
fn sink(path: &str) -> Option<Sink> {
    match std::fs::File::create(path) {
        Ok(file) => {
            let mut file = std::io::BufWriter::new(file);
            Some(Box::new(move |line| drop(writeln!(file, "{line}"))))
        }
        Err(error) => {
            eprintln!("{path}: {error}");
            None
        }
    }
}

fn hunt_mutants(seeds: u64) -> bool {
    // A machine's failed assertion is one way to find a bug.
    std::panic::set_hook(Box::new(|_| {}));
    let mut survived = 0;
    for mutant in Mutant::ALL {
        match (1..=seeds).find_map(|seed| caught(*mutant, seed)) {
            Some(how) => println!("{mutant:?}: {how}"),
            None => {
                survived += 1;
                println!("{mutant:?}: SURVIVED {seeds} seeds");
            }
        }
    }
    println!("{} mutants, {survived} survived", Mutant::ALL.len());
    survived == 0
}

fn caught(mutant: holdfast_sim::Mutant, seed: u64) -> Option<String> {
    let sane = Options { seed, ..Options::default() };
    let how = fails(Options { mutant: Some(mutant), ..sane })?;
    // A world that fails without the bug proves nothing.
    fails(sane).is_none().then(|| format!("seed {seed}: {how}"))
}

fn fails(options: Options) -> Option<String> {
    match catch_unwind(|| run(options, None)) {
        Ok(outcome) => outcome.violation.map(|violation| violation.to_string()),
        Err(_) => Some("a machine panicked".to_owned()),
    }
}
