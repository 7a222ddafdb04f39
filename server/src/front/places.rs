//! Limits the number of connections. Room links are counted apart from all others: an office full
//! of users may share one address, and each of them had a valid token.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many descriptors connections leave to the rest of the server.
const DESCRIPTORS_KEPT: usize = 64;
/// Limit on connections that are not links, however many descriptors there are: each may hold a
/// header in memory.
const CONNECTIONS_MAX: usize = 10_000;

/// The limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceLimits {
    /// Connections that are not room links.
    pub connections: usize,
    /// The part of these that one address may have.
    pub connections_per_address: usize,
    /// Room links.
    pub links: usize,
    /// The part of these that is reserved for sessions that come back.
    pub links_kept: usize,
}

impl PlaceLimits {
    /// The limits for this many descriptors; `per_address` 0 = as many as in total.
    pub fn within(descriptors: u64, per_address: usize) -> PlaceLimits {
        let descriptors = usize::try_from(descriptors).unwrap_or(usize::MAX);
        let usable = descriptors.saturating_sub(DESCRIPTORS_KEPT).max(8);
        let connections = (usable / 4).min(CONNECTIONS_MAX);
        let links = usable - connections;
        let connections_per_address = match per_address {
            0 => connections,
            // One address alone never takes all of them.
            asked => asked.min(connections / 2),
        };
        PlaceLimits { connections, connections_per_address, links, links_kept: links / 16 }
    }
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// The address has too many.
    Address,
    /// There are too many.
    All,
}

impl Full {
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Full::Address => "too many connections of this address",
            Full::All => "too many connections",
        }
    }
}

#[derive(Debug, Default)]
struct Taken {
    connections: usize,
    by_address: HashMap<IpAddr, usize>,
    links: usize,
}

/// All connection slots of a server.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    limits: PlaceLimits,
    taken: Arc<Mutex<Taken>>,
}

impl Places {
    pub(crate) fn new(limits: PlaceLimits) -> Places {
        Places { limits, taken: Arc::default() }
    }

    /// Take a slot for a connection of this address. Dropping it frees the slot.
    pub(crate) fn take(&self, address: IpAddr) -> Result<Place, Full> {
        let network = network(address);
        let mut taken = lock(&self.taken);
        if taken.connections >= self.limits.connections {
            return Err(Full::All);
        }
        let here = taken.by_address.entry(network).or_default();
        if *here >= self.limits.connections_per_address {
            return Err(Full::Address);
        }
        *here += 1;
        taken.connections += 1;
        let kind = Mutex::new(Kind::Connection);
        Ok(Place { places: self.clone(), network, kind })
    }

    #[cfg(test)]
    fn count(&self) -> (usize, usize, usize) {
        let taken = lock(&self.taken);
        (taken.connections, taken.by_address.len(), taken.links)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Connection,
    Link,
}

/// A connection's slot.
#[derive(Debug)]
pub(crate) struct Place {
    places: Places,
    network: IpAddr,
    kind: Mutex<Kind>,
}

impl Place {
    /// Whether its address uses more than a quarter of its limit.
    pub(crate) fn is_crowded(&self) -> bool {
        let here = lock(&self.places.taken).by_address.get(&self.network).copied().unwrap_or(0);
        here > self.places.limits.connections_per_address / 4
    }

    /// Count as a room link from now on. Returns false if there are too many. The last slots are
    /// reserved for sessions that come back.
    pub(crate) fn become_link(&self, comes_back: bool) -> bool {
        let PlaceLimits { links, links_kept, .. } = self.places.limits;
        let links_max = if comes_back { links } else { links - links_kept };
        let mut kind = lock(&self.kind);
        let mut taken = lock(&self.places.taken);
        if *kind == Kind::Connection && taken.links < links_max {
            taken.leave(self.network);
            taken.links += 1;
            *kind = Kind::Link;
        }
        *kind == Kind::Link
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = lock(&self.places.taken);
        match *lock(&self.kind) {
            Kind::Connection => taken.leave(self.network),
            Kind::Link => taken.links -= 1,
        }
    }
}

impl Taken {
    fn leave(&mut self, network: IpAddr) {
        self.connections -= 1;
        if let Some(here) = self.by_address.get_mut(&network) {
            *here -= 1;
            if *here == 0 {
                self.by_address.remove(&network);
            }
        }
    }
}

/// What counts as one address: the holder of an IPv6 address has its whole /64.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address => address,
    }
}

/// Nothing done under these locks panics.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: PlaceLimits =
        PlaceLimits { connections: 5, connections_per_address: 2, links: 3, links_kept: 1 };

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_its_places_and_no_more_and_gets_them_back() {
        let places = Places::new(LIMITS);
        let one = places.take(ip("192.0.2.1")).unwrap();
        let _two = places.take(ip("::ffff:192.0.2.1")).unwrap();
        assert_eq!(places.take(ip("192.0.2.1")).unwrap_err(), Full::Address);
        let other = places.take(ip("192.0.2.2")).unwrap();
        assert!(one.is_crowded() && other.is_crowded(), "of two places");
        drop(one);
        let _again = places.take(ip("192.0.2.1")).unwrap();
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        let places = Places::new(LIMITS);
        let _held =
            [places.take(ip("2001:db8::1")).unwrap(), places.take(ip("2001:db8::2")).unwrap()];
        assert_eq!(places.take(ip("2001:db8::ffff:3")).unwrap_err(), Full::Address);
        assert!(places.take(ip("2001:db8:0:1::1")).is_ok());
    }

    #[test]
    fn all_addresses_together_have_a_limit() {
        let places = Places::new(LIMITS);
        let held: Vec<Place> =
            (1..=5).map(|n| places.take(ip(&format!("192.0.2.{n}"))).unwrap()).collect();
        assert_eq!(places.take(ip("192.0.2.9")).unwrap_err(), Full::All);
        drop(held);
        assert_eq!(places.count(), (0, 0, 0));
    }

    #[test]
    fn a_link_does_not_count_for_its_address_and_the_last_links_are_for_who_comes_back() {
        let places = Places::new(LIMITS);
        let link = |comes_back| {
            let place = places.take(ip("192.0.2.1")).unwrap();
            place.become_link(comes_back).then_some(place)
        };
        let first = link(false).unwrap();
        let second = link(false).unwrap();
        assert!(second.become_link(false), "it is one already");
        assert!(link(false).is_none());
        let third = link(true).unwrap();
        assert!(link(true).is_none());
        assert_eq!(places.count(), (0, 0, 3));
        drop((first, second, third));
        assert_eq!(places.count(), (0, 0, 0));
    }

    #[test]
    fn limits_fit_into_the_descriptors() {
        for descriptors in [0, 64, 256, 1_024, 10_000, 1_048_576, u64::MAX] {
            let limits = PlaceLimits::within(descriptors, 256);
            let sum = limits.connections + limits.links;
            assert!(sum as u64 <= descriptors.max(72), "{limits:?}");
            assert!(limits.connections_per_address <= limits.connections / 2, "{limits:?}");
            assert!(limits.connections_per_address > 0 && limits.links > limits.links_kept);
        }
        let none = PlaceLimits::within(20_000, 0);
        assert_eq!(none.connections_per_address, none.connections);
    }
}
