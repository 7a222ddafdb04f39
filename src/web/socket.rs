//! One WebSocket and its listeners.

use super::driver::Driver;
use super::listener::Listener;
use super::object::get;
use super::{handshake, page, wire};
use crate::machine::{Input, Obstacle, SocketId, SocketInput};
use holdfast_protocol::{ClientMessage, CloseCode, Login};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::WebSocket;

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
        let server = driver.server().clone();
        let protocols = handshake::subprotocols(login);
        let socket = WebSocket::new_with_str_sequence(&server.room_url, &protocols)?;
        let report = driver.reporter();
        let on_message = move |event: JsValue| {
            let message = wire::read(&get(&event, "data"));
            let input = message.map_or(SocketInput::Unknown, SocketInput::Message);
            report(Input::Socket(id, input));
        };
        let weak = Rc::downgrade(driver);
        let on_close = move |event: JsValue| {
            let Some(driver) = weak.upgrade() else { return };
            let code = get(&event, "code").as_f64();
            match code == Some(f64::from(CloseCode::OVER_LIMIT.0)) {
                true => driver.report(Input::Socket(id, SocketInput::OverLimit)),
                false => Socket::report_end(&driver, id),
            }
        };
        let (report, judge) = (driver.reporter(), server);
        let on_violation = move |event: JsValue| {
            if judge.is_forbidden(&event) {
                report(Input::Obstacle(id, Obstacle::Csp));
            }
        };
        let listeners = vec![
            // Chromium reports nothing else about a link that the page's policy forbids.
            Listener::new(&page::document(), "securitypolicyviolation", Box::new(on_violation)),
            Listener::new(&socket, "message", Box::new(on_message)),
            Listener::new(&socket, "close", Box::new(on_close)),
        ];
        Ok(Socket { socket, listeners })
    }

    /// Reports that a link failed or ended.
    pub(crate) fn report_end(driver: &Rc<Driver>, id: SocketId) {
        if driver.server().is_mixed_content() {
            driver.report(Input::Obstacle(id, Obstacle::MixedContent));
        }
        driver.report(Input::Socket(id, SocketInput::Closed));
    }

    /// Sends if the socket is open; one that is not reports its own end.
    pub(crate) fn send(&self, message: &ClientMessage) {
        let _ = self.socket.send_with_str(&wire::write(message));
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Detach first, so that the close event of a dropped socket is not reported.
        self.listeners.clear();
        let _ = self.socket.close();
    }
}
