//! The servers that can be measured, and the protocol of each.

use crate::Fault;
use crate::centrifugo;
use crate::holdfast;
use std::path::{Path, PathBuf};
use tokio::process::Command;
use tokio_tungstenite::tungstenite::handshake::client::Request;

/// A server with its secret for this run.
#[derive(Clone)]
pub(crate) enum Product {
    Holdfast(holdfast::Holdfast),
    Centrifugo(PathBuf),
}

/// What a text frame means to the client.
pub(crate) struct Heard {
    /// Messages of others.
    pub(crate) messages: u64,
    /// Whether the login is complete with this.
    pub(crate) is_in: bool,
    pub(crate) answer: Option<&'static str>,
}

impl Product {
    pub(crate) fn holdfast(program: PathBuf) -> Result<Product, Fault> {
        Ok(Product::Holdfast(holdfast::Holdfast::new(program)))
    }

    pub(crate) fn centrifugo(program: PathBuf) -> Product {
        Product::Centrifugo(program)
    }

    pub(crate) fn program(&self) -> &Path {
        match self {
            Product::Holdfast(holdfast) => &holdfast.program,
            Product::Centrifugo(program) => program,
        }
    }

    pub(crate) async fn version(&self) -> Result<String, Fault> {
        let mut command = Command::new(self.program());
        command.arg(match self {
            Product::Holdfast(_) => "--version",
            Product::Centrifugo(_) => "version",
        });
        let output = command.output().await?;
        let line = String::from_utf8_lossy(&output.stdout);
        Ok(line.split(" (").next().unwrap_or_default().trim().to_owned())
    }

    pub(crate) fn arguments(&self, command: &mut Command, port: u16) -> Result<(), Fault> {
        match self {
            Product::Holdfast(holdfast) => holdfast.arguments(command, port),
            Product::Centrifugo(_) => centrifugo::arguments(command, port)?,
        }
        Ok(())
    }

    /// A user's handshake, and what it sends once the WebSocket is open.
    pub(crate) fn login(
        &self,
        port: u16,
        room: &str,
        user: &str,
    ) -> Result<(Request, Vec<String>), Fault> {
        match self {
            Product::Holdfast(holdfast) => Ok((holdfast.login(port, room, user)?, Vec::new())),
            Product::Centrifugo(_) => centrifugo::login(port, room, user),
        }
    }

    pub(crate) fn heard(&self, text: &str) -> Heard {
        match self {
            Product::Holdfast(_) => holdfast::heard(text),
            Product::Centrifugo(_) => centrifugo::heard(text),
        }
    }

    /// A message to the others in the room.
    pub(crate) fn message(&self, room: &str, number: u32) -> String {
        match self {
            Product::Holdfast(_) => holdfast::message(number),
            Product::Centrifugo(_) => centrifugo::message(room, number),
        }
    }
}
