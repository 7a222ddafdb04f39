//! The browser shell: carries out effects, reports what happened, decides nothing.

mod clock;
mod driver;
mod listener;
mod object;
mod page;
mod peer;
mod promise;
mod read;
mod server;
mod socket;
mod whip;
mod wirings;
mod write;

pub(crate) use driver::Driver;
pub(crate) use server::Server;
