//! A server for one test, and WebSocket clients that wait for messages, never for a fixed time.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Parser;
use futures_util::{SinkExt, StreamExt};
use holdfast_protocol::{ClientMessage, Hello, LOGIN_ENTRY_PREFIX, ServerMessage};
use holdfast_server::Server;
use holdfast_server::config::Config;
use holdfast_server::token::Keys;
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

/// Far longer than anything here takes; only a failure waits this long.
pub(crate) const GUARD: Duration = Duration::from_secs(20);

/// Await, but not forever.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(GUARD, future).await.unwrap_or_else(|_| panic!("{what} did not come"))
}

/// A file for one test; dropping this removes it.
pub(crate) struct File(std::path::PathBuf);

impl File {
    pub(crate) fn new(contents: &str) -> File {
        // Each has its own name, since tests run in parallel.
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("holdfast-test-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, contents).unwrap();
        File(path)
    }

    pub(crate) fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // Nothing depends on its removal.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A server as its clients see it.
pub(crate) struct Site {
    pub(crate) addr: SocketAddr,
    pub(crate) keys: Arc<Keys>,
    pub(crate) http: reqwest::Client,
    /// The address of the clients.
    pub(crate) from: IpAddr,
}

pub(crate) struct TestServer {
    site: Site,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Deref for TestServer {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

impl TestServer {
    pub(crate) async fn start() -> TestServer {
        TestServer::start_with(&["--dev"], |_| {}).await
    }

    pub(crate) async fn start_with(flags: &[&str], adjust: impl Fn(&mut Config)) -> TestServer {
        let fixed = ["holdfast-server", "--listen", "127.0.0.1:0", "--media-port", "0"];
        let media = ["--public-ip", "127.0.0.1"];
        let mut config = Config::parse_from(fixed.iter().chain(&media).chain(flags));
        adjust(&mut config);
        let server = Server::start(config).await.unwrap();
        let (addr, keys) = (server.addr(), server.keys());
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(server.run(async { drop(stopped.await) }));
        let site = Site::new(addr, keys, Ipv4Addr::LOCALHOST.into());
        TestServer { site, stop: Some(stop), task }
    }

    /// Ask the server to stop and wait until it has.
    pub(crate) async fn stop(&mut self) {
        drop(self.stop.take());
        soon("the server's end", &mut self.task).await.unwrap().unwrap();
    }

    /// Wait until the server ends by itself. Returns why.
    pub(crate) async fn fails(mut self) -> std::io::Error {
        soon("the server's end", &mut self.task).await.unwrap().unwrap_err()
    }
}

impl Site {
    pub(crate) fn new(addr: SocketAddr, keys: Arc<Keys>, from: IpAddr) -> Site {
        let http = reqwest::Client::builder().local_address(from).build().unwrap();
        Site { addr, keys, http, from }
    }

    /// The URL of a path on this server; a full URL stays as it is.
    pub(crate) fn url(&self, path: &str) -> String {
        match path.starts_with('/') {
            true => format!("http://{}{path}", self.addr),
            false => path.to_owned(),
        }
    }

    pub(crate) fn login(&self, room: &str, user: &str) -> Value {
        let grants = vec!["publish".to_owned(), "play".to_owned()];
        let token = self.keys.room_token(room, user, grants, 60).unwrap();
        json!({
            "app": 1, "room": room, "user": { "id": user, "name": "" }, "token": token,
            "user_update": true,
        })
    }

    /// A new connection.
    pub(crate) async fn connect(&self) -> std::io::Result<TcpStream> {
        self.socket()?.connect(self.addr).await
    }

    fn socket(&self) -> std::io::Result<TcpSocket> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(self.from, 0))?;
        Ok(socket)
    }

    /// Open a room link with this login.
    pub(crate) async fn link(&self, login: &Value) -> Client {
        self.link_on(self.connect().await.unwrap(), login).await
    }

    /// A link whose client has a tiny buffer for unread data.
    pub(crate) async fn narrow_link(&self, login: &Value) -> Client {
        self.link_on(self.narrow().await.unwrap(), login).await
    }

    /// A connection whose client has a tiny buffer for unread data.
    pub(crate) async fn narrow(&self) -> std::io::Result<TcpStream> {
        let socket = self.socket()?;
        socket.set_recv_buffer_size(2_048)?;
        socket.connect(self.addr).await
    }

    async fn link_on(&self, tcp: TcpStream, login: &Value) -> Client {
        let entry = URL_SAFE_NO_PAD.encode(login.to_string());
        let offered = format!("holdfast.v1, {LOGIN_ENTRY_PREFIX}{entry}");
        let (socket, response) =
            soon("the handshake", self.handshake(tcp, &offered)).await.unwrap();
        let answered = response.headers()["sec-websocket-protocol"].to_str().unwrap();
        assert_eq!(answered, "holdfast.v1");
        Client { socket }
    }

    pub(crate) async fn handshake(
        &self,
        tcp: TcpStream,
        offered: &str,
    ) -> Result<
        (WebSocketStream<TcpStream>, tokio_tungstenite::tungstenite::handshake::client::Response),
        Error,
    > {
        let mut request = format!("ws://{}/room", self.addr).into_client_request().unwrap();
        if !offered.is_empty() {
            request.headers_mut().insert("sec-websocket-protocol", offered.parse().unwrap());
        }
        tokio_tungstenite::client_async(request, tcp).await
    }

    /// Log in and take the hello.
    pub(crate) async fn enter(&self, room: &str, user: &str) -> (Client, Hello) {
        let mut client = self.link(&self.login(room, user)).await;
        match client.next().await {
            ServerMessage::Hello(hello) => (client, hello),
            other => panic!("expected hello, got {other:?}"),
        }
    }
}

pub(crate) struct Client {
    pub(crate) socket: WebSocketStream<TcpStream>,
}

impl Client {
    pub(crate) async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    pub(crate) async fn send(&mut self, message: &ClientMessage) {
        self.send_text(&serde_json::to_string(message).unwrap()).await;
    }

    /// The next message, except heartbeats and counts.
    pub(crate) async fn next(&mut self) -> ServerMessage {
        soon("a message", async {
            loop {
                match self.socket.next().await.unwrap().unwrap() {
                    Message::Text(text) => match serde_json::from_str(&text).unwrap() {
                        ServerMessage::Heartbeat | ServerMessage::Count { .. } => {}
                        message => return message,
                    },
                    Message::Ping(_) | Message::Pong(_) => {}
                    other => panic!("expected a message, got {other:?}"),
                }
            }
        })
        .await
    }

    pub(crate) async fn ask(&mut self, message: &ClientMessage) -> ServerMessage {
        self.send(message).await;
        self.next().await
    }

    /// The code and reason of the server's close, skipping earlier messages.
    pub(crate) async fn closed(&mut self) -> (u16, String) {
        soon("a close", async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Close(Some(frame)))) => {
                        return (frame.code.into(), frame.reason.to_string());
                    }
                    Some(Ok(_)) => {}
                    other => panic!("expected a close, got {other:?}"),
                }
            }
        })
        .await
    }

    /// The login is refused: first an `end` with this code, then a close with 4000 and the same
    /// code.
    pub(crate) async fn refused(&mut self) -> u32 {
        let ServerMessage::End { code, message } = self.next().await else { panic!("no end") };
        let (close_code, reason) = self.closed().await;
        assert_eq!(close_code, 4000);
        assert_eq!(reason, format!("{} {}", code.0, code.message()));
        assert!(!message.is_empty());
        code.0
    }

    /// The room is not affected: a ping is answered, and nothing came before the answer.
    pub(crate) async fn is_undisturbed(&mut self) {
        let pong = self.ask(&ClientMessage::Ping { n: 77 }).await;
        assert_eq!(pong, ServerMessage::Pong { n: 77 });
    }
}
