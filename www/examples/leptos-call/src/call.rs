//! A call: the engine lives as long as this component.

use crate::banner::Banner;
use crate::call_state::{CallState, Phase, Tile};
use crate::tile::TileView;
use crate::token::Login;
use futures_util::StreamExt;
use holdfast_rtc::{
    Engine, Event, LoginOptions, MediaState, PlayOptions, PublishOptions, Stream, User,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaStream, MediaStreamConstraints, MediaStreamTrack};

/// What the page shows. It holds MediaStreams, which stay in their thread.
pub type State = RwSignal<CallState, LocalStorage>;

#[component]
pub fn Call(login: Login, on_leave: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let state: State = RwSignal::new_local(CallState::default());
    let room = login.room.clone();
    let engine = StoredValue::new_local(None::<Engine>);
    match Engine::new(login.app, &login.server) {
        Ok(new) => {
            engine.set_value(Some(new.clone()));
            spawn_local(follow(new.clone(), state));
            spawn_local(enter(new, login, state));
        }
        Err(error) => state.update(|state| state.fault = error.to_string()),
    }
    // Leaves the room and ends all streams; the camera is ours to stop.
    on_cleanup(move || {
        engine.with_value(|engine| engine.iter().for_each(Engine::destroy));
        state.with_untracked(|state| state.tiles.iter().for_each(stop_camera));
    });

    let phase = move || match state.with(|state| state.phase) {
        Phase::Joining => "Joining…",
        Phase::In => "In the call",
        Phase::Over => "The call is over",
    };
    let retry = Memo::new(move |_| state.with(|state| state.worst_retry().cloned()));
    let retry_now = move || {
        // Fails only if the engine was destroyed.
        let _ = engine.with_value(|engine| engine.as_ref().map(Engine::retry_now));
    };
    let streams = move || state.with(|state| state.tiles.iter().map(id_of).collect::<Vec<_>>());

    view! {
        <main class="call">
            <header>
                <h1>{room}</h1>
                <p role="status">{phase}</p>
            </header>
            {move || retry.get().map(|retry| view! { <Banner retry on_retry_now=retry_now /> })}
            <p class="fault" role="alert">
                {move || state.with(|state| state.fault.clone())}
            </p>
            <section class="tiles" aria-label="People">
                <For each=streams key=String::clone let:stream>
                    <TileView stream state />
                </For>
            </section>
            <footer>
                <button type="button" on:click=move |_| on_leave()>
                    "Leave"
                </button>
            </footer>
        </main>
    }
}

/// Shows the engine's events, and plays each stream of the room. Ends with the engine.
async fn follow(engine: Engine, state: State) {
    let mut events = engine.events();
    while let Some(event) = events.next().await {
        state.try_update(|state| state.take(&event, now_ms()));
        match event {
            Event::StreamsAdded { streams, .. } => {
                for stream in streams {
                    spawn_local(play(engine.clone(), stream, state));
                }
            }
            Event::StreamsRemoved { streams, .. } => {
                for stream in streams {
                    // Fails only if the engine was destroyed.
                    let _ = engine.stop_playing(&stream.id);
                }
            }
            _ => {}
        }
    }
}

async fn play(engine: Engine, stream: Stream, state: State) {
    // If it fails, its tile says so.
    if let Ok(media) = engine.start_playing(&stream.id, PlayOptions::default()).await {
        state.try_update(|state| {
            if let Some(tile) = state.tile_mut(&stream.id) {
                tile.media = Some(media);
            }
        });
    }
}

async fn enter(engine: Engine, login: Login, state: State) {
    if let Err(fault) = publish(&engine, login, state).await {
        // The state is gone if the call was left meanwhile.
        state.try_update(|state| state.fault = fault);
    }
}

async fn publish(engine: &Engine, login: Login, state: State) -> Result<(), String> {
    let Login { room, token, user_id, user_name, .. } = login;
    let stream = format!("{user_id}-camera");
    let user = User { id: user_id, name: user_name.clone() };
    let entered = engine.login_room(&room, &token, user, LoginOptions::default()).await;
    entered.map_err(|error| error.to_string())?;

    let media = open_camera().await.map_err(|_| "There is no camera or microphone to use")?;
    let tile = Tile {
        stream: stream.clone(),
        name: user_name,
        is_own: true,
        state: MediaState::Requesting,
        // Not `media.clone()`, which is the browser's and makes another stream.
        media: Some(Clone::clone(&media)),
    };
    if state.try_update(|state| state.add(tile.clone())).is_none() {
        stop_camera(&tile);
        return Ok(());
    }
    let started = engine.start_publishing(&stream, &media, PublishOptions::default());
    started.map_err(|error| error.to_string())
}

async fn open_camera() -> Result<MediaStream, JsValue> {
    let constraints = MediaStreamConstraints::new();
    constraints.set_audio(&JsValue::TRUE);
    constraints.set_video(&JsValue::TRUE);
    let devices = window().navigator().media_devices()?;
    let opened = devices.get_user_media_with_constraints(&constraints)?;
    Ok(JsFuture::from(opened).await?.unchecked_into())
}

fn stop_camera(tile: &Tile) {
    let media = tile.media.iter().filter(|_| tile.is_own);
    for track in media.flat_map(|media| media.get_tracks().to_vec()) {
        track.unchecked_into::<MediaStreamTrack>().stop();
    }
}

fn id_of(tile: &Tile) -> String {
    tile.stream.clone()
}

/// Milliseconds of the page's clock.
pub fn now_ms() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}
