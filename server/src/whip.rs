//! WHIP (RFC 9725) and WHEP: a POST opens a media session, a PATCH changes its ICE, a DELETE ends it.

use crate::answer::Failure;
use crate::bearer::bearer;
use crate::gate::Media;
use crate::media_token::{Expiry, MediaToken, MediaTokenError};
use crate::path_part::path_part;
use crate::sfu::{Condition, Fragment, OpenError, Opened, PatchError, Restarted};
use axum::body::{Body, to_bytes};
use axum::extract::{FromRef, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{patch, post};
use axum::{Extension, Router};
use holdfast_protocol::{Code, limit};
use holdfast_rooms::Direction;
use http_body_util::LengthLimitError;
use std::error::Error;
use std::time::{Duration, Instant};
use tokio::time::timeout;

const SDP: &str = "application/sdp";
const SDP_FRAGMENT: &str = "application/trickle-ice-sdpfrag";
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// The routes at `/whip` or `/whep`.
pub(crate) fn routes<S>(at: &str, direction: Direction) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Media: FromRef<S>,
{
    Router::new()
        .route(&format!("{at}/{{stream}}"), post(open))
        .route(&format!("{at}/{{stream}}/{{session}}"), patch(change).delete(end))
        .layer(Extension(direction))
}

async fn open(
    State(media): State<Media>,
    Extension(direction): Extension<Direction>,
    Path(stream): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let token = authorise(&media, &stream, direction, &headers, Expiry::Checked)?;
    check_type(&headers, SDP)?;
    admit(&media, &token)?;
    let offer = read_text(offer_code(direction), body).await?;
    let opened = media.open(token, offer).await;
    let Opened { id, answer, etag } = opened.map_err(|error| open_failure(direction, error))?;
    // Relative to the requested address, so that it also works behind a path prefix.
    let location = format!("{}/{id}", path_part(&stream));
    let headers = [
        (header::CONTENT_TYPE, SDP.to_owned()),
        (header::LOCATION, location),
        (header::ETAG, format!("\"{etag}\"")),
    ];
    Ok((StatusCode::CREATED, headers, answer).into_response())
}

/// Trickle or ICE restart (RFC 9725 section 4.3), depending on `If-Match`.
async fn change(
    State(media): State<Media>,
    Extension(direction): Extension<Direction>,
    Path((stream, session)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let token = authorise(&media, &stream, direction, &headers, Expiry::Ignored)?;
    check_type(&headers, SDP_FRAGMENT)?;
    let condition = condition(&headers).ok_or_else(|| {
        let message = "If-Match is needed: the ETag to trickle, * to restart ICE";
        Failure::new(StatusCode::PRECONDITION_REQUIRED, Code::BAD_PARAMETER, message)
    })?;
    admit(&media, &token)?;
    let text = read_text(Code::BAD_PARAMETER, body).await?;
    let bad = |why: &str| Failure::new(StatusCode::BAD_REQUEST, Code::BAD_PARAMETER, why);
    let fragment = Fragment::parse(&text).map_err(bad)?;
    let code = session_code(direction);
    match media.sfu.patch(session, token, condition, fragment).await {
        Ok(None) => Ok(StatusCode::NO_CONTENT.into_response()),
        Ok(Some(Restarted { fragment, etag })) => {
            let headers = [
                (header::CONTENT_TYPE, SDP_FRAGMENT.to_owned()),
                (header::ETAG, format!("\"{etag}\"")),
            ];
            Ok((headers, fragment).into_response())
        }
        Err(PatchError::NotFound) => {
            Err(Failure::new(StatusCode::NOT_FOUND, code, "there is no such media session"))
        }
        Err(PatchError::NotAllowed) => Err(forbidden(direction)),
        Err(PatchError::WrongTag) => {
            let message = "the ICE session is another by now";
            Err(Failure::new(StatusCode::PRECONDITION_FAILED, code, message))
        }
        Err(PatchError::BadFragment(why)) => Err(bad(why)),
        Err(PatchError::NoRestart) => {
            let message = "ICE could not be restarted";
            Err(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, code, message))
        }
    }
}

/// The condition in `If-Match`; `None` if it is missing. Some clients put the star into quotes.
fn condition(headers: &HeaderMap) -> Option<Condition> {
    let values = headers.get_all(header::IF_MATCH).iter().filter_map(|value| value.to_str().ok());
    let tags: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    if tags.is_empty() {
        return None;
    }
    if tags.iter().any(|tag| matches!(*tag, "*" | "\"*\"")) {
        return Some(Condition::Restart);
    }
    // Weak ETags never match in `If-Match` (RFC 9110 section 13.1.1); ignore them.
    let strong = |tag: &&str| Some(tag.strip_prefix('"')?.strip_suffix('"')?.to_owned());
    Some(Condition::Tags(tags.iter().filter_map(strong).collect()))
}

async fn end(
    State(media): State<Media>,
    Extension(direction): Extension<Direction>,
    Path((stream, session)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, Failure> {
    let token = authorise(&media, &stream, direction, &headers, Expiry::Ignored)?;
    match media.sfu.close(session, token).await {
        // A session that the rooms ended a moment before counts as closed.
        Ok(()) | Err(PatchError::NotFound) => Ok(StatusCode::OK),
        Err(_) => Err(forbidden(direction)),
    }
}

/// Read a body of SDP. Errors are reported under `code`.
async fn read_text(code: Code, body: Body) -> Result<String, Failure> {
    let bad = |why: &str| Failure::new(StatusCode::BAD_REQUEST, code, why);
    let read = timeout(BODY_TIMEOUT, to_bytes(body, limit::SDP_BYTES_MAX)).await;
    let read = read.map_err(|_| {
        let message = "the body took too long to arrive";
        Failure::new(StatusCode::REQUEST_TIMEOUT, code, message)
    })?;
    let bytes = read.map_err(|error| match error.source() {
        Some(source) if source.is::<LengthLimitError>() => {
            let message = format!("SDP may have {} bytes", limit::SDP_BYTES_MAX);
            Failure::new(StatusCode::PAYLOAD_TOO_LARGE, code, message)
        }
        _ => bad("the body did not arrive whole"),
    })?;
    String::from_utf8(bytes.into()).map_err(|_| bad("the body is not text"))
}

fn authorise(
    media: &Media,
    stream: &str,
    direction: Direction,
    headers: &HeaderMap,
    expiry: Expiry,
) -> Result<MediaToken, Failure> {
    let unauthorised = |code: Code, message: &str, challenge: &'static str| {
        Failure::new(StatusCode::UNAUTHORIZED, code, message)
            .with_header(header::WWW_AUTHENTICATE, challenge)
    };
    let Some(token) = bearer(headers) else {
        let message = "a bearer token is needed";
        return Err(unauthorised(Code::TOKEN_INVALID, message, "Bearer"));
    };
    let challenge = "Bearer error=\"invalid_token\"";
    media.keys.check_media(token, stream, direction, expiry).map_err(|error| match error {
        MediaTokenError::Bad(fault) => unauthorised(fault.code, &fault.why, challenge),
        MediaTokenError::OtherUse => forbidden(direction),
    })
}

/// Refuse a client that asks too often before anything is parsed.
fn admit(media: &Media, token: &MediaToken) -> Result<(), Failure> {
    media.pace.admit(token, Instant::now()).map_err(|seconds| {
        let code = session_code(token.direction);
        let message = "too many requests for media sessions";
        Failure::new(StatusCode::TOO_MANY_REQUESTS, code, message).with_retry_after(seconds)
    })
}

fn check_type(headers: &HeaderMap, wanted: &str) -> Result<(), Failure> {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next()).unwrap_or_default();
    if essence.trim().eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    let message = format!("Content-Type must be {wanted}");
    Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::BAD_PARAMETER, message))
}

