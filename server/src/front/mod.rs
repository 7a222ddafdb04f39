//! The server's front: accepts connections, limits what each may hold and for how long, and finds
//! out each client's address.

pub(crate) mod client;
pub(crate) mod descriptors;
pub mod places;
pub(crate) mod refusals;
mod request_pace;

use crate::answer::{Failure, Refusal};
use crate::config::Config;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use client::Client;
use holdfast_protocol::Code;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use places::{Place, PlaceLimits, Places};
use refusals::Refusals;
use request_pace::RequestPace;
use socket2::{SockRef, TcpKeepalive};
use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

/// More than the longest header needed: a login entry of 16 KB and what a browser adds.
const HEADER_BYTES_MAX: usize = 32 * 1_024;
/// How long a proxy's connection may be idle. This is longer than proxies keep one, so that none is
/// closed just as a request is sent on it.
const PROXY_IDLE: Duration = Duration::from_secs(75);
/// After this much silence a TCP keepalive probe is sent.
const KEEPALIVE: Duration = Duration::from_secs(60);
/// How long to wait when accepting failed, usually for lack of descriptors.
const ACCEPT_RETRY: Duration = Duration::from_millis(200);

/// How long a client may take.
#[derive(Clone, Copy, Debug)]
pub struct FrontTimeouts {
    /// To send a whole header, counted from the connection's start or the previous answer.
    pub header: Duration,
    /// To send the rest of a request, until its answer begins.
    pub request: Duration,
    /// For its machine to acknowledge what it is sent.
    pub unread: Duration,
}

impl Default for FrontTimeouts {
    fn default() -> FrontTimeouts {
        let seconds = Duration::from_secs;
        FrontTimeouts { header: seconds(10), request: seconds(10), unread: seconds(20) }
    }
}

/// What all connections of a server share.
pub(crate) struct Front {
    places: Places,
    pub(crate) refusals: Refusals,
    pace: RequestPace,
    timeouts: FrontTimeouts,
    trusts_forwarded_for: bool,
}

impl Front {
    pub(crate) fn new(config: &Config) -> Front {
        let limits = config.places.unwrap_or_else(|| {
            PlaceLimits::within(descriptors::raise(), config.connections_per_address())
        });
        tracing::info!(
            connections = limits.connections,
            connections_per_address = limits.connections_per_address,
            links = limits.links,
            "places"
        );
        Front {
            places: Places::new(limits),
            refusals: Refusals::new(),
            pace: RequestPace::new(limits.connections_per_address),
            timeouts: match config.trust_forwarded_for {
                true => FrontTimeouts { header: PROXY_IDLE, ..config.front_timeouts },
                false => config.front_timeouts,
            },
            trusts_forwarded_for: config.trust_forwarded_for,
        }
    }

    /// Serve until `stop` is done and the last answer is sent. Does not wait for links.
    pub(crate) async fn serve(
        self: Arc<Front>,
        listener: TcpListener,
        router: Router,
        stop: impl Future<Output = ()>,
    ) {
        let (stopping, _) = watch::channel(());
        let mut stop = pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut stop => break,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let (address, stopped) = (peer.ip().to_canonical(), stopping.subscribe());
                    self.clone().admit(stream, address, &router, stopped);
                }
                Err(error) if is_the_connections_own(&error) => {}
                Err(error) => {
                    if self.refusals.is_told() {
                        tracing::error!(%error, "no connection accepted");
                    }
                    sleep(ACCEPT_RETRY).await;
                }
            }
        }
        drop(listener);
        // Fails only if there are no connections.
        let _ = stopping.send(());
        stopping.closed().await;
    }

    fn admit(
        self: Arc<Front>,
        stream: TcpStream,
        address: IpAddr,
        router: &Router,
        mut stopped: watch::Receiver<()>,
    ) {
        let place = match self.places.take(address) {
            Ok(place) => Arc::new(place),
            Err(full) => {
                if self.refusals.is_told() {
                    tracing::info!(client = %address, reason = full.reason(), "connection refused");
                }
                return;
            }
        };
        if let Err(error) = set_options(&stream, self.timeouts.unread) {
            tracing::debug!(%error, "socket option not set");
        }
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(self.timeouts.header)
            .max_buf_size(HEADER_BYTES_MAX);
        let router = router.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let (front, router, place) = (self.clone(), router.clone(), place.clone());
            async move { Ok::<_, Infallible>(front.answer(request, router, address, place).await) }
        });
        let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
        tokio::spawn(async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                _ = stopped.changed() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(client = %address, %error, "connection ended");
            }
        });
    }

    async fn answer(
        &self,
        request: Request<Incoming>,
        router: Router,
        peer: IpAddr,
        place: Arc<Place>,
    ) -> Response {
        let mut request = request.map(Body::new);
        let forwarded = match self.trusts_forwarded_for {
            true => client::forwarded_for(request.headers()),
            false => None,
        };
        let address = forwarded.unwrap_or(peer);
        request.extensions_mut().insert(Client { address, place: place.clone() });
        let mut answer = match self.pace.admit(address, Instant::now()) {
            Ok(()) => self.route(request, router).await,
            Err(seconds) => too_many_requests(seconds),
        };
        if let Some(Refusal { code, reason }) = answer.extensions().get()
            && self.refusals.is_told()
        {
            let status = answer.status().as_u16();
            tracing::info!(client = %address, status, code = code.0, reason, "request refused");
        }
        // Where one address has many connections, idle ones must not keep new ones out.
        if answer.status() != StatusCode::SWITCHING_PROTOCOLS && place.is_crowded() {
            answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }

    async fn route(&self, request: Request<Body>, router: Router) -> Response {
        match timeout(self.timeouts.request, router.oneshot(request)).await {
            Ok(answer) => answer.unwrap_or_else(|never| match never {}),
            Err(_) => {
                let message = "the request took too long to arrive";
                let status = StatusCode::REQUEST_TIMEOUT;
                Failure::new(status, Code::BAD_PARAMETER, message).into_response()
            }
        }
    }
}

fn too_many_requests(retry_after_seconds: u64) -> Response {
    let message = "too many requests from this address";
    let failure = Failure::new(StatusCode::TOO_MANY_REQUESTS, Code::BAD_PARAMETER, message);
    let mut answer = failure.with_retry_after(retry_after_seconds).into_response();
    // Lets pages of other origins read it, so that they wait.
    let any = HeaderValue::from_static("*");
    answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
    answer
}

fn set_options(stream: &TcpStream, unread: Duration) -> std::io::Result<()> {
    // A message must not wait for the acknowledgement of a lost heartbeat.
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEPALIVE))?;
    // Also ends a client that requests a file and never reads it.
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(unread))?;
    Ok(())
}

/// Whether the error belongs to a connection that broke before it was accepted. The next connection
/// is not affected.
fn is_the_connections_own(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
