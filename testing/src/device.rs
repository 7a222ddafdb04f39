//! Devices of worlds. An engine reaches one by the server's address that the app gives.

use holdfast_rtc::machine::{Call, Config, Refusal};
use holdfast_rtc::testing::{Device, Shell, set_find};
use holdfast_sim::{Notice, SimToken, World};
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// Sets the script's own `performance` to a world's clock, at a time.
    #[wasm_bindgen(js_namespace = performance, js_name = turnTo)]
    fn turn_clock_to(world: usize, ms: f64);
}

/// A world, and its devices' engines.
pub(crate) struct Place {
    number: usize,
    pub(crate) world: RefCell<World>,
    shells: RefCell<Vec<Option<Rc<dyn Shell>>>>,
}

thread_local! {
    static PLACES: RefCell<Vec<Weak<Place>>> = const { RefCell::new(Vec::new()) };
}

impl Place {
    pub(crate) fn new(world: World) -> Rc<Place> {
        set_find(find);
        PLACES.with_borrow_mut(|places| {
            let (number, world) = (places.len(), RefCell::new(world));
            let place = Rc::new(Place { number, world, shells: RefCell::default() });
            places.push(Rc::downgrade(&place));
            place.turn_clock();
            place
        })
    }

    /// The address that leads an engine to a device.
    pub(crate) fn address(&self, client: usize) -> String {
        format!("https://world-{}.test/{client}", self.number)
    }

    /// Tells the engines what happened in the world.
    pub(crate) fn tell_all(&self) -> bool {
        let notices = self.world.borrow_mut().take_notices();
        self.turn_clock();
        let is_new = !notices.is_empty();
        for (client, notice) in notices {
            let shell = self.shells.borrow().get(client).cloned().flatten();
            match (shell, notice) {
                (Some(shell), Notice::Event(event)) => shell.tell(event),
                (Some(shell), Notice::Attached(stream)) => shell.attach(&stream),
                (Some(shell), Notice::Released(direction, stream)) => {
                    shell.release(direction, &stream);
                }
                (None, _) => {}
            }
        }
        is_new
    }

    fn turn_clock(&self) {
        turn_clock_to(self.number, self.world.borrow().now() as f64);
    }
}

struct SimDevice {
    place: Rc<Place>,
    client: usize,
}

impl Device for SimDevice {
    fn call(&self, call: Call) -> Result<(), Refusal> {
        let call = with_world_token(call);
        self.place.turn_clock();
        let outcome = self.place.world.borrow_mut().call(self.client, call);
        self.place.tell_all();
        outcome
    }

    fn config(&self) -> Config {
        self.place.world.borrow().client(self.client).brain.config().clone()
    }

    fn connect(&self, shell: Option<Rc<dyn Shell>>) {
        let mut shells = self.place.shells.borrow_mut();
        if shells.len() <= self.client {
            shells.resize(self.client + 1, None);
        }
        shells[self.client] = shell;
    }
}

fn find(address: &str) -> Option<Rc<dyn Device>> {
    let (number, client) = address.strip_prefix("https://world-")?.split_once(".test/")?;
    let number: usize = number.parse().ok()?;
    let client: usize = client.parse().ok()?;
    let place = PLACES.with_borrow(|places| places.get(number)?.upgrade())?;
    let is_there = client < place.world.borrow().devices();
    is_there.then(|| Rc::new(SimDevice { place, client }) as Rc<dyn Device>)
}

/// The token that every world's server refuses.
pub(crate) const REFUSED_TOKEN: &str = "refused";

/// Apps use tokens of any kind. A token that no world made is valid for ever.
fn with_world_token(mut call: Call) -> Call {
    let token = match &mut call {
        Call::Login { login, .. } | Call::Switch { login, .. } => &mut login.token,
        Call::RenewToken { token, .. } => token,
        _ => return call,
    };
    let is_ours = token == REFUSED_TOKEN || SimToken::read(token, 0).is_ok();
    if !token.is_empty() && !is_ours {
        *token = SimToken::GOOD.text();
    }
    call
}
