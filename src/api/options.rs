//! Arguments of the app, checked and converted to the machine's types.

use super::error::bad;
use crate::engine::Error;
use crate::engine::core::bad_app_id;
use crate::machine::Config;
use crate::media::{Codec, Kinds};
use holdfast_protocol::{Login, User};
use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Object, js_name = entries, catch)]
    fn entries_of(object: &JsValue) -> Result<Array, JsValue>;

    #[wasm_bindgen(js_namespace = Array, js_name = isArray, catch)]
    fn is_array(value: &JsValue) -> Result<bool, JsValue>;
}

/// The string that was given. The refusal of anything else gives its `name`.
pub(super) fn text(value: &JsValue, name: &str) -> Result<String, JsValue> {
    value.as_string().ok_or_else(|| bad(&[name, " must be a string"].concat()))
}

/// The same, but none if it was left out.
pub(super) fn optional_text(value: &JsValue, name: &str) -> Result<Option<String>, JsValue> {
    if is_left_out(value) { Ok(None) } else { text(value, name).map(Some) }
}

/// The boolean that was given.
pub(super) fn boolean(value: &JsValue, name: &str) -> Result<bool, JsValue> {
    value.as_bool().ok_or_else(|| bad(&[name, " must be true or false"].concat()))
}

fn is_left_out(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

/// The app's number. Apps often read it as text from their environment.
pub(super) fn app_number(value: &JsValue) -> Result<u32, JsValue> {
    let is_candidate = value.is_string() || value.as_f64().is_some();
    let number = if is_candidate { f64::try_from(value.clone()).unwrap_or(0.0) } else { 0.0 };
    if number < 1.0 || number.fract() != 0.0 || number > f64::from(u32::MAX) || number.is_nan() {
        return Err(bad_app_id().into());
    }
    Ok(number as u32)
}

/// The server's URL. Apps of the compatible API may pass a list, of which the first counts.
pub(super) fn server(value: &JsValue) -> Result<String, JsValue> {
    let first = if is_array(value)? { Reflect::get_u32(value, 0)? } else { value.clone() };
    text(&first, "server")
}

/// `loginRoom`'s user.
pub(super) fn user(value: &JsValue) -> Result<User, JsValue> {
    if !value.is_object() {
        return Err(bad("user must be an object with userID and userName"));
    }
    let id = text(&option(value, "userID")?, "userID")?;
    let name = optional_text(&option(value, "userName")?, "userName")?;
    Ok(User { id, name: name.unwrap_or_default() })
}

/// The login that `loginRoom` and `switchRoom` ask for, without a user. `switchRoom` has its token
/// in the config.
pub(super) fn login(
    room: &JsValue,
    token: Option<&JsValue>,
    config: &JsValue,
) -> Result<Box<Login>, JsValue> {
    let mut login = Box::<Login>::default();
    let token = token.cloned().map_or_else(|| option(config, "token"), Ok)?;
    login.max_members = member_count(&option(config, "maxMemberCount")?)?;
    login.room = text(room, "roomID")?;
    login.token = text(&token, "token")?;
    let is_set = |name| Ok::<_, JsValue>(option(config, name)?.is_truthy());
    login.user_update = is_set("userUpdate")? || is_set("isUserStatusNotify")?;
    login.connections = is_set("userConnectionUpdate")?;
    Ok(login)
}

fn member_count(value: &JsValue) -> Result<u32, JsValue> {
    if is_left_out(value) {
        return Ok(0);
    }
    match value.as_f64() {
        Some(count) if count >= 0.0 => Ok(count as u32),
        _ => Err(bad("maxMemberCount must be a number, 0 for no limit")),
    }
}

/// The room that a stream's options name, if they do. Apps of the compatible API may leave it
/// empty.
fn room(options: &JsValue) -> Result<Option<String>, JsValue> {
    let room = optional_text(&option(options, "roomID")?, "roomID")?;
    Ok(room.filter(|room| !room.is_empty()))
}

/// `startPublishingStream`'s options: the room, the video codec to prefer, and the stream's extra
/// info.
pub(super) fn publishing(
    options: &JsValue,
) -> Result<(Option<String>, Option<Codec>, String), JsValue> {
    let codec = codec(&option(options, "videoCodec")?)?;
    let extra = optional_text(&option(options, "extraInfo")?, "extraInfo")?;
    Ok((room(options)?, codec, extra.unwrap_or_default()))
}

fn codec(value: &JsValue) -> Result<Option<Codec>, JsValue> {
    if value.is_undefined() {
        return Ok(None);
    }
    let codec = value.as_string().and_then(|name| Codec::named(&name));
    codec.map(Some).ok_or_else(|| bad("videoCodec must be 'VP8' or 'H264'"))
}

/// `startPlayingStream`'s options: the room, the kinds to play, both if left out, and whether the
/// stream is to be followed.
pub(super) fn playing(options: &JsValue) -> Result<(Option<String>, Kinds, bool), JsValue> {
    let follow = option(options, "follow")?.is_truthy();
    let is_wanted = |kind| {
        let value = option(options, kind)?;
        Ok::<_, JsValue>(is_left_out(&value) || value.is_truthy())
    };
    let kinds = Kinds { audio: is_wanted("audio")?, video: is_wanted("video")? };
    Ok((room(options)?, kinds, follow))
}

/// One of a call's options; undefined if it was left out, or all of them were.
pub(super) fn option(options: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    match options.is_object() {
        true => Reflect::get(options, &name.into()),
        false => Ok(JsValue::UNDEFINED),
    }
}

/// The users that a command is for.
pub(super) fn users(value: &JsValue) -> Result<Vec<String>, JsValue> {
    if !is_array(value)? {
        return Err(bad("toUserIDs must be a list of userIDs"));
    }
    // A proxy of a list is a list, and any look at it may throw.
    let length = Reflect::get(value, &"length".into())?.as_f64().unwrap_or(0.0) as u32;
    let one = |index| text(&Reflect::get_u32(value, index)?, "toUserIDs' userID");
    (0..length).map(one).collect()
}

/// `setEngineConfig`'s windows, as `key=seconds` text or as an object (CFG-01).
pub(super) fn windows(mut config: Config, value: &JsValue) -> Result<Config, JsValue> {
    if value.is_object() {
        for entry in entries_of(value)?.iter() {
            let entry: Array = entry.unchecked_into();
            let key = entry.get(0).as_string().unwrap_or_default();
            set(&mut config, &key, entry.get(1).as_f64().unwrap_or(f64::NAN))?;
        }
        return Ok(config);
    }
    let text = value
        .as_string()
        .ok_or_else(|| bad("setEngineConfig takes 'key=seconds' text or an object"))?;
    let pairs = text.split(';').filter(|pair| !pair.trim().is_empty()).map(key_and_seconds);
    let pairs: Option<Vec<_>> = pairs.collect();
    let pairs =
        pairs.ok_or_else(|| bad("setEngineConfig takes key=seconds pairs joined by ';'"))?;
    for (key, seconds) in pairs {
        set(&mut config, key, f64::from(seconds))?;
    }
    Ok(config)
}

fn set(config: &mut Config, key: &str, seconds: f64) -> Result<(), Error> {
    Ok(config.set(key, seconds)?)
}

fn key_and_seconds(pair: &str) -> Option<(&str, u32)> {
    let (key, seconds) = pair.split_once('=')?;
    let (key, seconds) = (key.trim(), seconds.trim());
    let is_word = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_number = seconds.len() <= 9 && seconds.bytes().all(|byte| byte.is_ascii_digit());
    if !is_word || !is_number {
        return None;
    }
    Some((key, seconds.parse().ok()?))
}
