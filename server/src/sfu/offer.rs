//! A client's offer. The request handler reads and checks it before anything is stored for it.
//! Reading takes longer than everything else a session needs, and the media task must forward
//! everybody's packets meanwhile.

use super::fragment::{self, Fragment};
use holdfast_rooms::Direction;
use str0m::IceCreds;
use str0m::change::SdpOffer;

/// Limit on the lines of SDP in an offer or a fragment. Browsers need about 300 for two tracks.
pub(super) const LINES_MAX: usize = 1_000;
/// Limit on a client's candidates in one ICE session. The server makes no checks of its own and
/// learns the client's address from the client's checks, so it loses nothing by ignoring the rest.
pub(super) const CANDIDATES_MAX: usize = 64;
const M_LINES_MAX: usize = 16;
/// All payload types that exist.
const PAYLOAD_TYPES_MAX: usize = 128;

/// An offer that can be answered.
pub(crate) struct Offer {
    /// As the client wrote it.
    pub(super) text: String,
    pub(super) sdp: SdpOffer,
    /// The client's credentials; `None` if they are not well-formed.
    pub(super) creds: Option<IceCreds>,
}

impl Offer {
    /// Read an offer to publish or play.
    ///
    /// # Errors
    /// Why the offer is not usable.
    pub(crate) fn parse(text: String, direction: Direction) -> Result<Offer, &'static str> {
        if text.lines().nth(LINES_MAX).is_some() {
            return Err("the offer has too many lines");
        }
        if !is_sdp(&text) {
            return Err("the offer is not SDP");
        }
        if !is_open_for(&text, direction) {
            return Err("no m-line of the offer goes in the right direction");
        }
        check_m_lines(&text)?;
        check_payload_types(&text)?;
        // The parser's own message would contain a memory address.
        let sdp = SdpOffer::from_sdp_string(&with_few_candidates(&text));
        let sdp = sdp.map_err(|_| "the offer is not SDP")?;
        let creds = Fragment::parse(&text).ok().and_then(|fragment| fragment.creds);
        Ok(Offer { text, sdp, creds })
    }
}

/// The answered offer, as the client would write it again for an ICE restart.
pub(super) fn restarted(text: &str, creds: &IceCreds) -> Option<SdpOffer> {
    SdpOffer::from_sdp_string(&fragment::restarted(text, creds)).ok()
}

fn is_sdp(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.trim_end() == "v=0")
}

/// Whether some m-line has the wanted direction. The answer does not tell: it treats a line of the
/// wrong direction like one with unknown codecs.
fn is_open_for(offer: &str, direction: Direction) -> bool {
    let wanted = match direction {
        Direction::Publish => "a=sendonly",
        Direction::Play => "a=recvonly",
    };
    offer.lines().map(str::trim_end).any(|line| line == wanted || line == "a=sendrecv")
}

fn check_m_lines(offer: &str) -> Result<(), &'static str> {
    let m_lines = offer.lines().filter_map(|line| line.strip_prefix("m="));
    let mut kinds = 0;
    for line in m_lines {
        kinds += 1;
        let mut words = line.split_ascii_whitespace();
        if !words.next().is_some_and(|kind| matches!(kind, "audio" | "video")) {
            return Err("only m-lines of audio and video are served, no data channels");
        }
        // Skips the port and the transport.
        if words.nth(1 + PAYLOAD_TYPES_MAX + 1).is_some() {
            return Err("an m-line has too many payload types");
        }
    }
    match kinds > M_LINES_MAX {
        true => Err("the offer has too many m-lines"),
        false => Ok(()),
    }
}

/// All m-lines share one transport, where a payload type must have one meaning. The WebRTC library
/// relies on that.
fn check_payload_types(offer: &str) -> Result<(), &'static str> {
    let mut codecs = [None; PAYLOAD_TYPES_MAX];
    let mut repaired = [None; PAYLOAD_TYPES_MAX];
    for line in offer.lines().map(str::trim_end) {
        let is_new = if let Some(map) = line.strip_prefix("a=rtpmap:") {
            note(&mut codecs, map.split_once(' '))
        } else if let Some((pt, format)) =
            line.strip_prefix("a=fmtp:").and_then(|format| format.split_once(' '))
        {
            let mut params = format.split(';').map(str::trim);
            let of = params.find_map(|param| param.strip_prefix("apt="));
            note(&mut repaired, Some((pt, of.unwrap_or_default())))
        } else {
            true
        };
        if !is_new {
            return Err("a payload type of the offer has two meanings");
        }
    }
    Ok(())
}

