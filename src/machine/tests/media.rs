//! The rules of publishers and players.

use super::user::{User, not_reached, refused};
use crate::machine::MediaState::*;
use crate::machine::*;
use holdfast_protocol::{ClientMessage, ServerMessage};

fn play_settled(user: &User) -> Option<&Result<String, Refusal>> {
    user.events.iter().find_map(|event| match event {
        Event::PlaySettled(CallId(2), outcome) => Some(outcome),
        _ => None,
    })
}

#[test]
fn pub_02_publishing_means_media_connected_and_the_room_told() {
    let mut user = User::logged_in();
    user.publish();
    assert!(matches!(user.sent()[..], [ClientMessage::Publish { .. }]));
    user.nodes(&["/whip/s"]);
    assert_eq!(user.urls_opened(), ["/whip/s"]);
    user.peer_input(PeerInput::Connected);
    assert!(matches!(user.sent()[..], [_, ClientMessage::Live { .. }]));
    assert_eq!(user.states(), [(Requesting, Code::OK)]);
    user.done(Code::OK);
    assert_eq!(user.states(), [(Requesting, Code::OK), (Flowing, Code::OK)]);
    let sample = Some(Millis(holdfast_protocol::timing::SAMPLE_MS));
    assert_eq!(user.brain.next_deadline(), sample, "nothing but a look at the media is due");
}

#[test]
fn pub_03_a_taken_stream_id_is_final() {
    let mut user = User::logged_in();
    user.publish();
    user.done(Code::STREAM_ID_TAKEN);
    assert_eq!(user.states()[1..], [(Stopped, Code::STREAM_ID_TAKEN)]);
    user.pass(2_000);
    let others = user.sent().into_iter().filter(|message| !is_ping(message)).count();
    assert_eq!(others, 1, "no retry, and the other's claim is not given up");
}

fn is_ping(message: &ClientMessage) -> bool {
    matches!(message, ClientMessage::Ping { .. })
}

#[test]
fn pub_03_a_refused_token_is_renewed_once_then_final() {
    let mut user = User::logged_in();
    user.publish();
    user.nodes(&["/whip/s"]);
    user.peer_input(refused(401, None));
    user.nodes(&["/whip/s"]);
    assert_eq!(user.urls_opened().len(), 2);
    user.peer_input(refused(403, None));
    assert_eq!(user.states()[1..], [(Stopped, Code::PUBLISH_REFUSED)]);
    assert!(user.effects.contains(&Effect::ReleaseStream(Direction::Publish, "s".into())));
}

#[test]
fn pub_04_lost_media_is_requested_again_at_once() {
    let mut user = User::publishing(&["/whip/s"]);
    let lost = user.peer().unwrap();
    user.peer_input(PeerInput::Failed);
    assert!(user.effects.contains(&Effect::ClosePeer(lost)));
    user.peer_input(PeerInput::Connected);
    assert_eq!(user.states(), [(Requesting, Code::NETWORK_BROKEN), (Flowing, Code::OK)]);
}

#[test]
fn pub_04_the_other_nodes_are_tried_in_turn() {
    let mut user = User::logged_in();
    user.publish();
    user.nodes(&["/one", "/two", "/three"]);
    user.peer_input(not_reached());
    user.peer_input(PeerInput::Failed);
    assert_eq!(user.urls_opened(), ["/one", "/two", "/three"]);
}

#[test]
fn pub_05_three_rounds_with_the_network_up_are_the_end() {
    let mut user = User::logged_in();
    user.publish();
    for round in 1..=3 {
        user.nodes(&["/one", "/two"]);
        user.peer_input(PeerInput::Failed);
        user.peer_input(PeerInput::Failed);
        assert_eq!(user.urls_opened().len(), 2 * round);
        if round < 3 {
            user.message(ServerMessage::Heartbeat);
            user.pass(1_001);
            user.message(ServerMessage::Heartbeat);
            user.pass(1_000);
        }
    }
    assert_eq!(user.states().last(), Some(&(Stopped, Code::PUBLISH_ICE)));
    assert!(matches!(user.sent().last(), Some(ClientMessage::Unpublish { .. })));
}

#[test]
fn pub_05_the_windows_end_has_its_own_code() {
    let mut user = User::publishing(&["/whip/s"]);
    user.socket_closed();
    user.peer_input(PeerInput::Failed);
    user.pass_failing(1_199_999);
    let told = [(Requesting, Code::NETWORK_BROKEN), (Requesting, Code::PUBLISH_SESSION)];
    assert_eq!(user.states(), told, "rounds do not count");
    user.pass_failing(1);
    assert_eq!(user.states().last(), Some(&(Stopped, Code::PUBLISH_WINDOW_ENDED)));
}

