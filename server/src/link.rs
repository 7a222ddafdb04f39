//! One WebSocket of the room link: frames in, frames out, limits, close codes.

use crate::claims::TokenFault;
use crate::config::LinkLimits;
use crate::hub::Hub;
use crate::token::Keys;
use crate::websocket::{Socket, close_frame, text_frame};
use crate::wire::{LinkCommand, Next, Wire, Writer};
use holdfast_protocol::{ClientMessage, CloseCode, Code, Login, ServerMessage, limit};
use holdfast_rooms::{Input, LinkId, Pass, close_reason};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};
use tungstenite::error::Error;
use tungstenite::protocol::Message;

/// Read limit of the WebSocket layer. It is above the protocol's limit, so that a frame over the
/// protocol's limit is read to its end and answered with a close code, not a reset.
pub(crate) const READ_BYTES_MAX: usize = 2 * limit::FRAME_BYTES_MAX;
/// How long one frame may take to go out to a client that reads slowly.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);
/// One more second is allowed for each of this many bytes.
const SEND_BYTES: usize = 16 * 1_024;
const SEND_SECOND: Duration = Duration::from_secs(1);
/// How long the client may take to answer a close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// How long a client may take to close a link that its own newer link replaced. The first message
/// on the new link is still on its way; an earlier close would look like a lost link.
const OVERTAKEN_TIMEOUT: Duration = Duration::from_millis(500);

/// When to come back if all link slots are taken.
const COME_BACK_MS: (u64, u64) = (2_000, 20_000);

/// Why a link ends.
#[derive(Debug)]
enum End {
    /// The client closed it or the connection broke.
    Gone,
    /// The server closes it.
    Close(CloseCode, String),
}

/// Serve an accepted link until it ends.
pub(crate) async fn run(
    mut socket: Socket,
    login: Login,
    pass: Pass,
    hub: Hub,
    keys: Arc<Keys>,
    limits: LinkLimits,
    client: IpAddr,
) {
    let wire = socket.wire.clone();
    let renewal = Renewal { keys, room: login.room.clone(), user: login.user.id.clone() };
    let link = hub.open(login, pass, Writer::new(&wire)).await;
    tracing::info!(link, %client, "link opened");
    let bucket = Bucket::new(limits);
    let mut pump = Pump { link, hub: hub.clone(), renewal, wire, bucket };
    let end = pump.run(&mut socket).await;
    hub.input(Input::LinkClosed { link }).await;
    match end {
        End::Close(code, reason) => {
            tracing::info!(link, %client, code = code.0, reason, "link closed");
            if code == CloseCode::SUPERSEDED {
                let _ = timeout(OVERTAKEN_TIMEOUT, socket.read_to_its_end()).await;
            }
            close(socket, code, reason).await;
        }
        End::Gone => tracing::info!(link, %client, "link gone"),
    }
}

/// Refuse a link before any room knows about it.
pub(crate) async fn refuse(socket: Socket, fault: TokenFault) {
    let code = fault.code;
    let word = ServerMessage::End { code, message: fault.into_told() };
    last_word(socket, &word, CloseCode::REFUSED, close_reason(code)).await;
}

/// Tell a client to come back when there may be a slot for its link.
pub(crate) async fn send_away(socket: Socket) {
    let (min_ms, max_ms) = COME_BACK_MS;
    let message = ServerMessage::Goaway { min_ms, max_ms };
    last_word(socket, &message, CloseCode::GOING_AWAY, "too many links".to_owned()).await;
}

async fn last_word(socket: Socket, word: &ServerMessage, code: CloseCode, reason: String) {
    if let Ok(text) = serde_json::to_string(word) {
        // A short message, which fits into the system's buffer whether or not the client reads.
        socket.wire.deliver(&LinkCommand::Frames(text_frame(text)));
        close(socket, code, reason).await;
    }
}

async fn close(mut socket: Socket, code: CloseCode, reason: String) {
    let closed = async {
        socket.wire.finish(close_frame(code, &reason)).await;
        // Read what is still on its way, so that a reset does not lose the close frame.
        socket.read_to_its_end().await;
    };
    // Drop a client that does not answer.
    let _ = timeout(CLOSE_TIMEOUT, closed).await;
}

