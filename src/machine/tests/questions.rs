//! Questions of publishers and players to the room: no faster than it accepts them, and not
//! repeated.

use super::user::User;
use crate::machine::RoomReason::*;
use crate::machine::*;
use holdfast_protocol::{Change, ClientMessage, ServerMessage, Stream, User as Member};

fn play(user: &mut User, number: u32) {
    let (call, stream) = (CallId(1_000 + number), format!("s{number}"));
    user.call(Call::StartPlaying { call, room: None, stream, follow: false }).unwrap();
}

/// Lets time pass on a live link to a room that has none of the streams asked for. Returns the
/// number of questions.
fn pass_with_no_stream(user: &mut User, duration_ms: u64) -> usize {
    let (mut questions, mut answered) = (0, 0);
    for _ in 0..=duration_ms / 25 {
        loop {
            let asked: Vec<u32> = user.effects[answered..]
                .iter()
                .filter_map(|effect| match effect {
                    Effect::SendMessage(_, ClientMessage::Play { id, .. }) => Some(*id),
                    _ => None,
                })
                .collect();
            answered = user.effects.len();
            questions += asked.len();
            if asked.is_empty() {
                break;
            }
            for id in asked {
                let code = Code::STREAM_NOT_FOUND;
                let message = ServerMessage::Done { id, code, message: String::new(), seq: 0 };
                user.message_on(SocketId(1), message);
            }
        }
        user.message_on(SocketId(1), ServerMessage::Heartbeat);
        user.pass(25);
    }
    questions
}

fn questions(user: &User) -> usize {
    user.sent().iter().filter(|message| matches!(message, ClientMessage::Play { .. })).count()
}

fn retry_updates(user: &User) -> usize {
    user.events.iter().filter(|event| matches!(event, Event::Retry(_))).count()
}

fn added(user: &mut User, id: &str) {
    changed(user, 11, Change::Add, id);
}

fn changed(user: &mut User, seq: u32, change: Change, id: &str) {
    let owner = Member { id: "b".into(), name: String::new() };
    let streams = vec![Stream { id: id.into(), user: owner, extra: String::new(), muted: 0 }];
    let message = ServerMessage::Streams { seq, change, streams, reason: None };
    user.message_on(SocketId(1), message);
}

#[test]
fn play_07_a_stream_that_is_not_in_the_room_is_asked_after_once_a_minute_at_most() {
    let mut user = User::logged_in();
    play(&mut user, 1);
    assert_eq!(pass_with_no_stream(&mut user, 59_000), 1);
    assert_eq!(user.states().last(), Some(&(MediaState::Requesting, Code::STREAM_NOT_FOUND)));
    assert_eq!(pass_with_no_stream(&mut user, 600_000), 1 + 10, "the one from before counts again");
    assert!(retry_updates(&user) <= 2 * 12);
}

#[test]
fn play_07_its_add_is_what_ends_the_wait() {
    let mut user = User::logged_in();
    play(&mut user, 1);
    pass_with_no_stream(&mut user, 5_000);
    user.effects.clear();
    added(&mut user, "s1");
    assert_eq!(questions(&user), 1);
}

#[test]
fn play_07_ones_own_stream_is_played_once_it_is_published() {
    let mut user = User::logged_in();
    let (call, stream) = (CallId(2), "s".into());
    user.call(Call::StartPlaying { call, room: None, stream, follow: false }).unwrap();
    user.done(Code::STREAM_NOT_FOUND);
    user.publish();
    user.nodes(&["/whip/s"]);
    user.peer_input(PeerInput::Connected);
    assert_eq!(questions(&user), 1);
    user.done(Code::OK);
    assert_eq!(questions(&user), 2, "no ADD is told of it");
}

/// A player whose stream has left the room, and its session: the room said so before anything else
/// showed it.
fn left() -> (User, PeerId) {
    let mut user = User::playing(&["/whep/s"]);
    let peer = user.peer().unwrap();
    added(&mut user, "s");
    user.forget();
    changed(&mut user, 12, Change::Delete, "s");
    (user, peer)
}

