//! What a player is not sent before a keyframe.

use super::packet::Packet;
use std::collections::VecDeque;
use str0m::media::MediaKind;

/// As many as the rest of a keyframe that overtook its first packet.
const HELD_MAX: usize = 128;

/// Holds back packets that nobody can show: none of a publisher's before its first keyframe are
/// for this player, nor any that were lost with what they build on.
pub(super) struct Hold {
    is_on: bool,
    /// They may turn out to be of the keyframe that is waited for.
    packets: VecDeque<Packet>,
}

impl Hold {
    /// Holds what comes until a keyframe.
    pub(super) fn on() -> Hold {
        Hold { is_on: true, packets: VecDeque::new() }
    }

    /// A packet came: `None` if nothing is held. Otherwise what of it and of those held may go now,
    /// in order, from a keyframe on.
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
