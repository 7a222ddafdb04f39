//! Runs the emulator on real devices with the real clock.

use std::io::{self, BufRead, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Instant;

use tun_rs::SyncDevice;

use crate::command::{LINE_BYTES_MAX, obey};
use crate::emulator::Emulator;
use crate::packet::{Block, Direction};
use crate::tun;

/// How many packets may be read but not yet handled; the rest waits in the kernel.
const EVENTS_MAX: usize = 4_096;
/// More than the devices' 1500.
const PACKET_BYTES_MAX: usize = 2_048;

enum Event {
    Packet { at: Instant, direction: Direction, packet: Vec<u8> },
    Line(String),
    End,
}

/// Runs until standard input ends.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let [client_ns, client_device, server_ns, server_device, seed, paths @ ..] = arguments else {
        return Err("CLIENT_NS DEVICE SERVER_NS DEVICE SEED NAME=BLOCK…".to_owned());
    };
    let seed = seed.parse().map_err(|error| format!("seed {seed}: {error}"))?;
    let paths: Result<Vec<_>, String> = paths.iter().map(|path| read_path(path)).collect();
    let emulator = Emulator::new(paths?, seed);
    let client = Arc::new(tun::open(client_ns, client_device)?);
    let server = Arc::new(tun::open(server_ns, server_device)?);
    let (send, events) = sync_channel(EVENTS_MAX);
    for (device, direction) in [(&client, Direction::Up), (&server, Direction::Down)] {
        let (device, send) = (Arc::clone(device), send.clone());
        thread::spawn(move || read_packets(&device, direction, &send));
    }
    thread::spawn(move || read_lines(&send));
    answer(r#"{"ready":true}"#)?;
    pass(emulator, &client, &server, &events)
}

fn read_path(text: &str) -> Result<(String, Block), String> {
    let (name, block) = text.split_once('=').ok_or_else(|| format!("'{text}' is no NAME=BLOCK"))?;
    Ok((name.to_owned(), block.parse()?))
}

/// Passes packets on when they are due.
fn pass(
    mut emulator: Emulator,
    client: &SyncDevice,
    server: &SyncDevice,
    events: &Receiver<Event>,
) -> Result<(), String> {
    let start = Instant::now();
    loop {
        while let Some((direction, packet)) = emulator.take_out(start.elapsed()) {
            let device = match direction {
                Direction::Up => server,
                Direction::Down => client,
            };
            // Fails while the device is down; the packet is lost then, as on any such device.
            let _ = device.send(&packet);
        }
        let event = match emulator.next_due() {
            Some(due) => events.recv_timeout(due.saturating_sub(start.elapsed())),
            None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match event {
            Ok(Event::Packet { at, direction, packet }) => {
                emulator.take_in(at.duration_since(start), direction, packet);
            }
            Ok(Event::Line(line)) => answer(&obey(&line, &mut emulator))?,
            Err(RecvTimeoutError::Timeout) => {}
            Ok(Event::End) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

fn read_packets(device: &SyncDevice, direction: Direction, events: &SyncSender<Event>) {
    let mut buffer = [0; PACKET_BYTES_MAX];
    loop {
        let packet = match device.recv(&mut buffer) {
            Ok(length) => buffer[..length].to_vec(),
            // The device is not up yet, or was removed with its namespace.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                eprintln!("holdfast-netem: reading packets: {error}");
                break;
            }
        };
        if events.send(Event::Packet { at: Instant::now(), direction, packet }).is_err() {
            break;
        }
    }
    // Nobody listens any more when the program ends.
    let _ = events.send(Event::End);
}

fn read_lines(events: &SyncSender<Event>) {
    let mut input = io::stdin().lock();
    loop {
        let mut line = String::new();
        match input.by_ref().take(LINE_BYTES_MAX).read_line(&mut line) {
            Ok(0) | Err(_) => break,
            Ok(_) if events.send(Event::Line(line)).is_err() => break,
            Ok(_) => {}
        }
    }
    let _ = events.send(Event::End);
}

fn answer(line: &str) -> Result<(), String> {
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")
        .and_then(|()| output.flush())
        .map_err(|error| format!("standard output: {error}"))
}
