//! A world as the script sees it. Times are in milliseconds since the world's beginning; devices
//! are given by their numbers.

use crate::device::{Place, REFUSED_TOKEN};
use holdfast_rooms::Settings;
use holdfast_rtc::machine::NetworkInput;
use holdfast_sim::{Fate, Outage, Path, Setup, SimToken, Sleep, World};
use js_sys::Array;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// More nodes would only slow a world down.
const NODES_MAX: usize = 16;

/// Devices, a server, media nodes, and the network between them.
#[wasm_bindgen]
pub struct SimWorld {
    place: Rc<Place>,
}

#[wasm_bindgen]
impl SimWorld {
    /// A world with no device in it.
    #[wasm_bindgen(constructor)]
    pub fn new(seed: f64, grace_ms: f64, nodes: usize, unix_start_ms: f64) -> SimWorld {
        let settings = Settings { grace_ms: grace_ms as u64, ..Settings::default() };
        let (unix_start_ms, nodes) = (unix_start_ms as u64, nodes.clamp(1, NODES_MAX));
        let setup = Setup::new(seed as u64);
        let setup = Setup { settings, unix_start_ms, nodes, is_judged: false, ..setup };
        SimWorld { place: Place::new(World::new(setup)) }
    }

    /// Adds a device whose network takes this long one way. Returns its number.
    #[wasm_bindgen(js_name = addDevice)]
    pub fn add_device(&self, name: &str, user: &str, delay_ms: f64) -> usize {
        self.place.world.borrow_mut().add_client(name, user, Path::new(delay_ms as u64))
    }

    /// The server's address for a device.
    pub fn address(&self, device: usize) -> String {
        self.place.address(device)
    }

    /// The world's time.
    pub fn now(&self) -> f64 {
        self.place.world.borrow().now() as f64
    }

    /// Lets time pass until there is something to tell, at most until this moment. Returns whether
    /// there was something.
    pub fn run(&self, until: f64) -> bool {
        self.place.world.borrow_mut().run_to_notice(until as u64);
        self.place.tell_all()
    }

    /// Blocks the device's network. The browser may notice.
    pub fn cut(&self, device: usize, is_told: bool) {
        self.change(|world| {
            world.cut(device);
            if is_told {
                world.tell(device, NetworkInput::Offline);
            }
        });
    }

    /// Unblocks the device's network, and the browser reports it. The boxes in between may have
    /// kept the old connections.
    pub fn heal(&self, device: usize, is_kept: bool) {
        let fate = if is_kept { Fate::Survives } else { Fate::Forgotten };
        self.change(|world| {
            world.heal(device, fate);
            world.tell(device, NetworkInput::Online);
        });
    }

    /// Switches from one network to another: connections are lost, and new ones work at once.
    #[wasm_bindgen(js_name = switchNetwork)]
    pub fn switch_network(&self, device: usize) {
        self.change(|world| {
            world.switch_network(device, Fate::Forgotten);
            world.tell(device, NetworkInput::Changed);
        });
    }

    /// How long a device's network takes one way, and up to how much longer at times.
    #[wasm_bindgen(js_name = setDelay)]
    pub fn set_delay(&self, device: usize, delay_ms: f64, jitter_ms: f64) {
        self.change(|world| {
            let (delay_ms, jitter_ms) = (delay_ms as u64, jitter_ms as u64);
            let path = Path { delay_ms, jitter_ms, ..world.client(device).path.clone() };
            world.set_path(device, path, Fate::Survives);
        });
    }

    /// Closes the laptop's lid, or freezes the page.
    pub fn sleep(&self, device: usize, is_frozen: bool) {
        let kind = if is_frozen { Sleep::Frozen } else { Sleep::Laptop };
        self.change(|world| world.sleep(device, kind));
    }

    /// Wakes the device.
    pub fn wake(&self, device: usize) {
        self.change(|world| world.wake(device, true, Fate::Survives));
    }

    /// Lets the page's timers fire only at multiples of this; 0 = on time.
    pub fn throttle(&self, device: usize, interval_ms: f64) {
        self.change(|world| world.throttle(device, interval_ms as u64));
    }

    /// The device and its app vanish without a message.
    pub fn crash(&self, device: usize) {
        self.change(|world| world.crash(device));
    }

    /// Ends the server's process, or blocks only the way to it.
    #[wasm_bindgen(js_name = stopServer)]
    pub fn stop_server(&self, forgets: bool) {
        let outage = Outage { forgets, is_told: true, refuses: true };
        self.change(|world| world.stop_server(outage));
    }

    /// Starts the server again.
    #[wasm_bindgen(js_name = startServer)]
    pub fn start_server(&self) {
        self.change(World::start_server);
    }

    /// The server sends everybody away, to come back at times spread out.
    pub fn drain(&self) {
        self.change(World::drain);
    }

    /// A media node fails, or is back.
    #[wasm_bindgen(js_name = setNode)]
    pub fn set_node(&self, node: usize, is_up: bool) {
        self.change(|world| {
            if node < world.nodes() {
                world.set_node(node, is_up);
            }
        });
    }

    /// The app's server removes a user.
    pub fn kick(&self, user: &str, message: &str) {
        self.change(|world| world.kick(user, message));
    }

    /// The app's server removes a stream.
    #[wasm_bindgen(js_name = removeStream)]
    pub fn remove_stream(&self, stream: &str) {
        self.change(|world| world.remove_stream(stream));
    }

    /// The users in a room, according to the server.
    pub fn members(&self, room: &str) -> Array {
        let members = self.place.world.borrow().members(room);
        members.into_iter().map(|user| JsValue::from(user.id)).collect()
    }

    /// The streams of a room, according to the server.
    pub fn streams(&self, room: &str) -> Array {
        let streams = self.place.world.borrow().streams(room);
        streams.into_iter().map(|stream| JsValue::from(stream.id)).collect()
    }

    /// A token that is valid until this moment, or for ever if there is none.
    pub fn token(&self, expires_at: Option<f64>, is_full: bool) -> String {
        let expires_at = expires_at.map(|at| at as u64);
        SimToken { expires_at, is_full }.text()
    }

    /// A token that the server refuses.
    #[wasm_bindgen(js_name = refusedToken)]
    pub fn refused_token(&self) -> String {
        REFUSED_TOKEN.into()
    }

    fn change(&self, change: impl FnOnce(&mut World)) {
        change(&mut self.place.world.borrow_mut());
        self.place.tell_all();
    }
}
