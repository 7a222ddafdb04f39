//! The engine as a Rust front end uses it, in a real browser and with a real server. The example
//! `www/examples/leptos-call` is tested with media.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "browser/server.rs"]
mod server;

use futures_core::Stream;
use holdfast_rtc::{
    Code, Config, Engine, Event, Events, Kinds, LoginOptions, PlayOptions, Received, RoomReason,
    User,
};
use server::{SERVER, dev_token};
use std::future::poll_fn;
use std::pin::Pin;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

async fn next(events: &mut Events) -> Option<Event> {
    poll_fn(|context| Pin::new(&mut *events).poll_next(context)).await
}

/// Reads events up to the first that is meant.
async fn until(events: &mut Events, is_meant: impl Fn(&Event) -> bool) -> Event {
    loop {
        let event = next(events).await.unwrap();
        if is_meant(&event) {
            return event;
        }
    }
}

async fn next_state(events: &mut Events) -> (RoomReason, Code) {
    match until(events, |event| matches!(event, Event::RoomState { .. })).await {
        Event::RoomState { state, code, .. } => (state, code),
        other => panic!("{other:?}"),
    }
}

fn ada() -> User {
    User { id: "ada".into(), name: "Ada".into() }
}

fn engine() -> Engine {
    Engine::new(1, SERVER).unwrap()
}

#[wasm_bindgen_test]
async fn room_03_a_login_resolves_and_the_stream_of_events_tells_each_state_up_to_the_end() {
    let (engine, room) = (engine(), "engine-1");
    let mut events = engine.events();
    let token = dev_token(room).await;
    // The future does not borrow the engine.
    let login = engine.login_room(room, &token, ada(), LoginOptions::default());
    assert_eq!(next_state(&mut events).await, (RoomReason::Logining, Code::OK));
    assert_eq!(login.await, Ok(()));
    assert_eq!(next_state(&mut events).await, (RoomReason::Logined, Code::OK));

    let seq = engine.send_broadcast_message(room, "hello").await.unwrap();
    assert!(seq > 0);
    assert!(!engine.timeline().is_empty());
    engine.destroy();
    engine.destroy();
    while next(&mut events).await.is_some() {}
    assert_eq!(engine.retry_now().unwrap_err().code, Code::ENGINE_DESTROYED);
    assert_eq!(next(&mut engine.events()).await, None, "there is nothing more to tell");
}

#[wasm_bindgen_test]
async fn a_dropped_future_leaves_its_call_alone() {
    let (engine, room) = (engine(), "engine-2");
    let mut events = engine.events();
    let token = dev_token(room).await;
    drop(engine.login_room(room, &token, ada(), LoginOptions::default()));
    until(&mut events, |event| {
        matches!(event, Event::RoomState { state: RoomReason::Logined, .. })
    })
    .await;
    let is_count =
        |event: &Event| matches!(event, Event::Received { item: Received::Count { users: 1 }, .. });
    until(&mut events, is_count).await;
    engine.destroy();
}

#[wasm_bindgen_test]
async fn room_13_what_runs_is_settled_although_its_engine_was_destroyed_and_dropped() {
    let (engine, room) = (engine(), "engine-5");
    let token = dev_token(room).await;
    engine.login_room(room, &token, ada(), LoginOptions::default()).await.unwrap();
    let sent = engine.send_broadcast_message(room, "the last word");
    engine.destroy();
    drop(engine);
    // Whether the message or the logout is first does not matter. It used to be pending for ever.
    let _ = sent.await;
}

#[wasm_bindgen_test]
async fn a_refused_call_is_an_error_with_code_and_words() {
    let engine = engine();
    let error = engine.login_room("engine-3", "no.such.token", ada(), LoginOptions::default());
    let error = error.await.unwrap_err();
    assert_eq!(error.code, Code::TOKEN_INVALID);
    assert_eq!(error.to_string(), format!("{} (1102016)", error.message));
    assert_eq!(engine.logout_room(Some("x")).unwrap_err().code, Code::NOT_IN_ROOM);
    let switch = engine.switch_room("engine-3", "engine-4", "t", LoginOptions::default());
    assert_eq!(switch.await.unwrap_err().code, Code::NOT_IN_ROOM);
    assert!(engine.start_playing("s", PlayOptions::default()).await.is_err());
    let nothing =
        PlayOptions { kinds: Kinds { audio: false, video: false }, ..PlayOptions::default() };
    let refused = engine.start_playing("s", nothing).await.unwrap_err();
    assert_eq!(refused.code, Code::BAD_PARAMETER);
    let day = Config { room_window_ms: 86_400_001, ..engine.config() };
    assert_eq!(engine.set_config(day).unwrap_err().code, Code::BAD_PARAMETER);
    for (app_id, server) in [(0, SERVER), (1, "rooms.example.com"), (1, "")] {
        assert!(Engine::new(app_id, server).is_err(), "{app_id} {server}");
    }
}
