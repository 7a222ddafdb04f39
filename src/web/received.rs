//! Which bytes in a connection's statistics count as received.

use super::object::{get, text};
use js_sys::Array;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    type Statistics;

    #[wasm_bindgen(method, catch, structural)]
    fn values(this: &Statistics) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = Array, js_name = from, catch)]
    fn list_of(iterator: &JsValue) -> Result<Array, JsValue>;
}

/// The bytes received by all entries of a kind, or by those of the other kind if the browser counts
/// none of the first: Firefox drops candidate pairs when their network is gone. 0 once the node has
/// closed the session: its last message is no sign of life, and Chromium shows it by `dtlsState`
/// alone (MEDIA-09).
pub(crate) fn bytes_received(
    statistics: &JsValue,
    kind: &str,
    other: Option<&str>,
) -> Result<f64, JsValue> {
    let entries = list_of(&statistics.unchecked_ref::<Statistics>().values()?)?;
    let (mut sum, mut sum_of_other) = (0.0, 0.0);
    for entry in entries.iter() {
        if text(&entry, "dtlsState") == "closed" {
            return Ok(0.0);
        }
        let bytes = get(&entry, "bytesReceived").as_f64().unwrap_or_default();
        let kind_of_entry = text(&entry, "type");
        if kind_of_entry == kind {
            sum += bytes;
        } else if Some(&*kind_of_entry) == other {
            sum_of_other += bytes;
        }
    }
    Ok(if sum > 0.0 { sum } else { sum_of_other })
}

#[cfg(test)]
mod tests {
    use super::*;
    use js_sys::JSON;
    use wasm_bindgen_test::wasm_bindgen_test;

    const PAIR: &str = r#"{"type":"candidate-pair","bytesReceived":7}"#;
    const TRANSPORT: &str = r#"{"type":"transport","bytesReceived":5}"#;
    const RTP: &str = r#"{"type":"inbound-rtp","bytesReceived":100}"#;

    fn sum(entries: &[&str]) -> f64 {
        let list = JSON::parse(&["[", &entries.join(","), "]"].concat()).unwrap();
        bytes_received(&list, "transport", Some("candidate-pair")).unwrap()
    }

    #[wasm_bindgen_test]
    fn media_09_the_bytes_of_all_transports_are_summed_or_those_of_all_pairs() {
        assert_eq!(sum(&[PAIR, TRANSPORT, RTP, TRANSPORT]), 10.0);
        assert_eq!(sum(&[PAIR, r#"{"type":"transport"}"#, PAIR]), 14.0);
        assert_eq!(sum(&[RTP]), 0.0);
        assert_eq!(sum(&[]), 0.0);
    }

    #[wasm_bindgen_test]
    fn media_09_a_nodes_farewell_is_no_sign_of_life() {
        let closed = r#"{"type":"transport","bytesReceived":6,"dtlsState":"closed"}"#;
        assert_eq!(sum(&[PAIR, closed]), 0.0);
    }
}
