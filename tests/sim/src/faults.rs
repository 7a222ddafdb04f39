//! The faults of a world, and their ends.

use crate::check::Occasion;
use crate::link::{Down, End};
use crate::world::{Happening, World};
use crate::{Fate, Path, Sleep};
use holdfast_rooms::Input as RoomsInput;
use holdfast_rtc::machine::{Direction, Input, NetworkInput};

/// How a server goes down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// The process ends, so sessions and embedded media are gone. Otherwise only the way to it is
    /// blocked.
    pub forgets: bool,
    /// Clients see their links reset. Otherwise the links just fall silent.
    pub is_told: bool,
    /// New connects are refused. Otherwise they go unanswered.
    pub refuses: bool,
}

impl World {
    /// Changes a device's network. If the way becomes free again, held frames meet this fate.
    pub fn set_path(&mut self, client: usize, path: Path, fate: Fate) {
        let device = &mut self.clients[client];
        let (could_send, could_receive) = (device.may_send(), device.may_receive());
        device.path = path;
        self.way_changed(client, could_send && could_receive, fate);
    }

    /// Blocks both directions without telling anybody.
    pub fn cut(&mut self, client: usize) {
        let path = Path { up: false, down: false, ..self.clients[client].path.clone() };
        self.set_path(client, path, Fate::Survives);
    }

    /// Unblocks both directions.
    pub fn heal(&mut self, client: usize, fate: Fate) {
        let path =
            Path { up: true, down: true, refuses: false, ..self.clients[client].path.clone() };
        self.set_path(client, path, fate);
    }

    fn way_changed(&mut self, client: usize, was_free: bool, fate: Fate) {
        let now = self.now;
        let device = &mut self.clients[client];
        if device.may_receive() {
            device.deaf_since = None;
        } else {
            device.deaf_since.get_or_insert(now);
        }
        let is_free = device.may_receive() && device.may_send();
        if is_free && !was_free {
            self.release_to(client, fate);
        }
        self.watch_client(client);
    }

    fn release_to(&mut self, client: usize, fate: Fate) {
        if fate != Fate::Survives {
            self.clients[client].deaf_since = Some(self.now);
        }
        self.release(client, fate);
    }

    /// Switches from one network to another: every connection is lost, and new ones work at once.
    pub fn switch_network(&mut self, client: usize, fate: Fate) {
        for at in 0..self.clients[client].sessions.len() {
            let session = self.clients[client].sessions[at];
            self.sessions[session].is_broken = true;
        }
        if fate != Fate::Survives {
            self.release_to(client, fate);
        }
        self.watch_client(client);
    }

    /// The device goes to sleep, or its page is frozen.
    pub fn sleep(&mut self, client: usize, kind: Sleep) {
        let was_free = self.clients[client].may_receive();
        self.clients[client].sleep = kind;
        self.clients[client].armed_at = None;
        self.way_changed(client, was_free, Fate::Survives);
    }

    /// The device wakes up. `is_told` is whether its browser tells the page that it was asleep.
    pub fn wake(&mut self, client: usize, is_told: bool, fate: Fate) {
        let device = &mut self.clients[client];
        if device.sleep == Sleep::Awake {
            return;
        }
        let was_free = device.may_receive() && device.may_send();
        device.sleep = Sleep::Awake;
        device.punctual_since = self.now;
        let inbox = std::mem::take(&mut device.inbox);
        // A browser may first run a timer, deliver what arrived, or report that it was asleep.
        if self.random.percent(50) {
            self.arm(client);
        }
        if is_told && self.random.percent(50) {
            self.tell(client, NetworkInput::Woke);
        } else if is_told {
            self.way_changed(client, was_free, fate);
            inbox.into_iter().for_each(|input| drop(self.feed(client, input)));
            self.tell(client, NetworkInput::Woke);
            return self.arm(client);
        }
        self.way_changed(client, was_free, fate);
        inbox.into_iter().for_each(|input| drop(self.feed(client, input)));
        self.arm(client);
    }

    /// A browser is gone for good, and its system closes its connections. A new one may take its
    /// place.
    pub fn crash(&mut self, client: usize) {
        let trip_ms = self.trip_ms(client);
        for link in self.clients[client].links.clone() {
            self.queue.plan(self.now + trip_ms, Happening::LinkLost(link));
        }
        self.cut(client);
        self.sleep(client, Sleep::Laptop);
    }

