//! Messages of the server, from the rows that `pkg-template/messages.js` makes of them.

use crate::api::Row;
use holdfast_protocol::{
    Change, Code, DeleteReason, Hello, Node, RoomExtra, ServerMessage, Snapshot, Stream, User,
};

/// A message of the room link; None for what this build does not know. Fields are read in the
/// order they are written in here, which is the row's.
pub(crate) fn server_message(row: &Row) -> Option<ServerMessage> {
    let kind = row.take();
    if kind.is_nan() {
        return None;
    }
    Some(message(kind as u32, row))
}

fn message(kind: u32, row: &Row) -> ServerMessage {
    use ServerMessage::*;
    match kind {
        0 => Hello(hello(row)),
        1 => Users { seq: row.number(), change: change(row), users: row.list(user) },
        2 => {
            let (seq, change, reason) = (row.number(), change(row), row.some_number());
            let reason = reason.map(|reason| DeleteReason(reason as u8));
            Streams { seq, change, reason, streams: row.list(stream) }
        }
        3 => Nodes { id: row.number(), nodes: row.list(node) },
        4 => Done {
            id: row.number(),
            code: Code(row.number()),
            message: row.text(),
            seq: row.number(),
        },
        5 => Renewed { id: row.number(), token_ttl_ms: row.some_number() },
        6 => Message { seq: row.number(), from: user(row), text: row.text(), at_ms: row.long() },
        7 => Barrage { n: row.number(), from: user(row), text: row.text(), at_ms: row.long() },
        8 => Command { seq: row.number(), from: user(row), text: row.text() },
        9 => RoomExtra { seq: row.number(), extra: row.list(room_extra) },
        10 => StreamExtra { seq: row.number(), streams: row.list(stream) },
        11 => Count { users: row.number() },
        12 => Connection { user: row.text(), up: row.flag() },
        13 => Goaway { min_ms: row.long(), max_ms: row.long() },
        14 => Pong { n: row.number() },
        15 => Heartbeat,
        16 => Bye,
        _ => End { code: Code(row.number()), message: row.text() },
    }
}

fn hello(row: &Row) -> Hello {
    Hello {
        session: row.text(),
        secret: row.text(),
        seq: row.number(),
        resumed: row.flag(),
        heartbeat_ms: row.long(),
        users: row.number(),
        token_ttl_ms: row.some_number(),
        away: row.list(Row::text),
        missed: row.list(|row| message(row.number(), row)),
        snapshot: row.flag().then(|| Snapshot {
            users: row.list(user),
            streams: row.list(stream),
            extra: row.list(room_extra),
        }),
    }
}

fn user(row: &Row) -> User {
    User { id: row.text(), name: row.text() }
}

fn stream(row: &Row) -> Stream {
    Stream { id: row.text(), user: user(row), extra: row.text(), muted: row.number() as u8 }
}

fn room_extra(row: &Row) -> RoomExtra {
    RoomExtra { key: row.text(), value: row.text(), user: user(row), at_ms: row.long() }
}

fn node(row: &Row) -> Node {
    Node { name: row.text(), url: row.text(), authorization: row.text() }
}

fn change(row: &Row) -> Change {
    if row.flag() { Change::Delete } else { Change::Add }
}

#[cfg(test)]
mod tests {
    use super::super::server::tests::server;
    use super::*;
    use wasm_bindgen::JsValue;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    fn read(data: &JsValue) -> Option<ServerMessage> {
        server_message(&server().read(data))
    }

    #[wasm_bindgen_test]
    fn every_golden_message_of_the_server_is_read_as_serde_reads_it() {
        for line in include_str!("../../tests/vectors/server.jsonl").lines() {
            let expected = serde_json::from_str(line).ok();
            assert_eq!(read(&line.into()), expected, "{line}");
        }
    }

    #[wasm_bindgen_test]
    fn room_08_what_was_missed_is_read_without_what_nobody_knows() {
        let line = r#"{"t":"hello","session":"a","secret":"b","seq":1,"resumed":true,
            "heartbeat_ms":1000,"missed":[{"t":"not of this version","seq":2},{"t":"users"},7,null,
            {"t":"hello","session":"a","secret":"b","seq":1,"heartbeat_ms":1000,"missed":[]},
            {"t":"count","users":3}]}"#;
        let Some(ServerMessage::Hello(hello)) = read(&line.into()) else {
            panic!("no hello");
        };
        assert_eq!(hello.missed, [ServerMessage::Count { users: 3 }]);
        let line =
            r#"{"t":"hello","session":"a","secret":"b","seq":1,"heartbeat_ms":1,"missed":7}"#;
        assert!(read(&line.into()).is_some());
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
            assert!(read(&line.into()).is_none(), "{line}");
        }
        assert!(read(&JsValue::from(7)).is_none(), "a binary frame");
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
            let input = match read(&line.as_str().into()) {
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
