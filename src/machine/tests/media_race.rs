//! Lost media, and the race of old and fresh sessions.

use super::media_stall::flows;
use super::user::{User, not_reached, refused, restart_failed};
use crate::machine::MediaState::*;
use crate::machine::*;
use holdfast_protocol::{Change, ClientMessage, ServerMessage, Stream, User as Member};

fn following() -> User {
    let mut user = User::logged_in();
    let (call, stream) = (CallId(2), "s".into());
    user.call(Call::StartPlaying { call, room: None, stream, follow: true }).unwrap();
    user
}

pub(super) fn stream_change(user: &mut User, seq: u32, change: Change) {
    let owner = Member { id: "b".into(), name: String::new() };
    let streams = vec![Stream { id: "s".into(), user: owner, extra: String::new(), muted: 0 }];
    user.message(ServerMessage::Streams { seq, change, streams, reason: None });
}

fn old(user: &User, peer: PeerId, input: PeerInput) -> Input {
    assert_ne!(user.peer(), Some(peer));
    Input::Peer(peer, input)
}

#[test]
fn pub_04_an_ice_restart_is_raced_by_a_fresh_session_after_300_ms() {
    let mut user = User::publishing(&["/one/whip/s", "/two/whip/s"]);
    let first = user.peer().unwrap();
    user.peer_input(PeerInput::Disconnected);
    assert!(user.effects.contains(&Effect::MakeOffer { peer: first, restart: 1 }));
    assert_eq!(user.states(), [(Requesting, Code::NETWORK_BROKEN)]);
    user.effects.clear();
    user.pass(299);
    assert!(user.urls_opened().is_empty());
    user.pass(1);
    assert_eq!(user.urls_opened(), ["/one/whip/s"], "the same node, without asking the room");
    assert!(!user.effects.contains(&Effect::ClosePeer(first)));
    user.peer_input(PeerInput::Connected);
    assert!(user.effects.contains(&Effect::ClosePeer(first)), "the first that connects is kept");
    assert_eq!(user.states()[1..], [(Flowing, Code::OK)]);
}

#[test]
fn pub_04_an_offer_without_an_answer_is_posted_again_every_half_a_second() {
    let mut user = User::logged_in();
    user.publish();
    user.nodes(&["/whip/s"]);
    let post = (user.peer().unwrap(), "/whip/s");
    user.pass(499);
    assert_eq!(user.posts(), [post]);
    user.pass(1);
    assert_eq!(user.posts(), [post; 2]);
    user.effects.clear();
    user.pass(7_000);
    assert_eq!(user.posts(), [post; 3], "four repeats in all");
    assert_eq!(user.states(), [(Requesting, Code::OK)], "nobody is told");
}

#[test]
fn pub_04_a_restart_that_works_needs_no_fresh_session() {
    let mut user = User::publishing(&["/one/whip/s", "/two/whip/s"]);
    let first = user.peer().unwrap();
    user.peer_input(PeerInput::Disconnected);
    user.pass(100);
    user.input(Input::Peer(first, PeerInput::Connected)).unwrap();
    assert_eq!(user.states()[1..], [(Flowing, Code::OK)]);
    user.effects.clear();
    user.pass(400);
    assert!(user.urls_opened().is_empty());
}

#[test]
fn pub_04_the_old_session_may_win_against_the_fresh_one() {
    let mut user = User::publishing(&["/one/whip/s", "/two/whip/s"]);
    let first = user.peer().unwrap();
    user.peer_input(PeerInput::Disconnected);
    user.pass(300);
    let fresh = user.peer().unwrap();
    let input = old(&user, first, PeerInput::Connected);
    user.input(input).unwrap();
    assert!(user.effects.contains(&Effect::ClosePeer(fresh)));
    assert_eq!(user.states()[1..], [(Flowing, Code::OK)]);
    user.input(Input::Peer(fresh, PeerInput::Connected)).unwrap();
    assert_eq!(user.states().len(), 2, "the loser is nobody's any more");
}

