//! Links and their way through the network.

use crate::link::{Down, End, Link, Up};
use crate::world::{Happening, World};
use crate::{Fate, Sleep};
use holdfast_protocol::Login;
use holdfast_rtc::machine::{Input, SocketId, SocketInput};

/// One-way trips until the login reaches the server: SYN, SYN-ACK, two of TLS, then the request.
const TRIPS_TO_LOGIN: u64 = 5;
/// The longest time that a held frame waits for TCP's next retransmission once the path is free.
const REPEAT_MS_MAX: u64 = 400;

impl World {
    pub(crate) fn open_socket(&mut self, client: usize, socket: SocketId, login: Box<Login>) {
        let link = self.links.len();
        self.links.push(Link::new(client, socket, login, self.server.life));
        let trip_ms = self.trip_ms(client);
        let device = &mut self.clients[client];
        device.links.push(link);
        if device.path.refuses {
            self.queue.plan(self.now + 2 * trip_ms, Happening::CloseTold(link));
            return;
        }
        let trip_ms = if self.server.refuses_at_once && !self.server.is_up { 0 } else { trip_ms };
        self.queue.plan(self.now + trip_ms, Happening::Syn(link));
    }

    pub(crate) fn on_syn(&mut self, index: usize) {
        let client = self.links[index].client;
        if self.links[index].is_dropped {
            return;
        }
        if !self.clients[client].may_send() {
            self.links[index].syn_held = true;
            return;
        }
        let trip_ms = self.trip_ms(client);
        if !self.server.is_up {
            if self.server.refuses_when_down {
                let trip_ms = if self.server.refuses_at_once { 0 } else { trip_ms };
                self.links[index].at_server = End::Closed;
                self.queue.plan(self.now + trip_ms, Happening::CloseTold(index));
            }
            return;
        }
        let link = &mut self.links[index];
        link.life = self.server.life;
        let login = link.login.clone();
        let at = self.now + (TRIPS_TO_LOGIN - 1) * trip_ms;
        let at = link.up.push(at, Up::Open(login));
        self.queue.plan(at, Happening::Up(index));
        if let Some(arrivals) = &mut self.arrivals {
            arrivals.push(self.now);
        }
    }

    /// Sends a frame to the server.
    pub(crate) fn send_up(&mut self, index: usize, frame: Up) {
        let trip_ms = self.trip_ms(self.links[index].client);
        let link = &mut self.links[index];
        if link.is_dead {
            return;
        }
        let at = link.up.push(self.now + trip_ms, frame);
        self.queue.plan(at, Happening::Up(index));
    }

    /// Sends a frame to the client.
    pub(crate) fn send_down(&mut self, index: usize, frame: Down) {
        let trip_ms = self.trip_ms(self.links[index].client);
        let link = &mut self.links[index];
        if link.is_dead {
            return;
        }
        let at = link.down.push(self.now + trip_ms, frame);
        self.queue.plan(at, Happening::Down(index));
    }

    pub(crate) fn on_up(&mut self, index: usize) {
        let link = &mut self.links[index];
        if link.is_dead || link.up.frames.is_empty() {
            return;
        }
        if !self.clients[link.client].may_send() {
            link.up.held += 1;
            return;
        }
        let Some(frame) = link.up.frames.pop_front() else { return };
        if link.life != self.server.life || !self.server.is_up {
            // The server does not know this connection: it sends a reset, if its machine is there
            // to send one.
            link.up.lose();
            if self.server.is_up || self.server.refuses_when_down {
                self.send_down(index, Down::Close);
            }
            return;
        }
        match frame {
            Up::Open(login) => self.on_handshake(index, &login),
            Up::Message(message) => self.on_client_message(index, message),
            Up::Pong => self.on_pong(index),
            Up::Close => self.on_link_lost(index),
        }
    }

    pub(crate) fn on_down(&mut self, index: usize) {
        let link = &mut self.links[index];
        let device = &self.clients[link.client];
        if link.is_dead || link.down.frames.is_empty() {
            return;
        }
        if !device.may_receive() {
            link.down.held += 1;
            return;
        }
        let Some(frame) = link.down.frames.pop_front() else { return };
        if link.at_client == End::Closed {
            return;
        }
        let (client, socket) = (link.client, link.socket);
        match frame {
            Down::Message(message) => {
                link.at_client = End::Open;
                self.deliver(client, Input::Socket(socket, SocketInput::Message(message)));
            }
            Down::Ping => {
                if !link.is_dropped {
                    self.send_up(index, Up::Pong);
                }
            }
            Down::Close => self.close_at_client(index),
        }
    }

