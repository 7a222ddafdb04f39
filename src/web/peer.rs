//! One RTCPeerConnection and the script that runs its WHIP or WHEP session.

use super::driver::Driver;
use super::object::object;
use crate::api::Row;
use crate::machine::{Direction, Input, PeerId, PeerInput, Stage};
use js_sys::Function;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::RtcPeerConnection;

#[wasm_bindgen]
extern "C" {
    /// What a peer awaits of its browser and its node (`pkg-template/session.js`).
    pub type Session;

    #[wasm_bindgen(method)]
    pub(crate) fn establish(this: &Session, wire: &Function);

    #[wasm_bindgen(method)]
    pub(crate) fn repeat(this: &Session);

    #[wasm_bindgen(method)]
    pub(crate) fn restart(this: &Session);

    #[wasm_bindgen(method)]
    pub(crate) fn sample(this: &Session, is_player: bool);

    /// Closes the connection too.
    #[wasm_bindgen(method, catch)]
    fn close(this: &Session, is_page_closing: bool) -> Result<(), JsValue>;
}

thread_local! {
    static IS_PAGE_CLOSING: Cell<bool> = const { Cell::new(false) };
}

/// What ends sessions from now on has to outlive the page.
pub(crate) fn note_page_is_closing() {
    IS_PAGE_CLOSING.set(true);
}

pub(crate) struct Peer {
    pub(crate) direction: Direction,
    pub(crate) stream: String,
    pub(crate) connection: RtcPeerConnection,
    pub(crate) session: Session,
    /// What the session tells us with, until it is closed.
    _tell: Closure<dyn FnMut(JsValue)>,
}

impl Peer {
    pub(crate) fn open(
        driver: &Rc<Driver>,
        id: PeerId,
        direction: Direction,
        stream: String,
        url: &str,
        authorization: &str,
    ) -> Result<Peer, JsValue> {
        let configuration = object(&[("bundlePolicy", "max-bundle".into())]);
        let connection = RtcPeerConnection::new_with_configuration(configuration.unchecked_ref())?;
        let report = driver.reporter();
        let tell = move |row: JsValue| report(Input::Peer(id, told(row.unchecked_ref())));
        let tell: Closure<dyn FnMut(JsValue)> = Closure::wrap(Box::new(tell));
        let session = driver.server().open(&connection, tell.as_ref(), url, authorization)?;
        session.establish(&driver.wirings().find(direction, &stream));
        Ok(Peer { direction, stream, connection, session, _tell: tell })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // A page's own stand-ins may throw, which must not unwind through the driver.
        let _ = self.session.close(IS_PAGE_CLOSING.get());
    }
}

/// What a session tells.
fn told(row: &Row) -> PeerInput {
    match row.number() {
        0 => PeerInput::Broken(Stage::Offer),
        1 => PeerInput::Broken(Stage::Request),
        2 => PeerInput::Broken(Stage::Answer),
        3 => {
            // A date in the past is 0.
            let (status, retry_after_ms) = (row.number() as u16, row.some_number());
            PeerInput::Refused { status, retry_after_ms }
        }
        4 => PeerInput::RestartFailed,
        5 => PeerInput::Heard(row.long()),
        6 => PeerInput::Received(row.long()),
        7 => PeerInput::Connected,
        8 => PeerInput::Disconnected,
        _ => PeerInput::Failed,
    }
}

#[cfg(test)]
mod tests;
