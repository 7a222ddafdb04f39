//! Matches a player's payload types to what a publisher sends.

use str0m::Rtc;
use str0m::format::{Codec, PayloadParams};
use str0m::media::Media;

/// The payload types that the peer accepts on an m-line.
pub(super) fn payloads<'a>(
    rtc: &'a Rtc,
    media: &'a Media,
) -> impl Iterator<Item = &'a PayloadParams> {
    rtc.codec_config().iter().filter(|params| media.remote_pts().contains(&params.pt()))
}

/// The payload params of `candidates` that can carry `source`, the closest first.
pub(super) fn best_fit<'a>(
    candidates: impl Iterator<Item = &'a PayloadParams>,
    source: &PayloadParams,
) -> Option<&'a PayloadParams> {
    candidates
        .filter_map(|candidate| fit(candidate, source).map(|score| (score, candidate)))
        .max_by_key(|(score, _)| *score)
        .map(|(_, candidate)| candidate)
}

/// How well a payload type fits; `None` if not at all. Browsers decode any H.264 profile they
/// know under any H.264 payload type, so another profile is only a lesser fit.
fn fit(candidate: &PayloadParams, source: &PayloadParams) -> Option<u8> {
    let (ours, theirs) = (candidate.spec(), source.spec());
    if ours.codec != theirs.codec || ours.clock_rate != theirs.clock_rate {
        return None;
    }
    if ours.codec != Codec::H264 {
        return Some(0);
    }
    let is_same_mode = ours.format.packetization_mode == theirs.format.packetization_mode;
    let profile = |level_id: Option<u32>| level_id.map(|id| id >> 16);
    let (a, b) = (ours.format.profile_level_id, theirs.format.profile_level_id);
    Some(4 * u8::from(a == b) + 2 * u8::from(profile(a) == profile(b)) + u8::from(is_same_mode))
}

#[cfg(test)]
mod tests {
    use super::*;
    use str0m::format::{CodecConfig, CodecSpec};

    fn h264(config: &CodecConfig, level_id: u32, mode: u8) -> PayloadParams {
        let is_it = |spec: CodecSpec| {
            spec.codec == Codec::H264
                && spec.format.profile_level_id == Some(level_id)
                && spec.format.packetization_mode == Some(mode)
        };
        *config.find(|params| is_it(params.spec())).unwrap()
    }

    #[test]
    fn the_closest_h264_profile_fits_best_and_another_codec_not_at_all() {
        let config = CodecConfig::new_with_defaults();
        let source = h264(&config, 0x42e01f, 1);
        let other_level = h264(&config, 0x42001f, 1);
        let other_profile = h264(&config, 0x64001f, 1);
        let other_mode = h264(&config, 0x42e01f, 0);
        let best = |candidates: &[PayloadParams]| {
            best_fit(candidates.iter(), &source).map(|params| params.pt())
        };
        assert_eq!(best(&[other_profile, source, other_level]), Some(source.pt()));
        assert_eq!(best(&[other_profile, other_mode]), Some(other_mode.pt()));
        assert_eq!(best(&[other_profile, other_level]), Some(other_level.pt()));
        assert_eq!(best(&[other_profile]), Some(other_profile.pt()));
        let vp8 = *config.find(|params| params.spec().codec == Codec::Vp8).unwrap();
        assert_eq!(best(&[vp8]), None);
    }
}
