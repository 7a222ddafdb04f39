//! Arguments from JavaScript, checked before anything else happens.

use crate::machine::{Config, Refusal};
use crate::web::Source;
pub(crate) use crate::web::object::get;
use crate::web::object::join;
use crate::web::streams::same;
use holdfast_protocol::{Code, Login, User};
use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MediaStream;

/// A string; the refusal of anything else names it.
pub(crate) fn string(value: &JsValue, name: &str) -> Result<String, Refusal> {
    value.as_string().ok_or_else(|| bad(&join(&[name, " must be a string"])))
}

/// What may be left out: undefined or null.
pub(crate) fn given(value: &JsValue) -> Option<&JsValue> {
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// A string that may be left out.
pub(crate) fn optional_string(value: &JsValue, name: &str) -> Result<Option<String>, Refusal> {
    given(value).map(|value| string(value, name)).transpose()
}

/// The refusal of an argument of the wrong type.
pub(crate) fn bad(message: &str) -> Refusal {
    Refusal::new(Code::BAD_PARAMETER, message)
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
    string(&first, "server")
}

/// `loginRoom`'s user.
pub(crate) fn user(user: &JsValue) -> Result<User, Refusal> {
    if !user.is_object() {
        return Err(bad("user must be an object with userID and userName"));
    }
    Ok(User {
        id: string(&get(user, "userID"), "userID")?,
        name: optional_string(&get(user, "userName"), "userName")?.unwrap_or_default(),
    })
}

/// What `loginRoom` and `switchRoom` ask the server for.
pub(crate) fn login(
    app: u32,
    room: &JsValue,
    token: &JsValue,
    user: User,
    config: &JsValue,
) -> Result<Box<Login>, Refusal> {
    let wants = |key| get(config, key).is_truthy();
    Ok(Box::new(Login {
        app,
        room: string(room, "roomID")?,
        token: string(token, "token")?,
        user,
        user_update: wants("userUpdate") || wants("isUserStatusNotify"),
        connections: wants("userConnectionUpdate"),
        max_members: max_members(&get(config, "maxMemberCount"))?,
        device: 0,
        attempt: 0,
        resume: None,
    }))
}

/// The users a command is for, by their IDs.
pub(crate) fn users(list: &JsValue) -> Result<Vec<String>, Refusal> {
    let mut users = Vec::new();
    let list = list.dyn_ref::<Array>().ok_or_else(|| bad("toUserIDs must be a list of userIDs"))?;
    for user in list.iter() {
        users.push(string(&user, "toUserIDs' userID")?);
    }
    Ok(users)
}

fn max_members(value: &JsValue) -> Result<u32, Refusal> {
    match given(value).map(JsValue::as_f64) {
        None => Ok(0),
        Some(Some(number)) if number >= 0.0 => Ok(number as u32),
        Some(_) => Err(bad("maxMemberCount must be a number, 0 for no limit")),
    }
}

/// What to publish: a MediaStream with at least one track, and the options.
pub(crate) fn source(stream: &JsValue, options: &JsValue) -> Result<Source, Refusal> {
    let Some(media) = stream.dyn_ref::<MediaStream>() else {
        return Err(bad("stream must be a MediaStream"));
    };
    if media.get_tracks().length() == 0 {
        return Err(Code::STREAM_HAS_NO_TRACK.into());
    }
    let codec = get(options, "videoCodec");
    let video_codec = match codec.as_string().as_deref() {
        Some("VP8") => Some("video/VP8"),
        Some("H264") => Some("video/H264"),
        None if codec.is_undefined() => None,
        _ => return Err(bad("videoCodec must be 'VP8' or 'H264'")),
    };
    Ok(Source { media: same(media), video_codec })
}

/// The free text that goes with a stream.
pub(crate) fn extra_info(options: &JsValue) -> Result<String, Refusal> {
    Ok(optional_string(&get(options, "extraInfo"), "extraInfo")?.unwrap_or_default())
}

/// `setEngineConfig`'s argument: `key=seconds` text, or an object of the same keys (CFG-01).
pub(crate) fn config(value: &JsValue, mut config: Config) -> Result<Config, Refusal> {
    if let Some(text) = value.as_string() {
        config.set_all(&text)?;
    } else if value.is_object() {
        for entry in Object::entries(value.unchecked_ref()).iter() {
            let entry: Array = entry.unchecked_into();
            let key = entry.get(0).as_string().unwrap_or_default();
            config.set(&key, entry.get(1).as_f64().unwrap_or(f64::NAN))?;
        }
    } else {
        return Err(bad("setEngineConfig takes 'key=seconds' text or an object"));
    }
    Ok(config)
}