    /// The connection has ended at the client's machine. The browser may report that late, or
    /// never.
    fn close_at_client(&mut self, index: usize) {
        let manners = self.setup.closes;
        self.links[index].down.lose();
        if self.links[index].is_dropped || self.random.percent(manners.missing_percent) {
            return;
        }
        match manners.late_ms_max {
            0 => self.on_close_told(index),
            most => {
                let late_ms = self.random.between(0, most);
                self.queue.plan(self.now + late_ms, Happening::CloseTold(index));
            }
        }
    }

    pub(crate) fn on_close_told(&mut self, index: usize) {
        let link = &mut self.links[index];
        if link.at_client == End::Closed {
            return;
        }
        link.at_client = End::Closed;
        let (client, socket) = (link.client, link.socket);
        self.deliver(client, Input::Socket(socket, SocketInput::Closed));
    }

    /// The brain closes a link and forgets it.
    pub(crate) fn drop_socket(&mut self, client: usize, socket: SocketId) {
        let Some(index) = self.find_link(client, socket) else { return };
        if self.links[index].at_client == End::Closed {
            self.forget_link(client, index);
            return;
        }
        self.send_up(index, Up::Close);
        let is_heard_of = self.random.percent(self.setup.stale_percent);
        let link = &mut self.links[index];
        link.is_dropped = true;
        if !is_heard_of {
            link.at_client = End::Closed;
        }
        self.forget_link(client, index);
    }

    fn forget_link(&mut self, client: usize, index: usize) {
        let link = &self.links[index];
        let is_needed = !link.up.frames.is_empty() || !link.down.frames.is_empty();
        if !is_needed {
            self.clients[client].links.retain(|known| *known != index);
        }
    }

    pub(crate) fn find_link(&self, client: usize, socket: SocketId) -> Option<usize> {
        let mut links = self.clients[client].links.iter().rev();
        links.find(|index| self.links[**index].socket == socket).copied()
    }

    /// Frames that a client's network held back get a new chance.
    pub(crate) fn release(&mut self, client: usize, fate: Fate) {
        let mut known = std::mem::take(&mut self.clients[client].links);
        known.retain(|index| !self.links[*index].is_over());
        for index in &known {
            match fate {
                Fate::Survives => {
                    let repeat_ms = self.random.between(0, REPEAT_MS_MAX);
                    self.release_link(*index, repeat_ms);
                }
                Fate::Forgotten => self.lose_link(*index),
                Fate::Reset => {
                    self.lose_link(*index);
                    if !self.links[*index].is_dropped {
                        self.queue.plan(self.now, Happening::CloseTold(*index));
                    }
                }
            }
        }
        // A call made meanwhile may have opened more links.
        known.append(&mut self.clients[client].links);
        self.clients[client].links = known;
    }

    fn release_link(&mut self, index: usize, repeat_ms: u64) {
        let at = self.now + self.trip_ms(self.links[index].client) + repeat_ms;
        let link = &mut self.links[index];
        if std::mem::take(&mut link.syn_held) {
            self.queue.plan(at, Happening::Syn(index));
        }
        for _ in 0..std::mem::take(&mut link.up.held) {
            self.queue.plan(at, Happening::Up(index));
        }
        for _ in 0..std::mem::take(&mut link.down.held) {
            self.queue.plan(at, Happening::Down(index));
        }
        link.up.last_at = link.up.last_at.max(at);
        link.down.last_at = link.down.last_at.max(at);
    }

    /// Nothing gets through this link any more, and nobody is told.
    pub(crate) fn lose_link(&mut self, index: usize) {
        let link = &mut self.links[index];
        link.is_dead = true;
        link.syn_held = false;
        link.up.lose();
        link.down.lose();
    }

    /// The time of one trip through a client's network.
    pub(crate) fn trip_ms(&mut self, client: usize) -> u64 {
        let path = &self.clients[client].path;
        let (delay_ms, jitter_ms) = (path.delay_ms, path.jitter_ms);
        match jitter_ms {
            0 => delay_ms,
            most => delay_ms + self.random.between(0, most),
        }
    }

    /// Input reaches a device. A frozen page takes it later.
    /// The browser reports something as soon as the brain is done.
    pub(crate) fn deliver_soon(&mut self, client: usize, input: Input) {
        self.queue.plan(self.now, Happening::Reported(client, input));
    }

    pub(crate) fn deliver(&mut self, client: usize, input: Input) {
        match self.clients[client].sleep {
            Sleep::Awake => drop(self.feed(client, input)),
            Sleep::Laptop | Sleep::Frozen => self.clients[client].inbox.push(input),
        }
    }
}
