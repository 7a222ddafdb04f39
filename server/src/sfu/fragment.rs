//! SDP fragments of a PATCH (RFC 8840, RFC 9725 section 4.3): a client's candidates and, for an ICE
//! restart, its new credentials, and the server's reply to a restart.

use super::offer::{CANDIDATES_MAX, LINES_MAX};
use str0m::{Candidate, IceCreds};

/// How long credentials may be (RFC 8839 section 5.4).
const UFRAG_CHARS: std::ops::RangeInclusive<usize> = 4..=256;
const PWD_CHARS: std::ops::RangeInclusive<usize> = 22..=256;

/// A client's side of an ICE session.
#[derive(Debug)]
pub(crate) struct Fragment {
    /// Absent if the fragment only adds candidates.
    pub(super) creds: Option<IceCreds>,
    pub(super) candidates: Vec<Candidate>,
}

impl Fragment {
    /// Read a fragment.
    ///
    /// # Errors
    /// Why the text is not a valid fragment.
    pub(crate) fn parse(text: &str) -> Result<Fragment, &'static str> {
        let lines = || text.lines().map(str::trim_end).filter(|line| !line.is_empty());
        let is_sdp = |line: &str| {
            let mut bytes = line.bytes();
            bytes.next().is_some_and(|kind| kind.is_ascii_lowercase()) && bytes.next() == Some(b'=')
        };
        if text.lines().nth(LINES_MAX).is_some() {
            return Err("the fragment has too many lines");
        }
        if lines().next().is_none() || !lines().all(is_sdp) {
            return Err("the fragment is not SDP");
        }
        let value = |name: &str| lines().find_map(|line| line.strip_prefix(name));
        let creds = match (value("a=ice-ufrag:"), value("a=ice-pwd:")) {
            (Some(ufrag), Some(pass)) => Some(creds(ufrag, pass)?),
            (None, None) => None,
            _ => return Err("ice-ufrag and ice-pwd belong together"),
        };
        // Candidates with mDNS names instead of addresses are useless here and skipped.
        let candidates = lines().filter_map(|line| line.strip_prefix("a=candidate:"));
        let candidates = candidates.take(CANDIDATES_MAX);
        let candidates = candidates
            .filter_map(|value| Candidate::from_sdp_string(&format!("candidate:{value}")).ok());
        Ok(Fragment { creds, candidates: candidates.collect() })
    }
}

fn creds(ufrag: &str, pass: &str) -> Result<IceCreds, &'static str> {
    let is_ice_char = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    let are_good = UFRAG_CHARS.contains(&ufrag.len())
        && PWD_CHARS.contains(&pass.len())
        && ufrag.bytes().chain(pass.bytes()).all(is_ice_char);
    match are_good {
        true => Ok(IceCreds { ufrag: ufrag.to_owned(), pass: pass.to_owned() }),
        false => Err("ice-ufrag or ice-pwd is badly spelt"),
    }
}

/// The offer as the client would write it again for an ICE restart: with these credentials and no
/// candidates.
pub(super) fn restarted(offer: &str, creds: &IceCreds) -> String {
    let mut lines = String::with_capacity(offer.len() + 128);
    for line in offer.lines() {
        match line {
            line if line.starts_with("a=ice-ufrag:") => {
                lines.push_str("a=ice-ufrag:");
                lines.push_str(&creds.ufrag);
            }
            line if line.starts_with("a=ice-pwd:") => {
                lines.push_str("a=ice-pwd:");
                lines.push_str(&creds.pass);
            }
            line if is_of_candidates(line) => continue,
            line => lines.push_str(line),
        }
        lines.push_str("\r\n");
    }
    lines
}

/// The server's side of the ICE session, taken from an answer. All m-lines are bundled, so the
/// first one stands for all.
pub(super) fn of_answer(answer: &str) -> String {
    let mut lines = String::new();
    let mut m_lines = 0;
    for line in answer.lines() {
        m_lines += usize::from(line.starts_with("m="));
        let is_wanted = match m_lines {
            0 => line.starts_with("a=ice-") || line.starts_with("a=group:"),
            1 => {
                let names = ["m=", "a=mid:", "a=ice-"];
                names.iter().any(|name| line.starts_with(name)) || is_of_candidates(line)
            }
            _ => false,
        };
        if is_wanted {
            lines.push_str(line);
            lines.push_str("\r\n");
        }
    }
    lines
}

