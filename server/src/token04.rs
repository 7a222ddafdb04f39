//! Room tokens in format 04, so that an app's own server may go on making the tokens it makes for
//! the ZEGO Express SDK. docs/protocol.md section 2 has the layout.
//!
//! The older of its two ciphers, AES in CBC mode, has no seal: whoever has a token can change it, and
//! what comes out differs from what was written. Three things keep such a change from being of use.
//! The caller tells every unreadable token the same, so that nobody can ask what it decrypts to; the
//! padding is checked in constant time, whatever it is; and the text must be an object that has each
//! known field once and no other, in which no block can become noise. (A list would do harm: whoever
//! knows what its own token says can make a token of one block with any text.)

use crate::claims::SECONDS_MAX;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_256, DecryptingKey, DecryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use holdfast_rooms::Grants;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeGreater};

/// What every token of this format begins with.
pub(crate) const PREFIX: &str = "04";

const KEY_BYTES: usize = 32;
const BLOCK_BYTES: usize = 16;
const NONCE_BYTES: usize = 12;
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a token cannot be read; for the log alone.
type Why = &'static str;

/// The key of an app's tokens.
pub(crate) struct Key04(Option<[u8; KEY_BYTES]>);

/// What a token says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Token04 {
    pub(crate) app: u32,
    pub(crate) user: String,
    /// None = every room.
    pub(crate) room: Option<String>,
    pub(crate) grants: Grants,
    /// In seconds since 1970.
    pub(crate) end: i64,
}

/// The encrypted text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    app_id: u32,
    user_id: String,
    #[serde(rename = "nonce")]
    _nonce: f64,
    #[serde(rename = "ctime")]
    _made: i64,
    expire: i64,
    /// JSON of a [`Payload`]; empty = no restriction.
    #[serde(default)]
    payload: String,
}

/// What a token restricts its user to. Whatever it does not mention is not restricted.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Payload {
    room_id: Option<String>,
    privilege: Option<Privilege>,
    stream_id_list: Option<Vec<String>>,
}

/// 1 = allowed. In an object of privileges, what is not mentioned is not allowed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Privilege {
    #[serde(rename = "1", default)]
    login: i64,
    #[serde(rename = "2", default)]
    publish: i64,
}

/// A token taken apart.
struct Parts<'a> {
    end: i64,
    iv: &'a [u8],
    sealed: &'a mut [u8],
    cipher: Cipher,
}

enum Cipher {
    Cbc,
    Gcm,
}

impl Key04 {
    /// The key is the text that such a server knows as its secret: the first 32 characters of the
    /// app's secret in hex. A shorter secret makes no key, and no token is taken.
    pub(crate) fn new(secret: &[u8]) -> Key04 {
        let text = hex::encode(secret);
        Key04(text.as_bytes().first_chunk().copied())
    }

    /// Read what follows the prefix of a token that is no longer than tokens may be.
    pub(crate) fn read(&self, encoded: &str) -> Result<Token04, Why> {
        let key = self.0.as_ref().ok_or("the app's secret is too short for it")?;
        let mut bytes = BASE64.decode(encoded).map_err(|_| "it is not base64")?;
        let parts = Parts::of(&mut bytes).ok_or("its lengths do not fit")?;
        let end = parts.end;
        let wrong_key = "it is encrypted with another key, was changed, or is no such token";
        let contents = parts.open(key).ok_or(wrong_key)?;
        if contents.expire != end {
            return Err("its two times of expiry differ");
        }
        if end > SECONDS_MAX {
            return Err("its `expire` is in milliseconds");
        }
        contents.check()
    }
}

