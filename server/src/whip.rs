//! WHIP (RFC 9725) and WHEP: a POST opens a media session, a DELETE ends it.

use crate::answer::Failure;
use crate::bearer::bearer;
use crate::http::App;
use crate::sfu::{CloseError, OpenError, Opened};
use crate::token::{Expiry, MediaTokenError};
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdfast_protocol::{Code, limit};
use holdfast_rooms::{Direction, MediaGrant};
use http_body_util::LengthLimitError;
use std::error::Error;
use std::time::Duration;
use tokio::time::timeout;

const SDP: &str = "application/sdp";
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) async fn publish(
    State(app): State<App>,
    Path(stream): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    open(app, &stream, Direction::Publish, &headers, body).await
}

pub(crate) async fn play(
    State(app): State<App>,
    Path(stream): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    open(app, &stream, Direction::Play, &headers, body).await
}

pub(crate) async fn end_publish(
    State(app): State<App>,
    Path((stream, session)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, Failure> {
    end(app, &stream, session, Direction::Publish, &headers).await
}

pub(crate) async fn end_play(
    State(app): State<App>,
    Path((stream, session)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, Failure> {
    end(app, &stream, session, Direction::Play, &headers).await
}

async fn open(
    app: App,
    stream: &str,
    direction: Direction,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let grant = authorise(&app, stream, direction, headers, Expiry::Checked)?;
    if !is_sdp(headers) {
        let message = "Content-Type must be application/sdp";
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Failure::new(status, Code::BAD_PARAMETER, message));
    }
    let offer = read_offer(direction, body).await?;
    let opened = app.hub.open_media(grant, offer).await;
    let Opened { id, answer, etag } = opened.map_err(|error| open_failure(direction, error))?;
    // Relative to the address that was asked, so that it also holds behind a path prefix.
    let location = format!("{stream}/{id}");
    let headers = [
        (header::CONTENT_TYPE, SDP.to_owned()),
        (header::LOCATION, location),
        (header::ETAG, format!("\"{etag}\"")),
    ];
    Ok((StatusCode::CREATED, headers, answer).into_response())
}

async fn end(
    app: App,
    stream: &str,
    session: String,
    direction: Direction,
    headers: &HeaderMap,
) -> Result<StatusCode, Failure> {
    let grant = authorise(&app, stream, direction, headers, Expiry::Ignored)?;
    match app.sfu.close(session, grant).await {
        // One that the rooms ended a moment before is as gone as was asked for.
        Ok(()) | Err(CloseError::NotFound) => Ok(StatusCode::OK),
        Err(CloseError::NotAllowed) => Err(forbidden(direction)),
    }
}

async fn read_offer(direction: Direction, body: Body) -> Result<String, Failure> {
    let code = offer_code(direction);
    let read = timeout(BODY_TIMEOUT, to_bytes(body, limit::SDP_BYTES_MAX)).await;
    let read = read.map_err(|_| {
        let message = "the offer took too long to arrive";
        Failure::new(StatusCode::REQUEST_TIMEOUT, code, message)
    })?;
    let bytes = read.map_err(|error| match error.source() {
        Some(source) if source.is::<LengthLimitError>() => {
            let message = format!("an offer may have {} bytes", limit::SDP_BYTES_MAX);
            Failure::new(StatusCode::PAYLOAD_TOO_LARGE, code, message)
        }
        _ => bad_offer(direction, "the offer did not arrive whole"),
    })?;
    String::from_utf8(bytes.into()).map_err(|_| bad_offer(direction, "the offer is not text"))
}

fn authorise(
    app: &App,
    stream: &str,
    direction: Direction,
    headers: &HeaderMap,
    expiry: Expiry,
) -> Result<MediaGrant, Failure> {
    let unauthorised = |code: Code, message: &str, challenge: &'static str| {
        Failure::new(StatusCode::UNAUTHORIZED, code, message)
            .with_header(header::WWW_AUTHENTICATE, challenge)
    };
    let Some(token) = bearer(headers) else {
        let message = "a bearer token is needed";
        return Err(unauthorised(Code::TOKEN_INVALID, message, "Bearer"));
    };
    let challenge = "Bearer error=\"invalid_token\"";
    app.keys.check_media(token, stream, direction, expiry).map_err(|error| match error {
        MediaTokenError::Invalid => {
            unauthorised(Code::TOKEN_INVALID, Code::TOKEN_INVALID.message(), challenge)
        }
        MediaTokenError::Expired => {
            unauthorised(Code::TOKEN_EXPIRED, Code::TOKEN_EXPIRED.message(), challenge)
        }
        MediaTokenError::OtherUse => forbidden(direction),
    })
}

fn is_sdp(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(SDP)
}

fn open_failure(direction: Direction, error: OpenError) -> Failure {
    match error {
        OpenError::NotAllowed => forbidden(direction),
        OpenError::BadOffer(why) => bad_offer(direction, &why),
        OpenError::NoCommonCodec => {
            let message = "no codec of the offer fits; VP8, H.264 and Opus are known";
            Failure::new(StatusCode::NOT_ACCEPTABLE, offer_code(direction), message)
        }
        OpenError::NoPublisher => {
            let code = Code::STREAM_NOT_FOUND;
            Failure::new(StatusCode::CONFLICT, code, code.message())
                .with_header(header::RETRY_AFTER, "1")
        }
        OpenError::Busy => {
            let message = "the media server is busy";
            Failure::new(StatusCode::SERVICE_UNAVAILABLE, session_code(direction), message)
                .with_header(header::RETRY_AFTER, "2")
        }
    }
}

fn bad_offer(direction: Direction, why: &str) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, offer_code(direction), why)
}

fn forbidden(direction: Direction) -> Failure {
    let (code, message) = match direction {
        Direction::Publish => (Code::PUBLISH_REFUSED, "the token does not allow publishing this"),
        Direction::Play => (Code::PLAY_REFUSED, "the token does not allow playing this"),
    };
    Failure::new(StatusCode::FORBIDDEN, code, message)
}

fn session_code(direction: Direction) -> Code {
    match direction {
        Direction::Publish => Code::PUBLISH_SESSION,
        Direction::Play => Code::PLAY_SESSION,
    }
}

fn offer_code(direction: Direction) -> Code {
    match direction {
        Direction::Publish => Code::PUBLISH_OFFER,
        Direction::Play => Code::PLAY_OFFER,
    }
}