#[test]
fn play_07_media_of_a_stream_that_left_the_room_is_kept_while_it_flows() {
    let (mut user, peer) = left();
    user.media_arrives_at(peer);
    assert_eq!((user.states(), questions(&user)), (vec![], 0));
    assert!(!user.effects.contains(&Effect::ClosePeer(peer)));
}

#[test]
fn play_07_no_node_is_asked_for_a_stream_that_the_room_says_is_gone() {
    for lost in [PeerInput::Disconnected, PeerInput::Failed] {
        let (mut user, peer) = left();
        user.input(Input::Peer(peer, lost.clone())).unwrap();
        pass_with_no_stream(&mut user, 5_000);
        let state = Some(&(MediaState::Requesting, Code::STREAM_NOT_FOUND));
        assert_eq!(user.states().last(), state, "{lost:?}");
        assert_eq!(offers(&user), 0, "{lost:?}");
        let asked = questions(&user);
        changed(&mut user, 13, Change::Add, "s");
        assert_eq!(questions(&user), asked + 1, "{lost:?}");
        user.nodes(&["/whep/s"]);
        assert_eq!(offers(&user), 1, "{lost:?}");
    }
}

#[test]
fn play_07_a_stream_that_goes_while_its_session_is_opened_is_not_posted_for_again() {
    let mut user = User::logged_in();
    added(&mut user, "s");
    user.play();
    user.nodes(&["/one", "/two"]);
    let peer = user.peer().unwrap();
    user.forget();
    changed(&mut user, 12, Change::Delete, "s");
    assert!(user.effects.contains(&Effect::ClosePeer(peer)));
    pass_with_no_stream(&mut user, 5_000);
    assert_eq!(offers(&user), 0);
}

#[test]
fn play_07_a_stream_that_goes_and_comes_again_is_asked_of_the_room_before_a_node() {
    let (mut user, peer) = left();
    changed(&mut user, 13, Change::Add, "s");
    user.input(Input::Peer(peer, PeerInput::Failed)).unwrap();
    assert_eq!((offers(&user), questions(&user)), (0, 1));
    user.nodes(&["/whep/s"]);
    assert_eq!(offers(&user), 1);
}

#[test]
fn play_07_a_stream_of_another_is_still_there_when_ones_own_of_that_name_is_stopped() {
    let mut user = User::playing(&["/whep/s"]);
    let peer = user.peer().unwrap();
    added(&mut user, "s");
    user.call(Call::StartPublishing { room: None, stream: "s".into(), extra: String::new() })
        .unwrap();
    user.forget();
    user.call(Call::StopPublishing { stream: "s".into() }).unwrap();
    user.input(Input::Peer(peer, PeerInput::Disconnected)).unwrap();
    assert!(user.effects.iter().any(|effect| matches!(effect, Effect::MakeOffer { .. })));
}

#[test]
fn play_07_ones_own_stream_that_is_stopped_is_not_posted_for() {
    let mut user = User::publishing(&["/whip/s"]);
    user.play();
    user.nodes(&["/whep/s"]);
    user.peer_input(PeerInput::Connected);
    let player = user.peer().unwrap();
    user.forget();
    user.call(Call::StopPublishing { stream: "s".into() }).unwrap();
    user.input(Input::Peer(player, PeerInput::Failed)).unwrap();
    pass_with_no_stream(&mut user, 5_000);
    assert_eq!(offers(&user), 0);
}

/// The sessions that are opened or restarted at a node.
fn offers(user: &User) -> usize {
    user.effects.iter().filter(|effect| matches!(effect, Effect::MakeOffer { .. })).count()
}

#[test]
fn media_10_a_thousand_players_ask_no_faster_than_the_room_takes_it() {
    let mut user = User::logged_in();
    for number in 0..1_000 {
        play(&mut user, number);
    }
    assert_eq!(questions(&user) as u64, timing::ASK_BURST);
    let before = user.now;
    let mut asked = 0;
    let mut seconds = 0;
    while asked < 1_000 {
        let news = pass_with_no_stream(&mut user, 1_000);
        assert!(news as u64 <= 1_000 / timing::ASK_INTERVAL_MS + timing::ASK_BURST + 2, "{news}");
        asked += news;
        user.effects.clear();
        seconds += 1;
    }
    assert!(seconds <= 32, "{seconds} s, {:?}", user.now - before);
    assert!(user.reasons().is_empty());
    assert!(retry_updates(&user) <= 2_100, "{}", retry_updates(&user));
}

