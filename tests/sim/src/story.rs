//! The events of an app, in a few words on each line.

use holdfast_protocol::{Change, DeleteReason, Stream};
use holdfast_rtc::machine::{Difference, Event, Received};

/// Adds an event's line, if the event belongs in a story.
pub(crate) fn tell(story: &mut Vec<(u64, String)>, now: u64, event: &Event) {
    let line = match event {
        Event::RoomState { reason, code, .. } => with_code(reason.name().into(), code.0),
        Event::RoomChanged { difference, .. } => return tell_difference(story, now, difference),
        Event::MediaState { direction, stream, state, code } => {
            with_code(format!("{stream} {}", state.name(*direction)), code.0)
        }
        Event::Received { item: Received::Broadcast { from, text, .. }, .. } => {
            format!("{} says {text}", from.id)
        }
        Event::TokenWillExpire { .. } => "token will expire".into(),
        _ => return,
    };
    story.push((now, line));
}

fn tell_difference(story: &mut Vec<(u64, String)>, now: u64, difference: &Difference) {
    match difference {
        Difference::Users(change, users) => {
            for user in users {
                story.push((now, format!("user {} {}", sign(*change), user.id)));
            }
        }
        Difference::Streams(change, streams, reason) => {
            for stream in streams {
                story.push((now, stream_line(*change, stream, *reason)));
            }
        }
        Difference::Connection(user, true) => story.push((now, format!("{user} is back"))),
        Difference::Connection(user, false) => story.push((now, format!("{user} is away"))),
        _ => {}
    }
}

fn stream_line(change: Change, stream: &Stream, reason: Option<DeleteReason>) -> String {
    match reason {
        Some(reason) => format!("stream {} {} ({})", sign(change), stream.id, reason.0),
        None => format!("stream {} {}", sign(change), stream.id),
    }
}

fn sign(change: Change) -> &'static str {
    match change {
        Change::Add => "ADD",
        Change::Delete => "DELETE",
    }
}

fn with_code(text: String, code: u32) -> String {
    if code == 0 { text } else { format!("{text} {code}") }
}
