//! Muted media of a stream: told to the room until it knows, and to the app once (PUB-08).

use super::user::User;
use crate::machine::*;
use holdfast_protocol::{Change, ClientMessage, ServerMessage, Stream, User as Member};

fn mute(user: &mut User, muted: u8) {
    user.call(Call::Mute { stream: "s".into(), muted }).unwrap();
}

/// The values that the room was told, those of `publish` included.
fn said(user: &User) -> Vec<u8> {
    let muted = |message: &&ClientMessage| match message {
        ClientMessage::Publish { muted, .. } | ClientMessage::SetMuted { muted, .. } => {
            Some(*muted)
        }
        _ => None,
    };
    user.sent().iter().filter_map(muted).collect()
}

fn reconnect(user: &mut User, resumed: bool) {
    user.socket_closed();
    user.pass(1_000);
    user.effects.retain(|effect| matches!(effect, Effect::OpenSocket(..)));
    user.hello(resumed, &[]);
}

fn publishing() -> User {
    let mut user = User::publishing(&["/one/whip/s"]);
    user.effects.retain(|effect| !matches!(effect, Effect::SendMessage(..)));
    user
}

#[test]
fn pub_08_a_mute_is_said_at_once_and_only_while_it_is_news() {
    let mut user = publishing();
    mute(&mut user, Stream::CAMERA);
    assert_eq!(said(&user), [2]);
    // The next request waits for the reply, and only the last of several values is sent.
    mute(&mut user, 3);
    mute(&mut user, Stream::MICROPHONE);
    assert_eq!(said(&user), [2]);
    user.done(Code::OK);
    assert_eq!(said(&user), [2, 1]);
    user.done(Code::OK);
    reconnect(&mut user, true);
    assert_eq!(said(&user), [0; 0], "the room knows");
    user.call(Call::Mute { stream: "other".into(), muted: 1 }).unwrap();
    assert_eq!(said(&user), [0; 0], "of a stream that is not published there is nothing to say");
}

#[test]
fn pub_08_a_mute_without_an_answer_or_a_link_is_said_on_the_next_link() {
    let mut user = publishing();
    mute(&mut user, Stream::CAMERA);
    reconnect(&mut user, true);
    assert_eq!(said(&user), [2]);
    user.done(Code::OK);
    user.socket_closed();
    mute(&mut user, 0);
    user.pass(1_000);
    user.effects.retain(|effect| matches!(effect, Effect::OpenSocket(..)));
    user.hello(true, &[]);
    assert_eq!(said(&user), [0]);
}

#[test]
fn pub_08_a_server_that_forgot_learns_it_with_the_claim() {
    let mut user = publishing();
    mute(&mut user, Stream::CAMERA);
    user.done(Code::OK);
    reconnect(&mut user, false);
    assert_eq!(said(&user), [2]);
    assert!(matches!(user.sent()[0], ClientMessage::Publish { .. }));
}

#[test]
fn pub_08_a_mute_that_comes_too_often_is_said_a_little_later() {
    let mut user = publishing();
    mute(&mut user, Stream::CAMERA);
    user.done(Code::MESSAGE_TOO_FREQUENT);
    assert_eq!(said(&user), [2]);
    user.pass(3_000);
    assert_eq!(said(&user), [2, 2]);
}

fn stream(muted: u8) -> Stream {
    let user = Member { id: "b".into(), name: String::new() };
    Stream { id: "s".into(), user, extra: String::new(), muted }
}

/// The differences told since the last call; for mutes, what changed and the values now.
fn told(user: &mut User) -> Vec<&'static str> {
    let mut told = Vec::new();
    for event in std::mem::take(&mut user.events) {
        if let Event::RoomChanged { difference, .. } = event {
            told.push(match difference {
                Difference::Muted(_, 1, 1) => "microphone off",
                Difference::Muted(_, 1, 2) => "microphone on, camera off",
                Difference::Muted(_, 2, 0) => "camera on",
                Difference::Muted(_, 2, 1) => "camera on, microphone still off",
                Difference::Streams(Change::Add, streams, _) if streams[0].muted == 3 => {
                    "add, both off"
                }
                other => panic!("{other:?}"),
            });
        }
    }
    told
}

#[test]
fn pub_08_the_others_mutes_are_told_once_and_after_their_stream() {
    let mut user = User::logged_in();
    let (change, reason) = (Change::Add, None);
    let changed = |seq, muted| ServerMessage::StreamExtra { seq, streams: vec![stream(muted)] };
    user.message(changed(11, 3));
    assert_eq!(told(&mut user), [""; 0], "of a stream that is not there");
    let streams = vec![stream(3)];
    user.message(ServerMessage::Streams { seq: 12, change, streams, reason });
    assert_eq!(told(&mut user), ["add, both off"]);
    user.message(changed(13, 3));
    assert_eq!(told(&mut user), [""; 0]);
    user.message(changed(14, 2));
    assert_eq!(told(&mut user), ["microphone on, camera off"]);
    user.message(changed(15, 0));
    assert_eq!(told(&mut user), ["camera on"]);
}

#[test]
fn pub_08_a_snapshot_tells_what_was_muted_meanwhile() {
    let mut user = User::logged_in();
    for (muted, expected) in
        [(3, vec!["add, both off"]), (3, vec![]), (1, vec!["camera on, microphone still off"])]
    {
        user.socket_closed();
        user.pass(1_000);
        user.hello_with(true, vec![stream(muted)]);
        assert_eq!(told(&mut user), expected);
    }
}
