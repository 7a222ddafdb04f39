//! For development only: `POST /dev/token` and `/dev/stream-token` give anyone a token, and
//! `/dev/fault` lets the demo page break things. The routes exist only with `--dev`; in production
//! the app's own server makes the tokens. Any web page that a developer visits could send these
//! requests, so only pages of this machine, of this server, and of origins named with
//! `--dev-origin` get an answer.

use crate::answer::{Failure, json};
use crate::fault::{Fault, SECONDS_MAX};
use crate::http::App;
use crate::media_token::Way;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri, header};
use holdfast_protocol::{Code, User, id};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::time::Duration;

/// The longest body of a request.
pub(crate) const REQUEST_BYTES_MAX: usize = 16 * 1_024;
const TTL_SECONDS: u64 = 3_600;
const TTL_SECONDS_MAX: u64 = 86_400;

/// A request for a stream token.
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

/// A request for a room token.
#[derive(Deserialize)]
pub(crate) struct Request {
    /// None = every room, if the server takes such tokens.
    room: Option<String>,
    user: String,
    #[serde(default = "all_grants")]
    grants: Vec<String>,
    #[serde(default = "ttl_seconds")]
    ttl_seconds: u64,
}

/// What a client needs to log in.
#[derive(Serialize)]
pub(crate) struct Answer {
    app: u32,
    token: String,
}

/// Proof that the request is from an allowed page, or from no page.
pub(crate) struct OwnPage;

impl FromRequestParts<App> for OwnPage {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<OwnPage, Failure> {
        let text = |name| Some(parts.headers.get(name)?.to_str().unwrap_or_default());
        let Some(origin) = text(header::ORIGIN) else {
            return Ok(OwnPage);
        };
        if is_own(origin, text(header::HOST))
            || app.config.dev_origin.iter().any(|own| own == origin)
        {
            return Ok(OwnPage);
        }
        let message =
            "pages of other origins get nothing here: start the server with --dev-origin ORIGIN";
        Err(Failure::new(StatusCode::FORBIDDEN, Code::BAD_PARAMETER, message))
    }
}

/// Whether a page is this machine's, or this server's by its IP address. A host name is not enough:
/// anybody can have a name that points here.
fn is_own(origin: &str, host: Option<&str>) -> bool {
    let Ok(uri) = origin.parse::<Uri>() else {
        return false;
    };
    let (Some(_), Some(authority)) = (uri.scheme(), uri.authority()) else {
        return false;
    };
    let name = authority.host().trim_matches(['[', ']']);
    let address: Option<IpAddr> = name.parse().ok();
    let is_local = name == "localhost"
        || name.ends_with(".localhost")
        || address.is_some_and(|address| address.is_loopback());
    is_local || address.is_some() && host == Some(authority.as_str())
}

fn all_grants() -> Vec<String> {
    vec!["publish".to_owned(), "play".to_owned()]
}

fn ttl_seconds() -> u64 {
    TTL_SECONDS
}

pub(crate) async fn token(
    _: OwnPage,
    State(app): State<App>,
    request: Result<Json<Request>, JsonRejection>,
) -> Result<Json<Answer>, Failure> {
    let bad = |why: &str| Failure::new(StatusCode::BAD_REQUEST, Code::BAD_PARAMETER, why);
    let request = json(request)?;
    match &request.room {
        Some(room) => id::check_room_id(room).map_err(Failure::bad)?,
        None if app.config.user_tokens => {}
        None => return Err(bad("without room: start the server with --user-tokens")),
    }
    id::check_user_id(&request.user).map_err(Failure::bad)?;
    let known = |grant: &String| grant == "publish" || grant == "play";
    if !request.grants.iter().all(known) {
        return Err(bad("grants may hold \"publish\" and \"play\""));
    }
    check_ttl(request.ttl_seconds)?;
    let Request { room, user, grants, ttl_seconds } = request;
    let token = match &room {
        Some(room) => app.keys.room_token(room, &user, grants, ttl_seconds),
        None => app.keys.user_token(&user, grants, ttl_seconds),
    };
    let token = token.map_err(not_signed)?;
    tracing::info!(room, user, ttl_seconds, "development token given out");
    Ok(Json(Answer { app: app.keys.app(), token }))
}

pub(crate) async fn stream_token(
    _: OwnPage,
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

/// A request for a fault.
#[derive(Deserialize)]
pub(crate) struct FaultRequest {
    user: String,
    fault: Fault,
    /// How long the fault lasts; instant faults ignore it.
    #[serde(default)]
    seconds: u64,
}

/// The rooms' settings.
#[derive(Serialize)]
pub(crate) struct Settings {
    grace_seconds: u64,
}

pub(crate) async fn settings(State(app): State<App>) -> Result<Json<Settings>, Failure> {
    let grace = app.hub.grace().await.ok_or_else(Failure::stopped)?;
    Ok(Json(Settings { grace_seconds: grace.as_secs() }))
}

pub(crate) async fn fault(
    _: OwnPage,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_machine_or_this_address_are_own() {
        let here = Some("192.0.2.7:8080");
        for origin in [
            "http://localhost:5173",
            "http://app.localhost:8080",
            "http://127.0.0.1:1",
            "http://[::1]:8080",
            "http://192.0.2.7:8080",
        ] {
            assert!(is_own(origin, here), "{origin}");
        }
        assert!(is_own("http://[2001:db8::1]:80", Some("[2001:db8::1]:80")));
        for origin in [
            "null",
            "",
            "http://evil.example",
            "http://localhost.evil.example",
            "http://192.0.2.8:8080",
            "http://192.0.2.7:8081",
            "https://evillocalhost",
        ] {
            assert!(!is_own(origin, here), "{origin}");
        }
        // An attacker's name that points to this machine.
        assert!(!is_own("http://evil.example:8080", Some("evil.example:8080")));
    }
}
