//! JavaScript values to protocol messages, by hand: a derived deserialiser would be larger than
//! the rest of the SDK.

use super::object::get;
use holdfast_protocol::{
    Change, Code, DeleteReason, Hello, Node, RoomExtra, ServerMessage, Snapshot, Stream, User,
};
use js_sys::{Array, JSON};
use wasm_bindgen::{JsCast, JsValue};

/// A message of the room link; None for what this build does not know.
pub(crate) fn server_message(data: &JsValue) -> Option<ServerMessage> {
    let json = JSON::parse(&data.as_string()?).ok()?;
    match get(&json, "t") == "hello" {
        true => Some(ServerMessage::Hello(hello(&json)?)),
        false => later_message(&json),
    }
}

/// Any message but the first.
fn later_message(json: &JsValue) -> Option<ServerMessage> {
    // Read here once, asked for where a message must have it.
    let (seq, id, n) = (number(json, "seq"), number(json, "id"), number(json, "n"));
    let code = number(json, "code").map(Code);
    let message = text(json, "message");
    let (words, at_ms) = (string(json, "text"), integer(json, "at_ms"));
    let from = || user(&get(json, "from"));
    Some(match string(json, "t")?.as_str() {
        "users" => ServerMessage::Users { seq: seq?, change: change(json)?, users: users(json)? },
        "streams" => ServerMessage::Streams {
            seq: seq?,
            change: change(json)?,
            streams: streams(json)?,
            reason: number(json, "reason").map(|reason| DeleteReason(reason as u8)),
        },
        "nodes" => ServerMessage::Nodes { id: id?, nodes: list(json, "nodes", node)? },
        "done" => {
            ServerMessage::Done { id: id?, code: code?, message, seq: seq.unwrap_or_default() }
        }
        "renewed" => {
            ServerMessage::Renewed { id: id?, token_ttl_ms: integer(json, "token_ttl_ms") }
        }
        "message" => {
            ServerMessage::Message { seq: seq?, from: from()?, text: words?, at_ms: at_ms? }
        }
        "barrage" => ServerMessage::Barrage { n: n?, from: from()?, text: words?, at_ms: at_ms? },
        "command" => ServerMessage::Command { seq: seq?, from: from()?, text: words? },
        "room_extra" => ServerMessage::RoomExtra { seq: seq?, extra: room_extra(json)? },
        "stream_extra" => ServerMessage::StreamExtra { seq: seq?, streams: streams(json)? },
        "count" => ServerMessage::Count { users: number(json, "users")? },
        "connection" => {
            ServerMessage::Connection { user: string(json, "user")?, up: flag(json, "up") }
        }
        "goaway" => ServerMessage::Goaway {
            min_ms: integer(json, "min_ms")?,
            max_ms: integer(json, "max_ms")?,
        },
        "pong" => ServerMessage::Pong { n: n? },
        "heartbeat" => ServerMessage::Heartbeat,
        "bye" => ServerMessage::Bye,
        "end" => ServerMessage::End { code: code?, message },
        _ => return None,
    })
}

fn hello(json: &JsValue) -> Option<Hello> {
    let snapshot = get(json, "snapshot");
    Some(Hello {
        session: string(json, "session")?,
        secret: string(json, "secret")?,
        seq: number(json, "seq")?,
        resumed: flag(json, "resumed"),
        heartbeat_ms: integer(json, "heartbeat_ms")?,
        snapshot: match snapshot.is_object() {
            true => Some(Snapshot {
                users: users(&snapshot)?,
                streams: streams(&snapshot)?,
                extra: room_extra(&snapshot).unwrap_or_default(),
            }),
            false => None,
        },
        missed: missed(&get(json, "missed")),
        away: list(json, "away", JsValue::as_string).unwrap_or_default(),
        users: number(json, "users").unwrap_or_default(),
        token_ttl_ms: integer(json, "token_ttl_ms"),
    })
}

/// What this build does not know is skipped, as it is outside a hello. A hello in a hello is none.
fn missed(list: &JsValue) -> Vec<ServerMessage> {
    let mut messages = Vec::new();
    if let Some(list) = list.dyn_ref::<Array>() {
        for item in list.iter() {
            messages.extend(later_message(&item));
        }
    }
    messages
}

