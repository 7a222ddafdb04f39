//! Publishers that send nothing, on live paths (MEDIA-09).

use super::media_race::stream_change;
use super::media_stall::flows;
use super::user::User;
use crate::machine::MediaState::*;
use crate::machine::*;
use holdfast_protocol::{Change, ClientMessage, Node, ServerMessage};

/// A player and the node it knows. Its publisher is silent from now on.
struct Silent {
    user: User,
    bytes: u64,
    heard: u64,
    /// The interval at which RTCP arrives.
    rtcp_ms: u64,
    /// Where the room says the stream is.
    node: &'static str,
    questions: usize,
    /// Effects carried out so far.
    done: usize,
}

impl Silent {
    fn begin() -> Silent {
        let mut user = User::playing(&["/node"]);
        let bytes = flows(&mut user);
        user.forget_told();
        Silent::of(user, bytes)
    }

    fn of(user: User, bytes: u64) -> Silent {
        let done = user.effects.len();
        Silent { user, bytes, heard: 9_000, rtcp_ms: 200, node: "/node", questions: 0, done }
    }

    /// Every session connects on a live path, and none carries media.
    fn lasts(&mut self, duration_ms: u64) {
        for _ in 0..duration_ms / 100 {
            self.user.pass(100);
            self.heard += u64::from(self.user.now.0.is_multiple_of(self.rtcp_ms));
            self.user.message_on(SocketId(1), ServerMessage::Heartbeat);
            while self.done < self.user.effects.len() {
                let effect = self.user.effects[self.done].clone();
                self.done += 1;
                self.answer(effect);
            }
        }
    }

    fn answer(&mut self, effect: Effect) {
        match effect {
            Effect::SendMessage(_, ClientMessage::Play { id, .. }) => {
                self.questions += 1;
                let node = Node { url: self.node.into(), ..Node::default() };
                let nodes = ServerMessage::Nodes { id, nodes: vec![node] };
                self.user.message_on(SocketId(1), nodes);
            }
            Effect::OpenPeer { peer, .. } => self.says(peer, PeerInput::Connected),
            Effect::SamplePeer(peer) => {
                let bytes = if peer == self.first() { self.bytes } else { 0 };
                self.says(peer, PeerInput::Heard(self.heard));
                self.says(peer, PeerInput::Received(bytes));
            }
            _ => {}
        }
    }

    fn says(&mut self, peer: PeerId, input: PeerInput) {
        self.user.input(Input::Peer(peer, input)).unwrap();
    }

    fn first(&self) -> PeerId {
        let opened = self.user.effects.iter().find_map(|effect| match effect {
            Effect::OpenPeer { peer, .. } => Some(*peer),
            _ => None,
        });
        opened.unwrap()
    }
}

#[test]
fn media_09_a_publishers_silence_is_told_and_its_players_session_is_kept() {
    let mut silent = Silent::begin();
    silent.lasts(800);
    assert!(silent.user.states().is_empty());
    silent.lasts(13_000);
    assert_eq!(silent.user.states(), [(Requesting, Code::NETWORK_BROKEN)]);
    assert_eq!(silent.user.urls_opened(), ["/node"]);
    assert_eq!(silent.questions, 1, "after 3 s, it may be elsewhere by now");
    let first = silent.first();
    assert!(
        !silent.user.effects.contains(&Effect::MakeOffer { peer: first, restart: 1 }),
        "the path lives"
    );
    silent.says(first, PeerInput::Received(silent.bytes + 1));
    assert_eq!(silent.user.states()[1..], [(Flowing, Code::OK)]);
}

#[test]
fn media_09_a_long_silence_is_looked_into_at_growing_intervals_and_has_no_end() {
    let mut silent = Silent::begin();
    silent.lasts(120_000);
    assert!(silent.user.urls_opened().len() <= 3, "{}", silent.user.urls_opened().len());
    silent.lasts(1_200_000);
    let opened = silent.user.urls_opened().len();
    assert!((6..=9).contains(&opened), "{opened} in 22 minutes");
    assert!(silent.questions <= 132, "{}", silent.questions);
    assert_eq!(silent.user.states(), [(Requesting, Code::NETWORK_BROKEN)], "and told once");
    let first = silent.first();
    assert!(!silent.user.effects.contains(&Effect::ClosePeer(first)));
    silent.says(first, PeerInput::Received(silent.bytes + 1));
    assert_eq!(silent.user.states().last(), Some(&(Flowing, Code::OK)));
}

