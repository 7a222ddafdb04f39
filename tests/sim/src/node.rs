//! Media nodes and the sessions at them.

use holdfast_rooms::MediaGrant;
use holdfast_rtc::machine::{Direction, PeerId};

/// How a client learns of trouble with a media session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IceManners {
    /// In this many of a hundred cases `disconnected` never comes.
    pub missing_percent: u64,
    /// Other events come up to this late.
    pub late_ms_max: u64,
}

/// What happens to requests between clients and nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestManners {
    /// In this many of a hundred cases an offer hangs on a dead connection.
    pub hang_percent: u64,
    /// Replies come up to this late.
    pub late_ms_max: u64,
    /// A node makes another session of an offer that it has answered already.
    pub forgets_offers: bool,
}

/// A media server.
#[derive(Debug)]
pub struct Node {
    /// Whether it runs.
    pub is_up: bool,
    /// The status of its reply to every offer, and the time after which to retry.
    pub refuses: Option<(u16, Option<u64>)>,
    /// Whether it can restart ICE.
    pub can_restart: bool,
    /// The sessions it knows.
    pub(crate) sessions: Vec<usize>,
}

impl Node {
    pub(crate) fn new() -> Node {
        Node { is_up: true, refuses: None, can_restart: true, sessions: Vec::new() }
    }
}

/// A session's state at its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AtNode {
    /// Nothing yet.
    Unknown,
    /// The offer is answered.
    Posted,
    Connected,
    Ended,
}

/// A media session.
#[derive(Debug)]
pub(crate) struct NodeSession {
    pub(crate) client: usize,
    pub(crate) peer: PeerId,
    pub(crate) direction: Direction,
    pub(crate) stream: String,
    pub(crate) node: usize,
    pub(crate) authorization: String,
    pub(crate) grant: Option<MediaGrant>,
    pub(crate) at_node: AtNode,
    pub(crate) posted_at: u64,
    /// Requests with its offer that are on their way.
    pub(crate) posts: u32,
    /// How many times the node has answered its offer.
    pub(crate) answers: u32,
    /// The requests of a closed session were aborted before the node could answer.
    pub(crate) is_aborted: bool,
    /// Whether the brain closed it.
    pub(crate) is_dropped: bool,
    pub(crate) deletes: u32,
    /// Its candidates no longer lead anywhere; only a restart helps.
    pub(crate) is_broken: bool,
    /// Since when nothing has got through.
    pub(crate) trouble_since: Option<u64>,
    pub(crate) bytes: u64,
    /// What else arrived over its path, as milliseconds of it.
    pub(crate) heard: u64,
    pub(crate) counted_at: u64,
    /// How many samples showed more bytes than the one before.
    pub(crate) growths: u32,
    /// The last sample showed growth.
    pub(crate) flowed: bool,
}

/// The rooms' name for a node.
pub(crate) fn node_name(index: usize) -> String {
    format!("node{index}")
}

/// The origin of the node with this name. The first node is the server itself.
pub(crate) fn node_origin(name: &str) -> String {
    match name {
        "node0" => String::new(),
        name => format!("https://{name}.example"),
    }
}

/// The node of a WHIP or WHEP address.
pub(crate) fn node_of(url: &str) -> usize {
    let Some(rest) = url.strip_prefix("https://node") else { return 0 };
    rest.split('.').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}