fn users(json: &JsValue) -> Option<Vec<User>> {
    list(json, "users", user)
}

fn streams(json: &JsValue) -> Option<Vec<Stream>> {
    list(json, "streams", stream)
}

fn room_extra(json: &JsValue) -> Option<Vec<RoomExtra>> {
    list(json, "extra", |json| {
        Some(RoomExtra {
            key: string(json, "key")?,
            value: string(json, "value")?,
            user: user(&get(json, "user"))?,
            at_ms: integer(json, "at_ms")?,
        })
    })
}

fn user(json: &JsValue) -> Option<User> {
    Some(User { id: string(json, "id")?, name: text(json, "name") })
}

fn stream(json: &JsValue) -> Option<Stream> {
    let user = user(&get(json, "user"))?;
    let muted = number(json, "muted").unwrap_or_default() as u8;
    Some(Stream { id: string(json, "id")?, user, extra: text(json, "extra"), muted })
}

fn node(json: &JsValue) -> Option<Node> {
    Some(Node {
        name: text(json, "name"),
        url: string(json, "url")?,
        authorization: text(json, "authorization"),
    })
}

fn change(json: &JsValue) -> Option<Change> {
    match string(json, "change")?.as_str() {
        "add" => Some(Change::Add),
        "delete" => Some(Change::Delete),
        _ => None,
    }
}

fn string(json: &JsValue, key: &str) -> Option<String> {
    get(json, key).as_string()
}

fn text(json: &JsValue, key: &str) -> String {
    string(json, key).unwrap_or_default()
}

fn flag(json: &JsValue, key: &str) -> bool {
    get(json, key).is_truthy()
}

fn integer(json: &JsValue, key: &str) -> Option<u64> {
    get(json, key).as_f64().filter(|number| *number >= 0.0).map(|number| number as u64)
}

fn number(json: &JsValue, key: &str) -> Option<u32> {
    integer(json, key).map(|number| number as u32)
}

