//! Replaces `web` in `holdfast-rtc/testing`: an engine's calls go to a device of a simulated world,
//! which tells the engine what happens. The rest of the engine is the real one.

mod driver;

use crate::machine::{Call, Config, Direction, Event, Refusal};
use crate::server::Server;
use std::cell::Cell;
use std::rc::Rc;

pub(crate) use driver::Driver;

/// A device of a world: its brain, and everything that a browser does for the brain.
pub trait Device {
    /// The app calls.
    ///
    /// # Errors
    /// What is wrong with the call.
    fn call(&self, call: Call) -> Result<(), Refusal>;
    /// What `setEngineConfig` set.
    fn config(&self) -> Config;
    /// Sets the shell to tell from now on; none once the engine is destroyed.
    fn connect(&self, shell: Option<Rc<dyn Shell>>);
}

/// An engine, as its device sees it. Must not be called while the device's world is borrowed.
pub trait Shell {
    /// The app is told something.
    fn tell(&self, event: Event);
    /// A played stream has new tracks (PLAY-06).
    fn attach(&self, stream: &str);
    /// The app's stream is no longer needed.
    fn release(&self, direction: Direction, stream: &str);
}

/// The device at a server's address, if there is one.
pub type Find = fn(&str) -> Option<Rc<dyn Device>>;

thread_local! {
    static FIND: Cell<Find> = const { Cell::new(|_| None) };
}

/// Sets how engines find their devices by the server's address that the app gives.
pub fn set_find(find: Find) {
    FIND.set(find);
}

/// The device at a server's address.
fn device_at(server: &Server) -> Option<Rc<dyn Device>> {
    FIND.get()(server.base_url().trim_end_matches('/'))
}
