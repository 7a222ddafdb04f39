//! Opening links: one try at a time, and at most one beside it (BEY-04).

use super::{Dial, News, Room, State};
use crate::machine::Millis;
use crate::machine::context::Context;
use crate::machine::io::{Effect, Layer, RetryCause, RoomReason, SocketId};
use crate::machine::retry::{Cause, Next};
use holdfast_protocol::Code;
use holdfast_protocol::sabotage::{self, Mutant};

impl Room {
    /// The link, or the try for one, came to nothing: the try beside it goes on, or a later one
    /// follows.
    pub(super) fn dial_failed(&mut self, now: Millis, cause: Cause, ctx: &mut Context) -> News {
        if let Some(socket) = self.socket() {
            ctx.effect(Effect::CloseSocket(socket));
        }
        if let Some(dial) = self.beside.take() {
            if !self.is_trying() {
                self.retry.tell_try(now, Layer::Room, &self.login.room, ctx);
            }
            self.state = State::Connecting(dial);
            return News::None;
        }
        self.try_later(now, cause, ctx)
    }

    pub(super) fn try_later(&mut self, now: Millis, cause: Cause, ctx: &mut Context) -> News {
        if sabotage::is(Mutant::RepeatReconnecting) && self.login.resume.is_some() {
            ctx.tell_room(&self.login.room, RoomReason::Reconnecting, Code::NETWORK_BROKEN, "");
        }
        self.state = State::Waiting { try_at: now };
        match self.retry.next(now, cause, ctx.online, &mut ctx.rng) {
            Next::TryAt(try_at) if try_at <= now => self.dial(now, ctx),
            Next::TryAt(try_at) | Next::EndAt(try_at) if try_at > now => {
                self.wait(now, try_at, ctx);
            }
            _ if self.retry.take_last_try(now) => self.dial(now, ctx),
            _ => return self.give_up(ctx),
        }
        News::None
    }

    pub(super) fn wait(&mut self, now: Millis, try_at: Millis, ctx: &mut Context) {
        self.state = State::Waiting { try_at };
        self.retry.tell_wait(now, Layer::Room, &self.login.room, try_at, ctx);
    }

    pub(super) fn dial(&mut self, now: Millis, ctx: &mut Context) {
        let admitted_at = ctx.limiter.admit(now, "");
        if admitted_at > now {
            self.retry.set_cause(RetryCause::Limited);
            return self.wait(now, admitted_at, ctx);
        }
        self.retry.tell_try(now, Layer::Room, &self.login.room, ctx);
        self.state = State::Connecting(self.open_socket(now, ctx));
    }

    pub(super) fn dial_beside(&mut self, now: Millis, ctx: &mut Context) {
        // Without a network a second link would be no better.
        if ctx.online && self.beside.is_none() && ctx.limiter.admit(now, "") <= now {
            if self.is_trying() {
                self.retry.tell_try(now, Layer::Room, &self.login.room, ctx);
            }
            self.beside = Some(self.open_socket(now, ctx));
        }
    }

    pub(super) fn open_socket(&mut self, now: Millis, ctx: &mut Context) -> Dial {
        let socket = SocketId(ctx.next_id());
        self.login.attempt = socket.0;
        ctx.effect(Effect::OpenSocket(socket, self.login.clone()));
        Dial { socket, began_at: now }
    }

    /// The first that answers wins (BEY-04). A later try for the same session goes on all the same:
    /// the server may have heard it by now, and closes this link for it.
    pub(super) fn close_loser(&mut self, winner: SocketId, resumed: bool, ctx: &mut Context) {
        if !self.is_beside(winner) {
            if !resumed {
                self.drop_beside(ctx);
            }
            return;
        }
        self.beside = None;
        if let Some(socket) = self.socket()
            && !sabotage::is(Mutant::LeakLoser)
        {
            ctx.effect(Effect::CloseSocket(socket));
        }
    }

    pub(super) fn drop_beside(&mut self, ctx: &mut Context) {
        if let Some(dial) = self.beside.take() {
            ctx.effect(Effect::CloseSocket(dial.socket));
        }
    }
}
