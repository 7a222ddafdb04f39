//! Timing defaults, in milliseconds, each with the rule it comes from.

/// How often the server sends something on a quiet link (ROOM-05).
pub const HEARTBEAT_MS: u64 = 1_000;
/// A link silent for this many heartbeats is probed (ROOM-05).
pub const SUSPECT_HEARTBEATS_X10: u64 = 15;
/// How long a probe may stay unanswered before the link counts as dead. With 1.5 s of silence
/// before it, this is under the 3 s of ROOM-05. It cannot be shorter: TCP needs as long for a
/// packet that is lost twice.
pub const PROBE_TIMEOUT_MS: u64 = 1_300;
/// How long one try to open a link may take, handshake and hello together.
pub const CONNECT_TIMEOUT_MS: u64 = 8_000;
/// How long a try without an answer by then goes on beside later ones: a handshake takes three
/// round trips or more, and a round trip may take seconds.
pub const SLOW_CONNECT_TIMEOUT_MS: u64 = 30_000;
/// How long a login's first link may stay unanswered before the server's address is probed
/// (ROOM-03).
pub const PROBE_SERVER_AFTER_MS: u64 = 3_000;
/// How long a request on a live link may wait for its reply.
pub const REQUEST_TIMEOUT_MS: u64 = 5_000;
/// How long `logoutRoom` waits for the server to confirm it (ROOM-13).
pub const LOGOUT_TIMEOUT_MS: u64 = 3_000;
/// How long the server keeps a session without a link (CFG-02).
pub const GRACE_MS: u64 = 90_000;
/// How long the SDK keeps trying (CFG-01).
pub const WINDOW_MS: u64 = 1_200_000;
/// The range of the wait before an outage's first, second, third and every further try (ROOM-06).
/// The ranges do not keep doubling, and the last one has a minimum: ten thousand clients of a
/// server that was away for seconds come back at no more than 250 in 100 ms.
pub const RETRY_JITTER_MS: [(u64, u64); 4] = [(0, 500), (0, 1_000), (0, 7_000), (2_000, 8_000)];
/// How long all must be well before an outage is over. Trouble before that is the same trouble.
pub const CALM_MS: u64 = 10_000;
/// Pause between tries while the browser says offline, since that flag can be wrong (ROOM-06).
pub const OFFLINE_PROBE_MS: u64 = 10_000;
/// How long one media session may take from its offer to connected media. The limit grows with
/// sessions that were neither refused nor connected in time, since the path may be that slow.
pub const MEDIA_CONNECT_TIMEOUT_MS: [u64; 3] = [8_000, 16_000, 30_000];
/// How long to wait for a node's answer to an offer before the offer is posted again beside it.
pub const REPEAT_POST_MS: u64 = 500;
/// How many times it is posted again: browsers notice dead pooled connections within 2 s of a
/// switch.
pub const REPEATS_MAX: u64 = 4;
/// Rounds over all nodes before a publisher or player gives up (PUB-05, PLAY-05).
pub const MEDIA_ROUNDS: u32 = 3;
/// How long a media token is good for: it only has to open a session.
pub const MEDIA_TOKEN_MS: u64 = 120_000;
/// How long before its token expires a user is warned (ROOM-12).
pub const TOKEN_WARNING_MS: u64 = 30_000;
/// How far the clocks of those who make tokens and those who check them may differ (ROOM-12).
pub const TOKEN_LEEWAY_MS: u64 = 60_000;
/// How often an app is asked for a token while the lack of one prevents every try (ROOM-12).
pub const TOKEN_AGAIN_MS: u64 = 10_000;
/// How long a suspected link's probe may stay unanswered before a second link is opened beside it
/// (BEY-04).
pub const BESIDE_AFTER_MS: u64 = 300;
/// How long an ICE restart may take before a fresh session is raced beside it (PUB-04).
pub const FRESH_AFTER_MS: u64 = 300;
/// How often the received bytes of a session that flows are sampled (MEDIA-09).
pub const SAMPLE_MS: u64 = 200;
/// How soon after a sample without new bytes the next follows, so that a loss is noticed sooner.
pub const QUIET_SAMPLE_MS: u64 = 100;
/// How long a path counts as alive after anything arrived over it: `holdfast-server` sends RTCP
/// every 300 ms.
pub const HEARD_MS: u64 = 500;
/// Media that has been silent for this long is in doubt: recovery begins beside it, and the app is
/// not told before [`STALL_MS`].
pub const DOUBT_MS: u64 = 400;
/// Media that has been silent for this long is lost (MEDIA-09), unless it recently went on after a
/// pause of nearly the same length.
pub const STALL_MS: u64 = 1_000;
/// How long a player's media may be silent on a live path before the room is asked whether the
/// stream has moved.
pub const SILENT_MS: u64 = 3_000;
/// How often the room is then asked, plus up to half as long again.
pub const SILENT_ASK_MS: u64 = 10_000;
/// How long a silence lasts before a fresh session is tried at the same node. Each further wait is
/// four times as long.
pub const SILENT_FRESH_MS: u64 = 15_000;
/// The longest such wait.
pub const SILENT_FRESH_MAX_MS: u64 = 240_000;
/// How long the path of silent media counts as alive after anything arrived over it.
pub const SILENT_HEARD_MS: u64 = 6_000;
/// The longest silence that a publisher expects of its node before it has learnt how often RTCP
/// comes, and the longest silence that is ever learnt: RTCP may come every 5 s.
pub const QUIET_MS_MAX: u64 = 5_000;
/// A player's first session that has received nothing at all for this long is at the wrong node.
pub const HOLLOW_MS: u64 = 10_000;
/// How often the received bytes are sampled of a player's session that is to replace a lost one.
pub const PROOF_MS: u64 = 50;
/// How long such a session may take from being connected to its first media (PLAY-04).
pub const PROOF_TIMEOUT_MS: u64 = 3_000;
/// How long after a failure a stream that is started again waits for its first try (PUB-07).
pub const RESTART_PAUSE_MS: u64 = 3_000;
/// A timer this late means the machine was asleep (ROOM-07).
pub const ASLEEP_MS: u64 = 5_000;
/// How long a player whose stream is not in the room waits for its ADD before it asks again
/// (PLAY-07).
pub const MISSING_AGAIN_MS: u64 = 60_000;
/// The interval of questions from publishers and players to the room in the long run (MEDIA-10). A
/// server closes a link that sends much more.
pub const ASK_INTERVAL_MS: u64 = 25;
/// How many questions may be sent to the room at once, and may wait for a reply (MEDIA-10).
pub const ASK_BURST: u64 = 50;
/// The interval of tries at one origin in the long run (MEDIA-10).
pub const LIMITER_INTERVAL_MS: u64 = 100;
/// How many tries at one origin may be made at once (MEDIA-10).
pub const LIMITER_BURST: u64 = 10;
