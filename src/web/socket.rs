//! One WebSocket and its listeners.

use super::driver::Driver;
use super::listener::Listener;
use super::{handshake, read, write};
use crate::machine::{Input, SocketId, SocketInput};
use holdfast_protocol::{ClientMessage, Login};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, WebSocket};

pub(crate) struct Socket {
    socket: WebSocket,
    listeners: Vec<Listener>,
}

impl Socket {
    pub(crate) fn open(
        driver: &Rc<Driver>,
        id: SocketId,
        login: &Login,
    ) -> Result<Socket, JsValue> {
        let protocols = handshake::subprotocols(login);
        let url = &driver.server().room_url;
        let socket = WebSocket::new_with_str_sequence(url, &protocols)?;
        let report = driver.reporter();
        let on_message = move |event: JsValue| {
            let data = event.unchecked_ref::<MessageEvent>().data();
            let input =
                read::server_message(&data).map_or(SocketInput::Unknown, SocketInput::Message);
            report(Input::Socket(id, input));
        };
        let report = driver.reporter();
        let on_close = move |_| report(Input::Socket(id, SocketInput::Closed));
        let listeners = vec![
            Listener::new(&socket, "message", Box::new(on_message)),
            Listener::new(&socket, "close", Box::new(on_close)),
        ];
        Ok(Socket { socket, listeners })
    }

    /// Sends if the socket is open; one that is not reports its own end.
    pub(crate) fn send(&self, message: &ClientMessage) {
        let _ = self.socket.send_with_str(&write::client_message(message));
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Detached first: the close event of a socket nobody owns is nobody's news.
        self.listeners.clear();
        let _ = self.socket.close();
    }
}
