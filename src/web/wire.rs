//! The room link's messages: types of `protocol` here, JSON on the wire.

use super::value;
use holdfast_protocol::ServerMessage;
use js_sys::JSON;
use serde::Serialize;
use wasm_bindgen::JsValue;

/// Reads a message of the server; None if this build does not know it.
pub(crate) fn read(data: &JsValue) -> Option<ServerMessage> {
    value::read(JSON::parse(&data.as_string()?).ok()?)
}

/// Writes a message to the server.
pub(crate) fn write(message: &impl Serialize) -> String {
    // Not by the browser: its JSON.stringify asks the page's own `toJSON`. Everything in a message
    // can be written as JSON.
    serde_json::to_string(message).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_protocol::ClientMessage;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    fn every_golden_message_of_the_server_is_read_as_serde_reads_it() {
        for line in include_str!("../../tests/vectors/server.jsonl").lines() {
            let expected = serde_json::from_str(line).ok();
            assert_eq!(read(&line.into()), expected, "{line}");
        }
    }

    #[wasm_bindgen_test]
    fn every_golden_message_of_the_client_is_written_as_it_stands() {
        let lines = include_str!("../../tests/vectors/client.jsonl").lines();
        // Fields of a newer version are never written by this one.
        for line in lines.filter(|line| !line.contains("x_unknown")) {
            let message: ClientMessage = serde_json::from_str(line).unwrap();
            assert_eq!(write(&message), line);
        }
    }

    #[wasm_bindgen_test]
    fn room_08_what_was_missed_is_read_without_what_nobody_knows() {
        let line = r#"{"t":"hello","session":"a","secret":"b","seq":1,"resumed":true,
            "heartbeat_ms":1000,"missed":[{"t":"not of this version","seq":2},{"t":"users"},7,null,
            {"t":"hello","session":"a","secret":"b","seq":1,"resumed":true,"heartbeat_ms":1000},
            {"t":"count","users":3}]}"#;
        let Some(ServerMessage::Hello(hello)) = read(&line.into()) else {
            panic!("no hello");
        };
        assert_eq!(hello.missed, [ServerMessage::Count { users: 3 }]);
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
            r#"{"t":["bye"]}"#,
            r#"{"T":"bye"}"#,
            r#"{"t":"toString"}"#,
            r#"{"t":"__proto__"}"#,
            r#"{"t":"hello"}"#,
            r#"{"t":"hello","session":"a","secret":"b","seq":1,"resumed":true,"heartbeat_ms":1,
                "missed":7}"#,
            r#"{"t":"hello","session":"a","secret":"b","seq":1,"resumed":true,"heartbeat_ms":1,
                "away":[5]}"#,
            r#"{"t":"hello","session":"a","secret":"b","seq":1,"resumed":true,"heartbeat_ms":1,
                "snapshot":{"users":[]}}"#,
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
            r#"{"t":"done","id":1,"code":0,"seq":"5"}"#,
            r#"{"t":"done","id":1,"code":0,"message":7}"#,
        ] {
            assert!(read(&line.into()).is_none(), "{line}");
        }
        assert!(read(&JsValue::from(7)).is_none(), "a binary frame");
    }

    #[wasm_bindgen_test]
    fn a_number_must_be_whole_and_fit_its_type() {
        let pong = |n: &str| read(&format!(r#"{{"t":"pong","n":{n}}}"#).into());
        for (n, expected) in [("0", 0), ("7.0", 7), ("4294967295", u32::MAX)] {
            assert_eq!(pong(n), Some(ServerMessage::Pong { n: expected }), "{n}");
        }
        for n in ["-1", "0.5", "4294967296", "1e20", "1e308", "1e999", "null", "true", "[]"] {
            assert_eq!(pong(n), None, "{n}");
        }
        let renewed =
            |ttl: &str| read(&format!(r#"{{"t":"renewed","id":1,"token_ttl_ms":{ttl}}}"#).into());
        let renewed_for = |token_ttl_ms| Some(ServerMessage::Renewed { id: 1, token_ttl_ms });
        assert_eq!(renewed("9007199254740991"), renewed_for(Some((1 << 53) - 1)));
        assert_eq!(renewed("null"), renewed_for(None));
        assert_eq!(renewed("-1"), None);
        assert_eq!(renewed("1e999"), None);
    }

    #[wasm_bindgen_test]
    fn a_lone_surrogate_is_read_as_a_replacement_character() {
        let line = r#"{"\u0074":"end","code":7,"message":"a\ud800b\udc00"}"#;
        let message = "a\u{fffd}b\u{fffd}".to_owned();
        let expected = ServerMessage::End { code: holdfast_protocol::Code(7), message };
        assert_eq!(read(&line.into()), Some(expected));
    }

    /// Deep nesting must not exhaust the stack, in unknown fields or in known ones.
    #[wasm_bindgen_test]
    fn deep_nesting_does_no_harm() {
        const DEEP: usize = 100_000;
        let (open, close) = ("[".repeat(DEEP), "]".repeat(DEEP));
        let line = [r#"{"t":"pong","n":7,"x_unknown":"#, &open, &close, "}"].concat();
        assert_eq!(read(&line.into()), Some(ServerMessage::Pong { n: 7 }));
        let line = [r#"{"t":"nodes","id":1,"nodes":"#, &open, &close, "}"].concat();
        assert_eq!(read(&line.into()), None);
        let hello = r#"{"t":"hello","session":"a","secret":"b","seq":1,"resumed":true,
            "heartbeat_ms":1,"missed":["#;
        let line = [hello.repeat(DEEP), "]}".repeat(DEEP)].concat();
        let Some(ServerMessage::Hello(hello)) = read(&line.into()) else {
            panic!("no hello");
        };
        assert_eq!(hello.missed, []);
    }

    /// What a token of JSON may be replaced with.
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

    /// Whatever a server sends, nothing panics and the brain goes on. Messages that serde_json
    /// understands are read as serde_json reads them. For longer runs set
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
            let message = read(&line.as_str().into());
            if let Ok(expected) = serde_json::from_str(&line) {
                assert_eq!(message.as_ref(), Some(&expected), "{line}");
            }
            let input = match message {
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
