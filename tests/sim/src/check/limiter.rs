//! Tries per second and origin (MEDIA-10).

use super::{Verdict, broken};
use holdfast_protocol::timing::{LIMITER_BURST, LIMITER_INTERVAL_MS};

/// The tries at each origin, as a leaky bucket.
#[derive(Debug, Default)]
pub(crate) struct Limiter(Vec<Bucket>);

#[derive(Debug)]
struct Bucket {
    origin: String,
    /// When it will be empty, in the client's time.
    empty_at: u64,
}

impl Limiter {
    pub(crate) fn on_try(&mut self, now: u64, url: &str) -> Verdict {
        let origin = origin(url);
        let index = self.0.iter().position(|bucket| bucket.origin == origin);
        let index = index.unwrap_or_else(|| {
            self.0.push(Bucket { origin: origin.to_owned(), empty_at: 0 });
            self.0.len() - 1
        });
        let bucket = &mut self.0[index];
        bucket.empty_at = bucket.empty_at.max(now) + LIMITER_INTERVAL_MS;
        if bucket.empty_at > now + LIMITER_BURST * LIMITER_INTERVAL_MS {
            return broken("MEDIA-10", format!("too many tries at {origin:?} in too short a time"));
        }
        Ok(())
    }
}

/// Scheme, host and port; nothing for a path, which belongs to the room server.
fn origin(url: &str) -> &str {
    let Some(host) = url.find("//").map(|at| at + 2) else {
        return "";
    };
    url[host..].find('/').map_or(url, |end| &url[..host + end])
}
