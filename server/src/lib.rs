//! Room server and embedded WHIP/WHEP SFU for Holdfast.
//!
//! [`holdfast_rooms`] is a pure state machine; everything else here is the network around it. One
//! task, the hub, owns the rooms; another owns all media sessions. Handlers only talk to those two.
//! A media node has only the media task.

mod admin;
mod answer;
mod bearer;
pub mod claims;
mod clock;
pub mod config;
mod dev;
mod fault;
pub mod front;
mod gate;
mod http;
mod hub;
mod link;
pub mod log;
mod login;
mod media_pace;
pub mod media_token;
mod nodes;
mod pace;
mod path_part;
mod sfu;
pub mod token;
mod token04;
pub mod tripwire;
mod websocket;
mod whip;
mod wire;
mod writers;

use axum::Router;
use config::{Config, StartError};
use front::Front;
use gate::{Gate, Media};
use holdfast_rooms::{Input, Settings};
use hub::Hub;
use nodes::Nodes;
use sfu::Sfu;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use token::Keys;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long links and media sessions may take to end once the server stops.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// A server that listens but does not serve yet.
pub struct Server {
    config: Config,
    listener: TcpListener,
    addr: SocketAddr,
    keys: Arc<Keys>,
    sfu: Sfu,
    /// None on a media node.
    hub: Option<Hub>,
    router: Router,
    front: Arc<Front>,
    links_ended: mpsc::Receiver<()>,
    tasks: Tasks,
}

/// The tasks that own all state. None of them ends before it is asked to, unless it panics.
struct Tasks {
    media: JoinHandle<()>,
    /// None on a media node.
    hub: Option<JoinHandle<()>>,
}

impl Tasks {
    /// Wait until one of them has ended. Returns what ended.
    async fn ended(&mut self) -> &'static str {
        let Tasks { media, hub } = self;
        let hub = async {
            match hub {
                Some(hub) => drop(hub.await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = media => "the media task has ended",
            () = hub => "the rooms' task has ended",
        }
    }
}

impl Server {
    /// Read the secret and the nodes, open the ports and start the tasks.
    ///
    /// # Errors
    /// The secret or the file of nodes is unusable, or a port cannot be opened.
    pub async fn start(config: Config) -> Result<Server, StartError> {
        config.check_that_no_secret_is_served()?;
        let keys = Keys::new(config.app_id, config::app_secret(&config)?);
        let keys = keys.with_leeway(config.token_leeway).with_user_tokens(config.user_tokens);
        let keys = Arc::new(keys);
        Server::with_keys(config, keys).await
    }

    async fn with_keys(mut config: Config, keys: Arc<Keys>) -> Result<Server, StartError> {
        let nodes = config.nodes.as_deref().map_or(Ok(Nodes::own()), Nodes::load)?;
        let listener = TcpListener::bind(config.listen)
            .await
            .map_err(|error| StartError::new(format!("listen on {}", config.listen), error))?;
        let addr = listener.local_addr().map_err(|error| StartError::new("listen", error))?;
        config.listen = addr;
        let (guest_news, guests) = mpsc::unbounded_channel();
        let (sfu, media_task) = Sfu::start(&config, guest_news)?;
        let (alive, links_ended) = mpsc::channel(1);
        tracing::info!(%addr, app = keys.app(), media_node = config.media_node, "listening");
        let front = Arc::new(Front::new(&config));
        let (hub, hub_task, router) = if config.media_node {
            let media = Media::new(keys.clone(), sfu.clone(), Gate::Tokens);
            (None, None, http::media_router(media))
        } else {
            let (settings, tripwire) = (settings(&config), config.tripwire.clone());
            let (hub, hub_task) =
                Hub::start(settings, keys.clone(), nodes, sfu.clone(), guests, tripwire);
            let gate = Gate::Rooms(hub.clone());
            let media = Media::new(keys.clone(), sfu.clone(), gate);
            config.warn_of_missing_folders();
            if config.user_tokens {
                tracing::info!(
                    "--user-tokens: a token that names no room opens all its user's rooms"
                );
            }
            if config.dev {
                tracing::warn!("--dev: anyone gets tokens from POST /dev/…; development only");
            }
            let (keys, config) = (keys.clone(), Arc::new(config.clone()));
            let app =
                http::App { keys, hub: hub.clone(), media, config, front: front.clone(), alive };
            (Some(hub), Some(hub_task), http::router(app))
        };
        let tasks = Tasks { media: media_task, hub: hub_task };
        Ok(Server { config, listener, addr, keys, sfu, hub, router, front, links_ended, tasks })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The app's keys, to make tokens with.
    pub fn keys(&self) -> Arc<Keys> {
        self.keys.clone()
    }

    /// Serve until `stop` is done, then send every client away (`goaway`, close 1001) and end all
    /// media sessions. When a development server is asked for a restart, it does the same and then
    /// serves at the same address again with empty memory.
    ///
    /// # Errors
    /// The listener failed, or the hub or the media task ended. The server cannot continue then,
    /// and its supervisor must restart the process.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) -> std::io::Result<()> {
        let mut stop = pin!(stop);
        let mut server = self;
        loop {
            let (config, keys) = (server.config.clone(), server.keys.clone());
            match server.run_once(stop.as_mut()).await? {
                Ended::Stopped => return Ok(()),
                Ended::ToRestart => {
                    let again = Server::with_keys(config, keys).await;
                    server = again.map_err(std::io::Error::other)?;
                }
            }
        }
    }

    async fn run_once(self, stop: impl Future<Output = ()> + Send) -> std::io::Result<Ended> {
        let Server { listener, sfu, hub, router, front, mut links_ended, mut tasks, .. } = self;
        let (stopping, stopped) = oneshot::channel::<()>();
        let mut serve = pin!(front.serve(listener, router, async { drop(stopped.await) }));
        let ended = tokio::select! {
            () = &mut serve => return Ok(Ended::Stopped),
            () = stop => Ended::Stopped,
            () = restart_asked(hub.as_ref()) => Ended::ToRestart,
            why = tasks.ended() => return Err(std::io::Error::other(why)),
        };
        tracing::info!("stopping");
        drop(stopping);
        if let Some(hub) = hub {
            hub.input(Input::Drain).await;
        }
        let all_ended = async {
            sfu.stop().await;
            serve.await;
            // Returns `None` once the last link's task has dropped its sender.
            links_ended.recv().await;
        };
        if timeout(SHUTDOWN_TIMEOUT, all_ended).await.is_err() {
            tracing::warn!("some links did not end in time");
        }
        tracing::info!("stopped");
        Ok(ended)
    }
}

/// Why a server stops serving.
enum Ended {
    Stopped,
    ToRestart,
}

async fn restart_asked(hub: Option<&Hub>) {
    match hub {
        Some(hub) => hub.restart_asked().await,
        None => std::future::pending().await,
    }
}

fn settings(config: &Config) -> Settings {
    Settings {
        grace_ms: u64::try_from(config.grace.as_millis()).unwrap_or(u64::MAX),
        heartbeat_ms: config.heartbeat_ms,
        // Both are small numbers of whole frames.
        frames_at_once: config.limits.frames_burst as u64,
        frames_per_second: config.limits.frames_per_second as u64,
        token_leeway_ms: u64::try_from(config.token_leeway.as_millis()).unwrap_or(u64::MAX),
        ..Settings::default()
    }
}
