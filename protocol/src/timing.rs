//! Timing defaults, in milliseconds, with the rule that asks for each.

/// How often the server sends something on a quiet link (ROOM-05).
pub const HEARTBEAT_MS: u64 = 1_000;
/// A link silent for this many heartbeats is probed (ROOM-05).
pub const SUSPECT_HEARTBEATS_X10: u64 = 15;
/// How long a probe may stay unanswered before the link is dead: 1.5 s of silence and this
/// are under the 3 s of ROOM-05. No less: TCP needs as long for a packet that is lost twice.
pub const PROBE_TIMEOUT_MS: u64 = 1_300;
/// How long one try to open a link may take, handshake and hello together.
pub const CONNECT_TIMEOUT_MS: u64 = 8_000;
/// How long one that has had no answer by then goes on beside those that follow: a handshake is three
/// round trips and more, and a round trip may take seconds.
pub const SLOW_CONNECT_TIMEOUT_MS: u64 = 30_000;
/// How long a login's first link may stay unanswered before the server's address is looked at
/// (ROOM-03).
pub const PROBE_SERVER_AFTER_MS: u64 = 3_000;
/// How long a request on a live link may wait for its reply.
pub const REQUEST_TIMEOUT_MS: u64 = 5_000;
/// How long `logoutRoom` waits for the server's word (ROOM-13).
pub const LOGOUT_TIMEOUT_MS: u64 = 3_000;
/// How long the server keeps a session without a link (CFG-02).
pub const GRACE_MS: u64 = 90_000;
/// How long the SDK keeps trying (CFG-01).
pub const WINDOW_MS: u64 = 1_200_000;
/// Between which limits the wait before an outage's first, second, third and every further try is
/// drawn (ROOM-06). Not doubled all the way, and with a shortest wait in the end: ten thousand
/// clients of a server that was away for seconds come back at no more than 250 in 100 ms.
pub const RETRY_JITTER_MS: [(u64, u64); 4] = [(0, 500), (0, 1_000), (0, 7_000), (2_000, 8_000)];
/// What held this long counts as recovered; trouble before that goes on as the same trouble.
pub const CALM_MS: u64 = 10_000;
/// Pause between tries while the browser says offline, since that flag can lie (ROOM-06).
pub const OFFLINE_PROBE_MS: u64 = 10_000;
/// How long one media session may take from its offer to connected media: longer where one was
/// neither refused nor connected in time, and then again, since the path may be that slow.
pub const MEDIA_CONNECT_TIMEOUT_MS: [u64; 3] = [8_000, 16_000, 30_000];
/// How long a node's answer to an offer may take before the offer is posted again beside it.
pub const REPEAT_POST_MS: u64 = 500;
/// How often it is posted again: browsers notice dead pooled connections within 2 s of a switch.
pub const REPEATS_MAX: u64 = 4;
/// Rounds over all nodes before a publisher or player gives up (PUB-05, PLAY-05).
pub const MEDIA_ROUNDS: u32 = 3;
/// How long a media token is good for: it only has to open a session.
pub const MEDIA_TOKEN_MS: u64 = 120_000;
/// How long before its token's end a user is warned (ROOM-12).
pub const TOKEN_WARNING_MS: u64 = 30_000;
/// By how much the clocks of who makes tokens and who checks them may differ (ROOM-12).
pub const TOKEN_LEEWAY_MS: u64 = 60_000;
/// How often an app is asked for a token while nothing is tried for want of one (ROOM-12).
pub const TOKEN_AGAIN_MS: u64 = 10_000;
/// How long a suspected link's probe may stay unanswered before a second link is opened beside it
/// (BEY-04).
pub const BESIDE_AFTER_MS: u64 = 300;
/// How long an ICE restart may take before a fresh session is raced beside it (PUB-04).
pub const FRESH_AFTER_MS: u64 = 300;
/// How often a session that flows is asked for its received bytes (MEDIA-09).
pub const SAMPLE_MS: u64 = 200;
/// When it is asked again after an answer without any more, so that a loss is seen sooner.
pub const QUIET_SAMPLE_MS: u64 = 100;
/// How long a path counts as alive after anything came over it: `holdfast-server` sends RTCP every
/// 300 ms.
pub const HEARD_MS: u64 = 500;
/// Media that stands still for so long is in doubt: recovery begins beside it, and nobody is told
/// before [`STALL_MS`].
pub const DOUBT_MS: u64 = 400;
/// Media that stands still for so long is lost (MEDIA-09), unless it was lately quiet for nearly as
/// long while it flowed.
pub const STALL_MS: u64 = 1_000;
/// How long a player's media may be silent on a path that lives before the room is asked whether it
/// is to be had elsewhere.
pub const SILENT_MS: u64 = 3_000;
/// How often the room is asked so, up to half as long again.
pub const SILENT_ASK_MS: u64 = 10_000;
/// How long a silence lasts before a fresh session is tried at the same node; four times as long
/// until the next, and so on.
pub const SILENT_FRESH_MS: u64 = 15_000;
/// The longest time until the next.
pub const SILENT_FRESH_MAX_MS: u64 = 240_000;
/// How long the path of silent media counts as alive after anything came over it.
pub const SILENT_HEARD_MS: u64 = 6_000;
/// What a publisher takes for its node's longest silence before it has learnt better, and the
/// longest silence that anyone learns: RTCP may come every 5 s.
pub const QUIET_MS_MAX: u64 = 5_000;
/// A player's first session that has brought nothing at all for so long is at the wrong node.
pub const HOLLOW_MS: u64 = 10_000;
/// How often a player's session that is to replace a lost one is asked for its received bytes.
pub const PROOF_MS: u64 = 50;
/// How long such a session may take from being connected to its first media (PLAY-04).
pub const PROOF_TIMEOUT_MS: u64 = 3_000;
/// How long after a failure a stream that is started again waits for its first try (PUB-07).
pub const RESTART_PAUSE_MS: u64 = 3_000;
/// A timer this late means the machine was asleep (ROOM-07).
pub const ASLEEP_MS: u64 = 5_000;
/// How long a player whose stream is not in the room waits for its ADD before it asks after it again
/// (PLAY-07).
pub const MISSING_AGAIN_MS: u64 = 60_000;
/// Questions of publishers and players to the room: one such interval each in the long run
/// (MEDIA-10). A server closes a link on which much more comes.
pub const ASK_INTERVAL_MS: u64 = 25;
/// Questions to the room at once, and without an answer (MEDIA-10).
pub const ASK_BURST: u64 = 50;
/// Tries at one origin: one such interval each in the long run (MEDIA-10).
pub const LIMITER_INTERVAL_MS: u64 = 100;
/// Tries at one origin that may be made at once (MEDIA-10).
pub const LIMITER_BURST: u64 = 10;
