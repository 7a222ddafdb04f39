//! Faults on demand (BEY-08), for the tests of apps: what each fault does to the inputs and effects
//! between the machines and the browser. It knows nothing of recovery: **the machines get no input
//! that the real fault would not give.**

use crate::machine::{Effect, Input, NetworkInput, PeerId, PeerInput, Refusal};
use crate::machine::{SocketId, SocketInput};
use holdfast_protocol::Code;

/// How long a fault may last: longer than the usual retry window, so that its end can be tested.
pub const DURATION_MS_MAX: u32 = 30 * 60 * 1000;
/// How many faults there may be at once.
const FAULTS_MAX: usize = 16;
/// How many messages are held for later. A link that misses more is dropped.
const MESSAGES_MAX: usize = 1_000;
/// How long a fault lasts if the app does not say.
const USUAL_MS: u32 = 10_000;

/// A fault that an app can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The room link closes. A new one works at once.
    LinkDrop,
    /// Nothing arrives or leaves by WebSocket, and nothing closes.
    LinkBlackhole,
    /// The room link closes, and each new one is refused.
    LinkRefused,
    /// Media sessions lose their path. Requests to nodes still work.
    MediaLoss,
    /// The media nodes are gone: sessions fail, and requests to nodes do not arrive.
    NodeDown,
    /// The browser says that there is no network, and nothing gets through.
    Offline,
    /// The machine sleeps: no timers, and nothing is received or sent.
    Sleep,
}

impl Fault {
    /// All faults, each with its name for the app.
    pub const TABLE: [(Fault, &str); 7] = [
        (Fault::LinkDrop, "link-drop"),
        (Fault::LinkBlackhole, "link-blackhole"),
        (Fault::LinkRefused, "link-refused"),
        (Fault::MediaLoss, "media-loss"),
        (Fault::NodeDown, "node-down"),
        (Fault::Offline, "offline"),
        (Fault::Sleep, "sleep"),
    ];

    /// The fault with this name.
    pub fn named(name: &str) -> Option<Fault> {
        Fault::TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// The fault's name for the app.
    pub fn name(self) -> &'static str {
        Fault::TABLE[self as usize].1
    }

    /// How long it lasts if the app does not say. A link that is dropped is dropped in a moment.
    pub fn usual_ms(self) -> u32 {
        if self == Fault::LinkDrop { 0 } else { USUAL_MS }
    }

    fn cuts_links(self) -> bool {
        matches!(self, Fault::LinkBlackhole | Fault::Offline)
    }

    fn cuts_media(self) -> bool {
        matches!(self, Fault::MediaLoss | Fault::Offline)
    }

    fn cuts_requests(self) -> bool {
        matches!(self, Fault::NodeDown | Fault::Offline)
    }

    fn fate_of_effect(self, effect: &Effect) -> Fate {
        match effect {
            _ if self == Fault::Sleep => Fate::Held,
            Effect::OpenSocket(id, _) if self == Fault::LinkRefused => {
                Fate::Failed(Input::Socket(*id, SocketInput::Closed))
            }
            Effect::OpenSocket(..) | Effect::SendMessage(..) | Effect::CloseSocket(_)
                if self.cuts_links() =>
            {
                Fate::Held
            }
            Effect::ProbeServer(_) if self.cuts_links() => Fate::Lost,
            Effect::Post { peer, .. } if self.cuts_requests() => {
                Fate::Failed(Input::Peer(*peer, PeerInput::Answered(None)))
            }
            Effect::Patch { peer, restart, .. } if self.cuts_requests() => {
                Fate::Failed(unpatched(*peer, *restart))
            }
            Effect::Delete { .. } if self.cuts_requests() => Fate::Lost,
            _ => Fate::Passed,
        }
    }

    fn fate_of_input(self, input: &Input) -> Fate {
        match input {
            // An app's call is never kept from the machines.
            Input::Call(_) => Fate::Passed,
            // The driver sets its timer again after the sleep.
            Input::Timeout if self == Fault::Sleep => Fate::Lost,
            _ if self == Fault::Sleep => Fate::Held,
            Input::Socket(..) if self.cuts_links() => Fate::Held,
            Input::Peer(_, PeerInput::Connected) if self.cuts_media() => Fate::Lost,
            Input::Peer(_, PeerInput::Received(_) | PeerInput::Heard(_)) if self.cuts_media() => {
                Fate::Still
            }
            // A reply on its way does not arrive.
            Input::Peer(peer, PeerInput::Answered(_)) if self.cuts_requests() => {
                Fate::Failed(Input::Peer(*peer, PeerInput::Answered(None)))
            }
            Input::Peer(peer, PeerInput::Patched { restart, .. }) if self.cuts_requests() => {
                Fate::Failed(unpatched(*peer, *restart))
            }
            // What the browser's own sessions say, which are still there.
            Input::Peer(
                _,
                PeerInput::Connected
                | PeerInput::Disconnected
                | PeerInput::Received(_)
                | PeerInput::Heard(_),
            ) if self == Fault::NodeDown => Fate::Lost,
            Input::Network(NetworkInput::Online | NetworkInput::Changed)
                if self == Fault::Offline =>
            {
                Fate::Lost
            }
            _ => Fate::Passed,
        }
    }
}

