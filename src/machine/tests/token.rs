//! The login's token: when it expires, and what follows (ROOM-12).

use super::user::User;
use crate::machine::RoomReason::*;
use crate::machine::*;
use holdfast_protocol::{ClientMessage, Hello, ServerMessage};

fn token_hello(user: &mut User, token_ttl_ms: u64) {
    let (session, secret) = ("session".into(), "secret".into());
    let hello = Hello { session, secret, seq: 1, heartbeat_ms: 60_000, ..Hello::default() };
    let hello = Hello { token_ttl_ms: Some(token_ttl_ms), ..hello };
    user.message(ServerMessage::Hello(hello));
}

fn warnings(user: &User) -> usize {
    let is_warning = |event: &&Event| matches!(event, Event::TokenWillExpire { .. });
    user.events.iter().filter(is_warning).count()
}

fn renew(token: &str) -> Call {
    Call::RenewToken { room: None, token: token.into() }
}

#[test]
fn room_12_the_warning_comes_thirty_seconds_before_the_end_and_once() {
    let mut user = User::new();
    user.login();
    token_hello(&mut user, 45_000);
    user.pass(14_999);
    assert_eq!(warnings(&user), 0);
    user.pass(1);
    assert_eq!(warnings(&user), 1);
    user.pass(20_000);
    assert_eq!(warnings(&user), 1);
}

#[test]
fn room_12_a_renewed_token_is_used_by_later_logins() {
    let mut user = User::new();
    user.login();
    token_hello(&mut user, 45_000);
    user.call(renew("newer")).unwrap();
    let Some(ClientMessage::Renew { id, token }) = user.sent().last().copied().cloned() else {
        panic!("the server was not told");
    };
    assert_eq!(token, "newer");
    user.message(ServerMessage::Renewed { id, token_ttl_ms: Some(90_000) });
    user.pass(59_000);
    assert_eq!(warnings(&user), 0, "the newer one's time counts");
    user.socket_closed();
    user.pass(1_000);
    assert_eq!(user.last_login().unwrap().token, "newer");
}

#[test]
fn room_12_a_token_the_server_does_not_take_is_dropped_and_another_asked_for() {
    let mut user = User::new();
    user.login();
    token_hello(&mut user, 3_600_000);
    user.call(renew("bad")).unwrap();
    let Some(ClientMessage::Renew { id, .. }) = user.sent().last().copied().cloned() else {
        panic!("the server was not told");
    };
    let message = String::new();
    user.message(ServerMessage::Done { id, code: Code::TOKEN_INVALID, message, seq: 0 });
    assert_eq!(warnings(&user), 0, "an app that renews at once must not do so for ever");
    user.pass(5_000);
    assert_eq!(warnings(&user), 1);
    user.socket_closed();
    user.pass(1_000);
    assert_eq!(user.last_login().unwrap().token, "token");
}

#[test]
fn room_12_a_token_renewed_while_away_is_carried_by_the_next_login() {
    let mut user = User::logged_in();
    user.call(renew("lost with its link")).unwrap();
    user.socket_closed();
    user.call(renew("newest")).unwrap();
    user.pass(1_000);
    assert_eq!(user.last_login().unwrap().token, "newest");
    assert_eq!(user.call(renew("")).unwrap_err().code, Code::TOKEN_INVALID);
}

#[test]
fn room_12_a_token_renewed_while_a_try_is_under_way_is_told_once_in() {
    let mut user = User::logged_in();
    user.socket_closed();
    user.pass(1_000);
    assert_eq!(user.last_login().unwrap().token, "token");
    user.call(renew("newer")).unwrap();
    user.hello(true, &[]);
    let renewal = |message: &&ClientMessage| match message {
        ClientMessage::Renew { token, .. } => Some(token.clone()),
        _ => None,
    };
    assert_eq!(user.sent().iter().find_map(renewal).as_deref(), Some("newer"));
}

#[test]
fn room_12_an_expired_token_is_a_kick() {
    let mut user = User::logged_in();
    user.message(ServerMessage::End { code: Code::TOKEN_EXPIRED, message: String::new() });
    assert_eq!(user.reasons(), [(KickOut, Code::TOKEN_EXPIRED)]);
}

