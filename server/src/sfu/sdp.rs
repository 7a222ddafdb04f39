//! Edits of an answer's text that the WebRTC library does not make.

/// Put all tracks of an answer into one media stream, so that a player keeps them in sync.
pub(super) fn in_one_media_stream(answer: &str) -> String {
    let mut lines = String::with_capacity(answer.len());
    for line in answer.lines() {
        match line.strip_prefix("a=msid:").and_then(|ids| ids.split_once(' ')) {
            Some((_, track)) => {
                lines.push_str("a=msid:holdfast ");
                lines.push_str(track);
            }
            None => lines.push_str(line),
        }
        lines.push_str("\r\n");
    }
    lines
}

/// Mark a kind of media (`audio` or `video`) as inactive because the publisher does not send it.
/// Otherwise a video element would wait for the promised picture and not even play the sound.
pub(super) fn with_inactive(answer: &str, kind: &str) -> String {
    let mut lines = String::with_capacity(answer.len());
    let mut is_it = false;
    for line in answer.lines() {
        if let Some(media) = line.strip_prefix("m=") {
            is_it = media.starts_with(kind);
        }
        let is_promise = is_it && line == "a=sendonly";
        lines.push_str(if is_promise { "a=inactive" } else { line });
        lines.push_str("\r\n");
    }
    lines
}

/// Start bitrate for a Chromium publisher. Its own guess of 300 kbit/s makes it begin with a tiny
/// picture that takes tens of seconds to grow. Other browsers ignore the parameter.
const START_PARAMETER: &str = "x-google-start-bitrate=1500";

/// Make a publisher start with a usable picture.
pub(super) fn with_start_bitrate(answer: &str) -> String {
    let mut lines = String::with_capacity(answer.len() + 256);
    for line in answer.lines() {
        lines.push_str(line);
        let vp8 = line.strip_prefix("a=rtpmap:").and_then(|map| map.strip_suffix(" VP8/90000"));
        if let Some(pt) = vp8 {
            lines.push_str(&format!("\r\na=fmtp:{pt} {START_PARAMETER}"));
        } else if line.starts_with("a=fmtp:") && line.contains("packetization-mode=") {
            lines.push_str(&format!(";{START_PARAMETER}"));
        }
        lines.push_str("\r\n");
    }
    lines
}

/// Put the payload types of each m-line into the offer's order (RFC 3264 section 6.1). Browsers
/// send with the first one of the answer.
pub(super) fn in_offered_order(offer: &str, answer: &str) -> String {
    let mut offered = offer.lines().filter_map(payload_types);
    let mut lines = String::with_capacity(answer.len());
    for line in answer.lines() {
        match payload_types(line) {
            Some(mut types) => {
                let order = offered.next().unwrap_or_default();
                let place = |pt: &&str| order.iter().position(|other| other == pt);
                types.sort_by_key(|pt| place(pt).unwrap_or(order.len()));
                let head: Vec<&str> = line.split_ascii_whitespace().take(M_LINE_HEAD).collect();
                lines.push_str(&[head, types].concat().join(" "));
            }
            None => lines.push_str(line),
        }
        lines.push_str("\r\n");
    }
    lines
}

/// How many fields come before the payload types: media, port, transport.
const M_LINE_HEAD: usize = 3;

/// The payload types of an m-line; `None` for any other line.
pub(super) fn payload_types(line: &str) -> Option<Vec<&str>> {
    let is_media_line = line.starts_with("m=");
    is_media_line.then(|| line.split_ascii_whitespace().skip(M_LINE_HEAD).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payload_types_stand_in_the_offers_order() {
        let offer = "v=0\r\nm=audio 9 X 111 63\r\na=x\r\nm=video 9 X 103 104 96 97\r\n";
        let answer = "v=0\r\nm=audio 9 X 111\r\na=x\r\nm=video 9 X 96 97 103 104 9\r\na=y\r\n";
        assert_eq!(
            in_offered_order(offer, answer),
            "v=0\r\nm=audio 9 X 111\r\na=x\r\nm=video 9 X 103 104 96 97 9\r\na=y\r\n"
        );
        let data = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n";
        assert_eq!(in_offered_order(data, data), data);
    }

    #[test]
    fn video_starts_with_a_bitrate_and_audio_stays_as_it_is() {
        let opus = "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10\r\n";
        assert_eq!(with_start_bitrate(opus), opus);
        let vp8 = "a=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n";
        assert_eq!(
            with_start_bitrate(vp8),
            "a=rtpmap:96 VP8/90000\r\na=fmtp:96 x-google-start-bitrate=1500\r\n\
             a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"
        );
        let h264 = "a=fmtp:102 packetization-mode=1;profile-level-id=42001f";
        assert_eq!(with_start_bitrate(h264), format!("{h264};x-google-start-bitrate=1500\r\n"));
    }

    #[test]
    fn a_kind_that_is_not_sent_is_not_promised() {
        let answer = "m=audio 9 a 1\r\na=sendonly\r\nm=video 9 a 2\r\na=sendonly\r\n";
        assert_eq!(
            with_inactive(answer, "video"),
            "m=audio 9 a 1\r\na=sendonly\r\nm=video 9 a 2\r\na=inactive\r\n"
        );
    }

    #[test]
    fn tracks_share_one_media_stream() {
        let answer = "v=0\r\na=msid:x a\r\na=msid:y b\r\n";
        assert_eq!(
            in_one_media_stream(answer),
            "v=0\r\na=msid:holdfast a\r\na=msid:holdfast b\r\n"
        );
    }
}
