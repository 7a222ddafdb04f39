//! `POST /dev/token`, for development only: anyone gets a token. The route exists only with
//! `--dev`; in production the app's own server makes the tokens.

use crate::answer::{Failure, json};
use crate::http::App;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use holdfast_protocol::{Code, id};
use serde::{Deserialize, Serialize};

/// The longest body of a request.
pub(crate) const REQUEST_BYTES_MAX: usize = 16 * 1_024;
const TTL_SECONDS: u64 = 3_600;
const TTL_SECONDS_MAX: u64 = 86_400;

/// What is asked for.
#[derive(Deserialize)]
pub(crate) struct Request {
    room: String,
    user: String,
    #[serde(default = "all_grants")]
    grants: Vec<String>,
    #[serde(default = "ttl_seconds")]
    ttl_seconds: u64,
}

/// What a login needs.
#[derive(Serialize)]
pub(crate) struct Answer {
    app: u32,
    token: String,
}

fn all_grants() -> Vec<String> {
    vec!["publish".to_owned(), "play".to_owned()]
}

fn ttl_seconds() -> u64 {
    TTL_SECONDS
}

pub(crate) async fn token(
    State(app): State<App>,
    request: Result<Json<Request>, JsonRejection>,
) -> Result<Json<Answer>, Failure> {
    let bad = |why: &str| Failure::new(StatusCode::BAD_REQUEST, Code::BAD_PARAMETER, why);
    let request = json(request)?;
    id::check_room_id(&request.room)
        .and_then(|()| id::check_user_id(&request.user))
        .map_err(Failure::bad)?;
    let known = |grant: &String| grant == "publish" || grant == "play";
    if !request.grants.iter().all(known) {
        return Err(bad("grants may hold \"publish\" and \"play\""));
    }
    if !(1..=TTL_SECONDS_MAX).contains(&request.ttl_seconds) {
        let message = format!("ttl_seconds must be from 1 to {TTL_SECONDS_MAX}");
        return Err(bad(&message));
    }
    let Request { room, user, grants, ttl_seconds } = request;
    let token = app.keys.room_token(&room, &user, grants, ttl_seconds).map_err(|error| {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Failure::new(status, Code::UNKNOWN_SERVER_ERROR, error.to_string())
    })?;
    tracing::info!(room, user, ttl_seconds, "development token given out");
    Ok(Json(Answer { app: app.keys.app(), token }))
}
