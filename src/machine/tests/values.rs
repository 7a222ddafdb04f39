//! What an app is told, value by value, and what holds for both publishers and players.

use super::user::{User, login};
use crate::machine::context::Context;
use crate::machine::*;
use holdfast_protocol::{ClientMessage, Node, ServerMessage};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn start(user: &mut User, direction: Direction) {
    match direction {
        Direction::Publish => user.publish(),
        Direction::Play => user.play(),
    }
}

/// The fresh session connects. A publisher that has to announces itself to the room.
fn connect(user: &mut User) {
    user.peer_input(PeerInput::Connected);
    if matches!(user.sent().last(), Some(ClientMessage::Live { .. })) {
        user.done(Code::OK);
    }
    user.media_arrives();
}

/// A user whose stream `s` flows in this direction.
fn flowing(direction: Direction) -> User {
    let mut user = match direction {
        Direction::Publish => User::publishing(&["/node"]),
        Direction::Play => User::playing(&["/node"]),
    };
    user.media_arrives();
    user
}

/// Time passes on a live link.
fn stay(user: &mut User, duration_ms: u64) {
    for _ in 0..duration_ms / 1_000 {
        user.message(ServerMessage::Heartbeat);
        user.pass(1_000);
    }
}

fn attached(user: &User) -> Vec<PeerId> {
    let peers = user.effects.iter().filter_map(|effect| match effect {
        Effect::AttachTracks(peer) => Some(*peer),
        _ => None,
    });
    peers.collect()
}

fn is_released(user: &User) -> bool {
    user.effects.iter().any(|effect| matches!(effect, Effect::ReleaseStream(..)))
}

/// Loses and regains `s` in every possible way; calls `back` each time it flows again.
fn lose_again_and_again(user: &mut User, mut back: impl FnMut(&User)) {
    for input in [PeerInput::Failed, PeerInput::Disconnected] {
        user.peer_input(input);
        user.pass(300);
        connect(user);
        back(user);
        stay(user, 20_000);
    }
    for resumed in [true, false] {
        user.socket_closed();
        user.peer_input(PeerInput::Failed);
        user.pass(600);
        let socket = user.last_socket_opened().unwrap();
        // So that the next messages arrive on the new link.
        user.effects.retain(|effect| !matches!(effect, Effect::SendMessage(..)));
        assert_eq!(user.socket(), socket);
        user.hello(resumed, &[]);
        if !resumed {
            user.nodes(&["/node"]);
        }
        connect(user);
        back(user);
        stay(user, 20_000);
    }
}

fn codes(user: &User) -> Vec<(MediaState, u32)> {
    user.states().into_iter().map(|(state, code)| (state, code.0)).collect()
}

#[test]
fn room_01_the_states_have_the_documented_numbers() {
    let numbers = RoomReason::ALL.map(|state| state as u32);
    assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
}

/// A context that told `state` last, by moves that are certainly allowed.
fn told(state: RoomReason) -> Context {
    use RoomReason::*;
    let path: &[RoomReason] = match state {
        Logout => &[],
        Logining => &[Logining],
        Logined => &[Logining, Logined],
        LoginFailed => &[Logining, LoginFailed],
        Reconnecting => &[Logining, Logined, Reconnecting],
        Reconnected => &[Logining, Logined, Reconnecting, Reconnected],
        ReconnectFailed => &[Logining, Logined, Reconnecting, ReconnectFailed],
        KickOut => &[Logining, Logined, KickOut],
        LogoutFailed => &[Logining, Logined, LogoutFailed],
    };
    let mut ctx = Context::new(1);
    for state in path {
        ctx.tell_room("r", *state, Code::OK, "");
    }
    ctx
}

/// The spelling of the documents: `LoginFailed` is `LOGIN_FAILED`.
fn spelt(state: RoomReason) -> String {
    let mut spelt = String::new();
    for letter in format!("{state:?}").chars() {
        if letter.is_uppercase() && !spelt.is_empty() {
            spelt.push('_');
        }
        spelt.push(letter.to_ascii_uppercase());
    }
    spelt
}

#[test]
#[cfg(debug_assertions)]
fn room_02_only_the_moves_of_the_documents_diagram_are_let_through() {
    let document = include_str!("../../../docs/behaviour.md");
    let diagram = document.split("```").find(|part| part.contains("LOGINING --> LOGINED")).unwrap();
    for from in RoomReason::ALL {
        for to in RoomReason::ALL {
            let edge = format!("{} --> {}", spelt(from), spelt(to));
            let is_drawn = diagram.lines().any(|line| line.trim() == edge);
            let mut ctx = told(from);
            let outcome = catch_unwind(AssertUnwindSafe(|| ctx.tell_room("r", to, Code::OK, "")));
            assert_eq!(outcome.is_ok(), is_drawn, "{edge}");
        }
    }
}

#[test]
fn pub_01_play_01_the_states_have_the_documented_numbers() {
    use MediaState::*;
    assert_eq!([Stopped, Requesting, Flowing].map(|state| state as u32), [0, 1, 2]);
}

