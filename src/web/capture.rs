//! Camera, microphone and screen into a MediaStream.

use super::object::{get, object, set};
use holdfast_protocol::Code;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaDevices, MediaStream};

/// The compatible API's quality presets: width, height, frames per second.
const PRESETS: [(f64, f64, f64); 3] =
    [(320.0, 240.0, 15.0), (640.0, 480.0, 15.0), (1280.0, 720.0, 20.0)];
/// The preset used where the app names none.
const PRESET_DEFAULT: f64 = 2.0;

/// Opens camera and microphone as `options` (the `camera` object) says.
pub(crate) async fn camera(options: JsValue) -> Result<MediaStream, Code> {
    let constraints = object(&[]);
    if wants(&options, "video") {
        set(&constraints, "video", &video_constraints(&options));
    }
    if wants(&options, "audio") {
        set(&constraints, "audio", &audio_constraints(&options));
    }
    let promise = devices()?
        .get_user_media_with_constraints(constraints.unchecked_ref())
        .map_err(|error| camera_code(&error))?;
    let stream = JsFuture::from(promise).await.map_err(|error| camera_code(&error))?;
    Ok(stream.unchecked_into())
}

/// Asks the user for a screen, as `options` (the `screen` value) says.
pub(crate) async fn screen(options: JsValue) -> Result<MediaStream, Code> {
    let devices = devices()?;
    if !get(&devices, "getDisplayMedia").is_function() {
        return Err(Code::SCREEN_UNSUPPORTED);
    }
    let audio = get(&options, "audio").is_truthy().into();
    let constraints = object(&[("video", JsValue::TRUE), ("audio", audio)]);
    // Every refusal of a screen is the user's or the browser's no.
    let promise = devices
        .get_display_media_with_constraints(constraints.unchecked_ref())
        .map_err(|_| Code::SCREEN_CANCELLED)?;
    let stream = JsFuture::from(promise).await.map_err(|_| Code::SCREEN_CANCELLED)?;
    Ok(stream.unchecked_into())
}

fn devices() -> Result<MediaDevices, Code> {
    let window = web_sys::window().ok_or(Code::CAPTURE_FAILED)?;
    // Undefined on an insecure page, which the generated getter does not expect.
    let devices = get(&window.navigator(), "mediaDevices");
    devices.is_object().then(|| devices.unchecked_into()).ok_or(Code::INSECURE_CONTEXT)
}

/// Both kinds are on unless switched off.
fn wants(options: &JsValue, kind: &str) -> bool {
    let value = get(options, kind);
    value.is_undefined() || value.is_truthy()
}

fn video_constraints(options: &JsValue) -> JsValue {
    let constraints = object(&[]);
    let quality = get(options, "videoQuality").as_f64().unwrap_or(PRESET_DEFAULT);
    let preset = PRESETS.get(quality as usize - 1).copied().unwrap_or((0.0, 0.0, 0.0));
    let wishes = [("width", preset.0), ("height", preset.1), ("frameRate", preset.2)];
    for (key, preset) in wishes {
        // What the app names itself wins over the preset.
        let wish = get(options, key).as_f64().unwrap_or(preset);
        if wish > 0.0 {
            set_wish(&constraints, key, "ideal", wish.into());
        }
    }
    let facing_mode = get(options, "facingMode");
    if facing_mode.is_string() {
        set_wish(&constraints, "facingMode", "ideal", facing_mode);
    }
    let device = get(options, "videoInput");
    if device.is_string() {
        set_wish(&constraints, "deviceId", "exact", device);
    }
    constraints
}

fn audio_constraints(options: &JsValue) -> JsValue {
    let constraints = object(&[]);
    let processing =
        [("ANS", "noiseSuppression"), ("AGC", "autoGainControl"), ("AEC", "echoCancellation")];
    for (option, constraint) in processing {
        let value = get(options, option);
        if !value.is_undefined() {
            set(&constraints, constraint, &value.is_truthy().into());
        }
    }
    let device = get(options, "audioInput");
    if device.is_string() {
        set_wish(&constraints, "deviceId", "exact", device);
    }
    constraints
}

fn set_wish(constraints: &JsValue, key: &str, strength: &str, value: JsValue) {
    set(constraints, key, &object(&[(strength, value)]));
}

fn camera_code(error: &JsValue) -> Code {
    match get(error, "name").as_string().unwrap_or_default().as_str() {
        "NotAllowedError" | "SecurityError" => Code::PERMISSION_DENIED,
        "NotFoundError" => Code::DEVICE_MISSING,
        "NotReadableError" | "AbortError" => Code::DEVICE_BUSY,
        "OverconstrainedError" => Code::CONSTRAINTS_UNMET,
        "TypeError" => Code::BAD_PARAMETER,
        _ => Code::CAPTURE_FAILED,
    }
}
