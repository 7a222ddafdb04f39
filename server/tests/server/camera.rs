//! A publisher's frames, and their flow to a player.

use super::client::soon;
use super::peer::Peer;
use std::time::Duration;
use str0m::Event;
use str0m::format::Codec;
use str0m::media::MediaTime;
use tokio::time::{Interval, interval};

/// Makes frames that look like a codec's, each different.
pub(crate) struct Camera {
    pub(crate) codec: Codec,
    count: u64,
    pub(crate) clock: Interval,
}

impl Camera {
    pub(crate) fn new(codec: Codec) -> Camera {
        Camera { codec, count: 0, clock: interval(Duration::from_millis(10)) }
    }

    pub(crate) fn frame(&mut self, is_key: bool) -> (MediaTime, Vec<u8>) {
        self.count += 1;
        let mut frame = match (self.codec, is_key) {
            (Codec::Vp8, true) => vec![0x10, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 48, 0],
            (Codec::Vp8, false) => vec![0x11, 0, 0],
            (_, true) => vec![0, 0, 0, 1, 0x65, 0x88],
            (_, false) => vec![0, 0, 0, 1, 0x41, 0x9a],
        };
        // Several packets long, with no byte that could be part of a start code.
        let length = if is_key { 5_000 } else { 1_700 };
        frame.extend((0..length).map(|i: u64| ((i * self.count) % 251) as u8 | 0x80));
        (MediaTime::from_90khz(self.count * 900), frame)
    }
}

/// Publish and play until enough frames arrive. Returns what was sent and what arrived.
pub(crate) async fn run(
    publisher: &mut Peer,
    player: &mut Peer,
    camera: &mut Camera,
    enough: usize,
) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let (mut sent, mut arrived) = (Vec::new(), Vec::new());
    let mut wants_key = false;
    while arrived.len() < enough {
        tokio::select! {
            event = publisher.step() => wants_key |= matches!(event, Event::KeyframeRequest(_)),
            event = player.step() => if let Event::MediaData(frame) = event
                && frame.mid == player.video
            {
                arrived.push(frame.data.to_vec());
            },
            _ = camera.clock.tick() => {
                let (time, frame) = camera.frame(wants_key);
                wants_key = false;
                publisher.write(camera.codec, time, &frame);
                sent.push(frame);
            }
        }
    }
    (sent, arrived)
}

/// Publish and play until a frame arrives that was sent after the call. Older ones may come first,
/// because some are on their way and some are sent again.
pub(crate) async fn flows(publisher: &mut Peer, player: &mut Peer, camera: &mut Camera) {
    soon("a new frame", async {
        let mut sent = Vec::new();
        loop {
            let (more, arrived) = run(publisher, player, camera, 1).await;
            sent.extend(more);
            if sent.contains(&arrived[0]) {
                return;
            }
        }
    })
    .await;
}
