//! The exchange of a media session with its node: which of several answers counts, what is reported
//! about it, and what the node is asked for (PUB-04).

use super::user::{ANSWER, OFFER, User, not_reached, refused};
use crate::machine::MediaState::*;
use crate::machine::*;

/// A player whose first session's offer has just been posted.
fn posted() -> (User, PeerId) {
    let mut user = User::logged_in();
    user.play();
    user.nodes(&["/whep/s"]);
    let peer = user.peer().unwrap();
    (user, peer)
}

fn reply(session: &str) -> Reply {
    let body = String::from(ANSWER);
    Reply { status: 201, body, session: session.into(), can_restart: true, ..Reply::default() }
}

fn answered(session: &str) -> PeerInput {
    PeerInput::Answered(Some(reply(session)))
}

/// The answers taken, by the number of their restart.
fn taken(user: &User) -> Vec<(u32, &str)> {
    let taken = user.effects.iter().filter_map(|effect| match effect {
        Effect::TakeAnswer { restart, answer, .. } => Some((*restart, answer.as_str())),
        _ => None,
    });
    taken.collect()
}

/// The addresses of sessions that were ended, with the authorization sent along.
fn ended(user: &User) -> Vec<(&str, &str)> {
    let ended = user.effects.iter().filter_map(|effect| match effect {
        Effect::Delete { url, authorization } => Some((url.as_str(), authorization.as_str())),
        _ => None,
    });
    ended.collect()
}

/// The fragments that were sent to restart ICE.
fn patches(user: &User) -> Vec<&Effect> {
    user.effects.iter().filter(|effect| matches!(effect, Effect::Patch { .. })).collect()
}

#[test]
fn the_offer_is_posted_and_the_answer_taken() {
    let (mut user, peer) = posted();
    let post = Effect::Post {
        peer,
        url: "/whep/s".into(),
        authorization: "Bearer token".into(),
        offer: OFFER.into(),
    };
    assert!(user.effects.contains(&post));
    user.peer_input(answered("https://node/1"));
    assert_eq!(taken(&user), [(0, ANSWER)]);
    assert_eq!(user.states(), [(Requesting, Code::OK)]);
}

#[test]
fn pub_04_of_two_posts_the_first_answer_is_taken_and_a_stray_session_is_ended() {
    let (mut user, _) = posted();
    user.pass(500);
    user.peer_input(answered("https://node/2"));
    user.peer_input(answered("https://node/1"));
    assert_eq!(taken(&user).len(), 1);
    assert_eq!(ended(&user), [("https://node/1", "Bearer token")]);
    user.pass(1_000);
    assert_eq!(user.posts().len(), 2, "an answered offer is not posted again");
}

#[test]
fn pub_04_a_node_that_answers_twice_with_one_session_keeps_it() {
    let (mut user, _) = posted();
    user.pass(500);
    for _ in 0..2 {
        user.peer_input(answered("https://node/1"));
    }
    assert!(ended(&user).is_empty());
}

#[test]
fn pub_04_of_two_failures_the_last_is_told_and_none_after_an_answer() {
    let (mut user, peer) = posted();
    user.pass(500);
    user.peer_input(refused(500, None));
    assert!(!user.effects.contains(&Effect::ClosePeer(peer)), "the other may be answered");
    user.peer_input(refused(404, None));
    assert!(user.effects.contains(&Effect::ClosePeer(peer)));

    let (mut user, peer) = posted();
    user.pass(500);
    user.peer_input(answered("https://node/1"));
    for failure in [refused(500, None), not_reached()] {
        user.peer_input(failure);
    }
    assert!(!user.effects.contains(&Effect::ClosePeer(peer)));
}

#[test]
fn pub_04_an_offer_that_was_refused_is_not_posted_again_unless_it_may_be_taken_later() {
    for (status, posts) in [(403, 2), (415, 2), (409, 5), (503, 5)] {
        let (mut user, _) = posted();
        user.pass(500);
        user.peer_input(refused(status, None));
        user.pass(2_000);
        assert_eq!(user.posts().len(), posts, "{status}");
    }
    let (mut user, peer) = posted();
    user.pass(500);
    user.peer_input(refused(403, None));
    user.peer_input(answered("https://node/1"));
    assert_eq!(taken(&user).len(), 1, "the other was answered after all");
    assert!(!user.effects.contains(&Effect::ClosePeer(peer)));
}

#[test]
fn pub_04_a_refusal_counts_although_another_post_never_gets_there() {
    let (mut user, _) = posted();
    user.pass(500);
    user.peer_input(refused(409, Some(1_000)));
    user.peer_input(not_reached());
    assert_eq!(user.states().last(), Some(&(Requesting, Code::STREAM_NOT_FOUND)));
}

