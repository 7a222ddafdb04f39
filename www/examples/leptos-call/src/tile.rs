//! One person's picture. While it is being sought, the last one stays under a few words.

use crate::call::State;
use crate::call_state::Tile;
use holdfast_rtc::MediaState;
use leptos::html::Video;
use leptos::prelude::*;

#[component]
pub fn TileView(stream: String, state: State) -> impl IntoView {
    let tile = {
        let stream = stream.clone();
        move || state.with(|state| state.tile(&stream).cloned())
    };
    let known = state.with_untracked(|state| state.tile(&stream).cloned());
    let (name, is_own) = known.map_or_else(Default::default, |tile| (tile.name, tile.is_own));
    let video = NodeRef::<Video>::new();
    let shown = tile.clone();
    Effect::new(move || {
        if let Some(video) = video.get() {
            let media = shown().and_then(|tile| tile.media);
            // Setting the same again would restart the element.
            if video.src_object() != media {
                video.set_src_object(media.as_ref());
            }
        }
    });
    let caption = if is_own { format!("{name} (you)") } else { name };
    view! {
        <figure class="tile">
            <video node_ref=video class:mirrored=is_own autoplay playsinline prop:muted=is_own></video>
            <p class="cover">{move || tile().map(cover)}</p>
            <figcaption>{caption}</figcaption>
        </figure>
    }
}

fn cover(tile: Tile) -> &'static str {
    match (tile.state, tile.is_own, tile.media) {
        (MediaState::Flowing, ..) => "",
        (MediaState::Stopped, true, _) => "Not published",
        (MediaState::Stopped, false, _) => "This stream could not be played",
        (MediaState::Requesting, false, Some(_)) => "Reconnecting…",
        (MediaState::Requesting, ..) => "Connecting…",
    }
}
