//! A server that was never reached: what the obstacle is, and whether to keep trying.

use super::{Room, RoomNews, State};
use crate::machine::Millis;
use crate::machine::context::Context;
use crate::machine::io::{Effect, Layer, Obstacle, RoomReason, SocketId};
use holdfast_protocol::timing;

impl Room {
    /// When to probe the server's address during the very first try, if it is not answered. After
    /// later tries it is probed when they have failed.
    pub(super) fn probe_at(&self) -> Option<Millis> {
        match &self.state {
            State::Connecting(dial) if self.login.resume.is_none() && self.probed.is_none() => {
                Some(dial.began_at + timing::PROBE_SERVER_AFTER_MS)
            }
            _ => None,
        }
    }

    /// Probes the server's address, because this try of a first login failed.
    pub(super) fn probe_server(&mut self, socket: SocketId, ctx: &mut Context) {
        if self.login.resume.is_some() || self.probed == Some(socket) {
            return;
        }
        self.probed = Some(socket);
        // Offline, a probe finds nothing, and the app knows already.
        if ctx.online {
            ctx.effect(Effect::ProbeServer(socket));
        }
    }

    /// Whether an obstacle to this try matters.
    pub(crate) fn asks_about(&self, socket: SocketId) -> bool {
        self.probed == Some(socket) || self.owns(socket)
    }

    /// An obstacle was found. It is ignored for a room that was joined once: the address is right.
    pub(crate) fn handle_obstacle(
        &mut self,
        now: Millis,
        socket: SocketId,
        obstacle: Obstacle,
        ctx: &mut Context,
    ) -> RoomNews {
        if !self.is_trying() || self.login.resume.is_some() {
            return RoomNews::None;
        }
        if obstacle.is_final() {
            return self.end(RoomReason::LoginFailed, obstacle.code(), "", ctx);
        }
        // The right server may only be slow to answer the try that is still running.
        if obstacle == Obstacle::NoWebsocket && self.socket() == Some(socket) {
            return RoomNews::None;
        }
        if self.retry.note_obstacle(obstacle) {
            let try_at = match &self.state {
                State::Waiting { try_at } => *try_at,
                _ => now, // the try that runs
            };
            self.retry.tell_wait(now, Layer::Room, &self.login.room, try_at, ctx);
        }
        RoomNews::None
    }
}