#[test]
fn room_12_a_short_lived_token_is_not_warned_of_at_once() {
    let mut user = User::new();
    user.login();
    token_hello(&mut user, 20_000);
    user.pass(9_999);
    assert_eq!(warnings(&user), 0);
    user.pass(1);
    assert_eq!(warnings(&user), 1);
}

#[test]
fn room_12_of_two_renewals_the_one_the_server_took_counts() {
    let mut user = User::new();
    user.login();
    token_hello(&mut user, 3_600_000);
    user.call(renew("good")).unwrap();
    user.call(renew("bad")).unwrap();
    let ids: Vec<u32> = user
        .sent()
        .iter()
        .filter_map(|sent| match sent {
            ClientMessage::Renew { id, .. } => Some(*id),
            _ => None,
        })
        .collect();
    user.message(ServerMessage::Renewed { id: ids[0], token_ttl_ms: None });
    let message = String::new();
    user.message(ServerMessage::Done { id: ids[1], code: Code::TOKEN_INVALID, message, seq: 0 });
    user.socket_closed();
    user.pass(1_000);
    assert_eq!(user.last_login().unwrap().token, "good");
}

const LEEWAY_MS: u64 = timing::TOKEN_LEEWAY_MS;

/// Logged in with a token that is valid for this long.
fn logged_in_for(token_ttl_ms: u64) -> User {
    let mut user = User::new();
    user.login();
    token_hello(&mut user, token_ttl_ms);
    user.forget();
    user
}

/// The link is lost. When the network comes back the token has expired, and the server says so.
fn turned_away() -> User {
    let mut user = logged_in_for(3_600_000);
    user.socket_closed();
    user.pass(1_000);
    end(&mut user, Code::TOKEN_EXPIRED);
    user
}

fn end(user: &mut User, code: Code) {
    let socket = user.last_socket_opened().unwrap();
    user.message_on(socket, ServerMessage::End { code, message: String::new() });
}

fn welcome(user: &mut User, token_ttl_ms: Option<u64>) {
    let (session, secret) = ("session".into(), "secret".into());
    let hello =
        Hello { session, secret, seq: 1, resumed: true, heartbeat_ms: 60_000, ..Hello::default() };
    let socket = user.last_socket_opened().unwrap();
    user.message_on(socket, ServerMessage::Hello(Hello { token_ttl_ms, ..hello }));
}

fn tokens_tried(user: &User) -> Vec<&str> {
    let mut tokens = Vec::new();
    for effect in &user.effects {
        if let Effect::OpenSocket(_, login) = effect {
            tokens.push(login.token.as_str());
        }
    }
    tokens
}

#[test]
fn room_12_a_token_refused_while_away_is_asked_for_and_the_next_one_is_tried_at_once() {
    let mut user = turned_away();
    assert_eq!(user.reasons(), [(Reconnecting, Code::NETWORK_BROKEN)]);
    assert_eq!(warnings(&user), 1);
    user.pass(20_000);
    assert_eq!(user.sockets_opened(), 1, "tries pause");
    user.call(renew("newer")).unwrap();
    assert_eq!(tokens_tried(&user), ["token", "newer"]);
    welcome(&mut user, Some(3_600_000));
    assert_eq!(user.reasons()[1..], [(Reconnected, Code::OK)]);
}

#[test]
fn room_12_only_the_windows_end_without_a_newer_token_is_a_kick() {
    let mut user = turned_away();
    user.pass(1_198_999);
    assert_eq!(user.reasons().len(), 1);
    user.pass(1);
    assert_eq!(user.reasons()[1..], [(KickOut, Code::TOKEN_EXPIRED)]);
    assert_eq!(user.brain.next_deadline(), None);
    assert_eq!(user.sockets_opened(), 1);
}

