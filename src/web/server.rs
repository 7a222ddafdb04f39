//! The room server's addresses, from what the app gave the constructor.

use super::object::join;
use holdfast_protocol::Resume;
use web_sys::Url;

/// Where the room server is.
pub(crate) struct Server {
    /// The room link's address.
    pub(crate) room_url: String,
    /// What nodes' paths are relative to.
    base_url: String,
}

impl Server {
    /// Reads `http(s)://host[:port][/prefix]` or the same with `ws(s)`. Nothing else is a server.
    pub(crate) fn parse(address: &str) -> Option<Server> {
        let url = Url::new(address).ok()?;
        let (room_scheme, base_scheme) = match url.protocol().as_str() {
            "http:" | "ws:" => ("ws://", "http://"),
            "https:" | "wss:" => ("wss://", "https://"),
            _ => return None,
        };
        let mut place = url.host();
        place.push_str(&url.pathname());
        while place.ends_with('/') {
            place.pop();
        }
        Some(Server {
            room_url: join(&[room_scheme, &place, "/room"]),
            base_url: join(&[base_scheme, &place, "/"]),
        })
    }

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
