//! Two users who only talk: one's sound and messages reach the other, while somebody requests
//! `/health`. The outcome of each is recorded.

use super::client::{Client, Site, soon};
use super::peer::Peer;
use super::scene::{ALL, Pair, pair};
use futures_util::{SinkExt, StreamExt};
use holdfast_protocol::{ClientMessage, ServerMessage};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use str0m::Event;
use str0m::format::Codec;
use str0m::media::{Frequency, MediaTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};
use tokio_tungstenite::tungstenite::Message;

const PACKET_MS: u64 = 20;
const PACKET_BYTES: usize = 80;
/// More often than the promised one a second, so that a short attack has enough samples.
const MESSAGE_MS: u64 = 250;
const HEALTH_MS: u64 = 250;
/// The longest wait for an answer of `/health`.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(4);

/// Something that was sent, and how long it took to arrive, if it arrived.
#[derive(Clone, Copy)]
struct Sample {
    at: Instant,
    took: Option<Duration>,
}

/// All that was sent, in order.
#[derive(Default)]
pub(crate) struct Record {
    sound: Vec<Sample>,
    messages: Vec<Sample>,
    health: Vec<Sample>,
}

/// What the bystander noticed in a period.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noticed {
    pub(crate) packets: usize,
    pub(crate) packets_lost: usize,
    /// The longest time without sound.
    pub(crate) silence: Duration,
    pub(crate) messages_lost: usize,
    pub(crate) message_p99: Duration,
    pub(crate) health_lost: usize,
    pub(crate) health_p99: Duration,
}

impl Record {
    /// What was sent between two moments.
    pub(crate) fn between(&self, from: Instant, to: Instant) -> Noticed {
        let sound = within(&self.sound, from, to);
        let messages = within(&self.messages, from, to);
        let health = within(&self.health, from, to);
        assert!(!sound.is_empty() && !messages.is_empty() && !health.is_empty(), "no samples");
        Noticed {
            packets: sound.len(),
            packets_lost: lost(&sound),
            silence: longest_gap(&sound, from, to),
            messages_lost: lost(&messages),
            message_p99: p99(&messages),
            health_lost: lost(&health),
            health_p99: p99(&health),
        }
    }
}

fn within(samples: &[Sample], from: Instant, to: Instant) -> Vec<Sample> {
    samples.iter().filter(|sample| sample.at >= from && sample.at < to).copied().collect()
}

fn lost(samples: &[Sample]) -> usize {
    samples.iter().filter(|sample| sample.took.is_none()).count()
}

fn p99(samples: &[Sample]) -> Duration {
    let mut took: Vec<Duration> = samples.iter().filter_map(|sample| sample.took).collect();
    took.sort();
    let index = (took.len() * 99).div_ceil(100).saturating_sub(1);
    took.get(index).copied().unwrap_or_default()
}

fn longest_gap(samples: &[Sample], from: Instant, to: Instant) -> Duration {
    let mut arrived: Vec<Instant> =
        samples.iter().filter_map(|sample| Some(sample.at + sample.took?)).collect();
    arrived.extend([from, to]);
    arrived.sort();
    arrived.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
}

/// The thread that runs them, so that no other work delays their clocks.
pub(crate) struct Bystander {
    thread: JoinHandle<()>,
    stop: watch::Sender<bool>,
    record: Arc<Mutex<Record>>,
}

impl Bystander {
    /// Returns once each hears the other.
    pub(crate) fn start(site: Site) -> Bystander {
        let record = Arc::new(Mutex::new(Record::default()));
        let (stop, stopped) = watch::channel(false);
        let (ready, is_ready) = mpsc::channel();
        let kept = record.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(live(site, kept, ready, stopped));
        });
        is_ready.recv().expect("the bystander did not get in");
        Bystander { thread, stop, record }
    }

    pub(crate) fn stop(self) -> Record {
        let _ = self.stop.send(true);
        self.thread.join().unwrap();
        std::mem::take(&mut self.record.lock().unwrap())
    }
}