#[test]
fn room_12_publishers_and_players_wait_for_the_token_and_end_only_with_the_kick() {
    let mut user = User::publishing(&["/node"]);
    user.socket_closed();
    user.pass(1_000);
    end(&mut user, Code::TOKEN_EXPIRED);
    user.peer_input(PeerInput::Failed);
    user.pass_failing(1_190_000);
    assert!(user.states().iter().all(|(state, _)| *state == MediaState::Requesting));
    user.forget_told();
    user.pass_failing(10_000);
    assert_eq!(user.states(), [(MediaState::Stopped, Code::TOKEN_EXPIRED)]);
}

#[test]
fn room_12_media_tokens_that_ended_meanwhile_are_asked_for_anew() {
    let mut user = User::publishing(&["/node"]);
    user.socket_closed();
    user.pass(1_000);
    end(&mut user, Code::TOKEN_EXPIRED);
    user.pass(300_000);
    user.peer_input(PeerInput::Failed);
    assert_eq!(user.urls_opened(), ["/node"], "its token is too old");
    user.call(renew("newer")).unwrap();
    welcome(&mut user, None);
    assert!(matches!(user.sent().last(), Some(ClientMessage::Publish { .. })));
}

#[test]
fn room_12_a_token_that_is_known_to_be_over_is_not_tried() {
    for (away_ms, tokens) in [(LEEWAY_MS - 1_000, vec!["token"]), (LEEWAY_MS, vec![])] {
        let mut user = logged_in_for(40_000);
        user.network(NetworkInput::Offline);
        user.pass(400);
        user.pass_failing(40_000 + away_ms - 400);
        user.forget();
        user.network(NetworkInput::Online);
        assert_eq!(tokens_tried(&user), tokens, "the server has some leeway");
        assert_eq!(warnings(&user), 1, "the network is back");
    }
}

#[test]
fn room_12_asleep_over_the_tokens_end_the_app_is_asked_and_nobody_put_out() {
    let mut user = logged_in_for(300_000);
    user.pass(80_000);
    user.forget();
    // The lid was closed; the timer wakes first.
    user.now = user.now + 400_000;
    user.input(Input::Timeout).unwrap();
    user.network(NetworkInput::Woke);
    user.socket_closed();
    user.pass(2_000);
    assert_eq!(warnings(&user), 2, "once more, since the first one came before the network");
    assert_eq!(user.reasons(), [(Reconnecting, Code::NETWORK_BROKEN)]);
    assert!(tokens_tried(&user).is_empty());
    user.call(renew("newer")).unwrap();
    assert_eq!(tokens_tried(&user), ["newer"]);
}

#[test]
fn room_12_the_warning_is_told_again_whenever_the_network_is_back() {
    let mut user = turned_away();
    for told in 2..6 {
        user.pass(1_000);
        user.network(NetworkInput::Online);
        assert_eq!(warnings(&user), told);
        user.network(NetworkInput::Woke);
        assert_eq!(warnings(&user), told, "one return of several words");
    }
    user.call(renew("newer")).unwrap();
    user.network(NetworkInput::Online);
    user.pass(300);
    assert_eq!(warnings(&user), 5, "not once there is a newer one");
}

#[test]
fn room_12_while_nothing_is_tried_the_warning_is_told_every_ten_seconds() {
    let mut user = turned_away();
    user.pass(60_000);
    assert_eq!(warnings(&user), 7);
}

#[test]
fn room_12_a_newer_token_given_while_the_older_is_being_refused_is_tried_at_once() {
    let mut user = logged_in_for(3_600_000);
    user.socket_closed();
    user.pass(1_000);
    user.call(renew("newer")).unwrap();
    end(&mut user, Code::TOKEN_EXPIRED);
    assert_eq!(tokens_tried(&user), ["token", "newer"]);
    assert_eq!(warnings(&user), 0);
    welcome(&mut user, None);
    assert_eq!(user.reasons()[1..], [(Reconnected, Code::OK)]);
}

