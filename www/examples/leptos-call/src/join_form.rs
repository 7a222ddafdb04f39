//! The way in.

use crate::token::{Login, fetch_login};
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub fn JoinForm(on_join: impl Fn(Login) + Copy + 'static) -> impl IntoView {
    let fault = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    let [name, room, server] = [(); 3].map(|()| NodeRef::<Input>::new());

    let join = move |event: SubmitEvent| {
        event.prevent_default();
        let value =
            |input: NodeRef<Input>| input.get_untracked().map_or(String::new(), |it| it.value());
        let (name, room, server) = (value(name), value(room), value(server));
        is_busy.set(true);
        fault.set(String::new());
        spawn_local(async move {
            match fetch_login(server, room, name).await {
                Ok(login) => on_join(login),
                Err(words) => {
                    fault.set(words);
                    is_busy.set(false);
                }
            }
        });
    };

    view! {
        <main>
            <form on:submit=join>
                <h1>"Join a call"</h1>
                <label>
                    "Your name" <input node_ref=name required maxlength="48" autocomplete="nickname" />
                </label>
                <label>
                    "Room" <input node_ref=room required maxlength="128" pattern="[!-~]+" value="lobby" />
                </label>
                <label>
                    "Server"
                    <input node_ref=server type="url" required value="http://localhost:8080" />
                </label>
                <button class="primary" type="submit" prop:disabled=move || is_busy.get()>
                    "Join"
                </button>
                <p class="fault" role="alert">
                    {move || fault.get()}
                </p>
            </form>
        </main>
    }
}
