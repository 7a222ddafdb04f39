//! A stream's ID as a part of an address. IDs may hold characters that mean something there: a `#`
//! would end the path, and a `+` in a query is a space to many servers.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

/// Everything but what no URL gives a meaning to (RFC 3986 section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The ID as it stands in a path or a query.
pub(crate) fn path_part(stream: &str) -> PercentEncode<'_> {
    utf8_percent_encode(stream, RESERVED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use percent_encoding::percent_decode_str;

    #[test]
    fn each_character_of_an_id_comes_back_from_a_path() {
        assert_eq!(path_part("ann.b@x-1_~").to_string(), "ann.b%40x-1_~");
        for byte in 0..=127u8 {
            let id = char::from(byte).to_string();
            let written = path_part(&id).to_string();
            assert!(!written.contains(['#', '?', '/', '+', '=', '@', ' ']), "{written}");
            assert_eq!(percent_decode_str(&written).decode_utf8().unwrap(), id);
        }
    }
}
