//! All routes of the server.

use crate::answer::Failure;
use crate::claims::TokenFault;
use crate::config::Config;
use crate::front::Front;
use crate::front::client::Client;
use crate::gate::Media;
use crate::hub::Hub;
use crate::token::Keys;
use crate::websocket::Handshake;
use crate::{admin, dev, link, login, whip};
use axum::extract::{DefaultBodyLimit, FromRef, Request, State};
use axum::handler::HandlerWithoutStateExt;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use holdfast_protocol::{Code, SUBPROTOCOL};
use holdfast_rooms::{Direction, Input};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tower_http::cors::{Any, CorsLayer};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// The page may run its own scripts and wasm, play what it receives, and connect to any server,
/// since rooms may name media servers elsewhere.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
    connect-src 'self' http: https: ws: wss:; media-src 'self' blob:; img-src 'self' data:; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

/// The longest leave message: a session's ID and secret.
const LEAVE_BYTES_MAX: usize = 512;

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) keys: Arc<Keys>,
    pub(crate) hub: Hub,
    pub(crate) media: Media,
    pub(crate) config: Arc<Config>,
    pub(crate) front: Arc<Front>,
    /// Held by each link's task, so that the server notices when the last one ends.
    pub(crate) alive: mpsc::Sender<()>,
}

impl FromRef<App> for Media {
    fn from_ref(app: &App) -> Media {
        app.media.clone()
    }
}

/// The router of a media node, which has no rooms.
pub(crate) fn media_router(media: Media) -> Router {
    let routes = Router::new()
        .route("/health", get(media_health))
        .merge(whip::routes("/whip", Direction::Publish))
        .merge(whip::routes("/whep", Direction::Play))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(cors())
        .fallback(not_found);
    secured(routes).with_state(media)
}

/// The router of the whole server.
pub(crate) fn router(app: App) -> Router {
    let mut open = Router::new()
        .route("/health", get(health))
        .route("/leave", post(leave).layer(DefaultBodyLimit::max(LEAVE_BYTES_MAX)))
        .merge(whip::routes("/whip", Direction::Publish))
        .merge(whip::routes("/whep", Direction::Play));
    if app.config.dev {
        let limit = || DefaultBodyLimit::max(dev::REQUEST_BYTES_MAX);
        open = open
            .route("/dev/token", post(dev::token).layer(limit()))
            .route("/dev/stream-token", post(dev::stream_token).layer(limit()));
    }
    let mut open = open.method_not_allowed_fallback(method_not_allowed).layer(cors());
    if app.config.dev {
        // Without CORS, so that only the server's own pages can use it.
        let limit = DefaultBodyLimit::max(dev::REQUEST_BYTES_MAX);
        let faults = get(dev::settings).post(dev::fault).layer(limit);
        let faults = Router::new().route("/dev/fault", faults);
        open = open.merge(faults.method_not_allowed_fallback(method_not_allowed));
    }
    let files = Router::new()
        .nest_service("/sdk", ServeDir::new(&app.config.sdk))
        .nest_service("/simulator-module", ServeDir::new(&app.config.simulator))
        .fallback_service(
            ServeDir::new(&app.config.www)
                // A POST to an unknown path gets 404, not a hint to use GET.
                .call_fallback_on_method_not_allowed(true)
                .not_found_service(not_found.into_service()),
        )
        .layer(set(header::CACHE_CONTROL, "no-cache"))
        .layer(middleware::from_fn(no_hidden_files));
    let all = Router::new()
        .route("/room", get(room))
        .merge(open)
        .merge(admin::routes().method_not_allowed_fallback(method_not_allowed))
        .merge(files);
    secured(all).with_state(app)
}

fn secured<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(set(header::REFERRER_POLICY, "no-referrer"))
        .layer(set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
}

fn set(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

/// Tokens are in headers, never in cookies, so any origin may send requests.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PATCH, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_MATCH])
        .expose_headers([header::LOCATION, header::ETAG, header::LINK, header::RETRY_AFTER])
        .max_age(Duration::from_secs(86_400))
}

