//! The way between one client and everything else.

/// The state of a client's network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// From one end to the other, in milliseconds.
    pub delay_ms: u64,
    /// Up to so much more for each frame.
    pub jitter_ms: u64,
    /// Whether anything gets from the client to the others.
    pub up: bool,
    /// Whether anything gets from the others to the client.
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

/// What becomes of a link that was blocked once its path is free again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// What was held is delivered.
    Survives,
    /// A box in between has forgotten it: nothing comes through, nobody is told.
    Forgotten,
    /// The same, but the client is told by a reset.
    Reset,
}

/// How a link's end shows at the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloseManners {
    /// In so many of a hundred cases the close event never comes.
    pub missing_percent: u64,
    /// Else it comes up to so much late.
    pub late_ms_max: u64,
}
