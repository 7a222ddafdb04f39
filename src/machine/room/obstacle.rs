//! A server that was never reached: what stands in the way, and whether trying on makes sense.

use super::{News, Room, State};
use crate::machine::Millis;
use crate::machine::context::Context;
use crate::machine::io::{Effect, Layer, Obstacle, RoomReason, SocketId};
use holdfast_protocol::timing;

impl Room {
    /// When the server's address is looked at beside the very first try, if nobody answers that:
    /// later ones are looked into when they have failed.
    pub(super) fn probe_at(&self) -> Option<Millis> {
        match &self.state {
            State::Connecting(dial) if self.login.resume.is_none() && self.probed.is_none() => {
                Some(dial.began_at + timing::PROBE_SERVER_AFTER_MS)
            }
            _ => None,
        }
    }

    /// Has the server's address looked at because this try of a first login came to nothing.
    pub(super) fn probe_server(&mut self, socket: SocketId, ctx: &mut Context) {
        if self.login.resume.is_some() || self.probed == Some(socket) {
            return;
        }
        self.probed = Some(socket);
        // Without a network there is nothing to be seen, and the app knows of that.
        if ctx.online {
            ctx.effect(Effect::ProbeServer(socket));
        }
    }

    /// Whether what is in the way of a try is of interest.
    pub(crate) fn asks_about(&self, socket: SocketId) -> bool {
        self.probed == Some(socket) || self.owns(socket)
    }

    /// Something was found in the way. A room that was once joined has had the right address.
    pub(crate) fn handle_obstacle(
        &mut self,
        now: Millis,
        socket: SocketId,
        obstacle: Obstacle,
        ctx: &mut Context,
    ) -> News {
        if !self.is_trying() || self.login.resume.is_some() {
            return News::None;
        }
        if obstacle.is_final() {
            return self.end(RoomReason::LoginFailed, obstacle.code(), "", ctx);
        }
        // The right server may only be slow to answer the try that still runs.
        if obstacle == Obstacle::NoWebsocket && self.socket() == Some(socket) {
            return News::None;
        }
        if self.retry.note_obstacle(obstacle) {
            let try_at = match &self.state {
                State::Waiting { try_at } => *try_at,
                _ => now, // the try that runs
            };
            self.retry.tell_wait(now, Layer::Room, &self.login.room, try_at, ctx);
        }
        News::None
    }
}
