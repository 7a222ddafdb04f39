//! The server's end of a WebSocket (RFC 6455): the handshake, reading, and building frames.
//! [`crate::wire`] sends the frames.

use crate::wire::{LinkCommand, QueueLimits, Wire};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Version, header};
use axum::response::Response;
use bytes::Bytes;
use holdfast_protocol::CloseCode;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use std::future::poll_fn;
use std::io::{self, ErrorKind, Read, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tungstenite::error::Error;
use tungstenite::handshake::derive_accept_key;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::protocol::{CloseFrame, Message, Role, WebSocketConfig, WebSocketContext};

/// A link's permanent read buffer. Longer frames get memory while they arrive.
const READ_BUFFER_BYTES: usize = 1_024;
/// How much is read from a client that broke the rules, so that our close frame reaches it.
const DISCARDED_BYTES_MAX: usize = 4 * 1_024 * 1_024;

/// A valid handshake.
pub(crate) struct Handshake {
    key: HeaderValue,
    upgrade: OnUpgrade,
}

impl Handshake {
    /// The handshake in a request, if it is one.
    pub(crate) fn of(request: &mut Request) -> Option<Handshake> {
        let headers = request.headers();
        let is_good = request.method() == Method::GET
            && request.version() == Version::HTTP_11
            && has_word(headers, header::CONNECTION, "upgrade")
            && has_word(headers, header::UPGRADE, "websocket")
            && has_word(headers, header::SEC_WEBSOCKET_VERSION, "13");
        let key = headers.get(header::SEC_WEBSOCKET_KEY).filter(|_| is_good)?.clone();
        let upgrade = request.extensions_mut().remove()?;
        Some(Handshake { key, upgrade })
    }

    /// The response to send, and the WebSocket that opens once it is out.
    pub(crate) fn accept(self, protocol: &'static str) -> (Response, Opening) {
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = answer.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(protocol));
        // Base64, so it is always a valid header value.
        if let Ok(accept) = derive_accept_key(self.key.as_bytes()).try_into() {
            headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
        }
        (answer, Opening(self.upgrade))
    }
}

fn has_word(headers: &HeaderMap, name: header::HeaderName, word: &str) -> bool {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|one| one.trim().eq_ignore_ascii_case(word))
}

/// A WebSocket whose handshake is being answered.
pub(crate) struct Opening(OnUpgrade);

impl Opening {
    /// The WebSocket; `None` if the connection broke. `frame_bytes_max` limits incoming frames and
    /// messages; `limits` applies to what waits to go out.
    pub(crate) async fn open(self, frame_bytes_max: usize, limits: QueueLimits) -> Option<Socket> {
        let parts = self.0.await.ok()?.downcast::<TokioIo<TcpStream>>().ok()?;
        let (half, writing) = parts.io.into_inner().into_split();
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(frame_bytes_max))
            .max_frame_size(Some(frame_bytes_max));
        let early = parts.read_buf.to_vec();
        let context = WebSocketContext::from_partially_read(early, Role::Server, Some(config));
        Some(Socket {
            half,
            context: Box::new(context),
            wire: Arc::new(Wire::new(writing, limits)),
        })
    }
}

/// An open WebSocket.
pub(crate) struct Socket {
    half: OwnedReadHalf,
    context: Box<WebSocketContext>,
    pub(crate) wire: Arc<Wire>,
}

impl Socket {
    /// The next message. Answers pings and closes along the way.
    pub(crate) async fn next(&mut self) -> Result<Message, Error> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Message, Error>> {
        let Socket { half, context, wire } = self;
        match context.read(&mut Stream { half, wire, cx }) {
            Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => Poll::Pending,
            Ok(message @ Message::Close(_)) => {
                // Sends the reply to the close, which would otherwise go out with the next read.
                let _ = context.flush(&mut Stream { half, wire, cx });
                Poll::Ready(Ok(message))
            }
            result => Poll::Ready(result),
        }
    }

    /// Read on until the client has closed too.
    pub(crate) async fn read_to_its_end(&mut self) {
        loop {
            match self.next().await {
                Ok(Message::Close(_)) => return,
                Ok(_) => {}
                // Unread data at the end of the connection causes a reset, which would lose our
                // close frame.
                Err(Error::Capacity(_) | Error::Protocol(_) | Error::Utf8(_)) => break,
                Err(_) => return,
            }
        }
        let mut buffer = [0; 1_024];
        let mut left = DISCARDED_BYTES_MAX;
        while let Ok(read @ 1..) = self.half.read(&mut buffer).await {
            left = left.saturating_sub(read);
            if left == 0 {
                return;
            }
        }
    }
}

/// The connection in the form that tungstenite needs.
struct Stream<'a, 'b> {
    half: &'a mut OwnedReadHalf,
    wire: &'a Wire,
    cx: &'a mut Context<'b>,
}

impl Read for Stream<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut buffer = ReadBuf::new(buffer);
        match Pin::new(&mut *self.half).poll_read(self.cx, &mut buffer) {
            Poll::Ready(result) => result.map(|()| buffer.filled().len()),
            Poll::Pending => Err(ErrorKind::WouldBlock.into()),
        }
    }
}

impl Write for Stream<'_, '_> {
    /// Pongs and replies to a close are written here, each in one piece.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wire.deliver(&LinkCommand::Frames(bytes.to_vec().into()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A text frame.
pub(crate) fn text_frame(text: String) -> Bytes {
    framed(Frame::message(text, OpCode::Data(Data::Text), true))
}

/// A ping frame without contents.
pub(crate) fn ping_frame() -> Bytes {
    framed(Frame::ping(Bytes::new()))
}

/// A close frame.
pub(crate) fn close_frame(code: CloseCode, reason: &str) -> Bytes {
    framed(Frame::close(Some(CloseFrame { code: code.0.into(), reason: reason.into() })))
}

fn framed(frame: Frame) -> Bytes {
    let mut bytes = Vec::with_capacity(frame.len());
    // Writing into memory cannot fail.
    let _ = frame.format(&mut bytes);
    bytes.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    #[test]
    fn words_of_a_header_are_found_however_they_are_written() {
        let mut headers = HeaderMap::new();
        let name = || HeaderName::from_static("connection");
        headers.append(name(), HeaderValue::from_static("keep-alive, Upgrade"));
        headers.append(name(), HeaderValue::from_static("x"));
        assert!(has_word(&headers, name(), "upgrade") && has_word(&headers, name(), "x"));
        assert!(!has_word(&headers, name(), "keep"));
        assert!(!has_word(&HeaderMap::new(), name(), "upgrade"));
    }

    #[test]
    fn frames_are_not_masked_and_have_the_shortest_header() {
        assert_eq!(text_frame("ab".to_owned()), b"\x81\x02ab".as_slice());
        assert_eq!(text_frame("a".repeat(126))[..4], [0x81, 126, 0, 126]);
        assert_eq!(text_frame("a".repeat(65_536))[..3], [0x81, 127, 0]);
        assert_eq!(ping_frame(), [0x89, 0].as_slice());
        assert_eq!(close_frame(CloseCode::TOO_BIG, "x"), [0x88, 3, 3, 241, b'x'].as_slice());
    }
}
