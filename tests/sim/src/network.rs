//! The way between one client and everything else.

/// The state of a client's network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// One way, in milliseconds.
    pub delay_ms: u64,
    /// Up to this much longer for each frame.
    pub jitter_ms: u64,
    /// Whether anything gets through from the client to the others.
    pub up: bool,
    /// Whether anything gets through from the others to the client.
    pub down: bool,
    /// Whether something in between refuses every new connection.
    pub refuses: bool,
}

impl Path {
    /// A working network with this delay.
    pub fn new(delay_ms: u64) -> Path {
        Path { delay_ms, jitter_ms: 0, up: true, down: true, refuses: false }
    }

    /// Whether both directions work.
    pub fn works(&self) -> bool {
        self.up && self.down
    }
}

/// The fate of a blocked link when its path is free again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Held frames are delivered.
    Survives,
    /// A box in between has forgotten it: nothing gets through, and nobody is told.
    Forgotten,
    /// The same, but the client is told by a reset.
    Reset,
}

/// How a client learns of the end of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloseManners {
    /// In this many of a hundred cases the close event never comes.
    pub missing_percent: u64,
    /// Otherwise it comes up to this late.
    pub late_ms_max: u64,
}