#[test]
fn pub_01_play_01_an_event_equal_to_the_one_before_is_not_told() {
    for direction in [Direction::Publish, Direction::Play] {
        let mut user = flowing(direction);
        user.socket_closed();
        user.peer_input(PeerInput::Failed);
        let failed = if direction == Direction::Publish { 1103021 } else { 1104021 };
        user.pass_failing(60_000);
        let tries = user.events.iter().filter(|event| matches!(event, Event::Retry(_))).count();
        assert!(tries > 20, "{tries}");
        let expected = [(MediaState::Requesting, 1000017), (MediaState::Requesting, failed)];
        assert_eq!(codes(&user), expected, "one for the loss, one for all the failures");
    }
}

#[test]
fn play_01_stopping_a_player_that_waits_for_its_stream_tells_no_second_no_play() {
    let mut user = User::logged_in();
    let (call, stream) = (CallId(2), "s".into());
    user.call(Call::StartPlaying { call, room: None, stream, follow: true }).unwrap();
    user.done(Code::STREAM_NOT_FOUND);
    user.call(Call::StopPlaying { stream: "s".into() }).unwrap();
    assert_eq!(codes(&user), [(MediaState::Requesting, 0), (MediaState::Stopped, 0)]);
    assert!(is_released(&user));
}

#[test]
fn pub_05_play_05_three_rounds_end_with_the_last_failures_code() {
    for (direction, code) in [(Direction::Publish, 1103030), (Direction::Play, 1104030)] {
        let mut user = User::logged_in();
        start(&mut user, direction);
        for (round, limit_ms) in [8_000, 16_000, 30_000].into_iter().enumerate() {
            user.nodes(&["/one", "/two"]);
            user.peer_input(PeerInput::Failed);
            assert_eq!(user.urls_opened().len(), 2 * round + 2);
            stay(&mut user, limit_ms + 2_000);
        }
        assert_eq!(codes(&user).last(), Some(&(MediaState::Stopped, code)));
        assert!(is_released(&user));
    }
}

#[test]
fn play_05_the_windows_end_has_its_own_code() {
    let mut user = flowing(Direction::Play);
    user.socket_closed();
    user.peer_input(PeerInput::Failed);
    user.pass_failing(1_199_999);
    assert!(codes(&user).iter().all(|(state, _)| *state == MediaState::Requesting));
    user.pass_failing(1);
    assert_eq!(codes(&user).last(), Some(&(MediaState::Stopped, 1104031)));
}

#[test]
fn pub_06_the_apps_stream_is_kept_and_used_through_every_reconnect() {
    let mut user = flowing(Direction::Publish);
    let mut sessions = 1;
    lose_again_and_again(&mut user, |user| {
        assert!(user.urls_opened().len() > sessions, "a session of its own");
        sessions = user.urls_opened().len();
        assert_eq!(user.states().last(), Some(&(MediaState::Flowing, Code::OK)));
        assert!(!is_released(user));
    });
    for effect in &user.effects {
        if let Effect::OpenPeer { stream, .. } = effect {
            assert_eq!(stream, "s", "the source that the app gave");
        }
    }
    user.call(Call::StopPublishing { stream: "s".into() }).unwrap();
    assert!(is_released(&user));
}

#[test]
fn play_06_the_apps_mediastream_is_kept_through_every_reconnect() {
    let mut user = flowing(Direction::Play);
    let mut peers = vec![user.peer().unwrap()];
    lose_again_and_again(&mut user, |user| {
        peers.push(user.peer().unwrap());
        assert_eq!(attached(user), peers, "each session's tracks, once it carries media");
        assert!(!is_released(user));
    });
    let settled = |event: &&Event| matches!(event, Event::PlaySettled(..));
    assert_eq!(user.events.iter().filter(settled).count(), 0, "the promise has been kept already");
    user.call(Call::StopPlaying { stream: "s".into() }).unwrap();
    assert!(is_released(&user));
}

#[test]
fn play_06_a_session_that_comes_back_itself_swaps_no_tracks() {
    let mut user = flowing(Direction::Play);
    let peer = user.peer().unwrap();
    user.pass(500);
    user.peer_input(PeerInput::Disconnected);
    user.pass(200);
    user.input(Input::Peer(peer, PeerInput::Connected)).unwrap();
    user.input(Input::Peer(peer, PeerInput::Received(3_000))).unwrap();
    assert_eq!(user.states().last(), Some(&(MediaState::Flowing, Code::OK)));
    assert_eq!(attached(&user), [peer], "from the start");
}

#[test]
fn play_08_a_player_that_failed_waits_three_seconds_for_its_next_first_try() {
    let mut user = User::logged_in();
    user.play();
    user.done(Code::PLAY_REFUSED);
    assert_eq!(user.states().last(), Some(&(MediaState::Stopped, Code::PLAY_REFUSED)));
    user.pass(1_000);
    user.forget();
    user.play();
    let wait = user.events.iter().find_map(|event| match event {
        Event::Retry(update) => Some((update.cause, update.wait_ms)),
        _ => None,
    });
    assert_eq!(wait, Some((RetryCause::TooSoon, 2_000)));
    assert!(user.sent().is_empty());
    stay(&mut user, 2_000);
    assert!(user.sent().iter().any(|message| matches!(message, ClientMessage::Play { .. })));
}