/// What a new token for this link must be valid for.
struct Renewal {
    keys: Arc<Keys>,
    room: String,
    user: String,
}

impl Renewal {
    fn check(&self, token: &str) -> Result<Pass, Code> {
        self.keys.check_room_token(token, &self.room, &self.user).map_err(
            |TokenFault { code, why, .. }| {
                tracing::info!(user = self.user, code = code.0, reason = why, "renewal refused");
                code
            },
        )
    }
}

struct Pump {
    link: LinkId,
    hub: Hub,
    renewal: Renewal,
    wire: Arc<Wire>,
    bucket: Bucket,
}

impl Pump {
    async fn run(&mut self, socket: &mut Socket) -> End {
        loop {
            let result = tokio::select! {
                biased;
                () = self.wire.woken.notified() => self.write().await,
                frame = socket.next() => match frame {
                    Ok(frame) => self.receive(frame).await,
                    Err(error) => Err(read_error(&error)),
                },
            };
            if let Err(end) = result {
                return end;
            }
        }
    }

    /// Send what the client did not take at once. Nothing is read meanwhile.
    async fn write(&self) -> Result<(), End> {
        let mut sending = None;
        let mut give_up_at = Instant::now();
        loop {
            match self.wire.write() {
                Next::Wait => return Ok(()),
                Next::Blocked { done, bytes } => {
                    if sending.replace(done) != Some(done) {
                        give_up_at = Instant::now() + send_timeout(bytes);
                    }
                    if timeout_at(give_up_at, self.wire.changed()).await.is_err() {
                        return Err(too_slow());
                    }
                }
                Next::FallSilent(until) => {
                    // Wake early in case the link is cut; any other command waits.
                    let _ = timeout_at(until.into(), self.wire.woken.notified()).await;
                }
                Next::Close(code, reason) => return Err(End::Close(code, reason)),
                Next::Overflowed => {
                    tracing::warn!(link = self.link, "client reads too slowly, link cut");
                    return Err(too_slow());
                }
                Next::Gone => return Err(End::Gone),
            }
        }
    }

    async fn receive(&mut self, frame: Message) -> Result<(), End> {
        if !self.bucket.take() {
            return Err(End::Close(CloseCode::OVER_LIMIT, "too many messages".to_owned()));
        }
        match frame {
            Message::Text(text) => self.receive_text(&text).await,
            // The library never returns a raw frame on reading.
            Message::Binary(_) | Message::Frame(_) => {
                Err(End::Close(CloseCode::NOT_TEXT, "binary frames are not accepted".to_owned()))
            }
            Message::Ping(_) | Message::Pong(_) => {
                self.hub.input(Input::LinkHeard { link: self.link }).await;
                Ok(())
            }
            Message::Close(_) => Err(End::Gone),
        }
    }

    async fn receive_text(&self, text: &str) -> Result<(), End> {
        if text.len() > limit::FRAME_BYTES_MAX {
            return Err(too_big());
        }
        let link = self.link;
        match parse(text) {
            Parsed::Message(ClientMessage::Renew { id, token }) => {
                let result = self.renewal.check(&token);
                self.hub.input(Input::TokenRenewed { link, id, result }).await;
                Ok(())
            }
            Parsed::Message(message) => {
                self.hub.input(Input::MessageReceived { link, message }).await;
                Ok(())
            }
            Parsed::Unknown { id } => {
                tracing::info!(link, request = id, "message of no known shape");
                self.hub.input(Input::LinkHeard { link }).await;
                let code = Code::BAD_MESSAGE;
                let done =
                    ServerMessage::Done { id, code, message: code.message().to_owned(), seq: 0 };
                let text = serde_json::to_string(&done).unwrap_or_default();
                self.wire.deliver(&LinkCommand::Frames(text_frame(text)));
                Ok(())
            }
            Parsed::Garbage => {
                Err(End::Close(CloseCode::BAD_MESSAGE, "not a JSON object".to_owned()))
            }
        }
    }
}

/// What a client missed in a busy room may be a frame of megabytes. A slow path gets time for it.
fn send_timeout(bytes: usize) -> Duration {
    SEND_TIMEOUT + SEND_SECOND * u32::try_from(bytes / SEND_BYTES).unwrap_or(u32::MAX)
}

fn too_slow() -> End {
    End::Close(CloseCode::OVER_LIMIT, "the client reads too slowly".to_owned())
}

