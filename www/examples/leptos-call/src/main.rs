//! A call page in Rust: join a room, see everyone in it, and see what happens when the network goes.

mod banner;
mod call;
mod call_state;
mod join_form;
mod tile;
mod token;

use call::Call;
use join_form::JoinForm;
use leptos::prelude::*;
use token::Login;

fn main() {
    console_error_panic_hook::set_once();
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let login = RwSignal::new(None::<Login>);
    move || match login.get() {
        Some(known) => view! { <Call login=known on_leave=move || login.set(None) /> }.into_any(),
        None => view! { <JoinForm on_join=move |new| login.set(Some(new)) /> }.into_any(),
    }
}
