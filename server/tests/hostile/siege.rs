//! One attack next to a bystander: a period of calm, the attack, and what it cost.

use super::bystander::{Bystander, Noticed, is_well};
use super::client::Site;
use super::process::{Gauge, Process};
use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// Only optimised code on a quiet machine must meet the promised figures; otherwise they depend on
/// the machine. Counts are always asserted.
pub(crate) const IS_STRICT: bool = !cfg!(debug_assertions);
const MESSAGE_P99_MAX: Duration = Duration::from_millis(if IS_STRICT { 50 } else { 2_000 });
const HEALTH_P99_MAX: Duration = Duration::from_millis(if IS_STRICT { 100 } else { 3_000 });

/// How long an attack without an end of its own lasts.
pub(crate) const ATTACK: Duration = Duration::from_secs(if IS_STRICT { 5 } else { 3 });
const CALM: Duration = Duration::from_millis(1_500);
/// Time for packets that are on their way when the attack ends.
const SETTLE: Duration = Duration::from_millis(700);
const ATTACK_TIMEOUT: Duration = Duration::from_secs(60);
/// The descriptor limit of a process under systemd and in most shells.
pub(crate) const DESCRIPTORS: u32 = 1_024;
/// No limit.
pub(crate) const ALL_DESCRIPTORS: u32 = 0;
const SAMPLE_EVERY: Duration = Duration::from_millis(25);

/// A stranger's address; each number gives another one.
pub(crate) fn stranger(number: u8) -> IpAddr {
    Ipv4Addr::new(127, 0, 1, number).into()
}

/// What an attacker works with.
pub(crate) struct Ground {
    /// The server as seen from the address of stranger 1.
    pub(crate) site: Site,
    pub(crate) gauge: Gauge,
    server: Site,
    start: Cell<Start>,
}

/// What the server used when the attack began.
#[derive(Clone, Copy)]
struct Start {
    at: Instant,
    memory_kb: u64,
    cpu_ms: u64,
    log_bytes: u64,
}

impl Start {
    fn now(gauge: &Gauge) -> Start {
        let (memory_kb, cpu_ms) = (gauge.memory_kb(), gauge.cpu_ms());
        Start { at: Instant::now(), memory_kb, cpu_ms, log_bytes: gauge.log_bytes() }
    }
}

impl Ground {
    /// What was done so far was preparation; the attack begins now.
    pub(crate) fn begin(&self) {
        self.start.set(Start::now(&self.gauge));
    }

    /// The server as seen from another address.
    pub(crate) fn site_of(&self, number: u8) -> Site {
        Site::new(self.server.addr, self.server.keys.clone(), stranger(number))
    }

    pub(crate) fn is_over(&self) -> bool {
        self.start.get().at + ATTACK <= Instant::now()
    }
}

/// What an attack cost.
pub(crate) struct Toll {
    pub(crate) noticed: Noticed,
    pub(crate) memory_kb: [u64; 3],
    pub(crate) cpu_ms: u64,
    pub(crate) descriptors: usize,
    pub(crate) log_bytes: u64,
    pub(crate) log: String,
}

impl Toll {
    /// How much more memory it took at its peak than before.
    pub(crate) fn growth_kb(&self) -> u64 {
        self.memory_kb[1].saturating_sub(self.memory_kb[0])
    }
}

/// Attack a server that was started with these flags. `attack` returns a short text about what it
/// sent and what came of it. Fails if the bystander was affected.
pub(crate) fn besiege<F>(name: &str, flags: &[&str], attack: F) -> Toll
where
    F: AsyncFnOnce(&Ground) -> String + Send,
{
    besiege_with(name, flags, DESCRIPTORS, attack)
}

/// The same with this many descriptors.
pub(crate) fn besiege_with<F>(name: &str, flags: &[&str], descriptors: u32, attack: F) -> Toll
where
    F: AsyncFnOnce(&Ground) -> String + Send,
{
    // One attack at a time: they would disturb each other's figures.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut process = Process::start(flags, descriptors);
    let bystander = Bystander::start(process.site(Ipv4Addr::LOCALHOST.into()));
    let calm_from = Instant::now();
    std::thread::sleep(CALM);
    let (calm_to, gauge) = (Instant::now(), process.gauge());
    let ((said, start), peak) = watched(&gauge, || {
        let said = at_arms_length(&process, attack);
        std::thread::sleep(SETTLE);
        said
    });
    let to = Instant::now();
    let memory_kb = [start.memory_kb, peak.0, gauge.memory_kb()];
    let cpu_ms = gauge.cpu_ms().saturating_sub(start.cpu_ms);
    let log_bytes = gauge.log_bytes() - start.log_bytes;
    // Give the latest packets time to arrive.
    std::thread::sleep(SETTLE);
    let record = bystander.stop();
    let (calm, noticed) = (record.between(calm_from, calm_to), record.between(start.at, to));
    let log = process.log();
    let toll = Toll { noticed, memory_kb, cpu_ms, descriptors: peak.1, log_bytes, log };
    print_row(name, &said, &toll);
    let is_up = process.ended().is_none() && at_arms_length(&process, is_up).0 == "up";
    assert!(is_up, "the server is down:\n{}", tail(&toll.log));
    assert_left_alone(&calm, &toll.noticed);
    toll
}