/// Files whose name starts with a dot are the operator's and not public.
async fn no_hidden_files(request: Request, next: Next) -> Response {
    // Decode like the file service does: a slash may be written as %2f.
    let path: Vec<u8> = percent_decode_str(request.uri().path()).collect();
    if path.split(|byte| matches!(byte, b'/' | b'\\')).any(|name| name.starts_with(b".")) {
        return not_found().await.into_response();
    }
    next.run(request).await
}

async fn not_found() -> Failure {
    let message = "there is nothing at this address";
    // Lets pages of other origins see that their path is wrong.
    Failure::new(StatusCode::NOT_FOUND, Code::BAD_PARAMETER, message)
        .with_header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
}

async fn method_not_allowed() -> Failure {
    let message = "this address does not have that method";
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, Code::BAD_PARAMETER, message)
}

async fn health(State(app): State<App>) -> Result<Json<Value>, Failure> {
    let (Some(rooms), Some(media)) = tokio::join!(app.hub.counts(), app.media.sfu.counts()) else {
        return Err(Failure::stopped());
    };
    Ok(Json(json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "protocol": SUBPROTOCOL,
        "rooms": rooms.rooms,
        "sessions": rooms.sessions,
        "links": rooms.links,
        "streams": rooms.streams,
        "publishers": media.publishers,
        "players": media.players,
        "datagrams_dropped": app.media.sfu.dropped(),
    })))
}

async fn media_health(State(media): State<Media>) -> Result<Json<Value>, Failure> {
    let counts = media.sfu.counts().await.ok_or_else(Failure::stopped)?;
    Ok(Json(json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "publishers": counts.publishers,
        "players": counts.players,
        "datagrams_dropped": media.sfu.dropped(),
    })))
}

/// A page that is closing sends its session and secret as a beacon, which waits for no answer
/// (ROOM-13). The answer is the same whether they are right or wrong.
async fn leave(State(app): State<App>, body: String) -> StatusCode {
    if let Some((session, secret)) = body.split_once(' ') {
        let (session, secret) = (session.to_owned(), secret.to_owned());
        app.hub.input(Input::Farewell { session, secret }).await;
    }
    StatusCode::NO_CONTENT
}

/// The room link. The token is checked before anything is stored for the room. A refusal is sent on
/// the WebSocket, since a browser does not tell a page why a handshake failed.
async fn room(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    mut request: Request,
) -> Result<Response, Failure> {
    let bad = |message: &str| Failure::new(StatusCode::BAD_REQUEST, Code::BAD_MESSAGE, message);
    let login = login::from_handshake(request.headers())
        .map_err(|_| bad("the subprotocol holdfast.v1 must be offered"))?;
    let handshake =
        Handshake::of(&mut request).ok_or_else(|| bad("a WebSocket handshake is expected here"))?;
    let admitted = login
        .map_err(TokenFault::from)
        .and_then(|login| app.keys.admit(&login).map(|pass| (login, pass)));
    let (answer, opening) = handshake.accept(SUBPROTOCOL);
    tokio::spawn(async move {
        let _alive = app.alive;
        let queue = app.config.limits.queue();
        let Some(socket) = opening.open(link::READ_BYTES_MAX, queue).await else {
            return;
        };
        match admitted {
            Ok((login, pass)) if client.place.become_link(login.resume.is_some()) => {
                let (limits, address) = (app.config.limits, client.address);
                link::run(socket, login, pass, app.hub, app.keys, limits, address).await;
            }
            Ok(_) => {
                if app.front.refusals.is_told() {
                    tracing::warn!(client = %client.address, "login sent away: too many links");
                }
                link::send_away(socket).await;
            }
            Err(fault) => {
                if app.front.refusals.is_told() {
                    let (code, reason) = (fault.code.0, &fault.why);
                    tracing::info!(client = %client.address, code, reason, "login refused");
                }
                link::refuse(socket, fault).await;
            }
        }
    });
    Ok(answer)
}