#[test]
fn media_09_a_picture_that_changes_every_few_seconds_is_no_silence() {
    let mut silent = Silent::begin();
    let frames = |silent: &mut Silent, count: u64| {
        for _ in 0..count {
            silent.lasts(4_000);
            silent.bytes += 1_000;
        }
    };
    frames(&mut silent, 3);
    silent.user.forget_told();
    let questions = silent.questions;
    frames(&mut silent, 10);
    assert_eq!(silent.user.states(), []);
    assert_eq!(silent.questions, questions);
}

#[test]
fn media_09_a_silent_stream_that_is_published_anew_is_looked_for_at_once() {
    let mut silent = Silent::begin();
    silent.lasts(100_000);
    let opened = silent.user.urls_opened().len();
    stream_change(&mut silent.user, 11, Change::Add);
    silent.lasts(1_000);
    assert_eq!(silent.user.urls_opened().len(), opened + 1);
}

#[test]
fn media_09_rtcp_every_five_seconds_is_life_enough() {
    let mut silent = Silent::begin();
    silent.rtcp_ms = 5_000;
    silent.lasts(120_000);
    assert!(silent.user.urls_opened().len() <= 6, "{}", silent.user.urls_opened().len());
}

#[test]
fn media_09_a_stream_that_is_elsewhere_is_followed() {
    let mut silent = Silent::begin();
    silent.node = "/other";
    silent.lasts(4_000);
    assert_eq!(silent.user.urls_opened(), ["/node", "/other"]);
    let fresh = silent.user.peer().unwrap();
    silent.user.media_arrives_at(fresh);
    assert_eq!(silent.user.states().last(), Some(&(Flowing, Code::OK)));
    let first = silent.first();
    assert!(silent.user.effects.contains(&Effect::ClosePeer(first)));
}

#[test]
fn media_09_a_path_that_dies_during_a_silence_is_replaced() {
    let mut silent = Silent::begin();
    silent.lasts(8_000);
    silent.rtcp_ms = u64::MAX;
    silent.lasts(8_000);
    assert!(silent.user.urls_opened().len() > 1);
}

#[test]
fn media_09_a_player_that_starts_in_a_silence_keeps_its_session_too() {
    let mut user = User::logged_in();
    user.play();
    user.nodes(&["/node"]);
    user.peer_input(PeerInput::Connected);
    user.forget_told();
    let mut silent = Silent::of(user, 0);
    silent.lasts(120_000);
    assert!(silent.user.urls_opened().len() <= 3);
    assert_eq!(silent.user.states(), [(Requesting, Code::NETWORK_BROKEN)]);
}

#[test]
fn play_04_a_session_in_place_of_a_lost_one_is_kept_through_a_silence_and_attached_after_it() {
    let mut silent = Silent::begin();
    let first = silent.first();
    silent.says(first, PeerInput::Failed);
    silent.lasts(120_000);
    assert!(silent.user.urls_opened().len() <= 4, "{}", silent.user.urls_opened().len());
    let codes: Vec<_> = silent.user.states().iter().map(|(_, code)| *code).collect();
    assert!(!codes.contains(&Code::STREAM_NOT_FOUND), "it is published: {codes:?}");
    let opened: Vec<PeerId> = silent
        .user
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::OpenPeer { peer, .. } => Some(*peer),
            _ => None,
        })
        .collect();
    let kept = opened[1];
    assert!(!silent.user.effects.contains(&Effect::AttachTracks(kept)));
    silent.user.media_arrives_at(kept);
    assert!(silent.user.effects.contains(&Effect::AttachTracks(kept)));
    assert_eq!(silent.user.states().last(), Some(&(Flowing, Code::OK)));
}

#[test]
fn play_07_a_silent_stream_that_leaves_the_room_is_told_as_missing() {
    let mut silent = Silent::begin();
    silent.lasts(2_000);
    for _ in 0..20 {
        silent.user.pass(100);
        let first = silent.first();
        silent.heard += 1;
        silent.says(first, PeerInput::Heard(silent.heard));
        silent.says(first, PeerInput::Received(silent.bytes));
        silent.user.message_on(SocketId(1), ServerMessage::Heartbeat);
    }
    silent.user.done(Code::STREAM_NOT_FOUND);
    assert_eq!(silent.user.states().last(), Some(&(Requesting, Code::STREAM_NOT_FOUND)));
    let first = silent.first();
    let closed = Effect::ClosePeer(first);
    assert!(!silent.user.effects.contains(&closed), "its last picture stays (PLAY-06)");
}
