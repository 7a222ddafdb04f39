//! The package's scripts that wire the connections of a stream.

use crate::machine::Direction;
use js_sys::Function;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::RtcPeerConnection;

/// A script's function for each stream, from its start to its stop (`pkg-template/wiring.js`). It
/// is called with a new connection and `false`, to add what is to be sent or received. For a played
/// stream it is called again with `true`, to put the connection's tracks into the app's MediaStream
/// (PLAY-06), and without a connection once there will be no more. It decides nothing about
/// recovery, and takes half the bytes in a script.
#[derive(Default)]
pub(crate) struct Wirings(RefCell<Vec<(Direction, String, Function)>>);

impl Wirings {
    pub(crate) fn add(&self, direction: Direction, stream: String, wire: Function) {
        self.0.borrow_mut().push((direction, stream, wire));
    }

    /// The stream's function. Calling it fails if there is none.
    pub(crate) fn find(&self, direction: Direction, stream: &str) -> Function {
        match self.index(direction, stream) {
            Some(index) => self.0.borrow()[index].2.clone(),
            None => JsValue::UNDEFINED.unchecked_into(),
        }
    }

    /// Has a played stream's function put the connection's tracks into the app's MediaStream.
    pub(crate) fn attach(&self, stream: &str, connection: &RtcPeerConnection) {
        let wire = self.find(Direction::Play, stream);
        // A stream that was stopped meanwhile needs no tracks.
        let _ = wire.call2(&JsValue::UNDEFINED, connection, &JsValue::TRUE);
    }

    pub(crate) fn release(&self, direction: Direction, stream: &str) {
        if let Some(index) = self.index(direction, stream) {
            let (_, _, wire) = self.0.borrow_mut().swap_remove(index);
            if direction == Direction::Play {
                // The module must not fail because a script fails to tidy up.
                let _ = wire.call0(&JsValue::UNDEFINED);
            }
        }
    }

    fn index(&self, direction: Direction, stream: &str) -> Option<usize> {
        self.0.borrow().iter().position(|(of, id, _)| *of == direction && id == stream)
    }
}
