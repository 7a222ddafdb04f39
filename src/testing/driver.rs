//! Connects an engine to its device.

use super::{Device, Shell, device_at};
use crate::machine::{Call, Config, Direction, Event, Refusal};
use crate::media::{Media, StartedStreams};
use crate::server::Server;
use holdfast_protocol::Code;
use js_sys::Array;
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::RtcPeerConnection;

/// Called with each event; must not call back into the driver.
type Sink = Box<dyn Fn(Event)>;

pub(crate) struct Driver {
    device: Option<Rc<dyn Device>>,
    server: Server,
    streams: StartedStreams,
    /// A stand-in for each session that plays or publishes, for the package's scripts.
    connections: RefCell<Vec<(Direction, String, RtcPeerConnection)>>,
    sink: Sink,
}

impl Driver {
    pub(crate) fn new(server: Server, sink: Sink) -> Rc<Driver> {
        let (streams, connections) = (StartedStreams::default(), RefCell::default());
        let device = device_at(&server);
        let driver = Rc::new(Driver { device, server, streams, connections, sink });
        if let Some(device) = &driver.device {
            device.connect(Some(driver.clone()));
        }
        driver
    }

    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    pub(crate) fn config(&self) -> Config {
        self.device.as_ref().map(|device| device.config()).unwrap_or_default()
    }

    pub(crate) fn call(&self, call: Call) -> Result<(), Refusal> {
        let message = "the server must be a world's address(device)";
        let nowhere = || Refusal::new(Code::BAD_PARAMETER, message);
        self.device.as_ref().ok_or_else(nowhere)?.call(call)
    }

    pub(crate) fn start(&self, call: Call, stream: String, media: Media) -> Result<(), Refusal> {
        let outcome = self.call(call);
        if outcome.is_ok() {
            self.streams.add(stream, media);
        }
        outcome
    }

    pub(crate) fn connections(&self, direction: Direction, stream: &str) -> Array {
        let connections = Array::new();
        for (of, id, connection) in self.connections.borrow().iter() {
            if *of == direction && id == stream {
                connections.push(connection);
            }
        }
        connections
    }

    pub(crate) fn stop_listening(&self) {
        if let Some(device) = &self.device {
            device.connect(None);
        }
    }
}

impl Shell for Driver {
    fn tell(&self, event: Event) {
        (self.sink)(event);
    }

    fn attach(&self, stream: &str) {
        let Some(media) = self.streams.find(Direction::Play, stream) else { return };
        // The package's script provides a class of its own under this name.
        let Ok(connection) = RtcPeerConnection::new() else { return };
        if media.wire(&connection).is_ok() {
            media.attach(&connection);
        }
        let mut connections = self.connections.borrow_mut();
        connections.retain(|(of, id, _)| *of != Direction::Play || id != stream);
        connections.push((Direction::Play, stream.into(), connection));
    }

    fn release(&self, direction: Direction, stream: &str) {
        self.streams.release(direction, stream);
        self.connections.borrow_mut().retain(|(of, id, _)| *of != direction || id != stream);
    }
}