#[test]
fn pub_04_a_network_that_is_gone_is_asked_for_no_restart() {
    let mut user = User::publishing(&["/one/whip/s", "/two/whip/s"]);
    let first = user.peer().unwrap();
    let bytes = flows(&mut user);
    user.network(NetworkInput::Offline);
    user.input(Input::Socket(SocketId(1), SocketInput::Closed)).unwrap();
    user.effects.clear();
    user.pass(1_000);
    user.input(Input::Peer(first, PeerInput::Disconnected)).unwrap();
    assert_eq!(user.states().last(), Some(&(Requesting, Code::NETWORK_BROKEN)));
    assert!(!user.effects.contains(&Effect::MakeOffer { peer: first, restart: 1 }));
    assert!(user.urls_opened().is_empty());
    user.network(NetworkInput::Online);
    assert_eq!(user.urls_opened(), ["/one/whip/s"]);
    user.input(Input::Peer(first, PeerInput::Received(bytes + 1))).unwrap();
    assert_eq!(user.states().last(), Some(&(Flowing, Code::OK)), "the path was whole again");
}

#[test]
fn pub_04_a_node_that_cannot_restart_costs_no_wait() {
    let mut user = User::publishing(&["/one/whip/s", "/two/whip/s"]);
    let first = user.peer().unwrap();
    user.peer_input(PeerInput::Disconnected);
    user.effects.clear();
    user.input(Input::Peer(first, restart_failed())).unwrap();
    assert_eq!(user.urls_opened(), ["/one/whip/s"]);
}

#[test]
fn play_04_a_player_takes_the_same_race() {
    let mut user = User::playing(&["/whep/s"]);
    let first = user.peer().unwrap();
    user.peer_input(PeerInput::Disconnected);
    user.pass(300);
    let fresh = user.peer().unwrap();
    assert_ne!(first, fresh);
    user.input(Input::Peer(fresh, PeerInput::Connected)).unwrap();
    assert!(user.effects.contains(&Effect::SamplePeer(fresh)), "does it carry media?");
    user.effects.clear();
    user.media_arrives_at(fresh);
    let expected = [Effect::AttachTracks(fresh), Effect::ClosePeer(first)];
    assert_eq!(user.effects[..2], expected, "the last frame stays until the new tracks are there");
}

#[test]
fn play_04_a_session_that_carries_nothing_is_not_told_to_play() {
    let mut user = User::playing(&["/whep/s"]);
    user.peer_input(PeerInput::Failed);
    for _ in 0..20 {
        user.peer_input(PeerInput::Connected);
        user.pass(1_000);
        user.message_on(SocketId(1), ServerMessage::Heartbeat);
        if matches!(user.sent().last(), Some(ClientMessage::Play { .. })) {
            user.nodes(&["/whep/s"]);
        }
    }
    assert!(user.urls_opened().len() > 3, "the room is asked again, and it is tried again");
    assert!(user.states().iter().all(|(state, _)| *state == Requesting), "{:?}", user.states());
}

#[test]
fn pub_04_what_the_room_is_told_is_where_the_media_is() {
    let mut user = User::publishing(&["/one/whip/s", "/two/whip/s"]);
    let first = user.peer().unwrap();
    user.peer_input(PeerInput::Disconnected);
    user.input(Input::Peer(first, restart_failed())).unwrap();
    user.peer_input(PeerInput::Failed);
    user.peer_input(PeerInput::Connected);
    assert!(matches!(user.sent().last(), Some(ClientMessage::Live { .. })));
    user.input(Input::Peer(first, PeerInput::Connected)).unwrap();
    assert_eq!(user.states().last().unwrap().0, Requesting, "the old one is out of the race");
    user.done(Code::OK);
    assert_eq!(user.states().last().unwrap().0, Flowing);
}

#[test]
fn pub_02_a_claim_made_anew_is_announced_anew() {
    let mut user = User::publishing(&["/one/whip/s", "/two/whip/s"]);
    user.peer_input(PeerInput::Failed);
    user.peer_input(refused(403, None));
    user.nodes(&["/one/whip/s"]);
    user.peer_input(PeerInput::Connected);
    assert!(matches!(user.sent().last(), Some(ClientMessage::Live { .. })));
    assert_eq!(user.states().last().unwrap().0, Requesting);
}

#[test]
fn media_08_media_recovers_beside_the_room() {
    let mut user = User::publishing(&["/one/whip/s", "/two/whip/s"]);
    user.socket_closed();
    user.peer_input(PeerInput::Failed);
    assert_eq!(user.urls_opened().len(), 2, "no link is needed for a known node");
    user.peer_input(PeerInput::Connected);
    assert_eq!(user.states(), [(Requesting, Code::NETWORK_BROKEN), (Flowing, Code::OK)]);
}

