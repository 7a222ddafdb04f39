//! What one peer sends can only harm that peer: nobody else's media stops.

use super::camera::{Camera, flows};
use super::client::{File, TestServer, soon};
use super::peer::{Endpoint, Peer, claim, node, post};
use super::scene::{ALL, Scene, scene, scene_on};
use holdfast_protocol::ClientMessage;
use holdfast_rooms as rooms;
use holdfast_server::tripwire::{Place, Step, Tripwire};
use std::sync::{Arc, Mutex, Once};
use str0m::Event;
use str0m::format::Codec;
use str0m::media::Direction;
use tokio::sync::Notify;

const FRAGMENT: &str = "application/trickle-ice-sdpfrag";
const NEW: &str = "a=ice-ufrag:newer\r\na=ice-pwd:0123456789012345678901\r\n";

/// A panic at a place, once it is armed. Only sessions of stream s panic.
#[derive(Clone, Default)]
struct Mine {
    armed: Arc<Mutex<Option<(Step, rooms::Direction)>>>,
    went_off: Arc<Notify>,
}

/// Planted panics print nothing: a backtrace of a debug build takes seconds.
fn plant_quietly() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let tell = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !info.payload_as_str().is_some_and(|text| text.contains("planted")) {
                tell(info);
            }
        }));
    });
}

impl Mine {
    fn tripwire(&self) -> Tripwire {
        plant_quietly();
        let mine = self.clone();
        Tripwire::new(move |place| {
            let Place::Session { step, stream: "s", direction } = place else {
                return;
            };
            let mut armed = mine.armed.lock().unwrap();
            if *armed == Some((step, direction)) {
                *armed = None;
                drop(armed);
                mine.went_off.notify_one();
                panic!("planted: {step:?} of {direction:?}");
            }
        })
    }

    fn arm(&self, step: Step, direction: rooms::Direction) {
        *self.armed.lock().unwrap() = Some((step, direction));
    }
}

/// Two users with a stream each on the same server, and the stream s.
struct Stage {
    mine: Mine,
    scene: Scene,
    bystander: Peer,
    listener: Peer,
}

async fn stage() -> Stage {
    let mine = Mine::default();
    let tripwire = mine.tripwire();
    let server =
        TestServer::start_with(&["--dev"], |config| config.tripwire = tripwire.clone()).await;
    let others = scene_on(server, "q", ["c", "d"], "other", [&ALL, &ALL]).await;
    let Scene { server, publisher, player, .. } = others;
    let scene = scene_on(server, "r", ["a", "b"], "s", [&ALL, &ALL]).await;
    Stage { mine, scene, bystander: publisher, listener: player }
}

impl Stage {
    async fn others_go_on(&mut self) {
        let mut camera = Camera::new(Codec::Vp8);
        flows(&mut self.bystander, &mut self.listener, &mut camera).await;
        let health = self.scene.server.http.get(self.scene.server.url("/health")).send().await;
        assert_eq!(health.unwrap().status(), 200);
    }

    /// Send and receive until the panic has happened.
    async fn until_it_goes_off(&mut self) {
        let mut camera = Camera::new(Codec::Vp8);
        let (publisher, player) = (&mut self.scene.publisher, &mut self.scene.player);
        let went_off = self.mine.went_off.notified();
        let media = async {
            let mut wants_key = true;
            loop {
                tokio::select! {
                    event = publisher.step() => {
                        wants_key |= matches!(event, Event::KeyframeRequest(_));
                    }
                    _ = player.step() => {}
                    _ = camera.clock.tick() => {
                        let (time, frame) = camera.frame(std::mem::take(&mut wants_key));
                        publisher.write(Codec::Vp8, time, &frame);
                    }
                }
            }
        };
        soon("the panic", async {
            tokio::select! {
                () = went_off => {}
                () = media => {}
            }
        })
        .await;
    }

