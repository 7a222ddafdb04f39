//! The admin API for the app's own server: it removes users and streams. Its key is the AppSign. No
//! web page may use it, so there is no CORS.

use crate::answer::{Failure, json};
use crate::bearer::bearer;
use crate::http::App;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::routing::post;
use axum::{Json, Router};
use holdfast_protocol::{Code, id, limit};
use serde::{Deserialize, Serialize};

/// The longest body of a request.
const REQUEST_BYTES_MAX: usize = 16 * 1_024;

#[derive(Deserialize)]
struct Kick {
    #[serde(default)]
    room: Option<String>,
    user: String,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
struct RemoveStream {
    stream: String,
}

#[derive(Serialize)]
struct Done {
    done: bool,
}

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/admin/kick", post(kick))
        .route("/admin/remove-stream", post(remove_stream))
        .layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
}

async fn kick(
    _: WithAppSign,
    State(app): State<App>,
    request: Result<Json<Kick>, JsonRejection>,
) -> Result<Json<Done>, Failure> {
    let Kick { room, user, message } = json(request)?;
    id::check_user_id(&user).map_err(Failure::bad)?;
    room.as_deref().map_or(Ok(()), id::check_room_id).map_err(Failure::bad)?;
    if message.len() > limit::MESSAGE_BYTES_MAX {
        return Err(Failure::bad(Code::MESSAGE_TOO_LONG));
    }
    answer(app.hub.kick(room, user, message).await, Code::NOT_IN_ROOM)
}

async fn remove_stream(
    _: WithAppSign,
    State(app): State<App>,
    request: Result<Json<RemoveStream>, JsonRejection>,
) -> Result<Json<Done>, Failure> {
    let RemoveStream { stream } = json(request)?;
    id::check_stream_id(&stream).map_err(Failure::bad)?;
    answer(app.hub.remove_stream(stream).await, Code::STREAM_NOT_FOUND)
}

/// Proves that the request came with the AppSign. Without it the body is not even read.
struct WithAppSign;

impl FromRequestParts<App> for WithAppSign {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<WithAppSign, Failure> {
        if bearer(&parts.headers).is_some_and(|token| app.keys.is_app_sign(token)) {
            return Ok(WithAppSign);
        }
        let message = "the AppSign is needed as a bearer token";
        let failure = Failure::new(StatusCode::UNAUTHORIZED, Code::TOKEN_INVALID, message);
        Err(failure.with_header(header::WWW_AUTHENTICATE, "Bearer"))
    }
}

fn answer(found: Option<bool>, missing: Code) -> Result<Json<Done>, Failure> {
    match found {
        Some(true) => Ok(Json(Done { done: true })),
        Some(false) => Err(Failure::new(StatusCode::NOT_FOUND, missing, missing.message())),
        None => Err(Failure::stopped()),
    }
}
