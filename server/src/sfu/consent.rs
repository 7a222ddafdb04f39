//! Answers a client's connectivity checks that use the credentials from before an ICE restart. The
//! WebRTC library forgets those at the restart, but the old path may stay in use until the new one
//! works (RFC 8445 section 9), and the client gives up a path whose checks nobody answers (RFC
//! 7675).

use std::net::SocketAddr;
use str0m::IceCreds;
use str0m::crypto::from_feature_flags;
use str0m::ice::StunMessage;

/// Longer than a binding reply can be.
const REPLY_BYTES_MAX: usize = 128;

/// The reply to a check that used these credentials; `None` for anything else.
pub(super) fn reply(datagram: &[u8], source: SocketAddr, creds: &IceCreds) -> Option<Vec<u8>> {
    let check = StunMessage::parse(datagram).ok()?;
    let (ufrag, _) = check.split_username()?;
    let provider = from_feature_flags().sha1_hmac_provider;
    let hmac = |key: &[u8], payloads: &[&[u8]]| provider.sha1_hmac(key, payloads);
    let password = creds.pass.as_bytes();
    let is_its = check.is_binding_request() && ufrag == creds.ufrag;
    if !is_its || !check.verify(password, hmac) {
        return None;
    }
    let mut reply = vec![0; REPLY_BYTES_MAX];
    let message = StunMessage::binding_reply(check.trans_id(), source);
    let bytes = message.to_bytes(Some(password), &mut reply, hmac).ok()?;
    reply.truncate(bytes);
    Some(reply)
}

#[cfg(test)]
mod tests {
    use super::*;
    use str0m::ice::TransId;

    #[test]
    fn a_check_is_answered_under_its_own_credentials_only() {
        let creds = IceCreds { ufrag: "ours".into(), pass: "x".repeat(22) };
        let other = IceCreds { pass: "y".repeat(22), ..creds.clone() };
        let source: SocketAddr = "192.0.2.1:4000".parse().unwrap();
        let provider = from_feature_flags().sha1_hmac_provider;
        let hmac = |key: &[u8], payloads: &[&[u8]]| provider.sha1_hmac(key, payloads);
        let id = TransId::new();
        let mut buffer = [0; 256];
        let check = StunMessage::binding_request("ours:theirs", id, true, 1, 1, false);
        let bytes = check.to_bytes(Some(creds.pass.as_bytes()), &mut buffer, hmac).unwrap();
        let answered = reply(&buffer[..bytes], source, &creds).unwrap();
        let answer = StunMessage::parse(&answered).unwrap();
        assert!(answer.is_successful_binding_response() && answer.trans_id() == id);
        assert_eq!(answer.mapped_address(), Some(source));
        assert!(answer.verify(creds.pass.as_bytes(), hmac));
        assert!(reply(&buffer[..bytes], source, &other).is_none());
        let renamed = IceCreds { ufrag: "else".into(), ..creds.clone() };
        assert!(reply(&buffer[..bytes], source, &renamed).is_none());
        assert!(reply(&answered, source, &creds).is_none());
        assert!(reply(b"rubbish", source, &creds).is_none());
    }
}