/// All or nothing: half a list would be a wrong list.
fn list<T>(json: &JsValue, key: &str, item: fn(&JsValue) -> Option<T>) -> Option<Vec<T>> {
    let array = get(json, key);
    let mut items = Vec::new();
    for value in array.dyn_ref::<Array>()?.iter() {
        items.push(item(&value)?);
    }
    Some(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    fn every_golden_message_of_the_server_is_read_as_serde_reads_it() {
        for line in include_str!("../../tests/vectors/server.jsonl").lines() {
            let expected = serde_json::from_str(line).ok();
            assert_eq!(server_message(&line.into()), expected, "{line}");
        }
    }

    #[wasm_bindgen_test]
    fn room_08_what_was_missed_is_read_without_what_nobody_knows() {
        let line = r#"{"t":"hello","session":"a","secret":"b","seq":1,"resumed":true,
            "heartbeat_ms":1000,"missed":[{"t":"not of this version","seq":2},{"t":"users"},7,null,
            {"t":"hello","session":"a","secret":"b","seq":1,"heartbeat_ms":1000,"missed":[]},
            {"t":"count","users":3}]}"#;
        let Some(ServerMessage::Hello(hello)) = server_message(&line.into()) else {
            panic!("no hello");
        };
        assert_eq!(hello.missed, [ServerMessage::Count { users: 3 }]);
        let line =
            r#"{"t":"hello","session":"a","secret":"b","seq":1,"heartbeat_ms":1,"missed":7}"#;
        assert!(server_message(&line.into()).is_some());
    }

    #[wasm_bindgen_test]
    fn what_is_no_message_is_none_of_ours() {
        for line in [
            "",
            "{",
            "[]",
            "null",
            "7",
            "{}",
            r#"{"t":7}"#,
            r#"{"t":"not of this version"}"#,
            r#"{"t":"hello"}"#,
            r#"{"t":"users","seq":1,"change":"add"}"#,
            r#"{"t":"users","seq":-1,"change":"add","users":[]}"#,
            r#"{"t":"users","seq":1,"change":"add","users":[{"name":"no id"}]}"#,
            r#"{"t":"streams","seq":1,"change":"grow","streams":[]}"#,
            r#"{"t":"nodes","id":1,"nodes":{}}"#,
            r#"{"t":"message","seq":1,"text":"from nobody","at_ms":1}"#,
            r#"{"t":"message","seq":1,"from":{"id":"a"},"text":7,"at_ms":1}"#,
            r#"{"t":"barrage","from":{"id":"a"},"text":"no number","at_ms":1}"#,
            r#"{"t":"command","seq":1,"from":{"id":"a"}}"#,
            r#"{"t":"room_extra","seq":1,"extra":[{"key":"k"}]}"#,
            r#"{"t":"stream_extra","seq":1,"streams":{}}"#,
            r#"{"t":"count"}"#,
            r#"{"t":"connection","up":true}"#,
            r#"{"t":"goaway","min_ms":1}"#,
            r#"{"t":"renewed"}"#,
        ] {
            assert!(server_message(&line.into()).is_none(), "{line}");
        }
        assert!(server_message(&JsValue::from(7)).is_none(), "a binary frame");
    }

    /// What a token of JSON may be replaced by.
    const NONSENSE: [&str; 14] = [
        "null",
        "true",
        "7",
        "-1",
        "1e308",
        "4294967296",
        "0.5",
        "\"\"",
        "\"x\"",
        "[]",
        "{}",
        "[{}]",
        "[null]",
        "\"\\ud800\"",
    ];

    struct Dice(u64);

    impl Dice {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            ((self.0 >> 33) as usize) % limit.max(1)
        }
    }

    /// A golden message with some of its tokens or letters changed.
    fn garbled(line: &str, dice: &mut Dice) -> String {
        let mut text: Vec<char> = line.chars().collect();
        for _ in 0..dice.below(4) {
            let at = dice.below(text.len());
            let is_end = |letter: &char| ",:{}[]".contains(*letter);
            let start = text[..at].iter().rposition(is_end).map_or(0, |before| before + 1);
            let end = text[at..].iter().position(is_end).map_or(text.len(), |after| at + after);
            match dice.below(12) {
                0 => drop(text.drain(start.min(end)..end)),
                1 => text[at] = ['"', '{', '}', '9', 'x', ','][dice.below(6)],
                _ => {
                    let nonsense = NONSENSE[dice.below(NONSENSE.len())].chars();
                    drop(text.splice(start.min(end)..end, nonsense));
                }
            }
        }
        text.into_iter().collect()
    }

    /// Whatever a server says, nothing panics and the brain goes on. For longer runs set
    /// `HOLDFAST_FUZZ_CASES` while building.
    #[wasm_bindgen_test]
    fn nonsense_of_the_server_does_no_harm() {
        use crate::machine::{Brain, Call, CallId, Input, Millis, SocketId, SocketInput};
        let cases =
            option_env!("HOLDFAST_FUZZ_CASES").map_or(20_000, |cases| cases.parse().unwrap());
        let golden: Vec<&str> = include_str!("../../tests/vectors/server.jsonl").lines().collect();
        let login = include_str!("../../tests/vectors/login.jsonl").lines().next().unwrap();
        let mut dice = Dice(1);
        let (mut understood, mut brain, mut socket) = (0, Brain::new(1), 0);
        for case in 0..cases {
            let now = Millis(case);
            if case % 50 == 0 {
                brain = Brain::new(case);
                let login = Box::new(serde_json::from_str(login).unwrap());
                brain.handle(now, Input::Call(Call::Login { call: CallId(1), login })).unwrap();
                socket = 1;
            }
            let line = garbled(golden[dice.below(golden.len())], &mut dice);
            let input = match server_message(&line.as_str().into()) {
                Some(message) => SocketInput::Message(message),
                None => SocketInput::Unknown,
            };
            understood += u64::from(input != SocketInput::Unknown);
            brain.handle(now, Input::Socket(SocketId(socket), input)).unwrap();
            for output in brain.take_outputs() {
                use crate::machine::{Effect, Output};
                if let Output::Effect(Effect::OpenSocket(opened, _)) = output {
                    socket = opened.0;
                }
            }
            brain.handle(now, Input::Timeout).unwrap();
            assert!(brain.next_deadline().is_none_or(|at| at > now), "{line}");
        }
        assert!(understood > cases / 10, "{understood} of {cases} were messages");
    }
}
