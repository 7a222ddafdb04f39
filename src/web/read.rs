//! JavaScript values to protocol messages, by hand: a derived deserialiser would be larger than
//! the rest of the SDK.

use super::object::get;
use holdfast_protocol::{
    Change, Code, DeleteReason, Hello, Node, ServerMessage, Snapshot, Stream, User,
};
use js_sys::{Array, JSON};
use wasm_bindgen::{JsCast, JsValue};

/// A message of the room link; None for what this build does not know.
pub(crate) fn server_message(data: &JsValue) -> Option<ServerMessage> {
    let json = JSON::parse(&data.as_string()?).ok()?;
    let json = &json;
    Some(match string(json, "t")?.as_str() {
        "hello" => ServerMessage::Hello(hello(json)?),
        "users" => ServerMessage::Users {
            seq: integer(json, "seq")? as u32,
            change: change(json)?,
            users: list(json, "users", user)?,
        },
        "streams" => ServerMessage::Streams {
            seq: integer(json, "seq")? as u32,
            change: change(json)?,
            streams: list(json, "streams", stream)?,
            reason: integer(json, "reason").map(|reason| DeleteReason(reason as u8)),
        },
        "nodes" => ServerMessage::Nodes {
            id: integer(json, "id")? as u32,
            nodes: list(json, "nodes", node)?,
        },
        "done" => ServerMessage::Done {
            id: integer(json, "id")? as u32,
            code: code(json)?,
            message: text(json, "message"),
        },
        "pong" => ServerMessage::Pong { n: integer(json, "n")? as u32 },
        "heartbeat" => ServerMessage::Heartbeat,
        "bye" => ServerMessage::Bye,
        "end" => ServerMessage::End { code: code(json)?, message: text(json, "message") },
        _ => return None,
    })
}

fn hello(json: &JsValue) -> Option<Hello> {
    let snapshot = get(json, "snapshot");
    Some(Hello {
        session: string(json, "session")?,
        secret: string(json, "secret")?,
        seq: integer(json, "seq")? as u32,
        resumed: get(json, "resumed").is_truthy(),
        heartbeat_ms: integer(json, "heartbeat_ms")?,
        snapshot: match snapshot.is_object() {
            true => Some(Snapshot {
                users: list(&snapshot, "users", user)?,
                streams: list(&snapshot, "streams", stream)?,
            }),
            false => None,
        },
    })
}

fn user(json: &JsValue) -> Option<User> {
    Some(User { id: string(json, "id")?, name: text(json, "name") })
}

fn stream(json: &JsValue) -> Option<Stream> {
    let user = user(&get(json, "user"))?;
    Some(Stream { id: string(json, "id")?, user, extra: text(json, "extra") })
}

fn node(json: &JsValue) -> Option<Node> {
    Some(Node { url: string(json, "url")?, token: string(json, "token")? })
}

fn change(json: &JsValue) -> Option<Change> {
    match string(json, "change")?.as_str() {
        "add" => Some(Change::Add),
        "delete" => Some(Change::Delete),
        _ => None,
    }
}

fn code(json: &JsValue) -> Option<Code> {
    Some(Code(integer(json, "code")? as u32))
}

fn string(json: &JsValue, key: &str) -> Option<String> {
    get(json, key).as_string()
}

fn text(json: &JsValue, key: &str) -> String {
    string(json, key).unwrap_or_default()
}

fn integer(json: &JsValue, key: &str) -> Option<u64> {
    get(json, key).as_f64().filter(|number| *number >= 0.0).map(|number| number as u64)
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
        ] {
            assert!(server_message(&line.into()).is_none(), "{line}");
        }
        assert!(server_message(&JsValue::from(7)).is_none(), "a binary frame");
    }
}
