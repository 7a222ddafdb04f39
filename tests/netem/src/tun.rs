//! TUN devices in network namespaces.

use std::fs::File;
use std::path::Path;
use std::thread;

use nix::sched::{CloneFlags, setns};
use tun_rs::{DeviceBuilder, Layer, SyncDevice};

/// The folder where `ip netns add` keeps namespaces.
const NAMESPACES: &str = "/run/netns";

/// Makes a TUN device in a namespace. Dropping the value removes the device.
pub(crate) fn open(namespace: &str, device: &str) -> Result<SyncDevice, String> {
    let path = Path::new(NAMESPACES).join(namespace);
    let file = File::open(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let name = device.to_owned();
    // A device is made in the namespace of the requesting thread, and stays there when the thread
    // ends.
    let made = thread::spawn(move || {
        setns(file, CloneFlags::CLONE_NEWNET).map_err(|error| format!("setns: {error}"))?;
        DeviceBuilder::new()
            .name(name)
            .layer(Layer::L3)
            .mtu(1500)
            .build_sync()
            .map_err(|error| format!("no TUN device: {error}"))
    });
    let made = made.join().map_err(|_| "the thread that makes the device ended".to_owned())?;
    made.map_err(|reason| format!("{namespace}: {device}: {reason}"))
}
