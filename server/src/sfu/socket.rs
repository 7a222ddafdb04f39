//! The UDP sockets: one port number, one socket for each address of the machine, so that the
//! address a packet came to and leaves from is always known.

use crate::config::StartError;
use socket2::SockRef;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::task::Poll;
use tokio::io::ReadBuf;
use tokio::net::UdpSocket;

/// Tries at finding a port that is free on every address.
const PORT_TRIES: usize = 10;
/// Socket buffer size, which holds packets while the task is busy. One keyframe of a few publishers
/// at once fills the system's default.
const BUFFER_BYTES: usize = 4 * 1_024 * 1_024;
/// How many sockets of addresses that the machine no longer has are kept.
const FORMER_MAX: usize = 16;

struct Socket {
    udp: UdpSocket,
    /// The address peers know it by.
    addr: SocketAddr,
    /// Whether the machine has the address now. One that went may come back.
    is_there: bool,
}

/// A datagram's size and where it came from and to.
pub(super) struct Arrival {
    pub(super) bytes: usize,
    pub(super) source: SocketAddr,
    pub(super) destination: SocketAddr,
}

/// All sockets of the media port.
pub(super) struct Sockets {
    sockets: Vec<Socket>,
    /// Where the next look for a datagram starts, so that no socket starves the others.
    first: usize,
}

impl Sockets {
    /// Open the port on the given addresses, or on every address of this machine. A public
    /// address that is not this machine's own (a NAT's) is served by a socket for all addresses.
    pub(super) fn open(port: u16, public_ips: &[IpAddr]) -> Result<Sockets, StartError> {
        let mut tries = 1;
        let sockets = loop {
            let opened = match public_ips {
                [] => open_all(port, &own_ips().unwrap_or_else(loopback), open_own),
                ips => open_all(port, ips, open_public),
            };
            match opened {
                Err((_, error)) if port == 0 && tries < PORT_TRIES && is_taken(&error) => {
                    tries += 1
                }
                Err((addr, error)) => {
                    return Err(StartError::new(format!("media on UDP {addr}"), error));
                }
                Ok(sockets) => break sockets,
            }
        };
        if sockets.is_empty() {
            return Err(StartError::new("media", "no address of this machine can be used"));
        }
        for socket in &sockets {
            tracing::info!(addr = %socket.addr, "media port open");
        }
        tell_buffers(&sockets[0].udp);
        Ok(Sockets { sockets, first: 0 })
    }

    /// The addresses to put in answers.
    pub(super) fn addrs(&self) -> Arc<[SocketAddr]> {
        let there = self.sockets.iter().filter(|socket| socket.is_there);
        there.map(|socket| socket.addr).collect()
    }

    /// The machine has these addresses now: open the port on the new ones. Sockets of addresses
    /// that went stay for the sessions on them, in case the addresses come back.
    pub(super) fn follow(&mut self, ips: &[IpAddr]) {
        let Some(port) = self.sockets.first().map(|socket| socket.addr.port()) else {
            return;
        };
        for socket in &mut self.sockets {
            socket.is_there = ips.contains(&socket.addr.ip());
        }
        for ip in ips {
            if self.sockets.iter().any(|socket| socket.addr.ip() == *ip) {
                continue;
            }
            let addr = SocketAddr::new(*ip, port);
            match open_own(addr) {
                Ok(Some(socket)) => {
                    tracing::info!(%addr, "media port open on a new address");
                    self.sockets.push(socket);
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%addr, %error, "new address left out"),
            }
        }
        let mut former = self.sockets.iter().filter(|socket| !socket.is_there).count();
        self.sockets.retain(|socket| {
            let is_kept = socket.is_there || former <= FORMER_MAX;
            former -= usize::from(!is_kept);
            is_kept
        });
    }