    async fn token(&mut self, direction: rooms::Direction) -> Endpoint {
        let play = ClientMessage::Play { id: 3, stream: "s".into() };
        match direction {
            rooms::Direction::Publish => claim(&mut self.scene.a, "s").await,
            rooms::Direction::Play => node(&mut self.scene.b, &play).await,
        }
    }

    async fn restarts_with(&mut self, direction: rooms::Direction) -> u16 {
        let token = self.token(direction).await.token;
        let peer = match direction {
            rooms::Direction::Publish => &self.scene.publisher,
            rooms::Direction::Play => &self.scene.player,
        };
        let server = &self.scene.server;
        let request = server.http.patch(server.url(&peer.location)).bearer_auth(&token);
        let request = request.header("content-type", FRAGMENT).header("if-match", "*");
        request.body(NEW).send().await.unwrap().status().as_u16()
    }
}

#[tokio::test]
async fn a_panic_of_a_session_with_media_ends_that_session_only() {
    use rooms::Direction::{Play, Publish};
    for (step, direction) in [
        (Step::Receive, Publish),
        (Step::Receive, Play),
        (Step::Wake, Publish),
        (Step::Wake, Play),
        (Step::Poll, Publish),
        (Step::Poll, Play),
        (Step::Take, Publish),
        (Step::Forward, Play),
    ] {
        let mut stage = stage().await;
        stage.mine.arm(step, direction);
        stage.until_it_goes_off().await;
        stage.others_go_on().await;
        assert_eq!(stage.restarts_with(direction).await, 404, "{step:?} of {direction:?}");
    }
}

#[tokio::test]
async fn a_panic_over_a_keyframe_request_ends_the_publisher_only() {
    let mut stage = stage().await;
    let endpoint = stage.token(rooms::Direction::Play).await;
    let mut another = Peer::new(Direction::RecvOnly, &ALL).await;
    another.open(&stage.scene.server, &endpoint).await;
    stage.mine.arm(Step::AskForKeyframe, rooms::Direction::Publish);
    soon("the panic", async {
        tokio::select! {
            () = stage.mine.went_off.notified() => {}
            () = another.run() => {}
        }
    })
    .await;
    stage.others_go_on().await;
    assert_eq!(stage.restarts_with(rooms::Direction::Publish).await, 404);
}

#[tokio::test]
async fn a_panic_over_a_request_is_its_failure_only() {
    use rooms::Direction::{Play, Publish};
    for (step, direction, status) in
        [(Step::Answer, Publish, 400), (Step::Answer, Play, 400), (Step::Fit, Play, 406)]
    {
        let mut stage = stage().await;
        stage.mine.arm(step, direction);
        let Endpoint { url, token } = stage.token(direction).await;
        let goes = if direction == Publish { Direction::SendOnly } else { Direction::RecvOnly };
        let offer = Peer::new(goes, &ALL).await.offer;
        let refused = post(&stage.scene.server, &url, &token, offer.clone()).await;
        assert_eq!(refused.status(), status, "{step:?} of {direction:?}");
        stage.others_go_on().await;
        let again = post(&stage.scene.server, &url, &token, offer).await;
        assert_eq!(again.status(), 201, "{step:?} of {direction:?}");
    }
    for direction in [Publish, Play] {
        let mut stage = stage().await;
        stage.mine.arm(Step::ChangeIce, direction);
        assert_eq!(stage.restarts_with(direction).await, 404);
        stage.others_go_on().await;
        assert_eq!(stage.restarts_with(direction).await, 404, "it is over");

        let mut stage = self::stage().await;
        stage.mine.arm(Step::Close, direction);
        let token = stage.token(direction).await.token;
        let peer = match direction {
            Publish => &stage.scene.publisher,
            Play => &stage.scene.player,
        };
        let url = stage.scene.server.url(&peer.location);
        let deleted = stage.scene.server.http.delete(url).bearer_auth(&token).send().await;
        assert_eq!(deleted.unwrap().status(), 200);
        stage.others_go_on().await;
    }
}

