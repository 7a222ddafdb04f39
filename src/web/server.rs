//! The room server's addresses.

use super::object::join;
use holdfast_protocol::Resume;
use web_sys::Url;

/// Where the room server is.
pub(crate) struct Server {
    /// The room link's address.
    pub(crate) room_url: String,
    /// What nodes' paths are relative to; ends with a slash.
    pub(crate) base_url: String,
}

impl Server {
    /// Sends a beacon: the session's ID and secret, which end it.
    pub(crate) fn say_farewell(&self, resume: &Resume) {
        if let Some(window) = web_sys::window() {
            let url = join(&[&self.base_url, "leave"]);
            let body = join(&[&resume.session, " ", &resume.secret]);
            let _ = window.navigator().send_beacon_with_opt_str(&url, Some(&body));
        }
    }

    /// A node's address: absolute as it is, a path at the room server.
    pub(crate) fn resolve(&self, url: &str) -> Option<String> {
        // A path is below the server's prefix, which URL resolution alone would drop.
        let relative = url.strip_prefix('/').unwrap_or(url);
        Url::new_with_base(relative, &self.base_url).ok().map(|url| url.href())
    }
}