/// What becomes of an input or effect. Of the fates that several faults have for it, the last in
/// this list counts.
#[derive(Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "moved once, from the gate to its caller")]
enum Fate {
    /// Nothing happens to it.
    Passed,
    /// The bytes that it counts stand still.
    Still,
    /// Nothing comes of it.
    Lost,
    /// It fails, which this input reports.
    Failed(Input),
    /// It waits for the fault's end.
    Held,
}

impl Fate {
    fn rank(&self) -> u8 {
        match self {
            Fate::Passed => 0,
            Fate::Still => 1,
            Fate::Lost => 2,
            Fate::Failed(_) => 3,
            Fate::Held => 4,
        }
    }
}

fn strongest(fates: impl Iterator<Item = Fate>) -> Fate {
    fates.max_by_key(Fate::rank).unwrap_or(Fate::Passed)
}

/// What the shell is to do about an effect.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Carry it out.
    CarryOut(Effect),
    /// Do not carry it out, but report this a moment later, as a browser would.
    Report(Input),
    /// Do nothing.
    Nothing,
}

/// What was held and is not any more, in the order in which it happened.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Released {
    /// To be carried out.
    pub effects: Vec<Effect>,
    /// To be reported.
    pub inputs: Vec<Input>,
    /// Messages were lost, so that the links have to be dropped.
    pub is_overrun: bool,
}

/// The present faults, and what waits for their end.
#[derive(Debug, Default)]
pub struct Gate {
    faults: Vec<Fault>,
    held: Released,
    /// The counts that stand still: each session's `Heard` (true) and `Received` (false).
    still: Vec<(PeerId, bool, u64)>,
}

impl Gate {
    /// Adds a fault.
    ///
    /// # Errors
    /// There are too many.
    pub fn begin(&mut self, fault: Fault) -> Result<(), Refusal> {
        if self.faults.len() == FAULTS_MAX {
            return Err(Refusal::new(Code::BAD_PARAMETER, "simulate: too many faults at once"));
        }
        self.faults.push(fault);
        Ok(())
    }

    /// Removes a fault. What comes out may meet the faults that remain.
    pub fn end(&mut self, fault: Fault) -> Released {
        if let Some(index) = self.faults.iter().position(|present| *present == fault) {
            self.faults.remove(index);
        }
        if !self.faults.iter().any(|fault| fault.cuts_media()) {
            self.still.clear();
        }
        std::mem::take(&mut self.held)
    }

    /// Whether there is such a fault.
    pub fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    /// An effect is to be carried out.
    pub fn effect(&mut self, effect: Effect) -> Verdict {
        match strongest(self.faults.iter().map(|fault| fault.fate_of_effect(&effect))) {
            Fate::Passed | Fate::Still => Verdict::CarryOut(effect),
            Fate::Lost => Verdict::Nothing,
            Fate::Failed(input) => Verdict::Report(input),
            Fate::Held => {
                self.hold_effect(effect);
                Verdict::Nothing
            }
        }
    }

    /// An input is to be reported. Returns what the machines get.
    pub fn input(&mut self, input: Input) -> Option<Input> {
        match strongest(self.faults.iter().map(|fault| fault.fate_of_input(&input))) {
            Fate::Passed => Some(input),
            Fate::Still => Some(self.as_before(input)),
            Fate::Lost => None,
            Fate::Failed(input) => Some(input),
            Fate::Held => {
                // Only a link can be cut for what was too much. Anything else is never lost, since a
                // session would wait for it.
                if !is_message(&input) || self.has_room() {
                    self.held.inputs.push(input);
                }
                None
            }
        }
    }

    fn hold_effect(&mut self, effect: Effect) {
        let effects = &mut self.held.effects;
        match effect {
            // A try that was given up before anything left the browser never happened.
            Effect::CloseSocket(id) if effects.iter().any(|effect| opens(effect, id)) => {
                effects.retain(|effect| !opens(effect, id) && !sends_on(effect, id));
            }
            Effect::SendMessage(..) if !self.has_room() => {}
            effect => self.held.effects.push(effect),
        }
    }

    fn has_room(&mut self) -> bool {
        let has_room = self.held.effects.len() + self.held.inputs.len() < MESSAGES_MAX;
        self.held.is_overrun |= !has_room;
        has_room
    }

    /// The same input with the count that stands still.
    fn as_before(&mut self, input: Input) -> Input {
        let (peer, is_heard, bytes) = match input {
            Input::Peer(peer, PeerInput::Heard(bytes)) => (peer, true, bytes),
            Input::Peer(peer, PeerInput::Received(bytes)) => (peer, false, bytes),
            other => return other,
        };
        let known = self.still.iter().find(|row| (row.0, row.1) == (peer, is_heard));
        let bytes = known.map_or(bytes, |row| row.2);
        if known.is_none() {
            self.still.push((peer, is_heard, bytes));
        }
        let heard = if is_heard { PeerInput::Heard(bytes) } else { PeerInput::Received(bytes) };
        Input::Peer(peer, heard)
    }
}

fn is_message(input: &Input) -> bool {
    matches!(input, Input::Socket(_, SocketInput::Message(_) | SocketInput::Unknown))
}

/// What is reported of a restart whose request does not arrive.
fn unpatched(peer: PeerId, restart: u32) -> Input {
    Input::Peer(peer, PeerInput::Patched { restart, reply: None })
}

fn opens(effect: &Effect, socket: SocketId) -> bool {
    matches!(effect, Effect::OpenSocket(id, _) if *id == socket)
}

fn sends_on(effect: &Effect, socket: SocketId) -> bool {
    matches!(effect, Effect::SendMessage(id, _) if *id == socket)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
