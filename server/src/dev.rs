//! `POST /dev/token` and `/dev/stream-token`, for development only: anyone gets a token. The routes
//! exist only with `--dev`; in production the app's own server makes the tokens.

use crate::answer::{Failure, json};
use crate::http::App;
use crate::media_token::Way;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use holdfast_protocol::{Code, User, id};
use serde::{Deserialize, Serialize};

/// The longest body of a request.
pub(crate) const REQUEST_BYTES_MAX: usize = 16 * 1_024;
const TTL_SECONDS: u64 = 3_600;
const TTL_SECONDS_MAX: u64 = 86_400;

/// A stream token that is asked for.
#[derive(Deserialize)]
pub(crate) struct StreamRequest {
    room: String,
    user: String,
    #[serde(default)]
    name: String,
    stream: String,
    direction: Way,
    #[serde(default = "ttl_seconds")]
    ttl_seconds: u64,
}

/// A room token that is asked for.
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
    check_ttl(request.ttl_seconds)?;
    let Request { room, user, grants, ttl_seconds } = request;
    let token = app.keys.room_token(&room, &user, grants, ttl_seconds).map_err(not_signed)?;
    tracing::info!(room, user, ttl_seconds, "development token given out");
    Ok(Json(Answer { app: app.keys.app(), token }))
}

pub(crate) async fn stream_token(
    State(app): State<App>,
    request: Result<Json<StreamRequest>, JsonRejection>,
) -> Result<Json<Answer>, Failure> {
    let StreamRequest { room, user, name, stream, direction, ttl_seconds } = json(request)?;
    id::check_room_id(&room)
        .and_then(|()| id::check_user_id(&user))
        .and_then(|()| id::check_user_name(&name))
        .and_then(|()| id::check_stream_id(&stream))
        .map_err(Failure::bad)?;
    check_ttl(ttl_seconds)?;
    let user = User { id: user, name };
    let token = app.keys.stream_token(&room, &user, &stream, direction, ttl_seconds);
    let token = token.map_err(not_signed)?;
    tracing::info!(room, user = user.id, stream, ?direction, "development stream token given out");
    Ok(Json(Answer { app: app.keys.app(), token }))
}

fn check_ttl(ttl_seconds: u64) -> Result<(), Failure> {
    if (1..=TTL_SECONDS_MAX).contains(&ttl_seconds) {
        return Ok(());
    }
    let message = format!("ttl_seconds must be from 1 to {TTL_SECONDS_MAX}");
    Err(Failure::new(StatusCode::BAD_REQUEST, Code::BAD_PARAMETER, message))
}

fn not_signed(error: jsonwebtoken::errors::Error) -> Failure {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    Failure::new(status, Code::UNKNOWN_SERVER_ERROR, error.to_string())
}
