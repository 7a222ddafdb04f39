//! What hostile clients can cost: the program itself is attacked, and a bystander's sound,
//! messages and `/health` are measured beside each attack (docs/security.md has the table).
//!
//! `cargo test -p holdfast-server --test hostile -- --nocapture` prints a row of that table for
//! each attack; with `--release` the limits are the strict ones. `HOLDFAST_SERVER_BIN` names
//! another build to attack.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]
#![allow(clippy::print_stdout)]

// Other tests use more of the clients than is needed here.
#[allow(dead_code)]
#[path = "../server/client.rs"]
mod client;
#[allow(dead_code)]
#[path = "../server/peer.rs"]
mod peer;
#[allow(dead_code)]
#[path = "../server/scene.rs"]
mod scene;

mod bystander;
mod connections;
mod files;
mod hello;
mod logins;
mod logs;
mod offers;
mod packets;
mod process;
mod requests;
mod siege;
mod tokens;
