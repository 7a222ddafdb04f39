//! How many descriptors this process may have open.

/// Fewer than this are too few for production use.
const FEW: u64 = 10_000;

/// Raise the limit as far as allowed. Returns the new limit.
pub(crate) fn raise() -> u64 {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) => {
            if limit < FEW {
                tracing::warn!(
                    limit,
                    "few open files are allowed: raise the hard limit (ulimit -Hn, LimitNOFILE=)"
                );
            }
            limit
        }
        Err(error) => {
            tracing::warn!(%error, "the limit of open files is not known");
            1_024
        }
    }
}