/// The panic of a task ends the server, so that its supervisor restarts it.
async fn ends_with(flags: &[&str], place: Place<'static>, word: &str) {
    plant_quietly();
    let tripwire = Tripwire::new(move |at| assert_ne!(at, place, "planted"));
    let server = TestServer::start_with(flags, |config| config.tripwire = tripwire.clone()).await;
    let health = server.http.get(server.url("/health")).send();
    // It may or may not be answered before the server has ended.
    drop(health.await);
    let why = server.fails().await.to_string();
    assert!(why.contains(word), "{why}");
}

#[tokio::test]
async fn a_panic_of_a_task_ends_the_server_with_an_error() {
    ends_with(&["--dev"], Place::Media, "media task").await;
    ends_with(&["--dev"], Place::Hub, "rooms' task").await;
    let secret = File::new(&"5e".repeat(32));
    let node = ["--media-node", "--app-secret-file", secret.path()];
    ends_with(&node, Place::Media, "media task").await;
}

#[tokio::test]
async fn an_offer_that_means_two_things_by_one_payload_type_is_refused() {
    let mut scene = scene(&ALL, &ALL).await;
    let publish = claim(&mut scene.a, "s").await;
    let play = node(&mut scene.b, &ClientMessage::Play { id: 3, stream: "s".into() }).await;
    let fingerprint = "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff";
    let section = |kind: &str, mid: u8, way: &str, codec: &str| {
        format!(
            "m={kind} 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:{mid}\r\na={way}\r\n\
             a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=setup:actpass\r\n\
             a=fingerprint:sha-256 {fingerprint}:{fingerprint}\r\na=rtcp-mux\r\n\
             a=rtpmap:96 {codec}\r\n"
        )
    };
    for (endpoint, way) in [(&publish, "sendrecv"), (&play, "recvonly"), (&play, "sendrecv")] {
        let offer = format!(
            "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n{}{}",
            section("audio", 0, way, "opus/48000/2"),
            section("video", 1, way, "VP8/90000")
        );
        let refused = post(&scene.server, &endpoint.url, &endpoint.token, offer).await;
        assert_eq!(refused.status(), 400, "{way}");
        assert!(refused.text().await.unwrap().contains("two meanings"));
    }
    flows(&mut scene.publisher, &mut scene.player, &mut Camera::new(Codec::Vp8)).await;
}

#[tokio::test]
async fn a_packet_that_is_too_long_is_dropped_and_media_goes_on() {
    let mut scene = scene(&ALL, &ALL).await;
    let (publisher, player) = (&mut scene.publisher, &mut scene.player);
    // A packet that fits comes last, and would not arrive if the others had ended anything.
    let sizes = [200, 1_400, 1_401, 1_440, 1_500, 1_900, 200];
    let mut arrived = Vec::new();
    for (n, bytes) in sizes.into_iter().enumerate() {
        publisher.write_packet(1 + n as u16, &vec![n as u8; bytes]);
    }
    let mut clock = tokio::time::interval(std::time::Duration::from_millis(20));
    let mut n = 1 + sizes.len() as u16;
    soon("the last one", async {
        while arrived.last() != Some(&(7, 100)) {
            tokio::select! {
                _ = publisher.step() => {}
                event = player.step() => if let Event::MediaData(frame) = event {
                    arrived.push((frame.data[0], frame.data.len()));
                },
                // Packets after a gap wait for the missing ones for a while.
                _ = clock.tick() => {
                    publisher.write_packet(n, &[7; 100]);
                    n += 1;
                }
            }
        }
    })
    .await;
    arrived.retain(|(n, _)| *n < 7);
    assert_eq!(arrived, [(0, 200), (1, 1_400), (6, 200)]);
    flows(publisher, player, &mut Camera::new(Codec::Vp8)).await;
}