fn open_failure(direction: Direction, error: OpenError) -> Failure {
    match error {
        OpenError::NotAllowed => forbidden(direction),
        OpenError::BadOffer(why) => bad_offer(direction, why),
        OpenError::NoCommonCodec => {
            let message = "no codec of the offer fits; VP8, H.264 and Opus are known";
            Failure::new(StatusCode::NOT_ACCEPTABLE, offer_code(direction), message)
        }
        OpenError::NoPublisher => {
            let code = Code::STREAM_NOT_FOUND;
            Failure::new(StatusCode::CONFLICT, code, code.message()).with_retry_after(1)
        }
        OpenError::NoGuest(code) => no_guest(code),
        OpenError::Busy => busy(direction, 2),
        OpenError::Broken { seconds } => busy(direction, seconds),
    }
}

fn busy(direction: Direction, retry_after_s: u64) -> Failure {
    let message = "the media server is busy";
    Failure::new(StatusCode::SERVICE_UNAVAILABLE, session_code(direction), message)
        .with_retry_after(retry_after_s)
}

/// Why the rooms refuse a guest. Only a temporary reason is worth a retry.
fn no_guest(code: Code) -> Failure {
    let failure = |status| Failure::new(status, code, code.message());
    match code {
        Code::STREAM_ID_TAKEN | Code::REPLACED_WHILE_AWAY => failure(StatusCode::CONFLICT),
        Code::ROOM_FULL | Code::PUBLISH_SESSION => {
            failure(StatusCode::SERVICE_UNAVAILABLE).with_retry_after(5)
        }
        _ => failure(StatusCode::FORBIDDEN),
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
