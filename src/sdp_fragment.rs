//! SDP fragments of an ICE restart (RFC 8840 section 9, RFC 9725 section 4.3.3): the part of an
//! offer that is sent, and the answer that is made from the reply.

const GROUP: &str = "a=group:";
const MEDIA: &str = "m=";
const MID: &str = "a=mid:";
const UFRAG: &str = "a=ice-ufrag:";
const PWD: &str = "a=ice-pwd:";
const CANDIDATE: &str = "a=candidate:";

/// The part of a new offer that a node has to know: the ICE credentials and candidates of its first
/// m-line, which is the only one that has any when all are bundled. None for an offer without an
/// m-line.
pub(crate) fn fragment_of(offer: &str) -> Option<String> {
    let mut fragment = String::new();
    let mut sent = &[GROUP][..];
    let mut media_lines = 0;
    for line in lines(offer) {
        if line.starts_with(MEDIA) {
            media_lines += 1;
            sent = &[MEDIA, MID, UFRAG, PWD, CANDIDATE];
        }
        if media_lines > 1 {
            break;
        }
        if sent.iter().any(|start| line.starts_with(start)) {
            push_line(&mut fragment, line);
        }
    }
    (media_lines > 0).then_some(fragment)
}

/// The answer to a new offer: the old answer with the credentials of a node's fragment, and with
/// the fragment's candidates if it has any. None for a fragment without credentials.
pub(crate) fn answer_of(old_answer: &str, fragment: &str) -> Option<String> {
    let (mut ufrag, mut pwd, mut candidates) = (None, None, String::new());
    for line in lines(fragment) {
        if line.starts_with(UFRAG) {
            ufrag = ufrag.or(Some(line));
        } else if line.starts_with(PWD) {
            pwd = pwd.or(Some(line));
        } else if line.starts_with(CANDIDATE) {
            push_line(&mut candidates, line);
        }
    }
    let (ufrag, pwd) = (ufrag?, pwd?);
    let mut answer = String::new();
    for line in lines(old_answer) {
        if line.starts_with(UFRAG) {
            push_line(&mut answer, ufrag);
        } else if line.starts_with(PWD) {
            push_line(&mut answer, pwd);
            answer.push_str(&candidates);
        } else if candidates.is_empty() || !line.starts_with(CANDIDATE) {
            push_line(&mut answer, line);
        }
    }
    Some(answer)
}

/// The lines of a text. The standard library's own search for line ends takes far more bytes.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\r', '\n']).filter(|line| !line.is_empty())
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFER: &str = "v=0\r\na=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n\
        a=rtpmap:111 opus/48000/2\r\na=ice-ufrag:new\r\na=ice-pwd:secret\r\na=mid:0\r\n\
        a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n\
        a=ice-ufrag:new\r\na=ice-pwd:secret\r\na=mid:1\r\n";
    const ANSWER: &str = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:old\r\n\
        a=ice-pwd:older\r\na=candidate:2 1 udp 1 10.0.0.2 9 typ host\r\n\
        a=candidate:3 1 udp 1 10.0.0.3 9 typ host\r\na=mid:0\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=ice-ufrag:old\r\na=ice-pwd:older\r\na=mid:1\r\n";

    #[test]
    fn pub_04_a_fragment_names_the_first_media_line_only() {
        let fragment = fragment_of(OFFER).unwrap();
        assert_eq!(
            fragment,
            "a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:new\r\n\
             a=ice-pwd:secret\r\na=mid:0\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n"
        );
    }

    #[test]
    fn pub_04_an_offer_without_a_group_or_candidates_has_a_fragment_too() {
        let own = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-pwd:p\r\na=ice-ufrag:u\r\n";
        assert_eq!(fragment_of(&["v=0\r\n", own].concat()).unwrap(), own);
    }

    #[test]
    fn pub_04_an_offer_of_nothing_has_no_fragment() {
        assert_eq!(fragment_of(""), None);
        assert_eq!(fragment_of("v=0\r\na=group:BUNDLE\r\na=ice-ufrag:u\r\n"), None);
    }

    #[test]
    fn pub_04_a_reply_replaces_the_credentials_everywhere() {
        let answer = answer_of(ANSWER, "a=ice-pwd:$&p\na=ice-ufrag:$&u\n").unwrap();
        assert_eq!(answer, ANSWER.replace(":older", ":$&p").replace(":old", ":$&u"));
    }

    #[test]
    fn pub_04_candidates_of_the_reply_replace_the_old_ones() {
        let new = "a=ice-ufrag:u\r\na=ice-pwd:p\r\na=candidate:4 1 udp 1 10.0.0.4 9 typ host\r\n\
            a=candidate:5 1 udp 1 10.0.0.5 9 typ host\r\n";
        let audio = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
        let video = "a=mid:0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n";
        let answer = answer_of(ANSWER, new).unwrap();
        assert_eq!(answer, [audio, new, video, new, "a=mid:1\r\n"].concat());
    }

    #[test]
    fn pub_04_an_answer_that_ends_with_a_candidate_without_an_end_of_line_loses_it_whole() {
        let old = "a=ice-ufrag:old\r\na=ice-pwd:older\r\na=candidate:2 1 udp 1 10.0.0.2 9 typ host";
        let reply = "a=ice-ufrag:u\r\na=ice-pwd:p\r\na=candidate:4 1 udp 1 10.0.0.4 9 typ host\r\n";
        assert_eq!(answer_of(old, reply).unwrap(), reply);
    }

    #[test]
    fn pub_04_a_reply_without_credentials_is_no_reply() {
        for fragment in ["", "a=ice-ufrag:u", "a=ice-pwd:p", "<html></html>"] {
            assert_eq!(answer_of(ANSWER, fragment), None, "{fragment}");
        }
    }
}
