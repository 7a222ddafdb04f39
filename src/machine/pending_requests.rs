//! The app's requests to its room: kept until the server has answered, across reconnects.
//!
//! Requests are sent again under the same number after a resume, so that the server can recognise a
//! repetition: a broadcast arrives in order and once.

use super::context::Context;
use super::io::{CallId, Effect, Event, Refusal, Request, SocketId};
use super::{Millis, earlier};
use holdfast_protocol::sabotage::{self, Mutant};
use holdfast_protocol::{ClientMessage, Code, limit, timing};

/// Requests of the app that wait for their replies, in the order they were made.
#[derive(Debug, Default)]
pub(crate) struct PendingRequests(Vec<PendingRequest>);

#[derive(Debug)]
struct PendingRequest {
    id: u32,
    call: CallId,
    request: Request,
    /// When to give up on this link; none if that link is gone or there has been none yet.
    give_up_at: Option<Millis>,
    /// It may have reached the server.
    was_sent: bool,
}

impl PendingRequests {
    /// Takes a request of the app and sends it if there is a link.
    ///
    /// # Errors
    /// Too many are waiting, or a barrage has no link to go on.
    pub(crate) fn add(
        &mut self,
        now: Millis,
        call: CallId,
        request: Request,
        ctx: &mut Context,
    ) -> Result<(), Refusal> {
        if self.0.len() >= limit::REQUESTS_WAITING_MAX {
            return Err(Code::MESSAGE_TOO_FREQUENT.into());
        }
        if ctx.link.is_none() && matches!(request, Request::Barrage { .. }) {
            return Err(Code::MESSAGE_FAILED.into());
        }
        let id = ctx.next_id();
        let mut pending = PendingRequest { id, call, request, give_up_at: None, was_sent: false };
        if let Some(link) = ctx.link {
            pending.send(now, link, ctx);
        }
        self.0.push(pending);
        Ok(())
    }

    /// When something is due.
    pub(crate) fn deadline(&self) -> Option<Millis> {
        let mut deadline = None;
        for pending in &self.0 {
            deadline = earlier(deadline, pending.give_up_at);
        }
        deadline
    }

    /// Time passed.
    pub(crate) fn handle_timeout(&mut self, now: Millis, ctx: &mut Context) {
        let is_late = |pending: &PendingRequest| pending.give_up_at.is_some_and(|at| now >= at);
        self.fail(Code::REQUEST_TIMEOUT, &is_late, ctx);
    }

    /// The link is gone, and every reply with it. A barrage reaches only those present, so it is
    /// not kept.
    pub(crate) fn handle_link_lost(&mut self, ctx: &mut Context) {
        for pending in &mut self.0 {
            pending.give_up_at = None;
        }
        let is_barrage =
            |pending: &PendingRequest| matches!(pending.request, Request::Barrage { .. });
        self.fail(Code::MESSAGE_FAILED, &is_barrage, ctx);
    }

    /// In the room again: requests without a reply are sent again. A server that has forgotten the
    /// session cannot recognise a repetition, so it is not sent what may have been delivered
    /// already.
    pub(crate) fn handle_joined(&mut self, now: Millis, resumed: bool, ctx: &mut Context) {
        let Some(link) = ctx.link else { return };
        if !resumed {
            self.fail(Code::MESSAGE_FAILED, &PendingRequest::would_repeat, ctx);
        }
        for pending in &mut self.0 {
            if !(pending.was_sent && sabotage::is(Mutant::ForgetBroadcast)) {
                pending.send(now, link, ctx);
            }
        }
    }

    /// The room answered a request. Returns that request if it was done.
    pub(crate) fn handle_reply(
        &mut self,
        id: u32,
        code: Code,
        seq: u32,
        ctx: &mut Context,
    ) -> Option<Request> {
        let index = self.0.iter().position(|pending| pending.id == id)?;
        let PendingRequest { call, request, .. } = self.0.remove(index);
        let outcome = if code == Code::OK { Ok(seq) } else { Err(Refusal::from(code)) };
        let done = outcome.is_ok().then_some(request);
        ctx.event(Event::SendSettled(call, outcome));
        done
    }

    /// The room is over.
    pub(crate) fn end(&mut self, code: Code, ctx: &mut Context) {
        let code = if code == Code::OK { Code::NOT_IN_ROOM } else { code };
        self.fail(code, &|_| true, ctx);
    }

    fn fail(&mut self, code: Code, which: &dyn Fn(&PendingRequest) -> bool, ctx: &mut Context) {
        self.0.retain(|pending| {
            let is_over = which(pending);
            if is_over {
                ctx.event(Event::SendSettled(pending.call, Err(code.into())));
            }
            !is_over
        });
    }
}

impl PendingRequest {
    fn send(&mut self, now: Millis, link: SocketId, ctx: &mut Context) {
        ctx.effect(Effect::SendMessage(link, message(self.id, self.request.clone())));
        self.give_up_at = Some(now + timing::REQUEST_TIMEOUT_MS);
        self.was_sent = true;
    }

    /// Setting extra info twice has the effect of setting it once, so only messages could repeat.
    fn would_repeat(&self) -> bool {
        let is_message =
            matches!(self.request, Request::Broadcast { .. } | Request::Command { .. });
        is_message && self.was_sent
    }
}

fn message(id: u32, request: Request) -> ClientMessage {
    match request {
        Request::Broadcast { text } => ClientMessage::Broadcast { id, text },
        Request::Barrage { text } => ClientMessage::Barrage { id, text },
        Request::Command { text, to } => ClientMessage::Command { id, text, to },
        Request::RoomExtra { key, value } => ClientMessage::SetRoomExtra { id, key, value },
        Request::StreamExtra { stream, extra } => {
            ClientMessage::SetStreamExtra { id, stream, extra }
        }
    }
}