#[test]
fn cfg_01_without_retry_what_is_lost_is_over() {
    let mut user = User::new();
    let config = Config { room_window_ms: 0, media_window_ms: 0 };
    user.call(Call::Configure(config)).unwrap();
    user.login();
    user.hello(false, &[]);
    user.play();
    user.nodes(&["/node"]);
    connect(&mut user);
    user.forget_told();
    user.peer_input(PeerInput::Failed);
    assert_eq!(codes(&user), [(MediaState::Stopped, 1000017)]);
    user.socket_closed();
    let reasons = [(RoomReason::Reconnecting, 1000017), (RoomReason::ReconnectFailed, 1002031)];
    assert_eq!(user.reasons(), reasons.map(|(reason, code)| (reason, Code(code))));
    assert_eq!(user.brain.next_deadline(), None);
}

#[test]
fn cfg_02_how_long_the_grace_is_only_the_server_knows() {
    for (away_ms, resumed) in [(80_000, false), (600_000, true)] {
        let mut user = flowing(Direction::Publish);
        user.socket_closed();
        user.effects.clear();
        user.pass_failing(away_ms);
        user.network(NetworkInput::Online);
        let resume = user.last_login().and_then(|login| login.resume.as_ref());
        assert_eq!(resume.map(|resume| resume.session.as_str()), Some("session 1"));
        user.hello(resumed, &[]);
        assert_eq!(user.reasons()[1..], [(RoomReason::Reconnected, Code::OK)]);
        let is_requested = codes(&user).contains(&(MediaState::Requesting, 1000017));
        assert_eq!(is_requested, !resumed, "published anew only where the server forgot");
    }
}

#[test]
fn bey_05_a_page_frozen_past_its_grace_comes_back_by_itself() {
    let mut user = flowing(Direction::Publish);
    user.now = user.now + 600_000;
    user.network(NetworkInput::Woke);
    assert!(matches!(user.sent().last(), Some(ClientMessage::Ping { .. })), "looks at once");
    user.socket_closed();
    user.peer_input(PeerInput::Failed);
    user.pass(600);
    user.effects.retain(|effect| matches!(effect, Effect::OpenSocket(..)));
    user.hello(false, &[]);
    user.nodes(&["/node"]);
    connect(&mut user);
    let reasons: Vec<_> = user.reasons().into_iter().map(|(reason, _)| reason).collect();
    assert_eq!(reasons, [RoomReason::Reconnecting, RoomReason::Reconnected]);
    assert_eq!(user.states().last(), Some(&(MediaState::Flowing, Code::OK)));
}

#[test]
fn bey_05_timers_throttled_to_one_a_minute_only_delay() {
    let mut user = User::logged_in();
    user.socket_closed();
    for _ in 0..10 {
        user.now = user.now + 60_000;
        user.input(Input::Timeout).unwrap();
        let opened = user.last_socket_opened();
        user.forget_told();
        if let Some(socket) = opened {
            user.input(Input::Socket(socket, SocketInput::Closed)).unwrap();
        }
        user.effects.clear();
    }
    user.now = user.now + 60_000;
    user.input(Input::Timeout).unwrap();
    assert_eq!(user.sockets_opened(), 1);
    user.hello(true, &[]);
    assert_eq!(user.reasons(), [(RoomReason::Reconnected, Code::OK)]);
}

#[test]
fn bey_06_a_node_may_be_anyones() {
    let mut user = User::logged_in();
    user.publish();
    let url = "https://media.example:8443/live/whip?key=s";
    let node = Node { name: "far".into(), url: url.into(), authorization: "its own".into() };
    let id = user.request();
    user.message(ServerMessage::Nodes { id, nodes: vec![node] });
    let opened = user.effects.iter().find_map(|effect| match effect {
        Effect::Post { url, authorization, .. } => Some((url.as_str(), authorization.as_str())),
        _ => None,
    });
    assert_eq!(opened, Some((url, "its own")), "as the room gave them");
    user.peer_input(PeerInput::Connected);
    let live = user.sent().into_iter().find_map(|message| match message {
        ClientMessage::Live { node, .. } => Some(node.as_str()),
        _ => None,
    });
    assert_eq!(live, Some("far"));
}

#[test]
fn bey_07_the_same_seed_gives_the_same_outputs() {
    let run = |seed| {
        let mut user = User::new();
        user.brain = Brain::new(seed);
        user.call(Call::Login { call: CallId(1), login: Box::new(login("room")) }).unwrap();
        user.hello(false, &[]);
        user.socket_closed();
        user.pass_failing(1_200_000);
        user.events
    };
    let events = run(1);
    assert_eq!(events.last(), run(1).last());
    assert_eq!(events, run(1), "twenty minutes, event for event");
    assert_ne!(events, run(2), "but for the jitter");
}