fn is_of_candidates(line: &str) -> bool {
    line.starts_with("a=candidate:") || line.trim_end() == "a=end-of-candidates"
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASS: &str = "0123456789012345678901";

    #[test]
    fn a_fragment_gives_its_credentials_and_the_candidates_that_name_an_address() {
        let text = format!(
            "a=group:BUNDLE 0\r\nm=audio 9 X 0\r\na=mid:0\r\na=ice-ufrag:abcd\r\na=ice-pwd:{PASS}\r\n\
             a=candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host\r\n\
             a=candidate:2 1 udp 2130706431 6e5f.local 4000 typ host\r\na=end-of-candidates\r\n"
        );
        let fragment = Fragment::parse(&text).unwrap();
        let creds = IceCreds { ufrag: "abcd".into(), pass: PASS.into() };
        assert_eq!(fragment.creds, Some(creds));
        assert_eq!(fragment.candidates.len(), 1);
        assert_eq!(fragment.candidates[0].addr(), "192.0.2.1:4000".parse().unwrap());
        assert!(Fragment::parse("a=end-of-candidates\r\n").unwrap().creds.is_none());
    }

    #[test]
    fn what_is_no_fragment_is_refused() {
        let long = format!("a=ice-ufrag:{}\r\na=ice-pwd:{PASS}\r\n", "x".repeat(257));
        let spaced = format!("a=ice-ufrag:ab cd\r\na=ice-pwd:{PASS}\r\n");
        let half = "a=ice-ufrag:abcd\r\n";
        let short = "a=ice-ufrag:abcd\r\na=ice-pwd:x\r\n";
        for text in ["", "\r\n", "{}", "hello", "a=x\r\nrubbish", &long, &spaced, half, short] {
            assert!(Fragment::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn of_too_many_candidates_the_first_are_read() {
        let line = "a=candidate:1 1 udp 1 192.0.2.1 4000 typ host\r\n";
        let fragment = Fragment::parse(&line.repeat(LINES_MAX)).unwrap();
        assert_eq!(fragment.candidates.len(), CANDIDATES_MAX);
        let why = Fragment::parse(&line.repeat(LINES_MAX + 1)).unwrap_err();
        assert!(why.contains("too many lines"), "{why}");
    }

    #[test]
    fn a_restarted_offer_differs_in_credentials_and_candidates_only() {
        let creds = IceCreds { ufrag: "new".into(), pass: "newer".into() };
        let offer = "v=0\r\na=ice-ufrag:a\r\nm=audio\r\na=ice-pwd:b\r\na=candidate:1\r\na=x\r\n\
                     m=video\r\na=ice-ufrag:a\r\na=ice-pwd:b\r\na=end-of-candidates\r\n";
        assert_eq!(
            restarted(offer, &creds),
            "v=0\r\na=ice-ufrag:new\r\nm=audio\r\na=ice-pwd:newer\r\na=x\r\n\
             m=video\r\na=ice-ufrag:new\r\na=ice-pwd:newer\r\n"
        );
    }

    #[test]
    fn the_servers_fragment_is_the_ice_of_its_answer() {
        let answer = "v=0\r\na=group:BUNDLE 0 1\r\na=ice-lite\r\nm=audio 9 X 111\r\na=mid:0\r\n\
                      a=ice-ufrag:a\r\na=ice-pwd:b\r\na=candidate:1\r\na=end-of-candidates\r\n\
                      a=rtpmap:111 opus\r\nm=video 9 X 96\r\na=mid:1\r\na=ice-ufrag:a\r\n";
        assert_eq!(
            of_answer(answer),
            "a=group:BUNDLE 0 1\r\na=ice-lite\r\nm=audio 9 X 111\r\na=mid:0\r\n\
             a=ice-ufrag:a\r\na=ice-pwd:b\r\na=candidate:1\r\na=end-of-candidates\r\n"
        );
    }
}