#[test]
fn media_10_no_more_questions_than_a_burst_are_without_an_answer() {
    let mut user = User::logged_in();
    for number in 0..200 {
        play(&mut user, number);
    }
    for _ in 0..4 {
        user.pass(1_000);
        user.message_on(SocketId(1), ServerMessage::Heartbeat);
    }
    assert_eq!(questions(&user) as u64, timing::ASK_BURST);
}

#[test]
fn media_10_what_the_app_sends_waits_for_no_question() {
    let mut user = User::logged_in();
    for number in 0..1_000 {
        play(&mut user, number);
    }
    let request = Request::Broadcast { text: "hello".into() };
    user.call(Call::Send { call: CallId(7), room: None, request }).unwrap();
    assert!(matches!(user.sent().last(), Some(ClientMessage::Broadcast { .. })));
}

#[test]
fn media_10_publishers_ask_first_and_then_players_of_what_is_there() {
    let mut user = User::logged_in();
    added(&mut user, "s170");
    for number in 0..200 {
        play(&mut user, number);
    }
    user.publish();
    let not_found = |user: &mut User, id: u32| {
        let (code, message) = (Code::STREAM_NOT_FOUND, String::new());
        user.message_on(SocketId(1), ServerMessage::Done { id, code, message, seq: 0 });
        user.pass(2 * timing::ASK_INTERVAL_MS);
    };
    let last = user.request();
    let before = user.sent().len();
    not_found(&mut user, last);
    not_found(&mut user, last - 1);
    let asked: Vec<_> = user.sent()[before..].iter().copied().cloned().collect();
    assert!(matches!(&asked[0], ClientMessage::Publish { .. }), "{asked:?}");
    assert!(
        matches!(&asked[1], ClientMessage::Play { stream, .. } if stream == "s170"),
        "{asked:?}"
    );
}

#[test]
fn media_10_a_link_that_was_too_much_for_the_server_is_not_opened_again_at_once() {
    let mut user = User::logged_in();
    for number in 0..200 {
        play(&mut user, number);
    }
    let socket = user.socket();
    user.forget();
    user.input(Input::Socket(socket, SocketInput::OverLimit)).unwrap();
    assert_eq!(user.reasons(), [(Reconnecting, Code::NETWORK_BROKEN)]);
    user.network(NetworkInput::Online);
    user.pass(1_999);
    assert_eq!(user.sockets_opened(), 0);
    user.pass(8_000);
    user.effects.retain(|effect| matches!(effect, Effect::OpenSocket(..)));
    user.hello(true, &[]);
    assert_eq!(questions(&user) as u64, timing::ASK_BURST / 2, "and is asked more slowly");
}

#[test]
fn media_10_who_was_only_asleep_is_back_as_soon_as_ever() {
    let mut user = User::logged_in();
    let socket = user.socket();
    user.input(Input::Socket(socket, SocketInput::OverLimit)).unwrap();
    user.pass(500);
    assert_eq!(user.sockets_opened(), 1);
}

#[test]
fn media_10_of_many_sessions_that_wait_for_their_turn_each_is_told_once() {
    let mut user = User::logged_in();
    let node = holdfast_protocol::Node { url: "/whep".into(), ..Default::default() };
    for number in 0..40 {
        play(&mut user, number);
        let id = user.request();
        user.message(ServerMessage::Nodes { id, nodes: vec![node.clone()] });
    }
    for _ in 0..50 {
        user.pass(100);
        user.message_on(SocketId(1), ServerMessage::Heartbeat);
    }
    assert_eq!(user.urls_opened().len(), 40);
    let limited = |event: &&Event| {
        matches!(event, Event::Retry(update)
            if update.cause == RetryCause::Limited && update.wait_ms > 0)
    };
    assert_eq!(user.events.iter().filter(limited).count(), 31);
}
