//! Tries per second and origin (MEDIA-10).

use super::{Verdict, broken};
use holdfast_protocol::timing::{LIMITER_BURST, LIMITER_INTERVAL_MS};

/// The last tries at each origin, in the order in which they were decided.
#[derive(Debug, Default)]
pub(crate) struct Limiter(Vec<(String, Vec<u64>)>);

/// More tries than any burst lets through at once.
const TRIES_KEPT: usize = 4 * LIMITER_BURST as usize;

impl Limiter {
    /// A try at `url` that was decided at this moment, in the client's time. A session's address
    /// becomes known only with its offer, so tries may come in another order.
    pub(crate) fn on_try(&mut self, at: u64, url: &str) -> Verdict {
        let origin = origin(url);
        let index = self.0.iter().position(|(known, _)| known == origin);
        let index = index.unwrap_or_else(|| {
            self.0.push((origin.to_owned(), Vec::new()));
            self.0.len() - 1
        });
        let tries = &mut self.0[index].1;
        tries.insert(tries.partition_point(|earlier| *earlier <= at), at);
        if tries.len() > TRIES_KEPT {
            tries.remove(0);
        }
        match is_too_many(tries) {
            true => broken("MEDIA-10", format!("too many tries at {origin:?} in too short a time")),
            false => Ok(()),
        }
    }
}

/// Whether a leaky bucket overflows.
fn is_too_many(tries: &[u64]) -> bool {
    let mut empty_at = 0;
    tries.iter().any(|at| {
        empty_at = at.max(&empty_at) + LIMITER_INTERVAL_MS;
        empty_at > at + LIMITER_BURST * LIMITER_INTERVAL_MS
    })
}

/// Scheme, host and port; nothing for a path, which belongs to the room server.
fn origin(url: &str) -> &str {
    let Some(host) = url.find("//").map(|at| at + 2) else {
        return "";
    };
    url[host..].find('/').map_or(url, |end| &url[..host + end])
}
