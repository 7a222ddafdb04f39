//! Messages, extra info, tokens, switching rooms, and users that lost their links.

use super::user::{User, login};
use crate::machine::RoomReason::*;
use crate::machine::*;
use holdfast_protocol::{ClientMessage, Hello, ServerMessage};

fn broadcast(user: &mut User, call: u32, text: &str) -> Result<(), Refusal> {
    let request = Request::Broadcast { text: text.into() };
    user.call(Call::Send { call: CallId(call), room: Some("room".into()), request })
}

fn settled(user: &User, call: u32) -> Option<Result<u32, Code>> {
    user.events.iter().find_map(|event| match event {
        Event::SendSettled(CallId(id), outcome) if *id == call => {
            Some(outcome.clone().map_err(|refusal| refusal.code))
        }
        _ => None,
    })
}

fn texts(user: &User) -> Vec<String> {
    let text = |message: &&ClientMessage| match message {
        ClientMessage::Broadcast { text, .. } => Some(text.clone()),
        _ => None,
    };
    user.sent().iter().filter_map(text).collect()
}

fn done(user: &mut User, seq: u32) {
    let id = user.request();
    user.message(ServerMessage::Done { id, code: Code::OK, message: String::new(), seq });
}

#[test]
fn room_08_a_broadcast_without_an_answer_is_sent_again_under_its_number() {
    let mut user = User::logged_in();
    broadcast(&mut user, 7, "one").unwrap();
    let first = user.request();
    user.socket_closed();
    broadcast(&mut user, 8, "two").unwrap();
    assert_eq!(settled(&user, 7), None);
    user.pass(1_000);
    user.effects.retain(|effect| matches!(effect, Effect::OpenSocket(..)));
    user.hello(true, &[]);
    assert_eq!(texts(&user), ["one", "two"]);
    assert!(matches!(user.sent()[0], ClientMessage::Broadcast { id, .. } if *id == first));
    done(&mut user, 41);
    assert_eq!(settled(&user, 8), Some(Ok(41)));
}

#[test]
fn room_09_a_server_that_forgot_is_not_told_twice() {
    let mut user = User::logged_in();
    broadcast(&mut user, 7, "perhaps delivered").unwrap();
    user.socket_closed();
    broadcast(&mut user, 8, "surely not").unwrap();
    user.pass(1_000);
    user.effects.retain(|effect| matches!(effect, Effect::OpenSocket(..)));
    user.hello(false, &[]);
    assert_eq!(texts(&user), ["surely not"]);
    assert_eq!(settled(&user, 7), Some(Err(Code::MESSAGE_FAILED)));
}

#[test]
fn a_barrage_is_for_now_or_never() {
    let mut user = User::logged_in();
    let barrage = |call| Call::Send {
        call: CallId(call),
        room: None,
        request: Request::Barrage { text: "+1".into() },
    };
    user.call(barrage(7)).unwrap();
    user.socket_closed();
    assert_eq!(settled(&user, 7), Some(Err(Code::MESSAGE_FAILED)));
    assert_eq!(user.call(barrage(8)).unwrap_err().code, Code::MESSAGE_FAILED);
}

#[test]
fn a_request_ends_with_the_server_silent_or_the_room_over() {
    let mut user = User::logged_in();
    broadcast(&mut user, 7, "x").unwrap();
    for _ in 0..5 {
        user.pass(1_000);
        user.message(ServerMessage::Heartbeat);
    }
    assert_eq!(settled(&user, 7), Some(Err(Code::REQUEST_TIMEOUT)));
    broadcast(&mut user, 8, "x").unwrap();
    user.message(ServerMessage::End { code: Code::KICKED_BY_SERVER, message: String::new() });
    assert_eq!(settled(&user, 8), Some(Err(Code::KICKED_BY_SERVER)));
    assert_eq!(broadcast(&mut user, 9, "x").unwrap_err().code, Code::NOT_IN_ROOM);
}

#[test]
fn only_so_many_requests_wait() {
    let mut user = User::logged_in();
    user.socket_closed();
    for call in 0..32 {
        broadcast(&mut user, call, "x").unwrap();
    }
    assert_eq!(broadcast(&mut user, 99, "x").unwrap_err().code, Code::MESSAGE_TOO_FREQUENT);
    assert_eq!(broadcast(&mut user, 99, "").unwrap_err().code, Code::MESSAGE_EMPTY);
    let long = "x".repeat(1_025);
    assert_eq!(broadcast(&mut user, 99, &long).unwrap_err().code, Code::MESSAGE_TOO_LONG);
}

fn switch(from: &str, to: &str) -> Call {
    Call::Switch { from: from.into(), call: CallId(5), login: Box::new(login(to)) }
}

fn switch_settled(user: &User) -> Option<bool> {
    user.events.iter().find_map(|event| match event {
        Event::LoginSettled(CallId(5), outcome) => Some(outcome.is_ok()),
        _ => None,
    })
}

#[test]
fn room_14_switching_leaves_one_room_and_enters_the_other() {
    let mut user = User::logged_in();
    user.publish();
    user.call(switch("room", "other")).unwrap();
    assert_eq!(user.states().last().unwrap().0, MediaState::Stopped);
    assert!(user.sent().contains(&&ClientMessage::Logout));
    user.message(ServerMessage::Bye);
    let reasons: Vec<_> = user.reasons().into_iter().map(|(reason, _)| reason).collect();
    assert_eq!(reasons, [Logout, Logining]);
    assert_eq!(switch_settled(&user), None);
    let opened = user.last_login().unwrap();
    assert_eq!((opened.room.as_str(), &opened.resume), ("other", &None));
    user.hello(false, &[]);
    assert_eq!(user.reasons().last().unwrap().0, Logined);
    assert_eq!(switch_settled(&user), Some(true));
}

