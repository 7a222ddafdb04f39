//! Opening links: one try at a time, and at most one second try (BEY-04).

use super::{Dial, Refused, Room, RoomNews, State};
use crate::machine::Millis;
use crate::machine::context::Context;
use crate::machine::io::{Effect, Layer, RetryCause, RoomReason, SocketId};
use crate::machine::retry::{Cause, Next};
use holdfast_protocol::Code;
use holdfast_protocol::sabotage::{self, Mutant};

impl Room {
    /// The link, or a try for one, failed: the second try goes on, or a later one follows.
    pub(super) fn dial_failed(&mut self, now: Millis, cause: Cause, ctx: &mut Context) -> RoomNews {
        if let Some(socket) = self.socket() {
            ctx.effect(Effect::CloseSocket(socket));
            // A server that says how long to wait is the right one, so only other failures are
            // probed.
            if cause == Cause::Remote {
                self.probe_server(socket, ctx);
            }
        }
        if let Some(dial) = self.second.take_if(|dial| !dial.is_slow) {
            if !self.is_trying() {
                self.retry.tell_try(now, Layer::Room, &self.login.room, ctx);
            }
            self.state = State::Connecting(dial);
            return RoomNews::None;
        }
        self.try_later(now, cause, ctx)
    }

    /// A try without an answer may be on a slow path, where a new try would be no faster, so it
    /// goes on next to the later ones. If it was lost, the later ones help.
    pub(super) fn let_linger(&mut self, now: Millis) {
        if self.second.is_some() || self.retry.ends_at().is_none() {
            return;
        }
        match std::mem::replace(&mut self.state, State::Waiting { try_at: now }) {
            State::Connecting(dial) => {
                let dial = Dial { is_slow: true, ..dial };
                // The page was asleep, or throttled: this try has had its time.
                if now < dial.give_up_at() {
                    self.second = Some(dial);
                } else {
                    self.state = State::Connecting(dial);
                }
            }
            state => self.state = state,
        }
    }

    pub(super) fn try_later(&mut self, now: Millis, cause: Cause, ctx: &mut Context) -> RoomNews {
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
        RoomNews::None
    }

    pub(super) fn wait(&mut self, now: Millis, try_at: Millis, ctx: &mut Context) {
        self.state = State::Waiting { try_at };
        self.retry.tell_wait(now, Layer::Room, &self.login.room, try_at, ctx);
    }

    pub(super) fn dial(&mut self, now: Millis, ctx: &mut Context) {
        // The server would refuse this token. If no other try may follow, trying costs nothing.
        if self.retry.ends_at().is_some() && self.token.is_over(now, &self.login.token) {
            return self.pause(now, ctx);
        }
        let admitted_at = ctx.limiter.admit(now, "");
        if admitted_at > now {
            self.retry.set_cause(RetryCause::Limited);
            return self.wait(now, admitted_at, ctx);
        }
        self.retry.tell_try(now, Layer::Room, &self.login.room, ctx);
        self.state = State::Connecting(self.open_socket(now, ctx));
    }

    pub(super) fn dial_second(&mut self, now: Millis, ctx: &mut Context) {
        // Offline, a second link would fare no better.
        if ctx.online
            && self.second.as_ref().is_none_or(|dial| dial.is_slow)
            && !self.token.is_over(now, &self.login.token)
            && ctx.limiter.admit(now, "") <= now
        {
            if self.is_trying() {
                self.retry.tell_try(now, Layer::Room, &self.login.room, ctx);
            }
            self.drop_second(ctx);
            self.second = Some(self.open_socket(now, ctx));
        }
    }

    /// The token has expired: asks the app for another, and tries nothing before it comes
    /// (ROOM-12).
    fn pause(&mut self, now: Millis, ctx: &mut Context) {
        self.close(ctx);
        self.state = State::Expired;
        self.token.ask(now, &self.login.room, ctx);
    }

    /// The server refuses a try for good, unless another token helps (ROOM-12).
    pub(super) fn handle_refused(
        &mut self,
        now: Millis,
        socket: SocketId,
        code: Code,
        message: &str,
        ctx: &mut Context,
    ) -> RoomNews {
        let refused = self.token.handle_refused(now, socket, code, &mut self.login.token, ctx);
        let was_in = self.login.resume.is_some();
        match (refused, &self.state) {
            // The link in doubt may live. If it does not, the next try takes the refusal into
            // account.
            (Refused::Another | Refused::Over, State::Joined(_)) => self.drop_second(ctx),
            (Refused::Another, _) if self.is_second(socket) => self.drop_second(ctx),
            (Refused::Another, _) => {
                ctx.effect(Effect::CloseSocket(socket));
                match self.second.take_if(|dial| !dial.is_slow) {
                    Some(dial) => self.state = State::Connecting(dial),
                    None => {
                        self.state = State::Waiting { try_at: now };
                        self.dial(now, ctx);
                    }
                }
            }
            (Refused::Over, _)
                if was_in
                    && self.retry.ends_at().is_some()
                    && !sabotage::is(Mutant::KickWhileAway) =>
            {
                self.pause(now, ctx);
            }
            _ => return self.end_by_server(code, message, ctx),
        }
        RoomNews::None
    }

    pub(super) fn open_socket(&mut self, now: Millis, ctx: &mut Context) -> Dial {
        let socket = SocketId(ctx.next_id());
        self.login.attempt = socket.0;
        ctx.effect(Effect::OpenSocket(socket, self.login.clone()));
        Dial { socket, began_at: now, is_slow: false }
    }

    /// The first try that is answered wins (BEY-04), and an earlier one is closed. A later one goes
    /// on: the server may have received it by now, and would close this link in favour of it.
    pub(super) fn keep_later_try(&mut self, winner: SocketId, ctx: &mut Context) {
        let second = self.second.take();
        match (second, &self.state) {
            (Some(dial), State::Connecting(later))
                if dial.socket == winner && later.socket.0 > winner.0 =>
            {
                self.second = Some(Dial { is_slow: true, ..*later });
            }
            (Some(dial), _) if dial.socket == winner => {
                if let Some(socket) = self.socket()
                    && !sabotage::is(Mutant::LeakLoser)
                {
                    ctx.effect(Effect::CloseSocket(socket));
                }
            }
            (Some(dial), _) if dial.socket.0 > winner.0 => {
                self.second = Some(Dial { is_slow: true, ..dial });
            }
            (Some(dial), _) => ctx.effect(Effect::CloseSocket(dial.socket)),
            (None, _) => {}
        }
    }

    pub(super) fn drop_second(&mut self, ctx: &mut Context) {
        if let Some(dial) = self.second.take() {
            ctx.effect(Effect::CloseSocket(dial.socket));
        }
    }
}