#[test]
fn media_08_tokens_that_are_too_old_are_asked_for_anew() {
    let mut user = User::publishing(&["/one/whip/s", "/two/whip/s"]);
    for _ in 0..120 {
        user.pass(1_000);
        user.message(ServerMessage::Heartbeat);
    }
    user.effects.retain(|effect| matches!(effect, Effect::OpenPeer { .. } | Effect::Post { .. }));
    user.peer_input(PeerInput::Failed);
    assert!(matches!(user.sent()[..], [ClientMessage::Publish { .. }]));
}

#[test]
fn media_08_flowing_media_is_left_alone_when_only_the_link_is_lost() {
    let mut user = User::publishing(&["/one/whip/s", "/two/whip/s"]);
    user.effects.clear();
    user.socket_closed();
    user.pass(300);
    user.hello(true, &[]);
    assert!(user.states().is_empty());
    assert!(user.urls_opened().is_empty());
}

#[test]
fn pub_04_a_node_from_before_the_outage_that_fails_is_asked_about_at_once() {
    let mut user = User::playing(&["/one"]);
    user.pass(100);
    user.peer_input(PeerInput::Failed);
    assert_eq!(user.urls_opened(), ["/one", "/one"]);
    user.peer_input(not_reached());
    assert!(matches!(user.sent().last(), Some(ClientMessage::Play { .. })), "without a wait");
    user.nodes(&["/two"]);
    assert_eq!(user.urls_opened().last(), Some(&"/two"));
    user.peer_input(not_reached());
    let asked = user.sent().len();
    assert!(
        user.events.iter().any(
            |event| matches!(event, Event::Retry(update) if update.cause == RetryCause::Remote)
        )
    );
    assert_eq!(user.sent().len(), asked, "what the room has just named is given time");
}

#[test]
fn play_07_a_followed_stream_stops_and_starts_with_the_room() {
    let mut user = following();
    stream_change(&mut user, 11, Change::Add);
    user.nodes(&["/whep/s"]);
    user.peer_input(PeerInput::Connected);
    user.forget();
    stream_change(&mut user, 12, Change::Delete);
    assert_eq!(user.states(), [(Stopped, Code::OK)]);
    let released = |effect: &Effect| matches!(effect, Effect::ReleaseStream(..));
    assert!(!user.effects.iter().any(released), "the app's MediaStream stays");
    user.pass(1_000);
    stream_change(&mut user, 13, Change::Add);
    user.nodes(&["/whep/s"]);
    user.peer_input(PeerInput::Connected);
    user.media_arrives();
    assert_eq!(user.states()[1..], [(Requesting, Code::OK), (Flowing, Code::OK)]);
}

#[test]
fn play_07_a_followed_stream_that_is_not_there_is_waited_for_without_asking() {
    let mut user = following();
    user.done(Code::STREAM_NOT_FOUND);
    assert_eq!(user.states().last(), Some(&(Stopped, Code::OK)));
    user.effects.clear();
    for _ in 0..100 {
        user.pass(1_000);
        let heartbeat = SocketInput::Message(ServerMessage::Heartbeat);
        user.input(Input::Socket(SocketId(1), heartbeat)).unwrap();
    }
    assert!(user.sent().is_empty());
    stream_change(&mut user, 11, Change::Add);
    assert!(matches!(user.sent()[..], [ClientMessage::Play { .. }]));
}

#[test]
fn play_07_an_added_stream_ends_the_wait_for_it() {
    let mut user = User::logged_in();
    user.play();
    user.done(Code::STREAM_NOT_FOUND);
    user.effects.clear();
    stream_change(&mut user, 11, Change::Add);
    assert!(matches!(user.sent()[..], [ClientMessage::Play { .. }]));
}

#[test]
fn pub_07_a_restart_straight_from_the_failure_waits_three_seconds() {
    let mut user = User::logged_in();
    user.publish();
    user.done(Code::STREAM_ID_TAKEN);
    user.pass(200);
    user.forget();
    user.publish();
    assert!(user.sent().is_empty());
    let wait = user.events.iter().find_map(|event| match event {
        Event::Retry(update) => Some((update.cause, update.wait_ms)),
        _ => None,
    });
    assert_eq!(wait, Some((RetryCause::TooSoon, 2_800)));
    user.network(NetworkInput::Online);
    user.message_on(SocketId(1), ServerMessage::Heartbeat);
    user.pass(1_400);
    user.message_on(SocketId(1), ServerMessage::Heartbeat);
    user.pass(1_399);
    let asked = |user: &User| {
        user.sent().iter().any(|message| matches!(message, ClientMessage::Publish { .. }))
    };
    assert!(!asked(&user), "no good news cuts it short");
    user.pass(1);
    assert!(asked(&user));
}

