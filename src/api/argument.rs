//! Arguments from JavaScript, checked before anything else happens.

use crate::machine::{Config, Refusal};
use crate::web::Source;
pub(crate) use crate::web::object::get;
use crate::web::streams::same;
use holdfast_protocol::{Code, Login, User};
use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MediaStream;

/// A string, or a refusal that says which argument it should have been.
pub(crate) fn string(value: &JsValue, message: &str) -> Result<String, Refusal> {
    value.as_string().ok_or_else(|| Refusal::new(Code::BAD_PARAMETER, message))
}

/// The app's number; apps often have it as text from their environment.
pub(crate) fn app_id(value: &JsValue) -> Result<u32, Refusal> {
    let is_number = value.as_f64().is_some() || value.is_string();
    let number = if is_number { value.unchecked_into_f64() } else { 0.0 };
    let id = if f64::from(number as u32) == number { number as u32 } else { 0 };
    if id == 0 {
        return Err(Refusal::new(Code::APP_ID_BAD, "appID must be a positive 32-bit integer"));
    }
    Ok(id)
}

/// The server's address: a string, or a list whose first entry counts.
pub(crate) fn server(value: &JsValue) -> Result<String, Refusal> {
    let first = value.dyn_ref::<Array>().map_or_else(|| value.clone(), |list| list.get(0));
    string(&first, "server must be a URL such as 'https://example.com'")
}

/// The arguments of `loginRoom`.
pub(crate) fn login(
    app: u32,
    room: &JsValue,
    token: &JsValue,
    user: &JsValue,
    config: &JsValue,
) -> Result<Box<Login>, Refusal> {
    if !user.is_object() {
        let message = "user must be an object with userID and userName";
        return Err(Refusal::new(Code::BAD_PARAMETER, message));
    }
    let name = get(user, "userName");
    let name = if name.is_undefined() || name.is_null() { JsValue::from_str("") } else { name };
    Ok(Box::new(Login {
        app,
        room: string(room, "roomID must be a string")?,
        token: string(token, "token must be a string")?,
        user: User {
            id: string(&get(user, "userID"), "userID must be a string")?,
            name: string(&name, "userName must be a string")?,
        },
        user_update: ["userUpdate", "isUserStatusNotify"]
            .iter()
            .any(|key| get(config, key).is_truthy()),
        max_members: max_members(&get(config, "maxMemberCount"))?,
        resume: None,
    }))
}

fn max_members(value: &JsValue) -> Result<u32, Refusal> {
    match value.as_f64() {
        Some(number) if number >= 0.0 => Ok(number as u32),
        None if value.is_undefined() || value.is_null() => Ok(0),
        _ => {
            let message = "maxMemberCount must be a number, 0 for no limit";
            Err(Refusal::new(Code::BAD_PARAMETER, message))
        }
    }
}

/// `createStream`'s options: nothing, or an object whose `name` is nothing, `true` or an object.
pub(crate) fn capture(config: &JsValue, name: &str) -> Result<JsValue, Refusal> {
    let options = get(config, name);
    let is_fine = |value: &JsValue| value.is_object() || value.is_undefined() || value.is_null();
    let quality = get(&options, "videoQuality");
    let is_quality = quality.is_undefined()
        || quality.as_f64().is_some_and(|quality| [1.0, 2.0, 3.0, 4.0].contains(&quality));
    if is_fine(config) && (is_fine(&options) || options == JsValue::TRUE) && is_quality {
        return Ok(options);
    }
    let message =
        "createStream takes {camera}, {screen} or {custom}, each an object; videoQuality 1 to 4";
    Err(Refusal::new(Code::BAD_PARAMETER, message))
}

/// What to publish: a MediaStream with at least one track, and the options.
pub(crate) fn source(stream: &JsValue, options: &JsValue) -> Result<Source, Refusal> {
    let Some(media) = stream.dyn_ref::<MediaStream>() else {
        return Err(Refusal::new(Code::BAD_PARAMETER, "stream must be a MediaStream"));
    };
    if media.get_tracks().length() == 0 {
        return Err(Code::STREAM_HAS_NO_TRACK.into());
    }
    let codec = get(options, "videoCodec");
    let video_codec = match codec.as_string().as_deref() {
        Some("VP8") => Some("video/VP8"),
        Some("H264") => Some("video/H264"),
        None if codec.is_undefined() => None,
        _ => {
            return Err(Refusal::new(Code::BAD_PARAMETER, "videoCodec must be 'VP8' or 'H264'"));
        }
    };
    Ok(Source { media: same(media), video_codec })
}

/// The free text that goes with a stream.
pub(crate) fn extra_info(options: &JsValue) -> Result<String, Refusal> {
    match get(options, "extraInfo") {
        value if value.is_undefined() || value.is_null() => Ok(String::new()),
        value => string(&value, "extraInfo must be a string"),
    }
}

/// `setEngineConfig`'s argument: `key=seconds` text, or an object of the same keys (CFG-01).
pub(crate) fn config(value: &JsValue, mut config: Config) -> Result<Config, Refusal> {
    if let Some(text) = value.as_string() {
        config.set_all(&text)?;
    } else if let Some(object) = value.dyn_ref::<Object>() {
        for entry in Object::entries(object).iter() {
            let entry: Array = entry.unchecked_into();
            let key = entry.get(0).as_string().unwrap_or_default();
            config.set(&key, entry.get(1).as_f64().unwrap_or(f64::NAN))?;
        }
    } else {
        let message = "setEngineConfig takes 'key=seconds' text or an object";
        return Err(Refusal::new(Code::BAD_PARAMETER, message));
    }
    Ok(config)
}
