//! The story of a world, with one JSON object on each line.

use std::fmt::{Debug, Write};

/// Takes each line, without its line end.
pub type Sink = Box<dyn FnMut(&str)>;

/// Writes lines, and hashes them: two equal runs have the same hash.
pub struct Trace {
    sink: Option<Sink>,
    line: String,
    hash: u64,
}

impl Trace {
    /// A trace that hashes its lines, and passes them on if there is a sink.
    pub fn new(sink: Option<Sink>) -> Trace {
        // The offset basis and the prime are those of FNV-1a.
        Trace { sink, line: String::new(), hash: 0xcbf2_9ce4_8422_2325 }
    }

    /// The hash of all lines so far.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    pub(crate) fn add(&mut self, at: u64, step: u64, who: &str, kind: &str, what: &dyn Debug) {
        let mut text = std::mem::take(&mut self.line);
        text.clear();
        let _ = write!(text, "{{\"at_ms\":{at},\"step\":{step},\"who\":\"{who}\",\"{kind}\":\"");
        let _ = write!(Escaped(&mut text), "{what:?}");
        text.push_str("\"}");
        for byte in text.bytes() {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if let Some(sink) = &mut self.sink {
            sink(&text);
        }
        self.line = text;
    }
}

/// Writes the inside of a JSON string.
struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for letter in text.chars() {
            match letter {
                '"' | '\\' => {
                    self.0.push('\\');
                    self.0.push(letter);
                }
                ' '.. => self.0.push(letter),
                _ => write!(self.0, "\\u{:04x}", u32::from(letter))?,
            }
        }
        Ok(())
    }
}
