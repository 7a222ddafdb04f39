//! Reads the few needed fields of an IPv4 packet.

use serde::Serialize;
use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// The direction of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    /// From a client to the server.
    Up,
    /// From the server to a client.
    Down,
}

impl Direction {
    /// Both directions, in the order of [`Direction::index`].
    pub(crate) const BOTH: [Direction; 2] = [Direction::Up, Direction::Down];

    /// Its index in an array of two.
    pub(crate) fn index(self) -> usize {
        match self {
            Direction::Up => 0,
            Direction::Down => 1,
        }
    }
}

/// A packet's protocol, as far as a black hole distinguishes packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// Anything else, such as ICMP.
    Other,
}

/// The protocol of an IPv4 packet and the client's address in it; `None` if it is not IPv4.
pub(crate) fn read(packet: &[u8], direction: Direction) -> Option<(Protocol, Ipv4Addr)> {
    // RFC 791 section 3.1: the version first; protocol, source and destination at offsets 9, 12 and
    // 16.
    let header = packet.first_chunk::<20>()?;
    if header[0] >> 4 != 4 {
        return None;
    }
    let protocol = match header[9] {
        6 => Protocol::Tcp,
        17 => Protocol::Udp,
        _ => Protocol::Other,
    };
    let at = match direction {
        Direction::Up => 12,
        Direction::Down => 16,
    };
    let client = Ipv4Addr::new(header[at], header[at + 1], header[at + 2], header[at + 3]);
    Some((protocol, client))
}

/// A block of addresses, written `10.77.1.0/24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    bits: u32,
    mask: u32,
}

impl Block {
    /// Whether the block contains the address.
    pub(crate) fn contains(self, address: Ipv4Addr) -> bool {
        address.to_bits() & self.mask == self.bits
    }
}

impl FromStr for Block {
    type Err = String;

    fn from_str(text: &str) -> Result<Block, String> {
        let bad = |why: &dyn fmt::Display| format!("'{text}' is no block of addresses: {why}");
        let (address, length) = text.split_once('/').ok_or_else(|| bad(&"it has no '/'"))?;
        let address: Ipv4Addr = address.parse().map_err(|error| bad(&error))?;
        let length: u32 = length.parse().map_err(|error| bad(&error))?;
        if length > 32 {
            return Err(bad(&"its length is over 32"));
        }
        let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
        Ok(Block { bits: address.to_bits() & mask, mask })
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, Direction, Protocol, read};
    use std::net::Ipv4Addr;

    #[test]
    fn the_client_is_the_source_going_up_and_the_destination_coming_down() {
        let mut packet = [0_u8; 28];
        packet[0] = 0x45;
        packet[9] = 17;
        packet[12..16].copy_from_slice(&[10, 77, 1, 2]);
        packet[16..20].copy_from_slice(&[10, 77, 3, 2]);
        let client = Ipv4Addr::new(10, 77, 1, 2);
        let server = Ipv4Addr::new(10, 77, 3, 2);
        assert_eq!(read(&packet, Direction::Up), Some((Protocol::Udp, client)));
        assert_eq!(read(&packet, Direction::Down), Some((Protocol::Udp, server)));
    }

    #[test]
    fn what_is_no_ipv4_packet_is_left_alone() {
        assert_eq!(read(&[], Direction::Up), None);
        assert_eq!(read(&[0x45; 19], Direction::Up), None);
        assert_eq!(read(&[0x60; 40], Direction::Up), None);
    }

    #[test]
    fn a_block_contains_what_shares_its_prefix() {
        let block: Block = "10.77.1.9/24".parse().expect("a block");
        assert!(block.contains(Ipv4Addr::new(10, 77, 1, 200)));
        assert!(!block.contains(Ipv4Addr::new(10, 77, 2, 200)));
        let all: Block = "0.0.0.0/0".parse().expect("a block");
        assert!(all.contains(Ipv4Addr::new(255, 1, 2, 3)));
        for bad in ["", "10.77.1.0", "10.77.1.0/33", "10.77.1/24", "10.77.1.0/-1"] {
            assert!(bad.parse::<Block>().is_err(), "{bad}");
        }
    }
}
