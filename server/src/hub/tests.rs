//! The hub with a time of day that is set (ROOM-12).

use super::*;
use crate::config::Config;
use crate::wire::Wire;
use crate::wire::tests::{Ends, LIMITS, ends};
use clap::Parser;
use futures_util::StreamExt;
use holdfast_protocol::{ClientMessage, ServerMessage, User};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tungstenite::protocol::{Message, Role};

const START_MS: u64 = 1_790_000_000_000;
const HOURS_MS: u64 = 2 * 3_600_000;

struct Ground {
    hub: Hub,
    keys: Arc<Keys>,
    /// The time of day.
    unix_ms: Arc<AtomicU64>,
}

/// A user's link, as its client sees it.
struct Link {
    number: LinkId,
    socket: WebSocketStream<TcpStream>,
    _wire: Arc<Wire>,
}

impl Ground {
    fn start(unix_ms: u64) -> Ground {
        let unix_ms = Arc::new(AtomicU64::new(unix_ms));
        let time = unix_ms.clone();
        let clock = WallClock::new(move || time.load(Ordering::Relaxed));
        let keys = Arc::new(Keys::new(1, vec![7; 32]).with_clock(clock));
        let settings = Settings { token_leeway_ms: 60_000, ..Settings::default() };
        let (news, guests) = mpsc::unbounded_channel();
        let flags = ["holdfast-server", "--media-port", "0", "--public-ip", "127.0.0.1"];
        let (sfu, _) = Sfu::start(&Config::parse_from(flags), news).unwrap();
        let (nodes, tripwire) = (Nodes::own(), Tripwire::default());
        let (hub, _) = Hub::start(settings, keys.clone(), nodes, sfu, guests, tripwire);
        Ground { hub, keys, unix_ms }
    }

    fn set_clock(&self, unix_ms: u64) {
        self.unix_ms.store(unix_ms, Ordering::Relaxed);
    }

    async fn log_in(&self, user: &str, token: &str) -> Link {
        let login = Login {
            app: 1,
            room: "r".into(),
            user: User { id: user.into(), name: String::new() },
            token: token.into(),
            ..Login::default()
        };
        let pass = self.keys.admit(&login).unwrap();
        let Ends { wire, client, .. } = ends(LIMITS).await;
        let socket = WebSocketStream::from_raw_socket(client, Role::Client, None).await;
        let number = self.hub.open(login, pass, Writer::new(&wire)).await;
        Link { number, socket, _wire: wire }
    }
}

impl Link {
    async fn next(&mut self) -> ServerMessage {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Ping(_))) => {}
                other => panic!("expected a message, got {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn room_12_a_clock_that_is_put_right_after_the_start_locks_nobody_out_and_lets_nobody_stay() {
    for wrong_ms in [START_MS + HOURS_MS, START_MS - HOURS_MS] {
        let ground = Ground::start(wrong_ms);
        ground.set_clock(START_MS);
        for ttl_seconds in [20, 3_600] {
            let token = ground.keys.room_token("r", "a", vec![], ttl_seconds).unwrap();
            let mut link = ground.log_in("a", &token).await;
            let ServerMessage::Hello(hello) = link.next().await else { panic!("no hello") };
            let ttl_ms = hello.token_ttl_ms.unwrap();
            assert!(ttl_ms.abs_diff(ttl_seconds * 1_000) < 1_000, "{ttl_ms} of {ttl_seconds} s");
            assert_eq!(ground.hub.counts().await.unwrap().links, 1);
        }
    }
}

#[tokio::test]
async fn messages_bear_the_time_of_day_as_it_is_set() {
    let ground = Ground::start(START_MS - HOURS_MS);
    let token = |user| ground.keys.room_token("r", user, vec![], 86_400).unwrap();
    let ann = ground.log_in("ann", &token("ann")).await;
    let mut bob = ground.log_in("bob", &token("bob")).await;
    assert!(matches!(bob.next().await, ServerMessage::Hello(_)));
    for (id, unix_ms) in [(1, START_MS), (2, START_MS + HOURS_MS), (3, START_MS)] {
        ground.set_clock(unix_ms);
        let message = ClientMessage::Broadcast { id, text: "x".into() };
        ground.hub.input(Input::MessageReceived { link: ann.number, message }).await;
        let told = loop {
            match bob.next().await {
                ServerMessage::Message { at_ms, .. } => break at_ms,
                ServerMessage::Heartbeat | ServerMessage::Count { .. } => {}
                other => panic!("expected a message, got {other:?}"),
            }
        };
        assert_eq!(told, unix_ms);
    }
}
