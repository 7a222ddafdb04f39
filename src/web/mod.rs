//! The browser shell: carries out effects, reports what happened, decides nothing.

mod clock;
mod driver;
mod handshake;
mod listener;
pub(crate) mod object;
mod page;
mod peer;
mod read;
mod server;
mod socket;
pub(crate) mod streams;
mod whip;
mod write;

pub(crate) use clock::page_time_ms;
pub(crate) use driver::Driver;
pub(crate) use server::Server;
pub(crate) use streams::{Source, Streams};