impl<'a> Parts<'a> {
    /// A number says how long each part is, so nothing is copied or reserved by it.
    fn of(bytes: &'a mut [u8]) -> Option<Parts<'a>> {
        let (end, rest) = bytes.split_first_chunk_mut()?;
        let (iv, rest) = take(rest)?;
        let (sealed, rest) = take(rest)?;
        let cipher = match *rest {
            [] | [0] => Cipher::Cbc,
            [1] => Cipher::Gcm,
            _ => return None,
        };
        Some(Parts { end: i64::from_be_bytes(*end), iv, sealed, cipher })
    }

    fn open(self, key: &[u8; KEY_BYTES]) -> Option<Contents> {
        match self.cipher {
            Cipher::Cbc => open_cbc(key, self.iv, self.sealed),
            Cipher::Gcm => open_gcm(key, self.iv, self.sealed),
        }
    }
}

/// A part that begins with its length.
fn take(bytes: &mut [u8]) -> Option<(&mut [u8], &mut [u8])> {
    let (length, rest) = bytes.split_first_chunk_mut()?;
    rest.split_at_mut_checked(u16::from_be_bytes(*length).into())
}

fn open_cbc(key: &[u8; KEY_BYTES], iv: &[u8], sealed: &mut [u8]) -> Option<Contents> {
    let iv: &[u8; BLOCK_BYTES] = iv.try_into().ok()?;
    if sealed.is_empty() || !sealed.len().is_multiple_of(BLOCK_BYTES) {
        return None;
    }
    let key = DecryptingKey::cbc(UnboundCipherKey::new(&AES_256, key).ok()?).ok()?;
    let text = key.decrypt(sealed, DecryptionContext::Iv128(FixedLength::from(iv))).ok()?;
    let (length, is_padded) = unpadded(text);
    // The text is read in either case, so that a wrong padding takes no less time than a wrong text.
    let contents = object(text.get(..length)?);
    contents.filter(|_| bool::from(is_padded))
}

/// How long a text is without its padding (PKCS #7), and whether it has one; of a wrong padding
/// nothing is taken off. Takes the same time for all texts of one length.
fn unpadded(text: &[u8]) -> (usize, Choice) {
    let last = text.last().copied().unwrap_or_default();
    let mut is_padded = last.ct_gt(&0) & !last.ct_gt(&(BLOCK_BYTES as u8));
    for (byte, behind) in text.iter().rev().zip(0..BLOCK_BYTES as u8) {
        is_padded &= byte.ct_eq(&last) | !last.ct_gt(&behind);
    }
    let padding = u8::conditional_select(&0, &last, is_padded);
    (text.len() - usize::from(padding), is_padded)
}

fn open_gcm(key: &[u8; KEY_BYTES], iv: &[u8], sealed: &mut [u8]) -> Option<Contents> {
    let nonce: [u8; NONCE_BYTES] = iv.try_into().ok()?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    let nonce = Nonce::assume_unique_for_key(nonce);
    let text = key.open_in_place(nonce, Aad::empty(), sealed).ok()?;
    object(text)
}

/// Read an object; serde would take a list of the fields' values for one.
fn object<T: DeserializeOwned>(text: &[u8]) -> Option<T> {
    text.starts_with(b"{").then(|| serde_json::from_slice(text).ok())?
}

impl Contents {
    fn check(self) -> Result<Token04, Why> {
        let payload: Payload = match self.payload.as_str() {
            "" => Payload::default(),
            text => object(text.as_bytes()).ok_or("its `payload` is not as documented")?,
        };
        let privilege = payload.privilege.unwrap_or(Privilege { login: 1, publish: 1 });
        if privilege.login != 1 {
            return Err("its `privilege` 1 does not allow a login");
        }
        if payload.stream_id_list.is_some_and(|streams| !streams.is_empty()) {
            return Err(
                "its `stream_id_list` names streams, which this server cannot restrict it to",
            );
        }
        Ok(Token04 {
            app: self.app_id,
            user: self.user_id,
            room: payload.room_id.filter(|room| !room.is_empty()),
            grants: Grants { publish: privilege.publish == 1, play: true },
            end: self.expire,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    const GOLDEN: &str = include_str!("../../tests/vectors/token04.jsonl");
    const APP_SECRET: &str = "00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef";

    fn key() -> Key04 {
        Key04::new(&hex::decode(APP_SECRET).unwrap())
    }

    fn golden() -> impl Iterator<Item = Value> {
        GOLDEN.lines().map(|line| serde_json::from_str(line).unwrap())
    }

    fn read(token: &str) -> Result<Token04, Why> {
        key().read(token.strip_prefix(PREFIX).unwrap())
    }

    #[test]
    fn tokens_of_another_maker_are_read_and_wrong_ones_are_told_apart_in_the_log() {
        for line in golden() {
            let (about, token) = (&line["about"], line["token"].as_str().unwrap());
            let says = &line["says"];
            let expected = match line["why"].as_str() {
                Some(why) => Err(why.to_owned()),
                None => Ok(Token04 {
                    app: says["app"].as_u64().unwrap().try_into().unwrap(),
                    user: says["user"].as_str().unwrap().to_owned(),
                    room: says["room"].as_str().map(str::to_owned),
                    grants: Grants { publish: says["publish"].as_bool().unwrap(), play: true },
                    end: says["end"].as_i64().unwrap(),
                }),
            };
            assert_eq!(read(token).map_err(str::to_owned), expected, "{about}");
        }
    }

    #[test]
    fn no_part_of_a_token_is_one() {
        for line in golden().filter(|line| line["why"].is_null()).take(2) {
            let token = line["token"].as_str().unwrap();
            for end in PREFIX.len()..token.len() {
                let is_padding = token[end..].bytes().all(|byte| byte == b'=');
                assert_eq!(read(&token[..end]).is_ok(), is_padding, "{end}");
            }
        }
    }

    #[test]
    fn a_changed_byte_makes_a_sealed_token_unreadable_and_another_at_most_of_another_app() {
        for line in golden().filter(|line| line["why"].is_null()).take(2) {
            let token = line["token"].as_str().unwrap();
            let good = read(token).unwrap();
            let mut bytes = BASE64.decode(&token[PREFIX.len()..]).unwrap();
            for at in 0..bytes.len() {
                for bit in 0..8 {
                    bytes[at] ^= 1 << bit;
                    let encoded = BASE64.encode(&bytes);
                    if let Ok(changed) = key().read(&encoded) {
                        assert_eq!(line["about"], "cbc", "byte {at}");
                        assert_eq!(Token04 { app: good.app, ..changed }, good, "byte {at}");
                    }
                    bytes[at] ^= 1 << bit;
                }
            }
        }
    }

    #[test]
    fn only_a_padding_of_equal_bytes_is_taken_off() {
        for count in 0..=255u8 {
            let mut text = [count; 2 * BLOCK_BYTES];
            let right = (1..=16).contains(&count);
            let taken = if right { usize::from(count) } else { 0 };
            let (length, is_padded) = unpadded(&text);
            assert_eq!((length, bool::from(is_padded)), (text.len() - taken, right), "{count}");
            if count > 1 && right {
                text[2 * BLOCK_BYTES - usize::from(count)] ^= 1;
                assert_eq!(unpadded(&text).0, text.len(), "{count}");
            }
        }
    }

    #[test]
    fn a_short_secret_makes_no_key() {
        assert!(Key04::new(&[1; 15]).0.is_none());
        assert_eq!(Key04::new(&[0xab; 16]).0, Some(*b"abababababababababababababababab"));
    }
}
