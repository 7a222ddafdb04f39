//! A picture of a world at one moment, for people to look at.

use crate::client::{Client, Sleep};
use crate::link::{Down, End, Up};
use crate::world::{Happening, World};
use holdfast_rtc::machine::Direction;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

/// More messages would not fit into a picture.
const FLIGHTS_MAX: usize = 60;

/// Devices, server, and the messages on their way between them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// Virtual time.
    pub at_ms: u64,
    /// Events so far.
    pub step: u64,
    /// In order of their numbers.
    pub devices: Vec<DeviceView>,
    /// The server.
    pub server: ServerView,
    /// The first messages that are on their way.
    pub flights: Vec<Flight>,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceView {
    /// Unique in the world.
    pub name: String,
    /// The user it logs in as.
    pub user: String,
    /// The room its app was last told of.
    pub room: String,
    /// The state its app was last told of that room.
    pub state: &'static str,
    /// What keeps it from working: "off", "asleep", "frozen", "no network", "one way only",
    /// "refused", or nothing.
    pub trouble: &'static str,
    /// How many of its links are open or opening.
    pub links: usize,
    /// The streams it publishes and plays.
    pub streams: Vec<StreamView>,
}

/// A stream of a device.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamView {
    /// Its ID.
    pub id: String,
    /// The state its app was last told.
    pub state: &'static str,
    /// Whether media flows.
    pub flows: bool,
}

/// The server.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerView {
    /// Whether it runs.
    pub is_up: bool,
    /// Its rooms.
    pub rooms: Vec<RoomView>,
    /// How many sessions it has, including those without a link.
    pub sessions: usize,
    /// How many links it has.
    pub links: usize,
}

/// A room, according to the server.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoomView {
    /// Its ID.
    pub id: String,
    /// The users in it.
    pub users: Vec<String>,
    /// The streams published in it.
    pub streams: Vec<String>,
}

/// A message between a device and the server.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Flight {
    /// The device's number.
    pub device: usize,
    /// Whether it goes to the server.
    pub is_up: bool,
    /// The name of the message.
    pub name: String,
    /// How long until it arrives; none if the network holds it.
    pub arrives_in_ms: Option<u64>,
    /// How long the whole way takes.
    pub trip_ms: u64,
}

impl World {
    /// The view of the world now.
    pub fn view(&self) -> View {
        View {
            at_ms: self.now,
            step: self.step,
            devices: (0..self.clients.len()).map(|client| self.view_device(client)).collect(),
            server: self.view_server(),
            flights: self.view_flights(),
        }
    }

    fn view_device(&self, client: usize) -> DeviceView {
        let device = &self.clients[client];
        let is_alive = |link: &&usize| self.links[**link].at_client != End::Closed;
        DeviceView {
            name: device.name.clone(),
            user: device.user.id.clone(),
            room: device.seen.room.room.clone(),
            state: device.room_state().name(),
            trouble: trouble(device),
            links: device.links.iter().filter(is_alive).count(),
            streams: self.view_streams(client),
        }
    }

    fn view_streams(&self, client: usize) -> Vec<StreamView> {
        let device = &self.clients[client];
        let sessions = device.sessions.iter().map(|index| &self.sessions[*index]);
        let known: BTreeSet<_> = sessions
            .map(|session| (session.direction == Direction::Play, session.stream.clone()))
            .collect();
        let view = |(is_play, id): (bool, String)| {
            let direction = if is_play { Direction::Play } else { Direction::Publish };
            let state = device.media_state(direction, &id).name(direction);
            let peers: Vec<_> = device.seen.resources.peers_of(direction, &id).collect();
            let flows = peers.into_iter().any(|peer| self.flows(client, peer));
            StreamView { id, state, flows }
        };
        known.into_iter().map(view).collect()
    }

    fn view_server(&self) -> ServerView {
        let ids: BTreeSet<&String> =
            self.clients.iter().map(|device| &device.seen.room.room).collect();
        let rooms = ids.into_iter().filter(|id| !id.is_empty()).map(|id| RoomView {
            id: id.clone(),
            users: self.members(id).into_iter().map(|user| user.id).collect(),
            streams: self.streams(id).into_iter().map(|stream| stream.id).collect(),
        });
        let rooms = rooms.filter(|room| !room.users.is_empty()).collect();
        let counts = self.server.rooms.counts();
        ServerView {
            is_up: self.server.is_up,
            rooms,
            sessions: counts.sessions,
            links: counts.links,
        }
    }

    fn view_flights(&self) -> Vec<Flight> {
        let arrivals = self.arrivals_by_pipe();
        let mut flights = self.view_connects();
        for (index, link) in self.links.iter().enumerate() {
            let up = link.up.frames.iter().map(up_name);
            let down = link.down.frames.iter().map(down_name);
            for (is_up, names, held) in [
                (true, up.collect::<Vec<_>>(), link.up.held),
                (false, down.collect(), link.down.held),
            ] {
                let mut times = arrivals.get(&(index, is_up)).into_iter().flatten();
                for (place, name) in names.into_iter().enumerate() {
                    let at = if place < held as usize { None } else { times.next() };
                    flights.push(Flight {
                        device: link.client,
                        is_up,
                        name,
                        arrives_in_ms: at.map(|at| at.saturating_sub(self.now)),
                        trip_ms: self.clients[link.client].path.delay_ms.max(1),
                    });
                }
            }
            if flights.len() >= FLIGHTS_MAX {
                flights.truncate(FLIGHTS_MAX);
                break;
            }
        }
        flights
    }

    /// New connections on their way.
    fn view_connects(&self) -> Vec<Flight> {
        let connects = self.queue.iter().filter_map(|(at, happening)| match happening {
            Happening::Syn(link) => Some((at, self.links[*link].client)),
            _ => None,
        });
        let mut connects: Vec<_> = connects.collect();
        connects.sort_unstable();
        let flight = |(at, device): (u64, usize)| Flight {
            device,
            is_up: true,
            name: "Connect".to_owned(),
            arrives_in_ms: Some(at.saturating_sub(self.now)),
            trip_ms: self.clients[device].path.delay_ms.max(1),
        };
        connects.into_iter().map(flight).collect()
    }

    /// When frames arrive, in order, by link and direction; true means to the server.
    fn arrivals_by_pipe(&self) -> BTreeMap<(usize, bool), Vec<u64>> {
        let mut arrivals: BTreeMap<_, Vec<u64>> = BTreeMap::new();
        for (at, happening) in self.queue.iter() {
            match happening {
                Happening::Up(link) => arrivals.entry((*link, true)).or_default().push(at),
                Happening::Down(link) => arrivals.entry((*link, false)).or_default().push(at),
                _ => {}
            }
        }
        arrivals.values_mut().for_each(|times| times.sort_unstable());
        arrivals
    }
}

fn trouble(device: &Client) -> &'static str {
    match (device.sleep, device.path.up, device.path.down, device.path.refuses) {
        (Sleep::Laptop, false, false, _) => "off",
        (Sleep::Laptop, ..) => "asleep",
        (Sleep::Frozen, ..) => "frozen",
        (_, false, false, _) => "no network",
        (_, true, true, true) => "refused",
        (_, true, true, false) => "",
        _ => "one way only",
    }
}

fn up_name(frame: &Up) -> String {
    match frame {
        Up::Message(message) => variant(message),
        other => variant(other),
    }
}

fn down_name(frame: &Down) -> String {
    match frame {
        Down::Message(message) => variant(message),
        other => variant(other),
    }
}

/// A variant's name, without its content.
fn variant(value: &dyn Debug) -> String {
    let text = format!("{value:?}");
    text.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_owned()
}