    /// Wait for a datagram on any socket. Dropping the future early loses no datagram.
    pub(super) async fn receive(&mut self, buffer: &mut [u8]) -> Arrival {
        poll_fn(|context| {
            for step in 0..self.sockets.len() {
                let index = (self.first + step) % self.sockets.len();
                let socket = &self.sockets[index];
                let mut read = ReadBuf::new(buffer);
                match socket.udp.poll_recv_from(context, &mut read) {
                    Poll::Ready(Ok(source)) => {
                        self.first = index + 1;
                        let bytes = read.filled().len();
                        return Poll::Ready(Arrival { bytes, source, destination: socket.addr });
                    }
                    // The error of an earlier send (ICMP). Reading it clears it.
                    Poll::Ready(Err(error)) => {
                        tracing::debug!(addr = %socket.addr, %error, "socket error");
                        context.waker().wake_by_ref();
                    }
                    Poll::Pending => {}
                }
            }
            Poll::Pending
        })
        .await
    }

    /// Send a datagram. If the system cannot take it right now, it is dropped, as the network would
    /// do.
    pub(super) fn send(&self, source: SocketAddr, destination: SocketAddr, contents: &[u8]) {
        let Some(socket) = self.sockets.iter().find(|socket| socket.addr == source) else {
            tracing::debug!(%source, "no socket has this address");
            return;
        };
        if let Err(error) = socket.udp.try_send_to(contents, destination) {
            tracing::debug!(%destination, %error, "datagram dropped");
        }
    }
}

fn open_all(
    port: u16,
    ips: &[IpAddr],
    open: fn(SocketAddr) -> io::Result<Option<Socket>>,
) -> Result<Vec<Socket>, (SocketAddr, io::Error)> {
    let mut port = port;
    let mut sockets = Vec::with_capacity(ips.len());
    for ip in ips {
        let addr = SocketAddr::new(*ip, port);
        if let Some(socket) = open(addr).map_err(|error| (addr, error))? {
            port = socket.addr.port();
            sockets.push(socket);
        }
    }
    Ok(sockets)
}

/// Open an address of this machine; `None` if it went away meanwhile.
fn open_own(addr: SocketAddr) -> io::Result<Option<Socket>> {
    match bind(addr) {
        Err(error) if error.kind() == io::ErrorKind::AddrNotAvailable => {
            tracing::warn!(%addr, %error, "address left out");
            Ok(None)
        }
        result => {
            let udp = result?;
            Ok(Some(Socket { addr: named(addr, &udp)?, udp, is_there: true }))
        }
    }
}

