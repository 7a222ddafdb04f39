//! SDP fragments of an ICE restart (RFC 8840 section 9, RFC 9725 section 4.3.3): what of an offer
//! is sent, and how the reply becomes an answer.

const UFRAG: &str = "a=ice-ufrag:";
const PWD: &str = "a=ice-pwd:";
const CANDIDATE: &str = "a=candidate:";

/// What a node has to know of a new offer: the ICE credentials and candidates of its first m-line,
/// the only one that has any when all are bundled.
pub(crate) fn of_offer(offer: &str) -> String {
    let mut fragment = String::new();
    let mut media_lines = 0;
    for line in lines(offer) {
        let is_media = line.starts_with("m=");
        media_lines += u32::from(is_media);
        if media_lines > 1 {
            break;
        }
        if is_media || ["a=group:", "a=mid:", UFRAG, PWD, CANDIDATE].iter().any(is_in(line)) {
            push_line(&mut fragment, line);
        }
    }
    fragment
}

/// The answer to a new offer: the old answer with the credentials of a node's fragment, and with
/// its candidates if it names any. `None` if it has no credentials.
pub(crate) fn to_answer(old_answer: &str, fragment: &str) -> Option<String> {
    let find = |prefix| lines(fragment).find(|line| line.starts_with(prefix));
    let (ufrag, pwd) = (find(UFRAG)?, find(PWD)?);
    let has_candidates = find(CANDIDATE).is_some();
    let mut answer = String::new();
    for line in lines(old_answer) {
        if line.starts_with(UFRAG) {
            push_line(&mut answer, ufrag);
        } else if line.starts_with(PWD) {
            push_line(&mut answer, pwd);
            for candidate in lines(fragment).filter(|line| line.starts_with(CANDIDATE)) {
                push_line(&mut answer, candidate);
            }
        } else if !(has_candidates && line.starts_with(CANDIDATE)) {
            push_line(&mut answer, line);
        }
    }
    Some(answer)
}

/// The lines of an SDP; the standard library's own search for their ends is far larger.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\r', '\n']).filter(|line| !line.is_empty())
}

fn is_in(line: &str) -> impl Fn(&&str) -> bool {
    move |prefix| line.starts_with(*prefix)
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
        a=ice-pwd:older\r\na=candidate:1 1 udp 1 10.0.0.2 9 typ host\r\na=mid:0\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=ice-ufrag:old\r\na=ice-pwd:older\r\na=mid:1\r\n";

    #[test]
    fn pub_04_a_fragment_names_the_first_media_line_only() {
        assert_eq!(
            of_offer(OFFER),
            "a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:new\r\n\
             a=ice-pwd:secret\r\na=mid:0\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n"
        );
    }

    #[test]
    fn pub_04_a_reply_replaces_the_credentials_everywhere() {
        let answer = to_answer(ANSWER, "a=ice-pwd:p\na=ice-ufrag:u\n").unwrap();
        assert_eq!(answer, ANSWER.replace(":older", ":p").replace(":old", ":u"));
    }

    #[test]
    fn pub_04_candidates_of_the_reply_replace_the_old_ones() {
        let candidate = "a=candidate:2 1 udp 1 10.0.0.3 9 typ host\r\n";
        let fragment = ["a=ice-ufrag:u\r\na=ice-pwd:p\r\n", candidate].concat();
        let answer = to_answer(ANSWER, &fragment).unwrap();
        assert_eq!(answer.matches(candidate).count(), 2);
        assert!(!answer.contains("10.0.0.2"));
    }

    #[test]
    fn pub_04_a_reply_without_credentials_is_no_reply() {
        for fragment in ["", "a=ice-ufrag:u", "a=ice-pwd:p", "<html></html>"] {
            assert_eq!(to_answer(ANSWER, fragment), None);
        }
    }
}
