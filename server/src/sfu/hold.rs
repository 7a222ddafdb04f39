//! Holds back a player's packets until a keyframe.

use super::packet::Packet;
use std::collections::VecDeque;
use str0m::media::MediaKind;

/// Enough for the rest of a keyframe whose first packet was overtaken.
const HELD_MAX: usize = 128;

/// Holds back packets that the player cannot show: those before its first keyframe from a
/// publisher, and those that depend on lost ones.
pub(super) struct Hold {
    is_on: bool,
    /// They may turn out to belong to the awaited keyframe.
    packets: VecDeque<Packet>,
}

impl Hold {
    /// Hold back everything until a keyframe.
    pub(super) fn on() -> Hold {
        Hold { is_on: true, packets: VecDeque::new() }
    }

    /// A packet arrived. Returns `None` if nothing is held back. Otherwise returns which of it and
    /// the held packets may go now, in order, starting with a keyframe.
    pub(super) fn release(&mut self, packet: &Packet) -> Option<Vec<Packet>> {
        if !self.is_on {
            return None;
        }
        if packet.kind == MediaKind::Video && !packet.starts_keyframe {
            if self.packets.len() == HELD_MAX {
                self.packets.pop_front();
            }
            self.packets.push_back(packet.clone());
            return Some(Vec::new());
        }
        self.is_on = false;
        let follows =
            |held: &Packet| held.from == packet.from && held.rtp.seq_no > packet.rtp.seq_no;
        let mut released = vec![packet.clone()];
        released.extend(self.packets.drain(..).filter(follows));
        released.sort_by_key(|packet| packet.rtp.seq_no);
        Some(released)
    }
}
