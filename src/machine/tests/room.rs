//! The rules of the room.

use super::user::{User, login};
use crate::machine::RoomReason::*;
use crate::machine::*;
use holdfast_protocol::{Change, ClientMessage, Resume, ServerMessage, User as Member};

fn settled(user: &User) -> Option<&Result<(), Refusal>> {
    user.events.iter().find_map(|event| match event {
        Event::LoginSettled(CallId(1), outcome) => Some(outcome),
        _ => None,
    })
}

#[test]
fn room_03_login_gives_logining_then_logined_and_resolves() {
    let mut user = User::new();
    user.login();
    assert_eq!(user.reasons(), [(Logining, Code::OK)]);
    assert_eq!(settled(&user), None);
    user.hello(false, &[("s", "other")]);
    assert_eq!(user.reasons(), [(Logining, Code::OK), (Logined, Code::OK)]);
    assert_eq!(settled(&user), Some(&Ok(())));
    assert!(user.events.iter().any(|event| matches!(event, Event::RoomChanged { .. })));
}

#[test]
fn room_03_a_refusal_is_final_at_once_with_its_code() {
    let mut user = User::new();
    user.login();
    let code = Code::TOKEN_INVALID;
    user.message(ServerMessage::End { code, message: "no".into() });
    assert_eq!(user.reasons(), [(Logining, Code::OK), (LoginFailed, code)]);
    assert_eq!(settled(&user), Some(&Err(Refusal::new(code, "no"))));
    assert_eq!(user.brain.next_deadline(), None, "nothing is tried again");
}

#[test]
fn room_03_a_network_failure_is_retried_until_the_window_ends() {
    let mut user = User::new();
    user.login();
    user.pass_failing(1_199_999);
    assert_eq!(user.reasons(), [(Logining, Code::OK)]);
    user.pass_failing(1);
    assert_eq!(user.reasons()[1..], [(LoginFailed, Code::WINDOW_ENDED)]);
    assert!(settled(&user).is_some_and(Result::is_err));
}

#[test]
fn room_04_a_lost_link_is_told_once() {
    let mut user = User::logged_in();
    user.socket_closed();
    user.pass_failing(60_000);
    assert_eq!(user.reasons(), [(Reconnecting, Code::NETWORK_BROKEN)]);
}

#[test]
fn room_05_a_silent_link_is_noticed_within_three_seconds() {
    let mut user = User::logged_in();
    user.pass(1_499);
    assert!(user.sent().is_empty());
    user.pass(1);
    assert!(matches!(user.sent()[..], [ClientMessage::Ping { .. }]), "silence is probed");
    user.pass(1_299);
    assert!(user.reasons().is_empty());
    user.pass(1);
    assert_eq!(user.reasons(), [(Reconnecting, Code::NETWORK_BROKEN)]);
}

#[test]
fn room_05_any_sign_of_life_keeps_the_link() {
    let mut user = User::logged_in();
    for _ in 0..60 {
        user.pass(1_400);
        user.message(ServerMessage::Heartbeat);
        user.pass(1_600);
        user.input(Input::Socket(user.socket(), SocketInput::Unknown)).unwrap();
    }
    assert!(user.reasons().is_empty());
}

#[test]
fn room_05_offline_is_noticed_within_half_a_second() {
    let mut user = User::logged_in();
    user.network(NetworkInput::Offline);
    user.pass(500);
    assert_eq!(user.reasons(), [(Reconnecting, Code::NETWORK_BROKEN)]);
}

#[test]
fn room_05_a_false_offline_does_no_harm() {
    let mut user = User::logged_in();
    user.network(NetworkInput::Offline);
    user.pass(200);
    user.message(ServerMessage::Pong { n: 1 });
    user.pass(1_000);
    assert!(user.reasons().is_empty());
}

#[test]
fn room_05_waking_up_probes_at_once() {
    let mut user = User::logged_in();
    user.pass(100);
    user.network(NetworkInput::Woke);
    assert!(matches!(user.sent()[..], [ClientMessage::Ping { .. }]));
    user.pass(1_300);
    assert_eq!(user.reasons(), [(Reconnecting, Code::NETWORK_BROKEN)]);
}

#[test]
fn room_06_online_during_a_wait_tries_at_once() {
    let mut user = User::logged_in();
    user.network(NetworkInput::Offline);
    user.pass(500);
    user.forget();
    user.pass(3_000);
    assert_eq!(user.sockets_opened(), 0, "offline only probes slowly");
    user.network(NetworkInput::Online);
    assert_eq!(user.sockets_opened(), 1);
    user.network(NetworkInput::Online);
    assert_eq!(user.sockets_opened(), 1, "a running try is left alone");
}

