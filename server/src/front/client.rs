//! The client that sent a request.

use super::places::Place;
use axum::http::HeaderMap;
use std::net::IpAddr;
use std::sync::Arc;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The client of a request; each request carries it as an extension.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// The address, as far as it is known.
    pub(crate) address: IpAddr,
    /// The slot of its connection.
    pub(crate) place: Arc<Place>,
}

/// The address that the nearest proxy saw. The client may have made up all earlier entries of the
/// header.
pub(super) fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all(FORWARDED_FOR).iter().next_back()?;
    let address = last.to_str().ok()?.rsplit(',').next()?.trim();
    address.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_nearest_proxy_is_believed() {
        let of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(FORWARDED_FOR, value.parse().unwrap());
            }
            forwarded_for(&headers).map(|address| address.to_string())
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["192.0.2.1"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(of(&["10.0.0.1, 192.0.2.1"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(of(&["10.0.0.1", "x, 2001:db8::1"]).as_deref(), Some("2001:db8::1"));
        assert_eq!(of(&["192.0.2.1, unknown"]), None);
    }
}
