//! `holdfast-netem`: a bad network between two namespaces, for tests.
//!
//! ```text
//! holdfast-netem CLIENT_NS DEVICE SERVER_NS DEVICE SEED NAME=BLOCK…
//! ```
//!
//! Makes a TUN device in each of the namespaces and passes packets between them; "up" is the
//! direction from the first to the second. Each NAME=BLOCK (`wifi0=10.77.1.0/24`) is a path:
//! packets from and to those addresses get the path's delay, loss and so on, which JSON lines on
//! standard input set. `command.rs` has the commands, `link.rs` the settings. Each line gets one
//! line in answer. The very first line of output, `{"ready":true}`, says that the devices exist.
//! The program ends, and its devices with it, when standard input ends.

#![forbid(unsafe_code)]

mod command;
mod emulator;
mod link;
mod packet;
#[cfg(target_os = "linux")]
mod tun;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod run;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run::run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("holdfast-netem: {reason}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("holdfast-netem: network namespaces are Linux's");
    ExitCode::FAILURE
}
