//! The users: each is a WebSocket that reads everything it gets.

use crate::Fault;
use crate::product::Product;
use futures_util::{SinkExt, StreamExt};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::{interval, sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// How many logins run at once.
const LOGINS_AT_ONCE: usize = 32;
const LOGIN_LIMIT: Duration = Duration::from_secs(30);
/// Time for the last messages to arrive.
const LATE: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Counts {
    messages: AtomicU64,
    lost: AtomicUsize,
}

pub(crate) struct Crowd {
    product: Product,
    port: u16,
    counts: Arc<Counts>,
    /// The first user of each room, with the room's name.
    speakers: Vec<(String, mpsc::Sender<String>)>,
    /// Users who only listen get nothing through these channels.
    listeners: Vec<mpsc::Sender<String>>,
}

impl Crowd {
    pub(crate) fn new(product: &Product, port: u16) -> Crowd {
        let (product, counts) = (product.clone(), Arc::default());
        Crowd { product, port, counts, speakers: Vec::new(), listeners: Vec::new() }
    }

    pub(crate) async fn log_in(&mut self, users: usize, rooms: usize) -> Result<(), Fault> {
        let places = Arc::new(Semaphore::new(LOGINS_AT_ONCE));
        let mut waiting = Vec::with_capacity(users);
        for number in 0..users {
            let place = places.clone().acquire_owned().await?;
            let room = format!("room-{}", number % rooms);
            let (request, first) =
                self.product.login(self.port, &room, &format!("user-{number}"))?;
            let (speak, words) = mpsc::channel(4);
            let (done, is_in) = oneshot::channel::<()>();
            let (product, port, counts) = (self.product.clone(), self.port, self.counts.clone());
            tokio::spawn(async move {
                let tcp = TcpStream::connect(("127.0.0.1", port)).await?;
                let mut config = WebSocketConfig::default();
                (config.read_buffer_size, config.write_buffer_size) = (4_096, 0);
                let opened =
                    tokio_tungstenite::client_async_with_config(request, tcp, Some(config));
                let (mut socket, _) = opened.await?;
                for text in first {
                    socket.send(Message::text(text)).await?;
                }
                let mut done = Some((done, place));
                let on_login = || {
                    if let Some((done, _place)) = done.take() {
                        // Nobody waits for it any more if another login failed.
                        let _ = done.send(());
                    }
                };
                let ended = stay(&product, &mut socket, words, &counts, on_login).await;
                counts.lost.fetch_add(1, Ordering::Relaxed);
                ended
            });
            match number < rooms {
                true => self.speakers.push((room, speak)),
                false => self.listeners.push(speak),
            }
            waiting.push(is_in);
        }
        for is_in in waiting {
            let answered = timeout(LOGIN_LIMIT, is_in).await;
            // With fewer users than requested, the figures would look better than they are.
            answered.map_err(|_| "a login was not answered")?.map_err(|_| "a login was refused")?;
        }
        self.check()
    }

    /// Let the first user of each room speak. Returns how many messages arrived.
    pub(crate) async fn speak(&self, rate: f64, lasts: Duration) -> u64 {
        let before = self.counts.messages.load(Ordering::Relaxed);
        let turns = rate * lasts.as_secs_f64() * self.speakers.len() as f64;
        let mut ticks = interval(lasts.div_f64(turns.max(1.0)));
        for turn in 0..turns as usize {
            ticks.tick().await;
            let (room, speaker) = &self.speakers[turn % self.speakers.len()];
            let number = (turn / self.speakers.len()) as u32 + 1;
            // `check` notices a user that is gone.
            let _ = speaker.send(self.product.message(room, number)).await;
        }
        sleep(LATE).await;
        self.counts.messages.load(Ordering::Relaxed) - before
    }

    /// Check that all users are still connected.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        match self.counts.lost.load(Ordering::Relaxed) {
            0 => Ok(()),
            lost => Err(format!("{lost} users were lost").into()),
        }
    }
}

/// Read, answer and speak until the server closes the link.
async fn stay(
    product: &Product,
    socket: &mut WebSocketStream<TcpStream>,
    mut words: mpsc::Receiver<String>,
    counts: &Counts,
    mut on_login: impl FnMut(),
) -> Result<(), Fault> {
    loop {
        tokio::select! {
            frame = socket.next() => match frame.ok_or("ended")?? {
                Message::Text(text) => {
                    let heard = product.heard(&text);
                    counts.messages.fetch_add(heard.messages, Ordering::Relaxed);
                    if heard.is_in {
                        on_login();
                    }
                    if let Some(answer) = heard.answer {
                        socket.send(Message::text(answer)).await?;
                    }
                }
                Message::Close(frame) => return Err(format!("closed: {frame:?}").into()),
                _ => {}
            },
            Some(word) = words.recv() => socket.send(Message::text(word)).await?,
        }
    }
}