fn too_big() -> End {
    let reason = format!("a frame is longer than {} bytes", limit::FRAME_BYTES_MAX);
    End::Close(CloseCode::TOO_BIG, reason)
}

fn read_error(error: &Error) -> End {
    match error {
        Error::Capacity(_) => too_big(),
        Error::Utf8(_) => End::Close(CloseCode::BAD_MESSAGE, "not UTF-8".to_owned()),
        _ => End::Gone,
    }
}

#[derive(Debug, PartialEq)]
enum Parsed {
    Message(ClientMessage),
    /// An object, but with no known type or with an invalid field.
    Unknown {
        id: u32,
    },
    Garbage,
}

fn parse(text: &str) -> Parsed {
    if let Ok(message) = serde_json::from_str(text) {
        return Parsed::Message(message);
    }
    let Ok(serde_json::Value::Object(object)) = serde_json::from_str(text) else {
        return Parsed::Garbage;
    };
    let id = object.get("id").and_then(serde_json::Value::as_u64);
    Parsed::Unknown { id: id.and_then(|id| u32::try_from(id).ok()).unwrap_or(0) }
}

/// A token bucket over the frames a link sends.
struct Bucket {
    limits: LinkLimits,
    tokens: f64,
    filled_at: Instant,
}

impl Bucket {
    fn new(limits: LinkLimits) -> Bucket {
        Bucket { limits, tokens: limits.frames_burst, filled_at: Instant::now() }
    }

    fn take(&mut self) -> bool {
        let now = Instant::now();
        let earned = (now - self.filled_at).as_secs_f64() * self.limits.frames_per_second;
        self.tokens = (self.tokens + earned).min(self.limits.frames_burst);
        self.filled_at = now;
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn any_value() -> impl Strategy<Value = Value> {
        let texts = ["", "a", "s", "t", "users", "\u{0}", "\u{10ffff}"];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            prop::sample::select(texts.to_vec()).prop_map(Value::from),
            ".{0,20}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((".{0,4}", inner), 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    /// Objects that are almost messages: a known type with any fields.
    fn nearly_a_message() -> impl Strategy<Value = Value> {
        let types = [
            "publish",
            "live",
            "unpublish",
            "play",
            "ping",
            "renew",
            "broadcast",
            "barrage",
            "command",
            "set_room_extra",
            "set_stream_extra",
            "set_muted",
            "logout",
            "fly",
        ];
        let names = [
            "id", "n", "stream", "extra", "muted", "node", "token", "text", "to", "key", "value",
            "t",
        ];
        let name = prop::sample::select(names.to_vec());
        let fields = prop::collection::vec((name, any_value()), 0..6);
        (prop::sample::select(types.to_vec()), fields).prop_map(|(kind, fields)| {
            let mut object = json!({ "t": kind });
            for (name, value) in fields {
                object[name] = value;
            }
            object
        })
    }

    proptest! {
        #[test]
        fn any_text_is_taken_without_harm(text in any::<String>()) {
            parse(&text);
        }

        #[test]
        fn any_json_is_a_message_or_not_and_an_object_never_garbage(
            value in prop_oneof![any_value(), nearly_a_message()],
            cut in any::<prop::sample::Index>(),
        ) {
            let text = value.to_string();
            prop_assert_eq!(value.is_object(), parse(&text) != Parsed::Garbage);
            parse(&text[..text.floor_char_boundary(cut.index(text.len() + 1))]);
        }
    }

    #[test]
    fn a_message_of_no_known_shape_keeps_its_id() {
        assert_eq!(parse(r#"{"t":"ping","n":3}"#), Parsed::Message(ClientMessage::Ping { n: 3 }));
        assert_eq!(parse(r#"{"t":"fly","id":7}"#), Parsed::Unknown { id: 7 });
        assert_eq!(parse(r#"{"t":"play","id":7}"#), Parsed::Unknown { id: 7 });
        assert_eq!(parse(r#"{"t":"play","id":-1,"stream":"a"}"#), Parsed::Unknown { id: 0 });
        assert_eq!(parse("{}"), Parsed::Unknown { id: 0 });
        assert_eq!(parse("[]"), Parsed::Garbage);
        assert_eq!(parse("{"), Parsed::Garbage);
    }
}
