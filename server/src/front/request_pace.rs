//! Limits how many requests an address may make. A request without a token costs its sender
//! nothing, but the server must still look at it.

use super::places::network;
use crate::pace::{Paces, check_turn};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The burst for each connection that an address may have: what the demo page loads, or what a
/// client requests when its 8 streams come back.
const BURST_A_CONNECTION: u32 = 16;
/// The long-run rate for each connection that an address may have.
const INTERVAL_A_CONNECTION: Duration = Duration::from_millis(500);

/// The rates of all addresses.
#[derive(Debug)]
pub(super) struct RequestPace(Mutex<Paces<IpAddr>>);

impl RequestPace {
    pub(super) fn new(connections_per_address: usize) -> RequestPace {
        let connections = u32::try_from(connections_per_address).unwrap_or(u32::MAX).max(1);
        let burst = BURST_A_CONNECTION.saturating_mul(connections);
        RequestPace(Mutex::new(Paces::new(burst, INTERVAL_A_CONNECTION / connections)))
    }

    /// Count a request.
    ///
    /// # Errors
    /// The request comes too soon, by this many seconds; it is not counted.
    pub(super) fn admit(&self, address: IpAddr, now: Instant) -> Result<(), u64> {
        let network = network(address);
        // Nothing panics while the lock is held.
        let mut paces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        check_turn(paces.turn(&network, now), now)?;
        paces.count(network, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_sixteen_times_a_connection_at_once_and_then_twice_a_second() {
        let (pace, now) = (RequestPace::new(2), Instant::now());
        let ask = |address: &str, after_ms| {
            pace.admit(address.parse().unwrap(), now + Duration::from_millis(after_ms))
        };
        for _ in 0..32 {
            assert_eq!(ask("192.0.2.1", 0), Ok(()));
        }
        assert_eq!(ask("192.0.2.1", 0), Err(1));
        assert_eq!(ask("192.0.2.2", 0), Ok(()), "another");
        assert_eq!(ask("192.0.2.1", 250), Ok(()));
        assert_eq!(ask("192.0.2.1", 300), Err(1));
    }

    #[test]
    fn a_network_of_ipv6_has_one_pace() {
        let (pace, now) = (RequestPace::new(1), Instant::now());
        let admitted = (0..100)
            .filter(|host| pace.admit(format!("2001:db8::{host}").parse().unwrap(), now).is_ok());
        assert_eq!(admitted.count(), 16);
    }
}
