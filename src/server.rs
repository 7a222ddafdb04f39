//! The room server's addresses.

use crate::object::text;
use web_sys::Url;

/// The room server at the URL that the app gave.
#[derive(Clone)]
pub(crate) struct Server {
    /// The room link's address.
    pub(crate) room_url: String,
    /// The base URL of all other addresses; it ends with a slash.
    base_url: String,
    /// Whether browsers trust the link: it has TLS, or it stays in this machine.
    pub(crate) is_trusted: bool,
}

impl Server {
    /// None unless it is an http or ws URL. Its user, query and fragment are dropped.
    pub(crate) fn at(url: &str) -> Option<Server> {
        let url = Url::new(url).ok()?;
        let is_secure = match text(&url, "protocol").as_str() {
            "http:" | "ws:" => false,
            "https:" | "wss:" => true,
            _ => return None,
        };
        let place = [text(&url, "host"), text(&url, "pathname")].concat();
        let mut place = place.as_str();
        while let Some(shorter) = place.strip_suffix('/') {
            place = shorter;
        }
        let secure = if is_secure { "s" } else { "" };
        Some(Server {
            room_url: ["ws", secure, "://", place, "/room"].concat(),
            base_url: ["http", secure, "://", place, "/"].concat(),
            is_trusted: is_secure || is_loopback(&text(&url, "hostname")),
        })
    }

    /// The base URL for relative paths.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }
}

/// Whether a host, as browsers spell it, is one that they trust without TLS. They spell every IPv4
/// address as four decimal numbers.
fn is_loopback(host: &str) -> bool {
    let is_ipv4 = host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || is_ipv4 && host.starts_with("127.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn any_spelling_of_a_url_gives_both_addresses() {
        for (url, room_url, base_url) in [
            ("http://h:1", "ws://h:1/room", "http://h:1/"),
            ("wss://H/a//", "wss://h/a/room", "https://h/a/"),
            ("https://u:p@h/a?b#c", "wss://h/a/room", "https://h/a/"),
            (" ws://h ", "ws://h/room", "http://h/"),
        ] {
            let server = Server::at(url).unwrap();
            assert_eq!((&*server.room_url, &*server.base_url), (room_url, base_url), "{url}");
        }
        for url in ["", "h", "/room", "ftp://h", "http://", "file:///h", "ws:", "javascript:h"] {
            assert!(Server::at(url).is_none(), "{url}");
        }
    }

    #[wasm_bindgen_test]
    fn a_link_is_trusted_with_tls_or_within_this_machine() {
        for url in ["https://h", "wss://h", "http://localhost:80", "ws://a.localhost", "ws://127.1"]
        {
            assert!(Server::at(url).unwrap().is_trusted, "{url}");
        }
        for url in ["http://h", "ws://localhost.h", "ws://notlocalhost", "ws://127.1.h", "ws://1.1"]
        {
            assert!(!Server::at(url).unwrap().is_trusted, "{url}");
        }
        assert!(Server::at("ws://[::1]:80").unwrap().is_trusted);
    }
}
