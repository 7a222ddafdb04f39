//! The browser shell: carries out effects and reports what happened, but decides nothing.

mod clock;
mod driver;
mod handshake;
mod listener;
mod page;
mod peer;
mod promise;
mod reach;
mod received;
mod socket;
mod value;
mod whip;
mod wire;

use crate::object;
pub(crate) use driver::Driver;
