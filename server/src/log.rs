//! The log on stderr. Writing to it never blocks: lines that do not fit are dropped and counted.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;
use tokio::time::sleep;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

/// The filter without RUST_LOG. The media libraries warn about single packets, and anybody can send
/// those.
const FILTER: &str = "info,str0m=error,is=error,dimpl=error";
/// How many lines may wait for a slow terminal or disk.
const LINES_MAX: usize = 8_192;
const DROPPED_TOLD_EVERY: Duration = Duration::from_secs(10);
/// How long the remaining lines may take when the server ends.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// An entry for the writing thread.
enum Entry {
    Line(Vec<u8>),
    /// Report when everything before this is written.
    Flush(SyncSender<()>),
}

struct Lines {
    queue: SyncSender<Entry>,
    dropped: AtomicU64,
}

impl Lines {
    /// Lines that a dedicated thread writes to `sink`.
    fn written_to(sink: impl Write + Send + 'static, lines_max: usize) -> Arc<Lines> {
        let (queue, entries) = sync_channel(lines_max);
        std::thread::spawn(move || write(&entries, sink));
        Arc::new(Lines { queue, dropped: AtomicU64::new(0) })
    }

    fn flush(&self) {
        let (done, is_done) = sync_channel(1);
        // If the queue is full, nothing is being written any more.
        if self.queue.try_send(Entry::Flush(done)).is_ok() {
            let _ = is_done.recv_timeout(FLUSH_TIMEOUT);
        }
    }
}

fn write(entries: &Receiver<Entry>, mut sink: impl Write) {
    for entry in entries {
        // The server keeps serving when the log cannot be written.
        let _ = match entry {
            Entry::Line(line) => sink.write_all(&line),
            Entry::Flush(done) => done.try_send(()).map_err(io::Error::other),
        };
    }
}

/// Each event arrives as one write.
impl Write for &Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.queue.try_send(Entry::Line(line.to_vec())).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// `RUST_LOG`, or the default filter if that is unset or invalid.
fn filter() -> Targets {
    let set = std::env::var("RUST_LOG").ok().and_then(|words| words.parse().ok());
    set.or_else(|| FILTER.parse().ok()).unwrap_or_default()
}

/// The running log. Dropping it writes the remaining lines.
pub struct Log(Arc<Lines>);

impl Log {
    /// Start logging.
    pub fn start() -> Log {
        let stderr = io::stderr();
        let is_terminal = stderr.is_terminal();
        let lines = Lines::written_to(stderr, LINES_MAX);
        let written = tracing_subscriber::fmt::layer().with_ansi(is_terminal);
        tracing_subscriber::registry()
            .with(written.with_writer(lines.clone()).with_filter(filter()))
            .init();
        Log(lines)
    }

    /// Report from time to time how many lines were dropped.
    pub fn tell_of_dropped(&self) -> impl Future<Output = ()> + Send + use<> {
        let lines = self.0.clone();
        async move {
            loop {
                sleep(DROPPED_TOLD_EVERY).await;
                let dropped = lines.dropped.swap(0, Ordering::Relaxed);
                if dropped > 0 {
                    tracing::warn!(dropped, "lines of this log were dropped");
                }
            }
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.0.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn who_logs_does_not_wait_for_a_stuck_disk_and_what_is_dropped_is_counted() {
        let sink = Sink::default();
        let lines = Lines::written_to(sink.clone(), 10);
        {
            let _stuck = sink.0.lock().unwrap();
            for _ in 0..100 {
                (&*lines).write_all(b"line\n").unwrap();
            }
        }
        // The thread may have taken one from the queue before the disk got stuck.
        let dropped = lines.dropped.load(Ordering::Relaxed);
        assert!((89..=90).contains(&dropped), "{dropped}");
        let (done, is_done) = sync_channel(1);
        lines.queue.send(Entry::Flush(done)).unwrap();
        is_done.recv().unwrap();
        let written = sink.0.lock().unwrap().len() as u64;
        assert_eq!(written, (100 - dropped) * 5);
    }
}
