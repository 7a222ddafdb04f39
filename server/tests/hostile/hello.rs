//! Hellos: what a server sends to each user who enters a room of many.

use super::logins::try_link;
use super::siege::{ALL_DESCRIPTORS, IS_STRICT, besiege_with};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use holdfast_protocol::LOGIN_ENTRY_PREFIX;

const MEMBERS: u32 = if IS_STRICT { 1_000 } else { 300 };
const LOGINS: u32 = 300;
/// The most memory that this may cost, whatever is in the room.
const GROWTH_KB_MAX: u64 = 60_000;

#[test]
fn attack_12_hellos_that_nobody_reads() {
    let name = "12: 300 logins that read nothing, in a room of many";
    let toll = besiege_with(name, &[], ALL_DESCRIPTORS, async |ground| {
        let mut members = Vec::new();
        // Each of these characters takes six bytes in JSON, if it is let in.
        let mut name = "\u{1}".repeat(256);
        for n in 0..MEMBERS {
            let site = ground.site_of((n / 32 + 2) as u8);
            let mut login = site.login("field", &format!("member{n}"));
            login["user_update"] = false.into();
            login["user"]["name"] = name.clone().into();
            let mut member = try_link(&site, &login).await;
            if member.is_none() {
                name = "n".repeat(256);
                login["user"]["name"] = name.clone().into();
                member = try_link(&site, &login).await;
            }
            members.push(member.expect("a member is let in").0);
        }
        ground.begin();
        let mut open = Vec::new();
        let entry = URL_SAFE_NO_PAD.encode(ground.site.login("field", "mal").to_string());
        let offered = format!("holdfast.v1, {LOGIN_ENTRY_PREFIX}{entry}");
        for _ in 0..LOGINS {
            let Ok(tcp) = ground.site.narrow().await else { continue };
            if let Ok((socket, _)) = ground.site.handshake(tcp, &offered).await {
                open.push(socket);
            }
        }
        while !ground.is_over() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        format!("{} handshakes, {MEMBERS} members with names of {} bytes", open.len(), name.len())
    });
    assert!(toll.growth_kb() < GROWTH_KB_MAX, "{} KB more", toll.growth_kb());
}
