//! Tells of an outage: what is tried for, the next try, and how much of the time for it is left.

use crate::call::now_ms;
use crate::call_state::Retry;
use holdfast_rtc::Layer;
use leptos::prelude::*;
use std::time::Duration;

const TICK: Duration = Duration::from_millis(250);

#[component]
pub fn Banner(retry: Retry, on_retry_now: impl Fn() + 'static) -> impl IntoView {
    let now = RwSignal::new(now_ms());
    if let Ok(ticking) = set_interval_with_handle(move || now.set(now_ms()), TICK) {
        on_cleanup(move || ticking.clear());
    }
    let what = match retry.layer {
        Layer::Room => "the call",
        Layer::Publish => "your stream",
        Layer::Play => "a stream",
    };
    let Retry { attempt, next_at_ms, began_at_ms, window_ms, .. } = retry;
    let words = move || {
        let wait_s = ((next_at_ms - now.get()) / 1_000.0).ceil();
        let left_min = ((began_at_ms + window_ms - now.get()) / 60_000.0).ceil();
        match wait_s > 0.0 {
            true => format!("Try {attempt}, next in {wait_s} s; {left_min} min left"),
            false => format!("Try {attempt}, trying now; {left_min} min left"),
        }
    };
    view! {
        <aside class="banner">
            <p role="status">{format!("Reconnecting to {what}…")}</p>
            // Counts each second, which nobody wants read out.
            <p aria-hidden="true">{words}</p>
            <button type="button" on:click=move |_| on_retry_now()>
                "Try now"
            </button>
        </aside>
    }
}
