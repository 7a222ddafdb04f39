//! Room server and embedded WHIP/WHEP SFU for Holdfast.
//!
//! [`holdfast_rooms`] is a pure state machine; everything else here is the network around it. One task,
//! the hub, owns the rooms, and one owns all media sessions; handlers only talk to those two.

mod admin;
mod answer;
mod bearer;
pub mod config;
mod dev;
mod http;
mod hub;
mod link;
mod login;
mod sfu;
pub mod token;
mod whip;

use config::{Config, StartError};
use holdfast_rooms::Input;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// How long links and media sessions may take to end once the server is told to.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// A server that listens but does not answer yet.
pub struct Server {
    listener: TcpListener,
    addr: SocketAddr,
    app: http::App,
    links_ended: mpsc::Receiver<()>,
}

impl Server {
    /// Read the secret, open the ports and start the tasks.
    ///
    /// # Errors
    /// The secret is unusable, or a port cannot be opened.
    pub async fn start(config: Config) -> Result<Server, StartError> {
        let keys = Arc::new(token::Keys::new(config.app_id, config::app_secret(&config)?));
        let listener = TcpListener::bind(config.listen)
            .await
            .map_err(|error| StartError::new(format!("listen on {}", config.listen), error))?;
        let addr = listener.local_addr().map_err(|error| StartError::new("listen", error))?;
        let sfu = sfu::Sfu::start(config.media_port, &config.public_ip)?;
        let settings = holdfast_rooms::Settings {
            grace_ms: u64::try_from(config.grace.as_millis()).unwrap_or(u64::MAX),
            heartbeat_ms: config.heartbeat_ms,
            unix_start_ms: token::unix_ms(),
            ..holdfast_rooms::Settings::default()
        };
        let hub = hub::Hub::start(settings, keys.clone(), sfu.clone());
        let (alive, links_ended) = mpsc::channel(1);
        let app = http::App { keys, hub, sfu, config: Arc::new(config), alive };
        tracing::info!(%addr, app = app.keys.app(), "listening");
        app.config.warn_of_missing_folders();
        if app.config.dev {
            tracing::warn!("--dev: POST /dev/token gives a token to anyone; development only");
        }
        Ok(Server { listener, addr, app, links_ended })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The app's keys, to make tokens with.
    pub fn keys(&self) -> Arc<token::Keys> {
        self.app.keys.clone()
    }

    /// Serve until `stop` is done, then send every client away (`goaway`, close 1001) and end all
    /// media sessions.
    ///
    /// # Errors
    /// The listener failed.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) -> std::io::Result<()> {
        let Server { listener, app, mut links_ended, .. } = self;
        let (hub, sfu) = (app.hub.clone(), app.sfu.clone());
        let (stopping, stopped) = oneshot::channel::<()>();
        let serve = axum::serve(listener, http::router(app))
            .with_graceful_shutdown(async { drop(stopped.await) });
        let mut serve = pin!(serve.into_future());
        tokio::select! {
            result = &mut serve => return result,
            () = stop => {}
        }
        tracing::info!("stopping");
        drop(stopping);
        hub.input(Input::Drain).await;
        let ended = async {
            sfu.stop().await;
            let result = serve.await;
            // Gives `None` once the last link's task has dropped its end.
            links_ended.recv().await;
            result
        };
        match timeout(SHUTDOWN_TIMEOUT, ended).await {
            Ok(result) => result?,
            Err(_) => tracing::warn!("some links did not end in time"),
        }
        tracing::info!("stopped");
        Ok(())
    }
}