async fn live(
    site: Site,
    record: Arc<Mutex<Record>>,
    ready: mpsc::Sender<()>,
    mut stopped: watch::Receiver<bool>,
) {
    let Pair { a, b, publisher, player } = pair(&site, "r", ["a", "b"], "s", [&ALL, &ALL]).await;
    let mut voice = Voice { publisher, player, clock: interval(Duration::from_millis(PACKET_MS)) };
    // Messages sent before both ends hear each other do not count.
    soon("the first sound", async { while !voice.step(&record).await {} }).await;
    record.lock().unwrap().sound.clear();
    ready.send(()).unwrap();
    tokio::select! {
        () = async { loop { voice.step(&record).await; } } => {}
        () = chat(a, b, &record) => {}
        () = ask_health(&site, &record) => {}
        _ = stopped.changed() => {}
    }
}

struct Voice {
    publisher: Peer,
    player: Peer,
    clock: Interval,
}

impl Voice {
    /// Returns whether something was heard. What a dead end does not send is lost.
    async fn step(&mut self, record: &Mutex<Record>) -> bool {
        let (speaks, hears) = (self.publisher.rtc.is_alive(), self.player.rtc.is_alive());
        tokio::select! {
            _ = self.clock.tick() => {
                let sound = &mut record.lock().unwrap().sound;
                let number = sound.len() as u32;
                sound.push(Sample { at: Instant::now(), took: None });
                if speaks {
                    let time = u64::from(number) * 48 * PACKET_MS;
                    let time = MediaTime::new(time, Frequency::FORTY_EIGHT_KHZ);
                    let mut packet = [0; PACKET_BYTES];
                    packet[..4].copy_from_slice(&number.to_be_bytes());
                    self.publisher.write(Codec::Opus, time, &packet);
                }
                false
            }
            _ = self.publisher.step(), if speaks => false,
            event = self.player.step(), if hears => {
                let Event::MediaData(data) = event else { return false };
                let number = u32::from_be_bytes(data.data[..4].try_into().unwrap());
                if let Some(sample) = record.lock().unwrap().sound.get_mut(number as usize) {
                    sample.took = Some(sample.at.elapsed());
                }
                true
            }
        }
    }
}

/// One sends messages that the other reads. A lost link stays lost, and so does everything sent
/// after that.
async fn chat(mut a: Client, mut b: Client, record: &Mutex<Record>) {
    let mut clock = interval(Duration::from_millis(MESSAGE_MS));
    let (mut speaks, mut hears) = (true, true);
    loop {
        tokio::select! {
            _ = clock.tick() => {
                let id = {
                    let messages = &mut record.lock().unwrap().messages;
                    messages.push(Sample { at: Instant::now(), took: None });
                    messages.len() as u32
                };
                let message = ClientMessage::Broadcast { id, text: id.to_string() };
                let text = serde_json::to_string(&message).unwrap();
                speaks &= a.socket.send(Message::text(text)).await.is_ok();
            }
            reply = a.socket.next(), if speaks => speaks = matches!(reply, Some(Ok(_))),
            frame = b.socket.next(), if hears => {
                let Some(Ok(frame)) = frame else {
                    hears = false;
                    continue;
                };
                let Message::Text(text) = frame else { continue };
                let message = serde_json::from_str(&text).unwrap();
                let ServerMessage::Message { text, .. } = message else { continue };
                let number: usize = text.parse().unwrap();
                let sample = &mut record.lock().unwrap().messages[number - 1];
                sample.took = Some(sample.at.elapsed());
            }
        }
    }
}

/// Uses a new connection each time, like a monitor.
async fn ask_health(site: &Site, record: &Mutex<Record>) {
    let mut clock = interval(Duration::from_millis(HEALTH_MS));
    clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        clock.tick().await;
        let at = Instant::now();
        let is_well = timeout(HEALTH_TIMEOUT, is_well(site)).await.is_ok_and(|is_well| is_well);
        let sample = Sample { at, took: is_well.then(|| at.elapsed()) };
        record.lock().unwrap().health.push(sample);
    }
}

/// Whether `/health` reports that all is well.
pub(crate) async fn is_well(site: &Site) -> bool {
    let answer = async {
        let mut tcp = site.connect().await?;
        tcp.write_all(b"GET /health HTTP/1.0\r\nHost: x\r\n\r\n").await?;
        let mut answer = String::new();
        tcp.read_to_string(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    answer.await.is_ok_and(|answer| answer.starts_with("HTTP/1.0 200"))
}