#[test]
fn room_06_retry_now_ends_a_wait_that_nobody_asked_for() {
    let mut user = User::logged_in();
    user.network(NetworkInput::Offline);
    user.pass(500);
    user.forget();
    user.call(Call::RetryNow).unwrap();
    assert_eq!(user.sockets_opened(), 1);
    user.call(Call::RetryNow).unwrap();
    assert_eq!(user.sockets_opened(), 1, "a running try is left alone");

    let mut user = User::logged_in();
    user.message(ServerMessage::Goaway { min_ms: 9_000, max_ms: 9_000 });
    user.forget();
    user.call(Call::RetryNow).unwrap();
    assert_eq!(user.sockets_opened(), 0, "a wait that was asked for is kept to");
}

#[test]
fn room_06_a_try_that_hangs_is_ended() {
    let mut user = User::new();
    user.login();
    let first = user.socket();
    user.pass(9_000);
    assert_eq!(user.sockets_opened(), 2, "another one follows after 8 s");
    user.pass(20_000);
    assert!(!user.effects.contains(&Effect::CloseSocket(first)), "the path may be slow");
    user.pass(1_000);
    assert!(user.effects.contains(&Effect::CloseSocket(first)));
}

#[test]
fn room_06_a_server_that_greets_and_hangs_up_is_not_stormed() {
    let mut user = User::logged_in();
    user.socket_closed();
    let mut logins = 0;
    while user.now < Millis(60_000) {
        user.pass(10);
        if user.sockets_opened() > 0 {
            logins += 1;
            user.hello(true, &[]);
            user.effects.retain(|effect| matches!(effect, Effect::OpenSocket(..)));
            user.socket_closed();
            user.effects.retain(|effect| !matches!(effect, Effect::CloseSocket(_)));
            user.forget();
        }
    }
    assert!((5..30).contains(&logins), "{logins}");
}

#[test]
fn room_07_back_inside_the_window_is_reconnected() {
    let mut user = User::logged_in();
    user.socket_closed();
    user.pass(1_000);
    user.hello(true, &[]);
    assert_eq!(user.reasons()[1..], [(Reconnected, Code::OK)]);
}

#[test]
fn room_07_gives_up_at_the_windows_end_and_never_before() {
    let mut user = User::logged_in();
    user.socket_closed();
    user.pass_failing(1_199_999);
    assert_eq!(user.reasons().len(), 1);
    user.pass_failing(1);
    assert_eq!(user.reasons()[1..], [(ReconnectFailed, Code::WINDOW_ENDED)]);
    user.forget();
    user.network(NetworkInput::Online);
    user.pass(60_000);
    assert!(user.effects.is_empty(), "no further try");
}

#[test]
fn room_08_coming_back_asks_for_the_session() {
    let mut user = User::logged_in();
    let users = vec![Member { id: "b".into(), name: String::new() }];
    user.message(ServerMessage::Users { seq: 12, change: Change::Add, users });
    user.socket_closed();
    user.pass(1_000);
    let resume = Resume { session: "session 1".into(), secret: "secret".into(), seq: 12 };
    assert_eq!(user.last_login().unwrap().resume, Some(resume));
}

#[test]
fn room_08_an_event_seen_before_is_not_told_again() {
    let mut user = User::logged_in();
    let users = vec![Member { id: "b".into(), name: String::new() }];
    let message = |seq| ServerMessage::Users { seq, change: Change::Add, users: users.clone() };
    user.message(message(10));
    assert!(user.events.is_empty(), "the snapshot stood at 10");
    user.message(message(11));
    assert_eq!(user.events.len(), 1);
}

#[test]
fn room_11_after_a_kick_nothing_is_tried() {
    let mut user = User::logged_in();
    let code = Code::KICKED_BY_LOGIN;
    user.message(ServerMessage::End { code, message: String::new() });
    assert_eq!(user.reasons(), [(KickOut, code)]);
    assert_eq!(user.brain.next_deadline(), None);
    user.forget();
    user.network(NetworkInput::Online);
    assert!(user.effects.is_empty());
}

#[test]
fn room_11_a_kick_can_meet_a_returning_user() {
    let mut user = User::logged_in();
    user.socket_closed();
    user.pass(1_000);
    let code = Code::REPLACED_WHILE_AWAY;
    user.message(ServerMessage::End { code, message: String::new() });
    assert_eq!(user.reasons()[1..], [(KickOut, code)]);
}

#[test]
fn room_13_logout_tells_the_server() {
    let mut user = User::logged_in();
    user.call(Call::Logout { room: None }).unwrap();
    assert_eq!(user.sent(), [&ClientMessage::Logout]);
    assert!(user.reasons().is_empty());
    user.message(ServerMessage::Bye);
    assert_eq!(user.reasons(), [(Logout, Code::OK)]);
    assert_eq!(user.brain.next_deadline(), None);
}