#[test]
fn pub_05_retry_after_wins_within_reason() {
    for (status, told_ms, least_ms) in
        [(503, 5_000, 5_000), (429, 5_000, 5_000), (503, u64::MAX, 60_000)]
    {
        let mut user = User::logged_in();
        user.publish();
        user.nodes(&["/one"]);
        user.peer_input(refused(status, Some(told_ms)));
        user.forget();
        let asked_again = |user: &User| user.sent().iter().any(|sent| !is_ping(sent));
        let mut waited_ms = 0;
        while !asked_again(&user) && waited_ms < 70_000 {
            user.message(ServerMessage::Heartbeat);
            user.pass(1_000);
            waited_ms += 1_000;
        }
        assert!((least_ms..least_ms + 2_000).contains(&waited_ms), "{waited_ms}");
    }
}

#[test]
fn play_04_a_player_resolves_once_and_keeps_its_stream() {
    let mut user = User::logged_in();
    user.play();
    user.nodes(&["/whep/s"]);
    let peer = user.peer().unwrap();
    user.peer_input(PeerInput::Connected);
    assert!(user.effects.contains(&Effect::AttachTracks(peer)));
    assert_eq!(play_settled(&user), Some(&Ok("s".into())));
    user.events.clear();
    user.peer_input(PeerInput::Failed);
    user.peer_input(PeerInput::Connected);
    assert_eq!(user.states(), [(Requesting, Code::NETWORK_BROKEN)], "a session is not media yet");
    user.media_arrives();
    assert_eq!(user.states()[1..], [(Flowing, Code::OK)]);
    assert_eq!(play_settled(&user), None);
    assert!(!user.effects.contains(&Effect::ReleaseStream(Direction::Play, "s".into())));
}

#[test]
fn play_07_a_missing_stream_is_tried_until_the_window_ends() {
    let mut user = User::logged_in();
    user.play();
    for _ in 0..1_199 {
        if matches!(user.sent().last(), Some(ClientMessage::Play { .. })) {
            user.done(Code::STREAM_NOT_FOUND);
            user.effects.clear();
        }
        user.message(ServerMessage::Heartbeat);
        user.pass(1_000);
    }
    assert_eq!(user.states().last(), Some(&(Requesting, Code::STREAM_NOT_FOUND)));
    user.message(ServerMessage::Heartbeat);
    user.pass(1_000);
    assert_eq!(user.states().last(), Some(&(Stopped, Code::STREAM_NOT_FOUND)));
    let refusal = play_settled(&user).unwrap().as_ref().unwrap_err();
    assert_eq!(refusal.code, Code::STREAM_NOT_FOUND);
}

#[test]
fn media_08_media_that_flows_is_left_alone_when_the_link_is_lost() {
    for mut user in [User::publishing(&["/whip/s"]), User::playing(&["/whep/s"])] {
        user.effects
            .retain(|effect| matches!(effect, Effect::OpenPeer { .. } | Effect::Post { .. }));
        user.socket_closed();
        user.pass(1_000);
        user.hello(true, &[]);
        assert_eq!(user.states(), []);
        assert_eq!(user.urls_opened().len(), 1, "the session that was there");
    }
}

#[test]
fn media_08_a_server_that_forgot_us_gets_our_media_anew() {
    for mut user in [User::publishing(&["/whip/s"]), User::playing(&["/whep/s"])] {
        let old = user.peer().unwrap();
        user.socket_closed();
        user.pass(1_000);
        user.hello(false, &[]);
        assert_eq!(user.states(), [(Requesting, Code::NETWORK_BROKEN)]);
        assert!(user.effects.contains(&Effect::ClosePeer(old)));
        user.nodes(&["/again"]);
        assert_eq!(user.urls_opened().len(), 2);
    }
}

#[test]
fn room_10_the_rooms_end_is_the_medias_end() {
    for (mut user, code) in [
        (User::publishing(&["/whip/s"]), Code::PUBLISH_WINDOW_ENDED),
        (User::playing(&["/whep/s"]), Code::PLAY_WINDOW_ENDED),
    ] {
        user.socket_closed();
        user.effects
            .retain(|effect| !matches!(effect, Effect::OpenPeer { .. } | Effect::Post { .. }));
        user.pass_failing(1_200_000);
        assert_eq!(user.states(), [(Stopped, code)]);
        assert_eq!(user.brain.next_deadline(), None);
    }
}