async fn is_up(ground: &Ground) -> String {
    let answer = timeout(Duration::from_secs(5), is_well(&ground.server)).await;
    if answer == Ok(true) { "up" } else { "down" }.to_owned()
}

fn assert_left_alone(calm: &Noticed, noticed: &Noticed) {
    assert_eq!(calm.packets_lost, 0, "packets are lost without any attack: {calm:?}");
    assert_eq!(noticed.packets_lost, 0, "the bystander's sound: {noticed:?}");
    assert_eq!(noticed.messages_lost, 0, "the bystander's messages: {noticed:?}");
    assert_eq!(noticed.health_lost, 0, "/health: {noticed:?}");
    assert!(noticed.message_p99 <= MESSAGE_P99_MAX, "the bystander's messages: {noticed:?}");
    assert!(noticed.health_p99 <= HEALTH_P99_MAX, "/health: {noticed:?}");
}

/// The peak of memory (KB) and descriptors in use while `work` runs.
fn watched<T>(gauge: &Gauge, work: impl FnOnce() -> T) -> (T, (u64, usize)) {
    let (is_over, memory_kb, descriptors) =
        (AtomicBool::new(false), AtomicU64::new(0), AtomicUsize::new(0));
    let done = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                memory_kb.fetch_max(gauge.memory_kb(), Ordering::Relaxed);
                descriptors.fetch_max(gauge.descriptors(), Ordering::Relaxed);
                std::thread::sleep(SAMPLE_EVERY);
            }
        });
        // Also if the attack panics: the scope waits for its threads.
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        is_over.store(true, Ordering::Relaxed);
        done
    });
    let done = done.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    (done, (memory_kb.into_inner(), descriptors.into_inner()))
}

/// Run the attack in a thread of low priority, because a real attacker has a machine of its own.
fn at_arms_length<F>(process: &Process, attack: F) -> (String, Start)
where
    F: AsyncFnOnce(&Ground) -> String + Send,
{
    let (site, server) = (process.site(stranger(1)), process.site(Ipv4Addr::LOCALHOST.into()));
    let gauge = process.gauge();
    let start = Cell::new(Start::now(&gauge));
    let ground = Ground { site, gauge, server, start };
    let run = move || {
        give_way();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let said = runtime.block_on(async { timeout(ATTACK_TIMEOUT, attack(&ground)).await });
        (said.expect("the attack does not end"), ground.start.get())
    };
    let joined = std::thread::scope(|scope| scope.spawn(run).join());
    joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Lowers the priority of this thread only. Where that fails, the attack disturbs more than it
/// would.
fn give_way() {
    let thread = std::fs::read_link("/proc/thread-self").unwrap_or_default();
    let Some(id) = thread.file_name() else { return };
    let mut renice = Command::new("renice");
    let _ = renice.args(["-n", "10", "-p"]).arg(id).output();
}

/// The head of the table whose rows [`print_row`] makes.
const HEAD: &str = "| attack | what was sent, what came of it | packets lost | longest silence | \
    message p99 | `/health` p99 | memory before, at most, after | CPU | descriptors | log |\n\
    |---|---|---|---|---|---|---|---|---|---|";

fn print_row(name: &str, said: &str, toll: &Toll) {
    static IS_HEADED: AtomicBool = AtomicBool::new(false);
    if !IS_HEADED.swap(true, Ordering::Relaxed) {
        println!("{HEAD}");
    }
    let Noticed { packets, packets_lost, silence, messages_lost, health_lost, .. } = toll.noticed;
    let ms = |time: Duration| time.as_millis();
    let lost = |count: usize| if count > 0 { format!(", {count} lost") } else { String::new() };
    let [before, most, after] = toll.memory_kb.map(|kb| kb as f64 / 1e3);
    println!(
        "| {name} | {said} | {packets_lost} of {packets} | {} ms | {} ms{} | {} ms{} | \
         {before:.0}, {most:.0}, {after:.0} MB | {:.1} s | {} | {:.1} kB |",
        ms(silence),
        ms(toll.noticed.message_p99),
        lost(messages_lost),
        ms(toll.noticed.health_p99),
        lost(health_lost),
        toll.cpu_ms as f64 / 1e3,
        toll.descriptors,
        toll.log_bytes as f64 / 1e3,
    );
}

fn tail(log: &str) -> &str {
    log.get(log.len().saturating_sub(2_000)..).unwrap_or(log)
}