#[test]
fn play_08_a_stream_that_the_app_stopped_may_start_at_once() {
    let mut user = User::playing(&["/whep/s"]);
    user.call(Call::StopPlaying { stream: "s".into() }).unwrap();
    user.effects.clear();
    user.play();
    assert!(matches!(user.sent()[..], [ClientMessage::Play { .. }]));
}

#[test]
fn play_05_sleeping_past_the_window_leaves_one_last_try() {
    let mut user = User::playing(&["/whep/s"]);
    user.socket_closed();
    user.peer_input(PeerInput::Failed);
    user.pass_failing(30_000);
    user.forget();
    user.now = user.now + 7_200_000;
    user.input(Input::Timeout).unwrap();
    assert!(user.states().iter().all(|(state, _)| *state != Stopped));
}

#[test]
fn pub_05_good_news_does_not_cut_a_told_wait_short() {
    let mut user = User::logged_in();
    user.publish();
    user.nodes(&["/whip/s"]);
    user.peer_input(refused(503, Some(5_000)));
    user.effects.clear();
    user.network(NetworkInput::Online);
    user.network(NetworkInput::Woke);
    let asks = |user: &User| {
        user.sent().iter().filter(|sent| matches!(sent, ClientMessage::Publish { .. })).count()
    };
    assert_eq!(asks(&user), 0);
    for _ in 0..7 {
        user.message_on(SocketId(1), ServerMessage::Heartbeat);
        user.pass(1_000);
    }
    assert_eq!(asks(&user), 1);
}

#[test]
fn pub_04_what_was_lost_again_within_seconds_is_not_restarted_again() {
    let mut user = User::publishing(&["/one/whip/s", "/two/whip/s"]);
    user.peer_input(PeerInput::Failed);
    user.peer_input(PeerInput::Connected);
    let peer = user.peer().unwrap();
    user.peer_input(PeerInput::Disconnected);
    assert!(!user.effects.contains(&Effect::MakeOffer { peer, restart: 1 }));
    assert!(!user.effects.contains(&Effect::ClosePeer(peer)), "it may still come back by itself");
    user.pass(1_000);
    assert_ne!(user.peer(), Some(peer), "but a fresh one is on its way");
}

#[test]
fn pub_07_the_pause_is_no_part_of_the_window() {
    let mut user = User::new();
    let config = Config { media_window_ms: 2_000, ..Config::default() };
    user.call(Call::Configure(config)).unwrap();
    user.login();
    user.hello(false, &[]);
    user.publish();
    user.done(Code::STREAM_ID_TAKEN);
    user.publish();
    user.effects.clear();
    for _ in 0..3 {
        user.pass(1_000);
        user.message_on(SocketId(1), ServerMessage::Heartbeat);
    }
    assert!(user.sent().iter().any(|sent| matches!(sent, ClientMessage::Publish { .. })));
}

#[test]
fn pub_02_a_room_that_takes_the_stream_no_more_is_asked_anew() {
    let mut user = User::logged_in();
    user.publish();
    user.nodes(&["/one", "/two"]);
    user.peer_input(PeerInput::Connected);
    user.done(Code::STREAM_NOT_FOUND);
    assert_eq!(user.urls_opened(), ["/one"], "no other node is at fault");
    user.pass(600);
    assert!(matches!(user.sent().last(), Some(ClientMessage::Publish { .. })));
}

#[test]
fn pub_01_what_was_never_asked_for_is_not_given_back() {
    let mut user = User::logged_in();
    user.socket_closed();
    for _ in 0..100 {
        user.publish();
        user.call(Call::StopPublishing { stream: "s".into() }).unwrap();
    }
    user.pass(1_000);
    user.effects.retain(|effect| matches!(effect, Effect::OpenSocket(..)));
    user.hello(true, &[]);
    assert!(user.sent().is_empty());
}

#[test]
fn room_09_extra_info_is_set_after_the_stream_is_claimed_anew() {
    let mut user = User::publishing(&["/one/whip/s", "/two/whip/s"]);
    user.socket_closed();
    let request = Request::StreamExtra { stream: "s".into(), extra: "new".into() };
    user.call(Call::Send { call: CallId(7), room: None, request }).unwrap();
    user.pass(1_000);
    user.effects.retain(|effect| matches!(effect, Effect::OpenSocket(..)));
    user.hello(false, &[]);
    let sent = user.sent();
    assert!(matches!(
        sent[..],
        [ClientMessage::Publish { .. }, ClientMessage::SetStreamExtra { .. }]
    ));
}