#[test]
fn pub_04_ice_is_restarted_with_a_fragment_by_a_node_that_names_its_ice_sessions() {
    let mut user = User::playing(&["/whep/s"]);
    let peer = user.peer().unwrap();
    user.peer_input(PeerInput::Disconnected);
    let offer = String::from("v=0\r\nm=audio 9\r\na=ice-ufrag:new\r\na=ice-pwd:new secret\r\n");
    user.peer_input(PeerInput::Offered { restart: 1, offer });
    let patch = Effect::Patch {
        peer,
        restart: 1,
        url: format!("https://node/session/{}", peer.0),
        authorization: "Bearer token".into(),
        fragment: "m=audio 9\r\na=ice-ufrag:new\r\na=ice-pwd:new secret\r\n".into(),
    };
    assert_eq!(patches(&user), [&patch]);
    let body = String::from("a=ice-ufrag:u\r\na=ice-pwd:p\r\n");
    let reply = Some(Reply { status: 200, body, ..Reply::default() });
    user.peer_input(PeerInput::Patched { restart: 1, reply });
    assert_eq!(taken(&user)[1], (1, "m=audio 9\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\n"));
}

#[test]
fn pub_04_a_restart_that_cannot_be_or_is_refused_has_failed() {
    for reply in [None, Some(Reply { status: 405, ..Reply::default() })] {
        let mut user = User::playing(&["/whep/s"]);
        user.effects.retain(|effect| matches!(effect, Effect::OpenPeer { .. }));
        user.peer_input(PeerInput::Disconnected);
        user.peer_input(PeerInput::Offered { restart: 1, offer: OFFER.into() });
        assert!(user.urls_opened().is_empty(), "the old session is given a moment");
        user.peer_input(PeerInput::Patched { restart: 1, reply });
        assert_eq!(user.urls_opened(), ["/whep/s"], "a fresh session at once");
    }
    let mut user = User::playing(&["/whep/s"]);
    user.effects.retain(|effect| matches!(effect, Effect::OpenPeer { .. }));
    user.peer_input(PeerInput::Disconnected);
    user.peer_input(PeerInput::Offered { restart: 1, offer: "v=0\r\n".into() });
    assert_eq!(user.urls_opened(), ["/whep/s"], "an offer of nothing cannot be sent");
}

#[test]
fn pub_04_a_node_that_cannot_restart_ice_is_not_asked_to() {
    let (mut user, peer) = posted();
    let reply = Some(Reply { can_restart: false, ..reply("https://node/1") });
    user.peer_input(PeerInput::Answered(reply));
    user.connected();
    user.effects.retain(|effect| matches!(effect, Effect::OpenPeer { .. }));
    user.peer_input(PeerInput::Disconnected);
    assert!(!user.effects.contains(&Effect::MakeOffer { peer, restart: 1 }));
    assert_eq!(user.urls_opened(), ["/whep/s"], "a fresh session at once");
    assert!(!user.effects.contains(&Effect::ClosePeer(peer)), "it may come back by itself");
}

#[test]
fn pub_04_the_outcome_of_an_overtaken_restart_is_worthless() {
    let mut user = User::playing(&["/whep/s"]);
    let peer = user.peer().unwrap();
    for bytes in [1_000, 2_000] {
        user.peer_input(PeerInput::Disconnected);
        user.input(Input::Peer(peer, PeerInput::Received(bytes))).unwrap();
        user.input(Input::Peer(peer, PeerInput::Received(bytes + 1))).unwrap();
        user.pass(60_000);
    }
    let restarts = |user: &User| {
        let offers = user.effects.iter().filter_map(|effect| match effect {
            Effect::MakeOffer { restart, .. } if *restart > 0 => Some(*restart),
            _ => None,
        });
        offers.collect::<Vec<_>>()
    };
    assert_eq!(restarts(&user), [1, 2]);
    let body = String::from("a=ice-ufrag:u\r\na=ice-pwd:p\r\n");
    let reply = Some(Reply { status: 200, body, ..Reply::default() });
    for restart in [1, 2] {
        let offer = String::from(OFFER);
        user.input(Input::Peer(peer, PeerInput::Offered { restart, offer })).unwrap();
        user.input(Input::Peer(peer, PeerInput::Patched { restart, reply: reply.clone() }))
            .unwrap();
    }
    assert_eq!(patches(&user).len(), 1, "only the last offer is sent");
    assert_eq!(taken(&user).iter().map(|taken| taken.0).collect::<Vec<_>>(), [0, 2]);
}

#[test]
fn pub_04_a_session_answered_when_it_is_closed_already_is_ended() {
    let (mut user, peer) = posted();
    user.pass(500);
    user.call(Call::StopPlaying { stream: "s".into() }).unwrap();
    assert!(user.effects.contains(&Effect::ClosePeer(peer)));
    for (session, count) in [("https://node/1", 1), ("https://node/2", 2), ("https://node/3", 2)] {
        user.input(Input::Peer(peer, answered(session))).unwrap();
        assert_eq!(ended(&user).len(), count, "two were posted");
    }
    assert!(taken(&user).is_empty());
    assert!(user.states().ends_with(&[(Stopped, Code::OK)]));
}

#[test]
fn a_nodes_authorization_goes_nowhere_else_and_a_session_without_an_address_is_not_ended() {
    for (session, is_redirected, expected) in [
        ("https://node/1", false, &[("https://node/1", "Bearer token")][..]),
        ("https://other/1", true, &[("https://other/1", "")]),
        ("", false, &[]),
    ] {
        let (mut user, _) = posted();
        let reply = Reply { is_redirected, ..reply(session) };
        user.peer_input(PeerInput::Answered(Some(reply)));
        user.call(Call::StopPlaying { stream: "s".into() }).unwrap();
        assert_eq!(ended(&user), expected);
    }
}
