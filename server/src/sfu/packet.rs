//! A publisher's packet on its way to players.

use super::session::Key;
use std::sync::Arc;
use str0m::format::{Codec, PayloadParams};
use str0m::media::MediaKind;
use str0m::rtp::{RtpPacket, Vp8Descriptor};

/// H.264 NAL unit types (RFC 6184 section 5.2).
const NAL_TYPE: u8 = 0x1f;
const NAL_IDR: u8 = 5;
const NAL_SPS: u8 = 7;
const NAL_STAP_A: u8 = 24;
const NAL_FU_A: u8 = 28;
/// The first fragment of a NAL unit.
const FU_START: u8 = 0x80;

/// Bits of a VP8 payload descriptor (RFC 7741 section 4.2). The bit in the first byte says that an
/// extension byte follows; the bits in that byte say which fields follow.
const VP8_EXTENDED: u8 = 0x80;
const VP8_PICTURE_ID: u8 = 0x80;
const VP8_TL0_INDEX: u8 = 0x40;
const VP8_LAYER_OR_KEY_INDEX: u8 = 0x30;
/// The bit in a picture ID's first byte that says it has a second byte.
const VP8_LONG_ID: u8 = 0x80;

/// A packet, and what players need to know about it.
#[derive(Clone)]
pub(super) struct Packet {
    /// The publisher's session.
    pub(super) from: Key,
    pub(super) kind: MediaKind,
    /// The format of its payload type.
    pub(super) params: PayloadParams,
    /// Whether it is the first packet of a frame that can be shown by itself.
    pub(super) starts_keyframe: bool,
    pub(super) payload: Arc<[u8]>,
    pub(super) rtp: Arc<RtpPacket>,
}

impl Packet {
    pub(super) fn new(
        from: Key,
        kind: MediaKind,
        params: PayloadParams,
        rtp: Arc<RtpPacket>,
    ) -> Packet {
        let codec = params.spec().codec;
        let payload = match codec {
            Codec::Vp8 => without_picture_id(&rtp.payload),
            _ => None,
        };
        let payload = payload.unwrap_or_else(|| rtp.payload.clone());
        let starts_keyframe = starts_keyframe(codec, &payload);
        Packet { from, kind, params, starts_keyframe, payload, rtp }
    }
}

/// A VP8 payload without the optional fields of its descriptor; `None` if it has none. Players then
/// order frames by packet number, which continues when the publisher changes. Picture IDs do not
/// continue, and a player that was cut off takes 500 ms longer with them.
fn without_picture_id(payload: &[u8]) -> Option<Arc<[u8]>> {
    let (&first, rest) = payload.split_first()?;
    if first & VP8_EXTENDED == 0 {
        return None;
    }
    let (&fields, rest) = rest.split_first()?;
    let id_bytes = match fields & VP8_PICTURE_ID {
        0 => 0,
        _ => 1 + usize::from(rest.first()? & VP8_LONG_ID != 0),
    };
    let others = [VP8_TL0_INDEX, VP8_LAYER_OR_KEY_INDEX].iter().filter(|bits| fields & **bits != 0);
    let frame = rest.get(id_bytes + others.count()..)?;
    Some([first & !VP8_EXTENDED].iter().chain(frame).copied().collect())
}

/// Whether this payload starts a keyframe.
fn starts_keyframe(codec: Codec, payload: &[u8]) -> bool {
    match codec {
        Codec::Vp8 => Vp8Descriptor::parse(payload)
            .is_ok_and(|descriptor| descriptor.starts_keyframe(payload)),
        Codec::H264 => starts_h264_keyframe(payload),
        _ => false,
    }
}

fn starts_h264_keyframe(payload: &[u8]) -> bool {
    let is_key = |nal: &u8| matches!(nal & NAL_TYPE, NAL_IDR | NAL_SPS);
    let (Some(first), second) = (payload.first(), payload.get(1)) else {
        return false;
    };
    match first & NAL_TYPE {
        NAL_FU_A => second.is_some_and(|header| header & FU_START != 0 && is_key(header)),
        // Two bytes of size, then the first unit: parameter sets come first.
        NAL_STAP_A => payload.get(3).is_some_and(is_key),
        _ => is_key(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vp8_keyframe_starts_with_the_first_packet_of_its_first_partition() {
        let starts = |payload: &[u8]| starts_keyframe(Codec::Vp8, payload);
        assert!(starts(&[0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a]));
        assert!(
            starts(&[0x90, 0x80, 0x81, 0x02, 0x10, 0, 0, 0x9d, 0x01, 0x2a]),
            "with a picture ID"
        );
        assert!(!starts(&[0x00, 0x10, 0, 0, 0x9d, 0x01, 0x2a]), "a later packet");
        assert!(!starts(&[0x10, 0x11, 0, 0]), "a delta frame");
        assert!(!starts(&[0x90]) && !starts(&[]), "cut short");
    }

    #[test]
    fn a_vp8_descriptor_is_cut_down_to_its_first_byte() {
        let cut = |payload: &[u8]| without_picture_id(payload).map(|payload| payload.to_vec());
        assert_eq!(cut(&[0x10, 1, 2]), None, "short already");
        assert_eq!(cut(&[0x90, 0x80, 0x05, 1, 2]), Some(vec![0x10, 1, 2]));
        assert_eq!(cut(&[0x80, 0x80, 0x85, 0x01, 1, 2]), Some(vec![0x00, 1, 2]), "a long ID");
        assert_eq!(cut(&[0xb0, 0xe0, 0x85, 0x01, 7, 0x20, 1]), Some(vec![0x30, 1]), "layers");
        assert_eq!(cut(&[0x90, 0x10, 0x01, 1]), Some(vec![0x10, 1]), "a key index alone");
        assert_eq!(
            cut(&[0x90]).or(cut(&[0x90, 0x80])).or(cut(&[0x90, 0xe0, 0x85])),
            None,
            "cut short"
        );
    }

    #[test]
    fn an_h264_keyframe_starts_with_parameter_sets_or_an_idr_slice() {
        let starts = |payload: &[u8]| starts_keyframe(Codec::H264, payload);
        assert!(starts(&[0x67, 0x42]) && starts(&[0x65, 0x88]));
        assert!(starts(&[0x78, 0, 2, 0x67, 0x42]), "aggregated");
        assert!(starts(&[0x7c, 0x85, 0x88]), "its first fragment");
        assert!(!starts(&[0x7c, 0x05, 0x88]), "a later fragment");
        assert!(!starts(&[0x41, 0x9a]) && !starts(&[0x7c, 0x81, 0x9a]), "a delta frame");
        assert!(!starts(&[0x78, 0]) && !starts(&[0x7c]) && !starts(&[]), "cut short");
    }
}