/// Whether this meaning of a payload type agrees with an earlier one.
fn note<'a>(known: &mut [Option<&'a str>], said: Option<(&'a str, &'a str)>) -> bool {
    let Some((pt, meaning)) = said else {
        return true;
    };
    let Ok(pt) = pt.trim().parse::<usize>() else {
        return true;
    };
    let Some(known) = known.get_mut(pt) else {
        return false;
    };
    known.get_or_insert(meaning.trim()).eq_ignore_ascii_case(meaning.trim())
}

/// The offer without the candidates over the limit.
fn with_few_candidates(offer: &str) -> String {
    let mut lines = String::with_capacity(offer.len() + 2);
    let mut left = CANDIDATES_MAX;
    for line in offer.lines() {
        if line.starts_with("a=candidate:") {
            let Some(fewer) = left.checked_sub(1) else { continue };
            left = fewer;
        }
        lines.push_str(line);
        lines.push_str("\r\n");
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";
    const TRANSPORT: &str = "c=IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\n\
        a=ice-pwd:0123456789012345678901\r\na=setup:actpass\r\na=rtcp-mux\r\na=sendrecv\r\n\
        a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:\
        00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff\r\n";

    /// A section of an offer: its m-line's kind and payload types, its `mid` and further lines.
    fn section(kind: &str, types: &str, mid: u8, lines: &str) -> String {
        format!("m={kind} 9 UDP/TLS/RTP/SAVPF {types}\r\n{TRANSPORT}a=mid:{mid}\r\n{lines}")
    }

    fn offer(sections: &[String]) -> String {
        format!("{HEAD}{}", sections.concat())
    }

    fn audio() -> String {
        section("audio", "111", 0, "a=rtpmap:111 opus/48000/2\r\n")
    }

    fn refusal(text: String) -> &'static str {
        match Offer::parse(text, Direction::Publish) {
            Ok(_) => "",
            Err(why) => why,
        }
    }

    #[test]
    fn an_offer_of_sound_and_picture_is_good_for_both_directions() {
        let video = section(
            "video",
            "96 97",
            1,
            "a=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n",
        );
        let text = offer(&[audio(), video]);
        for direction in [Direction::Publish, Direction::Play] {
            let offer = Offer::parse(text.clone(), direction).map_err(str::to_owned).unwrap();
            assert_eq!(offer.creds.unwrap().ufrag, "abcd");
        }
        let one_way = text.replace("a=sendrecv", "a=recvonly");
        assert!(Offer::parse(one_way.clone(), Direction::Play).is_ok());
        assert!(refusal(one_way).contains("direction"));
    }

    #[test]
    fn a_payload_type_with_two_meanings_is_refused() {
        let meanings = |video: &str| {
            let lines = format!("a=rtpmap:96 opus/48000/2\r\n{video}");
            refusal(offer(&[section("audio", "96", 0, &lines)]))
        };
        assert_eq!(meanings(""), "");
        let again = section("audio", "111", 1, "a=rtpmap:111 OPUS/48000/2\r\n");
        assert_eq!(refusal(offer(&[audio(), again])), "", "said twice");
        for video in [
            "a=rtpmap:96 VP8/90000\r\n",
            "a=rtpmap:096 VP8/90000\r\n",
            "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=fmtp:97 apt=98\r\n",
            "a=rtpmap:128 VP8/90000\r\n",
            "a=fmtp:200 apt=96\r\n",
        ] {
            assert!(meanings(video).contains("two meanings"), "{video}");
        }
    }

    #[test]
    fn what_is_too_much_is_refused_and_of_candidates_the_first_are_read() {
        let lines = |count: usize| offer(&[audio() + &"a=x\r\n".repeat(count)]);
        let own = offer(&[audio()]).lines().count();
        assert_eq!(refusal(lines(LINES_MAX - own)), "");
        assert!(refusal(lines(LINES_MAX - own + 1)).contains("too many lines"));
        let sections = |count: usize| offer(&vec![audio(); count]);
        assert!(refusal(sections(M_LINES_MAX + 1)).contains("too many m-lines"));
        let types = "111 ".repeat(PAYLOAD_TYPES_MAX + 1);
        assert!(refusal(offer(&[section("audio", &types, 0, "")])).contains("too many payload"));
        let candidate = "a=candidate:1 1 udp 1 192.0.2.1 4000 typ host\r\n";
        let many = offer(&[audio() + &candidate.repeat(300)]);
        assert_eq!(with_few_candidates(&many).matches("a=candidate").count(), CANDIDATES_MAX);
        assert_eq!(refusal(many), "");
    }

    #[test]
    fn data_channels_are_refused() {
        let data = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\n".to_owned();
        assert!(refusal(offer(&[audio(), data])).contains("data channels"));
    }

    #[test]
    fn what_is_no_sdp_is_told_in_fixed_words() {
        for text in ["", "hello", "{}", "v=0\r\na=sendonly\r\n"] {
            assert_eq!(refusal(text.to_owned()), "the offer is not SDP", "{text}");
        }
    }
}
