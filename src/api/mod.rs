//! What the package's scripts see of the machine: calls in, news out, both as rows. Arguments are
//! checked, promises kept and events shaped in `pkg-template`, which is several times smaller.

mod core;
mod news;
mod row;
#[cfg(feature = "dev")]
mod simulate;

pub use self::core::Core;
pub use row::Row;
