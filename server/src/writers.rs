//! The tasks that write to links.

use crate::wire::{LinkCommand, Writer};
use holdfast_rooms::LinkId;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::yield_now;

/// How many links are written to before other tasks get their turn.
const LINKS_AT_ONCE: usize = 64;
/// How many jobs may wait for a task; with more, the hub waits.
const JOBS_MAX: usize = 256;

/// One command for some links.
struct Job {
    command: LinkCommand,
    links: Vec<Arc<Writer>>,
}

/// One task for each core. A link is always written to by the same task, which keeps its order.
pub(crate) struct Writers(Vec<mpsc::Sender<Job>>);

impl Writers {
    /// Start the tasks. They end once this is dropped and everything is written.
    pub(crate) fn start() -> Writers {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Writers::with(cores)
    }

    fn with(tasks: usize) -> Writers {
        let start = |_| {
            let (jobs, inbox) = mpsc::channel(JOBS_MAX);
            tokio::spawn(write(inbox));
            jobs
        };
        Writers((0..tasks).map(start).collect())
    }

    /// Send these links a command, after all earlier ones.
    pub(crate) async fn deliver(
        &self,
        command: LinkCommand,
        links: impl IntoIterator<Item = (LinkId, Arc<Writer>)>,
    ) {
        let mut shares: Vec<Vec<Arc<Writer>>> = vec![Vec::new(); self.0.len()];
        let count = shares.len() as u64;
        for (link, writer) in links {
            shares[(link % count) as usize].push(writer);
        }
        for (jobs, links) in self.0.iter().zip(shares) {
            if !links.is_empty() {
                // Fails only when the server stops.
                let _ = jobs.send(Job { command: command.clone(), links }).await;
            }
        }
    }
}

async fn write(mut jobs: mpsc::Receiver<Job>) {
    let mut before_yield = LINKS_AT_ONCE;
    while let Some(Job { command, links }) = jobs.recv().await {
        for link in links {
            link.deliver(&command);
            before_yield -= 1;
            if before_yield == 0 {
                before_yield = LINKS_AT_ONCE;
                yield_now().await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::tests::{LIMITS, ends};
    use tokio::io::AsyncReadExt;

    #[tokio::test]
    async fn every_link_gets_its_commands_in_order_whatever_the_number_of_tasks() {
        for tasks in [1, 3] {
            let writers = Writers::with(tasks);
            let mut links = Vec::new();
            for link in 0..LINKS_AT_ONCE as LinkId + 5 {
                let ends = ends(LIMITS).await;
                links.push((link, Arc::new(Writer::new(&ends.wire)), ends));
            }
            for number in 0..50 {
                // The last one goes to every other link only.
                let of = links.iter().filter(|(link, ..)| number < 49 || link % 2 == 0);
                let of = of.map(|(link, writer, _)| (*link, writer.clone()));
                writers.deliver(LinkCommand::Frames(vec![number].into()), of).await;
            }
            drop(writers);
            for (link, _, ends) in &mut links {
                let count = if *link % 2 == 0 { 50 } else { 49 };
                let mut got = vec![0; count.into()];
                ends.client.read_exact(&mut got).await.unwrap();
                assert_eq!(got, (0..count).collect::<Vec<u8>>());
            }
        }
    }
}