#[test]
fn room_12_a_first_login_too_goes_on_with_a_token_that_came_meanwhile() {
    let mut user = User::new();
    user.login();
    user.call(renew("newer")).unwrap();
    end(&mut user, Code::TOKEN_EXPIRED);
    assert_eq!(tokens_tried(&user), ["token", "newer"]);
    end(&mut user, Code::TOKEN_EXPIRED);
    end(&mut user, Code::TOKEN_EXPIRED);
    assert_eq!(user.reasons()[1..], [(LoginFailed, Code::TOKEN_EXPIRED)]);
}

#[test]
fn room_12_a_bad_token_given_while_away_falls_back_to_the_one_before() {
    for code in [Code::TOKEN_INVALID, Code::TOKEN_OTHER_USER, Code::TOKEN_EXPIRED] {
        let mut user = logged_in_for(3_600_000);
        user.socket_closed();
        user.call(renew("bad")).unwrap();
        user.pass(1_000);
        end(&mut user, code);
        assert_eq!(tokens_tried(&user), ["bad", "token"]);
        assert_eq!(warnings(&user), 0);
        user.pass(5_000);
        assert_eq!(warnings(&user), 1, "the app's next one may be better");
        welcome(&mut user, Some(3_600_000));
        assert_eq!(user.reasons()[1..], [(Reconnected, Code::OK)]);
    }
}

#[test]
fn room_12_a_bad_token_after_one_that_is_over_is_no_end_either() {
    let mut user = turned_away();
    user.pass(2_000);
    user.call(renew("bad")).unwrap();
    end(&mut user, Code::TOKEN_INVALID);
    assert_eq!(tokens_tried(&user), ["token", "bad"], "the one before is known to be over");
    user.pass(3_000);
    assert_eq!(warnings(&user), 2);
    user.call(renew("good")).unwrap();
    welcome(&mut user, None);
    assert_eq!(user.reasons()[1..], [(Reconnected, Code::OK)]);
}

#[test]
fn room_12_a_token_that_was_good_and_is_no_more_is_a_kick() {
    let mut user = logged_in_for(3_600_000);
    user.socket_closed();
    user.pass(1_000);
    end(&mut user, Code::TOKEN_INVALID);
    assert_eq!(user.reasons()[1..], [(KickOut, Code::TOKEN_INVALID)]);
}

#[test]
fn room_12_an_app_that_brings_the_same_dead_token_again_and_again_is_asked_every_five_seconds() {
    let mut user = turned_away();
    let mut asked = 0;
    for _ in 0..300 {
        user.pass(100);
        if warnings(&user) > asked {
            asked = warnings(&user);
            user.call(renew("token")).unwrap();
        }
    }
    assert_eq!(tokens_tried(&user), ["token"]);
    assert!((5..=7).contains(&asked), "{asked}");
}

#[test]
fn room_12_a_link_in_doubt_outlives_the_refusal_of_the_one_beside_it() {
    let mut user = logged_in_for(3_600_000);
    user.network(NetworkInput::Changed);
    user.pass(300);
    assert_eq!(user.sockets_opened(), 1);
    end(&mut user, Code::TOKEN_EXPIRED);
    user.message_on(SocketId(1), ServerMessage::Heartbeat);
    user.pass(10_000);
    assert!(user.reasons().is_empty());
}

#[test]
fn room_12_logging_out_while_the_token_is_over_does_not_wait_for_it() {
    let mut user = turned_away();
    user.call(Call::Logout { room: None }).unwrap();
    assert_eq!(user.reasons()[1..], [(LogoutFailed, Code::OK)]);
    assert_eq!(user.sockets_opened(), 1);
}

#[test]
fn room_12_a_token_within_the_leeway_lets_in_and_is_warned_of_without_a_loop() {
    let mut user = logged_in_for(40_000);
    user.pass(10_000);
    assert_eq!(warnings(&user), 1);
    for told in 2..10 {
        user.call(renew("as old")).unwrap();
        let Some(ClientMessage::Renew { id, .. }) = user.sent().last().copied().cloned() else {
            panic!("the server was not told");
        };
        user.message(ServerMessage::Renewed { id, token_ttl_ms: Some(0) });
        user.pass(4_999);
        assert_eq!(warnings(&user), told - 1);
        user.pass(1);
        assert_eq!(warnings(&user), told);
    }
}