/// Open an address that peers use, whether or not it is this machine's.
fn open_public(addr: SocketAddr) -> io::Result<Option<Socket>> {
    let any: IpAddr = match addr {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let udp = match bind(addr) {
        Err(error) if error.kind() == io::ErrorKind::AddrNotAvailable => {
            bind(SocketAddr::new(any, addr.port()))?
        }
        result => result?,
    };
    Ok(Some(Socket { addr: named(addr, &udp)?, udp, is_there: true }))
}

fn bind(addr: SocketAddr) -> io::Result<UdpSocket> {
    let udp = std::net::UdpSocket::bind(addr)?;
    udp.set_nonblocking(true)?;
    let socket = SockRef::from(&udp);
    // The system caps this at its configured maximum.
    let set = socket.set_recv_buffer_size(BUFFER_BYTES);
    if let Err(error) = set.and(socket.set_send_buffer_size(BUFFER_BYTES)) {
        tracing::debug!(%addr, %error, "socket buffers stay as they are");
    }
    UdpSocket::from_std(udp)
}

/// Log the granted buffer sizes once. Linux reports twice what was requested; `net.core.rmem_max`
/// and `net.core.wmem_max` limit it.
fn tell_buffers(udp: &UdpSocket) {
    let socket = SockRef::from(udp);
    if let (Ok(receive_bytes), Ok(send_bytes)) =
        (socket.recv_buffer_size(), socket.send_buffer_size())
    {
        let is_enough = receive_bytes.min(send_bytes) >= BUFFER_BYTES;
        tracing::info!(receive_bytes, send_bytes, is_enough, "media sockets' buffers");
    }
}

/// The address that was asked for, with the port the system chose.
fn named(addr: SocketAddr, udp: &UdpSocket) -> io::Result<SocketAddr> {
    Ok(SocketAddr::new(addr.ip(), udp.local_addr()?.port()))
}

fn is_taken(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AddrInUse
}

/// The addresses at which others may reach this machine; loopback only if there is nothing else.
/// `None` if the system does not report them.
pub(super) fn own_ips() -> Option<Vec<IpAddr>> {
    let interfaces = if_addrs::get_if_addrs().inspect_err(|error| {
        tracing::warn!(%error, "addresses of this machine not found out");
    });
    let mut ips: Vec<IpAddr> = interfaces
        .ok()?
        .into_iter()
        .filter(|interface| interface.is_oper_up() && !interface.is_loopback())
        .map(|interface| interface.ip())
        .filter(|ip| !is_link_local(ip))
        .collect();
    ips.sort();
    ips.dedup();
    Some(if ips.is_empty() { loopback() } else { ips })
}

fn loopback() -> Vec<IpAddr> {
    vec![Ipv4Addr::LOCALHOST.into()]
}

fn is_link_local(ip: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_port_serves_several_addresses_and_knows_which() {
        let ips = ["127.0.0.1", "127.0.0.2"].map(|ip| ip.parse().unwrap());
        let mut sockets = Sockets::open(0, &ips).unwrap();
        let addrs = sockets.addrs();
        assert_eq!(addrs.iter().map(SocketAddr::ip).collect::<Vec<_>>(), ips);
        assert_eq!(addrs[0].port(), addrs[1].port());
        let peer = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let mut buffer = [0; 16];
        for addr in addrs.iter().copied() {
            peer.send_to(b"hello", addr).await.unwrap();
            let arrival = sockets.receive(&mut buffer).await;
            assert_eq!((arrival.destination, arrival.bytes), (addr, 5));
            assert_eq!(arrival.source, peer.local_addr().unwrap());
        }
    }

    #[tokio::test]
    async fn a_public_address_of_another_machine_is_named_but_not_bound() {
        let public: IpAddr = "203.0.113.7".parse().unwrap();
        let sockets = Sockets::open(0, &[public]).unwrap();
        let addr = sockets.addrs()[0];
        assert_eq!(addr.ip(), public);
        assert_ne!(addr.port(), 0);
        assert!(sockets.sockets[0].udp.local_addr().unwrap().ip().is_unspecified());
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_an_error_with_its_address() {
        let first = Sockets::open(0, &[Ipv4Addr::LOCALHOST.into()]).unwrap();
        let addr = first.addrs()[0];
        let Err(error) = Sockets::open(addr.port(), &[addr.ip()]) else { panic!("opened twice") };
        assert!(error.to_string().contains(&addr.to_string()), "{error}");
    }
    #[tokio::test]
    async fn the_port_follows_the_machines_addresses() {
        let [one, two] = ["127.0.0.1", "127.0.0.2"].map(|ip| ip.parse::<IpAddr>().unwrap());
        let mut sockets = Sockets::open(0, &[one]).unwrap();
        let port = sockets.addrs()[0].port();
        sockets.follow(&[two]);
        assert_eq!(*sockets.addrs(), [SocketAddr::new(two, port)]);
        let peer = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let mut buffer = [0; 16];
        for ip in [one, two] {
            peer.send_to(b"hello", (ip, port)).await.unwrap();
            let arrival = sockets.receive(&mut buffer).await;
            assert_eq!(arrival.destination, SocketAddr::new(ip, port));
        }
        sockets.follow(&[one]);
        assert_eq!(*sockets.addrs(), [SocketAddr::new(one, port)], "it is back");
        sockets.follow(&["203.0.113.7".parse().unwrap(), one]);
        assert_eq!(*sockets.addrs(), [SocketAddr::new(one, port)], "not this machine's");
        for last in 3..=100 {
            sockets.follow(&[IpAddr::from([127, 0, 0, last])]);
        }
        assert_eq!(sockets.sockets.len(), 1 + FORMER_MAX);
    }
}
