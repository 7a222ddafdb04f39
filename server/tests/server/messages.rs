//! What users send each other and set in the room, over real links.

use super::client::TestServer;
use holdfast_protocol::{ClientMessage, Code, ServerMessage};
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

fn unix_ms() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

#[tokio::test]
async fn room_08_a_broadcast_is_heard_once_by_those_there_and_those_who_come_back() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let (mut b, _) = server.enter("r", "b").await;
    let (c, hello) = server.enter("r", "c").await;
    assert!(matches!(a.next().await, ServerMessage::Users { .. }));
    assert!(matches!(a.next().await, ServerMessage::Users { .. }));
    assert!(matches!(b.next().await, ServerMessage::Users { .. }));
    drop(c);
    let before = unix_ms();
    let words = "hi \"all\" 🙂";
    let reply = a.ask(&ClientMessage::Broadcast { id: 1, text: words.into() }).await;
    let ServerMessage::Done { id: 1, code: Code::OK, seq, .. } = reply else { panic!("{reply:?}") };
    let message = b.next().await;
    let ServerMessage::Message { seq: told, from, text, at_ms } = &message else {
        panic!("{message:?}")
    };
    assert_eq!((*told, &*from.id, &**text), (seq, "a", words));
    // The two clocks are read separately, so they may differ by rounding.
    assert!(*at_ms + 50 >= before && *at_ms <= unix_ms() + 50, "{at_ms} against {before}");
    let mut login = server.login("r", "c");
    login["resume"] = json!({"session": hello.session, "secret": hello.secret, "seq": hello.seq});
    let mut c = server.link(&login).await;
    let ServerMessage::Hello(again) = c.next().await else { panic!("no hello") };
    assert!(again.resumed && again.snapshot.is_none());
    assert_eq!(again.missed, [message]);
    // Sent again, as after a lost reply: nobody receives it twice.
    let reply = a.ask(&ClientMessage::Broadcast { id: 1, text: words.into() }).await;
    assert!(matches!(reply, ServerMessage::Done { seq: again, .. } if again == seq));
    b.is_undisturbed().await;
    c.is_undisturbed().await;
}

#[tokio::test]
async fn commands_and_extra_info_reach_those_they_are_for() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let (mut b, _) = server.enter("r", "b").await;
    assert!(matches!(a.next().await, ServerMessage::Users { .. }));
    let command = ClientMessage::Command { id: 1, text: "mute".into(), to: vec!["b".into()] };
    assert!(matches!(a.ask(&command).await, ServerMessage::Done { code: Code::OK, .. }));
    let ServerMessage::Command { from, text, .. } = b.next().await else { panic!("no command") };
    assert_eq!((&*from.id, &*text), ("a", "mute"));
    let set = ClientMessage::SetRoomExtra { id: 2, key: "topic".into(), value: "news".into() };
    assert!(matches!(a.ask(&set).await, ServerMessage::Done { code: Code::OK, .. }));
    let ServerMessage::RoomExtra { extra, .. } = b.next().await else { panic!("no extra") };
    assert_eq!((&*extra[0].key, &*extra[0].value), ("topic", "news"));
    let (_, hello) = server.enter("r", "c").await;
    assert_eq!(hello.users, 3);
    assert_eq!(hello.snapshot.unwrap().extra, extra);
}
