//! The one way into the module: calls by number, with rows of arguments that `pkg-template`
//! has checked. An export of its own for each would cost a page about 1 KB.

use super::news;
use super::row::Row;
use crate::machine::{Call, CallId, Direction, Refusal, Request};
use crate::web::{Driver, Server};
use holdfast_protocol::{Code, Login, User};
use js_sys::{Array, Function};
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

// As in `calls.js`.
const CONFIGURE: u32 = 0;
const LOGIN: u32 = 1;
const SWITCH: u32 = 2;
const LOGOUT: u32 = 3;
const RENEW_TOKEN: u32 = 4;
const SEND: u32 = 5;
const START_PUBLISHING: u32 = 6;
const STOP_PUBLISHING: u32 = 7;
const START_PLAYING: u32 = 8;
const STOP_PLAYING: u32 = 9;
const CONNECTIONS: u32 = 10;
const WORDS: u32 = 11;
const VERSION: u32 = 12;
const DETACH: u32 = 13;
const RETRY_NOW: u32 = 14;
const MUTE: u32 = 15;

/// One app's connection to rooms and media.
#[wasm_bindgen]
pub struct Core {
    pub(super) driver: Rc<Driver>,
}

#[wasm_bindgen]
impl Core {
    /// Takes what scripts do at the room server, and a function that is called with each row of
    /// news and must not call back in.
    #[wasm_bindgen(constructor)]
    pub fn new(server: Server, tell: Function) -> Core {
        #[cfg(feature = "dev")]
        console_error_panic_hook::set_once();
        let sink = move |event| {
            let _ = tell.call1(&JsValue::UNDEFINED, &news::row(&event));
        };
        Core { driver: Driver::new(server, Box::new(sink)) }
    }

    /// Undefined where the call was taken, code and words where it was refused; or the answer to
    /// a question.
    pub fn call(&self, call: u32, row: Row) -> JsValue {
        match call {
            CONNECTIONS => self.connections(&row).into(),
            WORDS => Code(row.number()).message().into(),
            VERSION => env!("CARGO_PKG_VERSION").into(),
            DETACH => {
                self.driver.stop_listening();
                JsValue::UNDEFINED
            }
            _ => match self.start(call, &row) {
                Ok(()) => JsValue::UNDEFINED,
                Err(refusal) => {
                    let row: Row = Array::new().unchecked_into();
                    news::put_refusal(&row, &refusal);
                    row.into()
                }
            },
        }
    }

    fn start(&self, call: u32, row: &Row) -> Result<(), Refusal> {
        self.driver.call(match call {
            CONFIGURE => {
                let mut config = self.driver.config();
                while let Some(key) = row.take_text() {
                    config.set(&key, row.take())?;
                }
                Call::Configure(config)
            }
            LOGIN => Call::Login { call: CallId(row.number()), login: login(row) },
            SWITCH => {
                Call::Switch { call: CallId(row.number()), from: row.text(), login: login(row) }
            }
            LOGOUT => Call::Logout { room: row.take_text() },
            RENEW_TOKEN => Call::RenewToken { token: row.text(), room: row.take_text() },
            SEND => Call::Send {
                call: CallId(row.number()),
                room: row.take_text(),
                request: request(row),
            },
            START_PUBLISHING => {
                let (stream, extra) = (row.text(), row.text());
                let call = Call::StartPublishing { stream: stream.clone(), extra };
                return self.start_stream(call, Direction::Publish, stream, row);
            }
            STOP_PUBLISHING => Call::StopPublishing { stream: row.text() },
            START_PLAYING => {
                let (call, stream) = (CallId(row.number()), row.text());
                let call = Call::StartPlaying { call, stream: stream.clone(), follow: row.flag() };
                return self.start_stream(call, Direction::Play, stream, row);
            }
            STOP_PLAYING => Call::StopPlaying { stream: row.text() },
            RETRY_NOW => Call::RetryNow,
            MUTE => Call::Mute { stream: row.text(), muted: row.number() as u8 },
            _ => return Err(Code::BAD_PARAMETER.into()),
        })
    }

    /// The row's last is the function that wires the stream's connections.
    fn start_stream(
        &self,
        call: Call,
        direction: Direction,
        stream: String,
        row: &Row,
    ) -> Result<(), Refusal> {
        self.driver.start(call, direction, stream, row.take_value().unchecked_into())
    }

    fn connections(&self, row: &Row) -> Array {
        let direction = if row.flag() { Direction::Publish } else { Direction::Play };
        self.driver.connections(direction, &row.text())
    }
}

fn login(row: &Row) -> Box<Login> {
    Box::new(Login {
        app: row.number(),
        room: row.text(),
        token: row.text(),
        user: User { id: row.text(), name: row.text() },
        user_update: row.flag(),
        connections: row.flag(),
        max_members: row.number(),
        device: 0,
        attempt: 0,
        resume: None,
    })
}

fn request(row: &Row) -> Request {
    match row.number() {
        0 => Request::Broadcast { text: row.text() },
        1 => Request::Barrage { text: row.text() },
        2 => {
            let text = row.text();
            let mut to = Vec::new();
            while let Some(user) = row.take_text() {
                to.push(user);
            }
            Request::Command { text, to }
        }
        3 => Request::RoomExtra { key: row.text(), value: row.text() },
        _ => Request::StreamExtra { stream: row.text(), extra: row.text() },
    }
}