#[test]
fn room_14_a_bad_switch_changes_nothing() {
    let mut user = User::logged_in();
    let code = |outcome: Result<(), Refusal>| outcome.unwrap_err().code;
    assert_eq!(code(user.call(switch("nowhere", "other"))), Code::NOT_IN_ROOM);
    assert_eq!(code(user.call(switch("room", "room"))), Code::ALREADY_LOGGED_IN);
    assert_eq!(code(user.call(switch("room", ""))), Code::ROOM_ID_EMPTY);
    assert!(user.effects.is_empty() && user.events.is_empty());
}

#[test]
fn room_14_a_logout_in_the_middle_cancels_the_switch() {
    let mut user = User::logged_in();
    user.call(switch("room", "other")).unwrap();
    user.call(Call::Logout { room: None }).unwrap();
    assert_eq!(switch_settled(&user), Some(false));
    user.message(ServerMessage::Bye);
    assert_eq!(user.reasons(), [(Logout, Code::OK)]);
    assert_eq!(user.brain.next_deadline(), None);
}

#[test]
fn bey_03_others_lost_links_are_told_once() {
    let mut user = User::logged_in();
    let connection = |up| ServerMessage::Connection { user: "b".into(), up };
    for up in [false, false, true, true] {
        user.message(connection(up));
    }
    let told: Vec<_> = user
        .events
        .iter()
        .filter_map(|event| match event {
            Event::RoomChanged { difference: Difference::Connection(user, up), .. } => {
                Some((user.as_str(), *up))
            }
            _ => None,
        })
        .collect();
    assert_eq!(told, [("b", false), ("b", true)]);
}

#[test]
fn bey_01_every_try_and_wait_is_told() {
    let mut user = User::logged_in();
    user.pass(500);
    user.socket_closed();
    user.pass_failing(30_000);
    let updates: Vec<&RetryUpdate> = user
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Retry(update) => Some(update),
            _ => None,
        })
        .collect();
    assert!(updates.len() > 6, "{updates:?}");
    for (index, update) in updates.iter().enumerate() {
        assert_eq!((update.layer, update.id.as_str()), (Layer::Room, "room"));
        assert_eq!(update.cause, RetryCause::Remote);
        assert_eq!(update.window_ms, 1_200_000);
        assert_eq!(update.attempt as usize, index / 2 + 1, "a wait, then its try");
        if index % 2 == 1 {
            assert_eq!(update.wait_ms, 0);
            let waited = update.elapsed_ms - updates[index - 1].elapsed_ms;
            assert_eq!(waited, updates[index - 1].wait_ms);
        }
    }
}

fn set_extra(user: &mut User, value: &str) {
    let request = Request::RoomExtra { key: "topic".into(), value: value.into() };
    user.call(Call::Send { call: CallId(7), room: None, request }).unwrap();
    let id = user.request();
    user.message(ServerMessage::Done { id, code: Code::OK, message: String::new(), seq: 11 });
}

fn extra_told(user: &User) -> Vec<String> {
    let mut told = Vec::new();
    for event in &user.events {
        if let Event::RoomChanged { difference: Difference::RoomExtra(extra), .. } = event {
            told.extend(extra.iter().map(|extra| extra.value.clone()));
        }
    }
    told
}

#[test]
fn room_09_ones_own_extra_info_is_news_only_when_it_is_gone() {
    for (is_kept, expected) in [(true, vec![]), (false, vec![String::new()])] {
        let mut user = User::logged_in();
        set_extra(&mut user, "news");
        assert!(extra_told(&user).is_empty());
        user.socket_closed();
        user.pass(1_000);
        let key = holdfast_protocol::RoomExtra {
            key: "topic".into(),
            value: "news".into(),
            user: holdfast_protocol::User { id: "me".into(), name: "Me".into() },
            at_ms: 5,
        };
        let extra = if is_kept { vec![key] } else { Vec::new() };
        let snapshot = Some(holdfast_protocol::Snapshot { extra, ..Default::default() });
        let (session, secret) = ("session 2".into(), "secret".into());
        let hello = Hello { session, secret, snapshot, heartbeat_ms: 1_000, ..Hello::default() };
        let socket = user.last_socket_opened().unwrap();
        user.message_on(socket, ServerMessage::Hello(hello));
        assert_eq!(extra_told(&user), expected);
    }
}

#[test]
fn room_13_another_users_login_is_no_word_of_the_first_ones_logout() {
    for (is_linked, expected) in [(true, Logout), (false, LogoutFailed)] {
        let mut user = User::logged_in();
        if !is_linked {
            user.socket_closed();
        }
        user.call(Call::Logout { room: None }).unwrap();
        let mut other = login("room");
        other.user.id = "you".into();
        let call = Call::Login { call: CallId(9), login: Box::new(other) };
        user.call(call).unwrap();
        assert!(user.reasons().iter().any(|(reason, _)| *reason == expected), "{is_linked}");
    }
}