#[test]
fn room_13_a_server_that_cannot_be_told_within_three_seconds() {
    let mut user = User::logged_in();
    user.socket_closed();
    user.forget();
    user.call(Call::Logout { room: Some("room".into()) }).unwrap();
    user.pass(3_000);
    assert_eq!(user.reasons(), [(LogoutFailed, Code::OK)]);
    assert_eq!(user.brain.next_deadline(), None);
}

#[test]
fn room_13_a_dead_link_that_nobody_noticed_is_not_the_servers_word() {
    let mut user = User::logged_in();
    user.call(Call::Logout { room: None }).unwrap();
    user.pass(3_000);
    assert_eq!(user.reasons(), [(LogoutFailed, Code::OK)]);
}

#[test]
fn room_06_a_change_of_connection_probes_but_tries_nothing_early() {
    let mut user = User::logged_in();
    user.network(NetworkInput::Changed);
    assert!(matches!(user.sent()[..], [ClientMessage::Ping { .. }]));
    user.network(NetworkInput::Offline);
    user.pass(500);
    user.forget();
    user.network(NetworkInput::Changed);
    assert_eq!(user.sockets_opened(), 0, "still offline, still waiting");
    user.network(NetworkInput::Woke);
    assert_eq!(user.sockets_opened(), 1);
    user.socket_closed();
    user.pass(9_000);
    assert_eq!(user.sockets_opened(), 1, "waking up is no word of the network");
}

#[test]
fn room_13_logging_out_while_logging_in_cancels_the_login() {
    let mut user = User::new();
    user.login();
    user.call(Call::Logout { room: None }).unwrap();
    let refusal = settled(&user).unwrap().as_ref().unwrap_err();
    assert_eq!(refusal.code, Code::LOGIN_CANCELLED);
    user.hello(false, &[]);
    assert_eq!(user.sent(), [&ClientMessage::Logout], "a session made meanwhile is given back");
    user.message(ServerMessage::Bye);
    assert_eq!(user.reasons()[1..], [(Logout, Code::OK)]);
}

#[test]
fn room_13_logging_in_again_need_not_wait_for_the_logout() {
    let mut user = User::logged_in();
    user.call(Call::Logout { room: None }).unwrap();
    user.login();
    user.hello(false, &[]);
    let reasons: Vec<_> = user.reasons().into_iter().map(|(reason, _)| reason).collect();
    assert_eq!(reasons, [Logout, Logining, Logined]);
}

#[test]
fn room_16_a_bad_call_has_its_code_and_sends_nothing() {
    let mut user = User::logged_in();
    let call = |login| Call::Login { call: CallId(9), login: Box::new(login) };
    let code = |outcome: Result<(), Refusal>| outcome.unwrap_err().code;
    assert_eq!(code(user.call(call(login("room")))), Code::ALREADY_LOGGED_IN);
    assert_eq!(code(user.call(call(login("other")))), Code::SECOND_ROOM);
    assert_eq!(code(user.call(call(login("")))), Code::ROOM_ID_EMPTY);
    let nobody = |mut login: holdfast_protocol::Login| {
        login.user.id.clear();
        login
    };
    assert_eq!(code(user.call(call(nobody(login("room"))))), Code::USER_ID_EMPTY);
    let logout = Call::Logout { room: Some("other".into()) };
    assert_eq!(code(user.call(logout)), Code::NOT_IN_ROOM);
    let start = Call::StartPublishing { room: None, stream: "a/b".into(), extra: String::new() };
    assert_eq!(code(user.call(start)), Code::STREAM_ID_BAD);
    let config = Call::Configure(Config::default());
    assert_eq!(code(user.call(config)), Code::BAD_PARAMETER);
    assert!(user.effects.is_empty() && user.events.is_empty());

    let mut user = User::new();
    user.login();
    assert_eq!(code(user.call(call(login("room")))), Code::LOGIN_IN_PROGRESS);
}

#[test]
fn cfg_01_no_retry_means_one_try() {
    let mut user = User::new();
    let mut config = Config::default();
    config.set("room_retry_time", 0.0).unwrap();
    user.call(Call::Configure(config)).unwrap();
    user.login();
    user.pass_failing(0);
    assert_eq!(user.reasons()[1..], [(LoginFailed, Code::WINDOW_ENDED)]);
}

#[test]
fn a_stale_link_is_ignored() {
    let mut user = User::logged_in();
    let old = user.socket();
    user.socket_closed();
    user.pass(1_000);
    user.forget();
    user.input(Input::Socket(old, SocketInput::Message(ServerMessage::Bye))).unwrap();
    user.input(Input::Socket(old, SocketInput::Closed)).unwrap();
    assert!(user.effects.is_empty() && user.events.is_empty());
}