    /// Timers fire only at multiples of this; 0 = on time.
    pub fn throttle(&mut self, client: usize, throttle_ms: u64) {
        let device = &mut self.clients[client];
        device.throttle_ms = throttle_ms;
        device.punctual_since = self.now;
        device.armed_at = None;
        self.arm(client);
    }

    /// A device's clock jumps.
    pub fn step_clock(&mut self, client: usize, ahead_ms: u64) {
        let device = &mut self.clients[client];
        device.clock_ahead_ms += ahead_ms;
        device.punctual_since = self.now;
        device.armed_at = None;
        self.arm(client);
    }

    /// The browser reports something, which may be wrong.
    pub fn tell(&mut self, client: usize, input: NetworkInput) {
        self.deliver(client, Input::Network(input));
    }

    /// A timer fires for no reason.
    pub fn spurious_timeout(&mut self, client: usize) {
        self.deliver(client, Input::Timeout);
    }

    /// The server goes down.
    pub fn stop_server(&mut self, outage: Outage) {
        if !self.server.is_up {
            return;
        }
        self.server.is_up = false;
        self.server.refuses_when_down = outage.refuses;
        let life = self.server.life;
        if outage.forgets {
            self.server.forget_all();
            self.server_check.clear();
            self.broadcasts.clear();
            self.set_node(0, false);
        }
        for index in 0..self.links.len() {
            let link = &self.links[index];
            if link.life == life && link.at_server != End::Closed {
                self.cut_link(index, outage);
            }
        }
    }

    fn cut_link(&mut self, index: usize, outage: Outage) {
        let was_open = self.links[index].at_server == End::Open;
        self.links[index].at_server = End::Closed;
        self.links[index].up.lose();
        if was_open && !outage.forgets {
            self.server_check.closed(self.now, index as u64);
            self.serve(RoomsInput::LinkClosed { link: index as u64 }, &Occasion::Other);
        }
        if was_open && outage.is_told {
            if self.random.percent(50) {
                self.links[index].down.lose();
            }
            self.send_down(index, Down::Close);
        } else if !outage.is_told {
            self.lose_link(index);
        }
    }

    /// The server is back.
    pub fn start_server(&mut self) {
        self.server.is_up = true;
        self.set_node(0, true);
    }

    /// The server learns that it is about to stop, and sends everybody away.
    pub fn drain(&mut self) {
        self.server.is_draining = true;
        self.serve(RoomsInput::Drain, &Occasion::Other);
    }

    /// The app's server removes a user, with these words.
    pub fn kick(&mut self, user: &str, message: &str) {
        let occasion = Occasion::Removed(user.to_owned());
        let (user, message) = (user.to_owned(), message.to_owned());
        self.serve(RoomsInput::Kick { room: None, user, message }, &occasion);
    }

    /// The app's server removes a stream.
    pub fn remove_stream(&mut self, stream: &str) {
        self.serve(RoomsInput::RemoveStream { stream: stream.to_owned() }, &Occasion::Other);
    }

    /// A publisher stops sending, or goes on; its session lives.
    pub fn silence(&mut self, stream: &str, is_silent: bool) {
        match is_silent {
            true => self.silent.insert(stream.to_owned()),
            false => self.silent.remove(stream),
        };
    }

    /// How many media sessions were ever opened to play a stream.
    pub fn sessions_to_play(&self, stream: &str) -> usize {
        let plays = self.sessions.iter().filter(|session| session.direction == Direction::Play);
        plays.filter(|session| session.stream == stream).count()
    }

    /// Whether the server is about to stop.
    pub fn is_draining(&self) -> bool {
        self.server.is_draining
    }

    /// Whether the server can be reached.
    pub fn server_is_up(&self) -> bool {
        self.server.is_up
    }

    /// A media node fails, or is back without its sessions.
    pub fn set_node(&mut self, node: usize, is_up: bool) {
        self.nodes[node].is_up = is_up;
        if is_up {
            return;
        }
        self.watch_node(node);
        for index in std::mem::take(&mut self.nodes[node].sessions) {
            self.sessions[index].at_node = crate::node::AtNode::Ended;
        }
    }

    /// How many media nodes there are.
    pub fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// Sets a node's reply to every offer from now on, and whether the node can restart ICE.
    pub fn set_manners(
        &mut self,
        node: usize,
        refuses: Option<(u16, Option<u64>)>,
        can_restart: bool,
    ) {
        self.nodes[node].refuses = refuses;
        self.nodes[node].can_restart = can_restart;
    }
}
