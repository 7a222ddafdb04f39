//! A quiet link costs no allocation: a heartbeat in, nothing out.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use holdfast_protocol::{Hello, Login, ServerMessage, User};
use holdfast_rtc::machine::{Brain, Call, CallId, Input, Millis, SocketId, SocketInput};

#[test]
fn a_heartbeat_allocates_nothing() {
    let mut brain = Brain::new(1);
    let user = User { id: "me".into(), name: String::new() };
    let login = Login { app: 1, room: "room".into(), user, token: "t".into(), ..Login::default() };
    let call = Call::Login { call: CallId(1), login: Box::new(login) };
    brain.handle(Millis(0), Input::Call(call)).unwrap();
    let mut hear = |at: u64, message: ServerMessage| {
        let input = Input::Socket(SocketId(1), SocketInput::Message(message));
        brain.handle(Millis(at), input).unwrap();
        brain.handle(Millis(at), Input::Timeout).unwrap();
        let outputs = brain.take_outputs();
        assert!(at == 0 || outputs.is_empty(), "{outputs:?}");
        assert!(brain.next_deadline() > Some(Millis(at)));
    };
    let hello = Hello { session: "s".into(), heartbeat_ms: 1_000, ..Hello::default() };
    hear(0, ServerMessage::Hello(hello));
    hear(0, ServerMessage::Heartbeat);
    let info = allocation_counter::measure(|| {
        for beat in 1..100 {
            hear(beat * 1_000, ServerMessage::Heartbeat);
        }
    });
    assert_eq!(info.count_total, 0, "{info:?}");
}
