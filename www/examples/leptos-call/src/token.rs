//! Fetches what a login needs.

use gloo_net::http::Request;
use serde::{Deserialize, Serialize};

/// What a login needs.
#[derive(Clone, PartialEq)]
pub struct Login {
    pub app: u32,
    pub server: String,
    pub room: String,
    pub token: String,
    pub user_id: String,
    pub user_name: String,
}

#[derive(Serialize)]
struct Ask<'a> {
    room: &'a str,
    user: &'a str,
}

#[derive(Deserialize)]
struct Given {
    app: u32,
    token: String,
}

/// Asks a development server (`holdfast-server --dev`), which gives tokens to anyone. An app asks
/// its own server, which knows its users and signs with the app's secret.
pub async fn fetch_login(server: String, room: String, user_name: String) -> Result<Login, String> {
    let user_id = random_id()?;
    let url = format!("{}/dev/token", server.trim_end_matches('/'));
    let request = Request::post(&url).json(&Ask { room: &room, user: &user_id });
    let response = request.map_err(words)?.send().await.map_err(words)?;
    if !response.ok() {
        return Err(format!("The server gave no token: HTTP {}", response.status()));
    }
    let Given { app, token } = response.json().await.map_err(words)?;
    Ok(Login { app, server, room, token, user_id, user_name })
}

fn random_id() -> Result<String, String> {
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    Ok(crypto.ok_or("This browser makes no random numbers")?.random_uuid())
}

fn words(error: gloo_net::Error) -> String {
    error.to_string()
}
