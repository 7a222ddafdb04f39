//! Spelling of IDs, checked by the SDK before anything is sent and by the server again.

use crate::{Code, limit};

/// Room IDs: 1 to 128 visible ASCII characters.
pub fn check_room_id(id: &str) -> Result<(), Code> {
    let codes = [Code::ROOM_ID_EMPTY, Code::ROOM_ID_BAD, Code::ROOM_ID_TOO_LONG];
    check(id, limit::ROOM_ID_BYTES_MAX, is_visible, codes)
}

/// User IDs: 1 to 64 visible ASCII characters.
pub fn check_user_id(id: &str) -> Result<(), Code> {
    let codes = [Code::USER_ID_EMPTY, Code::USER_ID_BAD, Code::USER_ID_TOO_LONG];
    check(id, limit::USER_ID_BYTES_MAX, is_visible, codes)
}

/// User names: at most 256 bytes of anything, empty allowed.
pub fn check_user_name(name: &str) -> Result<(), Code> {
    if written_len(name) > limit::USER_NAME_BYTES_MAX {
        return Err(Code::USER_NAME_TOO_LONG);
    }
    Ok(())
}

/// Stream IDs: 1 to 256 of `0-9 A-Z a-z _ - . @ # + =`, so that one may be made of an e-mail address.
/// They stand in WHIP and WHEP paths, percent-encoded. `.` and `..` are none, since every browser
/// takes them for steps in the path, encoded or not.
pub fn check_stream_id(id: &str) -> Result<(), Code> {
    let codes = [Code::STREAM_ID_EMPTY, Code::STREAM_ID_BAD, Code::STREAM_ID_TOO_LONG];
    check(id, limit::STREAM_ID_BYTES_MAX, is_stream_char, codes)?;
    match id {
        "." | ".." => Err(Code::STREAM_ID_BAD),
        _ => Ok(()),
    }
}

/// A stream's extra info: at most 1024 bytes of anything.
pub fn check_extra_info(extra: &str) -> Result<(), Code> {
    if written_len(extra) > limit::EXTRA_INFO_BYTES_MAX {
        return Err(Code::EXTRA_INFO_TOO_LONG);
    }
    Ok(())
}

/// A broadcast, barrage or command: 1 to 1024 bytes of anything.
pub fn check_message(text: &str) -> Result<(), Code> {
    match written_len(text) {
        0 => Err(Code::MESSAGE_EMPTY),
        1..=limit::MESSAGE_BYTES_MAX => Ok(()),
        _ => Err(Code::MESSAGE_TOO_LONG),
    }
}

/// A key of a room's extra info, 1 to 128 bytes, and its value, up to 128 bytes.
pub fn check_room_extra(key: &str, value: &str) -> Result<(), Code> {
    if key.is_empty() {
        return Err(Code::EXTRA_KEY_EMPTY);
    }
    if written_len(key) > limit::ROOM_EXTRA_BYTES_MAX {
        return Err(Code::EXTRA_KEY_TOO_LONG);
    }
    if written_len(value) > limit::ROOM_EXTRA_BYTES_MAX {
        return Err(Code::EXTRA_VALUE_TOO_LONG);
    }
    Ok(())
}

/// The bytes of a free text, counting six for each control character that JSON writes as `\u0000`.
/// The JSON of a text is at most twice as long as this.
fn written_len(text: &str) -> usize {
    let is_long = |byte: &u8| *byte < b' ' && !matches!(byte, b'\x08'..=b'\n' | b'\x0c' | b'\r');
    text.len() + 5 * text.bytes().filter(|byte| is_long(byte)).count()
}

fn is_visible(byte: u8) -> bool {
    byte.is_ascii_graphic()
}

fn is_stream_char(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.@#+=".contains(&byte)
}

fn check(id: &str, max: usize, allowed: fn(u8) -> bool, codes: [Code; 3]) -> Result<(), Code> {
    let [empty, bad, too_long] = codes;
    if id.is_empty() {
        return Err(empty);
    }
    if id.len() > max {
        return Err(too_long);
    }
    if !id.bytes().all(allowed) {
        return Err(bad);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_16_ids_have_a_code_for_each_fault() {
        assert_eq!(check_room_id(""), Err(Code::ROOM_ID_EMPTY));
        assert_eq!(check_room_id("a b"), Err(Code::ROOM_ID_BAD));
        assert_eq!(check_room_id("a\0"), Err(Code::ROOM_ID_BAD));
        assert_eq!(check_room_id(&"r".repeat(129)), Err(Code::ROOM_ID_TOO_LONG));
        assert_eq!(check_room_id(&"r".repeat(128)), Ok(()));
        assert_eq!(check_user_id(""), Err(Code::USER_ID_EMPTY));
        assert_eq!(check_user_id("ü"), Err(Code::USER_ID_BAD));
        assert_eq!(check_user_id(&"u".repeat(65)), Err(Code::USER_ID_TOO_LONG));
        assert_eq!(check_user_name(&"n".repeat(257)), Err(Code::USER_NAME_TOO_LONG));
        assert_eq!(check_stream_id("a/b"), Err(Code::STREAM_ID_BAD));
        assert_eq!(check_stream_id(&"s".repeat(257)), Err(Code::STREAM_ID_TOO_LONG));
        assert_eq!(check_extra_info(&"x".repeat(1025)), Err(Code::EXTRA_INFO_TOO_LONG));
    }

    #[test]
    fn room_16_a_stream_may_have_an_address_for_its_id_but_none_that_a_path_cannot_hold() {
        for good in ["a_b-9", "ann.b@x.io", "a+b=c#1", "#", "...", ".a", "a.", &"@".repeat(256)] {
            assert_eq!(check_stream_id(good), Ok(()), "{good}");
        }
        for bad in [".", "..", "a/b", "a:b", "a b", "a%2e", "a?b", "a\\b", "a\0", "ü", "\u{ff0e}"]
        {
            assert_eq!(check_stream_id(bad), Err(Code::STREAM_ID_BAD), "{bad}");
        }
    }

    #[test]
    fn a_text_is_at_most_twice_as_long_as_json() {
        for number in 0..=127u8 {
            let text = char::from(number).to_string();
            let json = serde_json::to_string(&text).unwrap().len() - 2;
            assert!(json <= 2 * written_len(&text) && written_len(&text) <= json, "{text:?}");
        }
        assert_eq!(check_user_name(&"\0".repeat(43)), Err(Code::USER_NAME_TOO_LONG));
        assert_eq!(check_user_name(&"\n".repeat(256)), Ok(()));
        assert_eq!(check_message(&"\x1b".repeat(171)), Err(Code::MESSAGE_TOO_LONG));
        assert_eq!(check_room_extra("k", &"\x01".repeat(22)), Err(Code::EXTRA_VALUE_TOO_LONG));
        assert_eq!(check_extra_info(&"{\"a\":1}\n".repeat(113)), Ok(()));
    }
}
