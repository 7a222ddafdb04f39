//! Heartbeats and pings, which are most of what an idle server sends. Those due together are sent
//! together; if a link is due both, they go out in one write.

use crate::websocket::{ping_frame, text_frame};
use crate::wire::LinkCommand;
use holdfast_protocol::ServerMessage;
use holdfast_rooms::{LinkId, Output};

/// What a link is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beat {
    Heartbeat,
    Ping,
    Both,
}

/// The beats that are due, and their frames.
pub(super) struct Beats {
    due: Vec<(LinkId, Beat)>,
    heartbeat: LinkCommand,
    ping: LinkCommand,
    both: LinkCommand,
}

impl Beats {
    pub(super) fn new() -> Beats {
        let heartbeat = serde_json::to_string(&ServerMessage::Heartbeat).unwrap_or_default();
        let (heartbeat, ping) = (text_frame(heartbeat), ping_frame());
        let both = [ping.as_ref(), heartbeat.as_ref()].concat();
        Beats {
            due: Vec::new(),
            heartbeat: LinkCommand::Frames(heartbeat),
            ping: LinkCommand::Frames(ping),
            both: LinkCommand::Frames(both.into()),
        }
    }

    /// Returns whether the output is a heartbeat or a ping; if so, it waits here.
    pub(super) fn takes(&mut self, output: &Output) -> bool {
        match output {
            Output::Ping { link } => self.add(*link, Beat::Ping),
            Output::Send { links, message: ServerMessage::Heartbeat } => {
                for link in links {
                    self.add(*link, Beat::Heartbeat);
                }
            }
            _ => return false,
        }
        true
    }

    fn add(&mut self, link: LinkId, beat: Beat) {
        match self.due.last_mut() {
            Some((last, due)) if *last == link && *due != beat => *due = Beat::Both,
            _ => self.due.push((link, beat)),
        }
    }

    /// Takes what is due, to be sent now.
    pub(super) fn take(&mut self) -> [(Vec<LinkId>, LinkCommand); 3] {
        let due = std::mem::take(&mut self.due);
        let of = |wanted| {
            due.iter().filter(|(_, beat)| *beat == wanted).map(|(link, _)| *link).collect()
        };
        [
            (of(Beat::Heartbeat), self.heartbeat.clone()),
            (of(Beat::Ping), self.ping.clone()),
            (of(Beat::Both), self.both.clone()),
        ]
    }

    pub(super) fn is_empty(&self) -> bool {
        self.due.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_links_ping_and_heartbeat_go_out_in_one_write() {
        let mut beats = Beats::new();
        let ping = |link| Output::Ping { link };
        let heartbeat = |links| Output::Send { links, message: ServerMessage::Heartbeat };
        let outputs = [
            ping(1),
            heartbeat(vec![1, 2]),
            ping(3),
            ping(4),
            heartbeat(vec![4]),
            heartbeat(vec![5]),
        ];
        assert!(outputs.iter().all(|output| beats.takes(output)));
        let [heartbeats, pings, both] = beats.take();
        assert_eq!((heartbeats.0, pings.0, both.0), (vec![2, 5], vec![3], vec![1, 4]));
        let frames = [heartbeats.1, pings.1, both.1].map(|command| match command {
            LinkCommand::Frames(frames) => frames,
            other => panic!("{other:?}"),
        });
        assert_eq!(frames[2], [frames[1].as_ref(), frames[0].as_ref()].concat());
        assert!(beats.is_empty());
    }

    #[test]
    fn messages_do_not_wait_here() {
        let mut beats = Beats::new();
        let message = ServerMessage::Pong { n: 1 };
        assert!(!beats.takes(&Output::Send { links: vec![1], message }));
        assert!(beats.is_empty());
    }
}
