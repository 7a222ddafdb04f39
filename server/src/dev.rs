//! For development only: `POST /dev/token` and `/dev/stream-token`, where anyone gets a token, and
//! `/dev/fault`, where the demo page breaks things. The routes exist only with `--dev`; in production
//! the app's own server makes the tokens.

use crate::answer::{Failure, json};
use crate::fault::{Fault, SECONDS_MAX};
use crate::http::App;
use crate::media_token::Way;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use holdfast_protocol::{Code, User, id};
use serde::{Deserialize, Serialize};
use std::time::Duration;

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

/// A fault that is asked for.
#[derive(Deserialize)]
pub(crate) struct FaultRequest {
    user: String,
    fault: Fault,
    /// For how long; faults of a moment do not look at it.
    #[serde(default)]
    seconds: u64,
}

/// What the rooms are set to.
#[derive(Serialize)]
pub(crate) struct Settings {
    grace_seconds: u64,
}

pub(crate) async fn settings(State(app): State<App>) -> Result<Json<Settings>, Failure> {
    let grace = app.hub.grace().await.ok_or_else(Failure::stopped)?;
    Ok(Json(Settings { grace_seconds: grace.as_secs() }))
}

pub(crate) async fn fault(
    State(app): State<App>,
    request: Result<Json<FaultRequest>, JsonRejection>,
) -> Result<StatusCode, Failure> {
    let FaultRequest { user, fault, seconds } = json(request)?;
    id::check_user_id(&user).map_err(Failure::bad)?;
    if seconds > SECONDS_MAX {
        let message = format!("seconds must be from 0 to {SECONDS_MAX}");
        return Err(Failure::new(StatusCode::BAD_REQUEST, Code::BAD_PARAMETER, message));
    }
    tracing::info!(user, ?fault, seconds, "fault asked for");
    match app.hub.fault(user, fault, Duration::from_secs(seconds)).await {
        Some(true) => Ok(StatusCode::NO_CONTENT),
        Some(false) => Err(Failure::bad(Code::NOT_IN_ROOM)),
        None => Err(Failure::stopped()),
    }
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