#[test]
fn room_13_logout_stops_media_first() {
    let mut user = User::publishing(&["/whip/s"]);
    user.call(Call::Logout { room: None }).unwrap();
    assert_eq!(user.states(), [(Stopped, Code::OK)]);
    assert_eq!(user.sent().last(), Some(&&ClientMessage::Logout));
}

#[test]
fn stopping_while_starting_cancels() {
    let mut user = User::logged_in();
    user.play();
    user.call(Call::StopPlaying { stream: "s".into() }).unwrap();
    let refusal = play_settled(&user).unwrap().as_ref().unwrap_err();
    assert_eq!(refusal.code, Code::PLAY_CANCELLED);
    assert_eq!(user.states(), [(Requesting, Code::OK), (Stopped, Code::OK)]);
    user.nodes(&["/late"]);
    assert!(user.urls_opened().is_empty(), "a late answer opens nothing");
}

#[test]
fn starting_twice_is_refused() {
    let mut user = User::publishing(&["/whip/s"]);
    let call = Call::StartPublishing { room: None, stream: "s".into(), extra: String::new() };
    assert_eq!(user.call(call).unwrap_err().code, Code::ALREADY_PUBLISHING);
    user.play();
    let call =
        Call::StartPlaying { call: CallId(3), room: None, stream: "s".into(), follow: false };
    assert_eq!(user.call(call).unwrap_err().code, Code::ALREADY_PLAYING);
}

#[test]
fn a_session_that_never_connects_is_ended() {
    let mut user = User::logged_in();
    user.play();
    user.nodes(&["/whep/s"]);
    let peer = user.peer().unwrap();
    for _ in 0..8 {
        user.message(ServerMessage::Heartbeat);
        user.pass(1_000);
    }
    assert!(user.effects.contains(&Effect::ClosePeer(peer)));
    assert_eq!(user.states().last(), Some(&(Requesting, Code::PLAY_TIMEOUT)));
}

#[test]
fn pub_01_a_stream_stopped_while_the_link_is_gone_is_given_back_on_the_next() {
    let mut user = User::publishing(&["/whip/s"]);
    user.socket_closed();
    user.call(Call::StopPublishing { stream: "s".into() }).unwrap();
    user.pass(1_000);
    user.effects.retain(|effect| matches!(effect, Effect::OpenSocket(..)));
    user.hello(true, &[]);
    assert!(matches!(user.sent()[..], [ClientMessage::Unpublish { .. }]));
    user.done(Code::OK);
    user.socket_closed();
    user.pass(1_000);
    user.effects.retain(|effect| matches!(effect, Effect::OpenSocket(..)));
    user.hello(true, &[]);
    assert!(user.sent().is_empty(), "said once and confirmed");
}

#[test]
fn pub_01_a_stop_lost_with_the_link_is_said_again_before_a_new_start() {
    let mut user = User::publishing(&["/whip/s"]);
    user.call(Call::StopPublishing { stream: "s".into() }).unwrap();
    user.publish();
    user.socket_closed();
    user.pass(1_000);
    user.effects.retain(|effect| matches!(effect, Effect::OpenSocket(..)));
    user.hello(true, &[]);
    let sent = user.sent();
    assert!(matches!(sent[..], [ClientMessage::Unpublish { .. }, ClientMessage::Publish { .. }]));
}

#[test]
fn pub_02_media_lost_before_the_room_knew_is_no_publishing() {
    let mut user = User::logged_in();
    user.publish();
    user.nodes(&["/whip/s"]);
    user.peer_input(PeerInput::Connected);
    user.peer_input(PeerInput::Disconnected);
    user.done(Code::OK);
    assert!(user.states().iter().all(|(state, _)| *state != Flowing), "{:?}", user.states());
}

#[test]
fn room_06_media_put_off_by_a_short_offline_is_tried_when_it_is_over() {
    let mut user = User::playing(&["/whep/s"]);
    user.network(NetworkInput::Offline);
    user.socket_closed();
    user.peer_input(PeerInput::Failed);
    user.effects.clear();
    user.pass(5_000);
    assert!(user.urls_opened().is_empty());
    user.network(NetworkInput::Online);
    assert_eq!(user.urls_opened(), ["/whep/s"]);
}

#[test]
fn room_06_a_link_that_lives_proves_offline_wrong() {
    let mut user = User::playing(&["/whep/s"]);
    user.network(NetworkInput::Offline);
    let peer = user.peer().unwrap();
    user.effects.clear();
    user.input(Input::Peer(peer, PeerInput::Failed)).unwrap();
    assert_eq!(user.urls_opened(), ["/whep/s"]);
}
