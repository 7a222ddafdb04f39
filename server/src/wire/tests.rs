//! The writing half of a link, over a local connection.

use super::*;
use socket2::SockRef;
use tokio::io::AsyncReadExt;
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::{Duration, sleep_until};

pub(crate) const LIMITS: QueueLimits = QueueLimits { commands: 64, bytes: 64 * 1_024 };

/// Both ends of a link.
pub(crate) struct Ends {
    pub(crate) wire: Arc<Wire>,
    pub(crate) client: TcpStream,
    reading: OwnedReadHalf,
}

/// A link whose system buffers hold hardly anything.
pub(crate) async fn ends(limits: QueueLimits) -> Ends {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(2_048).unwrap();
    let client = socket.connect(listener.local_addr().unwrap()).await.unwrap();
    let (server, _) = listener.accept().await.unwrap();
    SockRef::from(&server).set_send_buffer_size(2_048).unwrap();
    let (reading, writing) = server.into_split();
    Ends { wire: Arc::new(Wire::new(writing, limits)), client, reading }
}

/// A command whose bytes all carry its number.
fn frames(number: u8) -> LinkCommand {
    LinkCommand::Frames(vec![number; 1_000 + usize::from(number)].into())
}

/// What the client receives of this many commands in order.
fn all(count: u8) -> Vec<u8> {
    (0..count).flat_map(|number| vec![number; 1_000 + usize::from(number)]).collect()
}

impl Ends {
    fn is_woken(&self) -> bool {
        let woken = std::pin::pin!(self.wire.woken.notified());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        woken.poll(&mut context).is_ready()
    }

    /// Deliver numbered frames until one has to wait. Returns how many.
    fn fill(&self) -> u8 {
        for number in 0..=u8::MAX {
            self.wire.deliver(&frames(number));
            if !self.wire.lock().queue.is_empty() {
                return number + 1;
            }
        }
        panic!("the system takes everything");
    }
}

/// Write like a link's task until there is something else to do.
async fn write_all(wire: &Wire) -> Next {
    loop {
        match wire.write() {
            Next::Blocked { .. } => wire.changed().await,
            next => return next,
        }
    }
}

#[tokio::test]
async fn what_the_client_takes_at_once_wakes_no_task() {
    let mut ends = ends(LIMITS).await;
    ends.wire.deliver(&frames(0));
    assert!(!ends.is_woken());
    assert_eq!(ends.wire.write(), Next::Wait);
    let mut got = vec![0; 1_000];
    ends.client.read_exact(&mut got).await.unwrap();
    assert_eq!(got, all(1));
}

#[tokio::test]
async fn what_waits_goes_out_in_order_and_whole() {
    let mut ends = ends(LIMITS).await;
    let count = ends.fill() + 20;
    assert!(ends.is_woken());
    for number in count - 20..count {
        ends.wire.deliver(&frames(number));
    }
    assert!(matches!(ends.wire.write(), Next::Blocked { .. }));
    let mut got = vec![0; all(count).len()];
    let read = ends.client.read_exact(&mut got);
    let (next, read) = tokio::join!(write_all(&ends.wire), read);
    read.unwrap();
    assert_eq!(next, Next::Wait);
    assert!(got == all(count));
    ends.wire.deliver(&frames(0));
    assert_eq!(ends.wire.write(), Next::Wait, "again without waiting");
}

#[tokio::test]
async fn nothing_overtakes_what_waits_though_the_client_takes_more_by_now() {
    let mut ends = ends(LIMITS).await;
    let count = ends.fill() + 1;
    let mut got = vec![0; all(count).len()];
    let (read, rest) = got.split_at_mut(all(count - 2).len());
    ends.client.read_exact(read).await.unwrap();
    ends.wire.half.writable().await.unwrap();
    ends.wire.deliver(&frames(count - 1));
    let (next, read) = tokio::join!(write_all(&ends.wire), ends.client.read_exact(rest));
    read.unwrap();
    assert_eq!(next, Next::Wait);
    assert!(got == all(count));
}

#[tokio::test]
async fn the_task_is_told_of_each_frame_that_begins() {
    let ends = ends(LIMITS).await;
    let count = ends.fill();
    for number in count..count + 9 {
        ends.wire.deliver(&frames(number));
        let Next::Blocked { done, bytes } = ends.wire.write() else { panic!("not blocked") };
        // The system may take another frame later.
        assert_eq!(bytes, 999 + usize::from(count) + done as usize);
    }
}

#[tokio::test]
async fn who_reads_nothing_is_cut_after_a_whole_frame_and_hears_why() {
    let mut ends = ends(QueueLimits { commands: 3, ..LIMITS }).await;
    let mut count = ends.fill();
    while let Next::Blocked { .. } = ends.wire.write() {
        ends.wire.deliver(&frames(count));
        count += 1;
    }
    assert_eq!(ends.wire.write(), Next::Overflowed);
    assert!(ends.wire.lock().queue.done() < 9, "the system does not take everything");
    let last = b"last";
    let mut got = Vec::new();
    tokio::join!(
        async {
            ends.wire.finish(Bytes::from_static(last)).await;
            ends.wire.deliver(&frames(0));
            drop(ends.wire);
            drop(ends.reading);
        },
        async { ends.client.read_to_end(&mut got).await.unwrap() }
    );
    let begun = got.len() - last.len();
    assert_eq!(&got[begun..], last);
    let whole = (count - 6..count).any(|count| got[..begun] == all(count));
    assert!(whole, "{begun} bytes of {count} frames");
}

#[tokio::test]
async fn nothing_goes_out_while_a_link_is_silent() {
    let mut ends = ends(LIMITS).await;
    let until = Instant::now() + Duration::from_millis(20);
    ends.wire.deliver(&LinkCommand::FallSilent(until));
    ends.wire.deliver(&frames(0));
    if Instant::now() < until {
        assert_eq!(ends.client.try_read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    }
    sleep_until(until.into()).await;
    assert_eq!(ends.wire.write(), Next::Wait);
    let mut got = vec![0; 1_000];
    ends.client.read_exact(&mut got).await.unwrap();
}

#[tokio::test]
async fn a_link_is_closed_after_all_that_came_before() {
    let mut ends = ends(LIMITS).await;
    let count = ends.fill();
    ends.wire.deliver(&LinkCommand::Close(CloseCode::GOING_AWAY, "why".to_owned()));
    ends.wire.deliver(&frames(9));
    let mut got = vec![0; all(count).len()];
    let (next, read) = tokio::join!(write_all(&ends.wire), ends.client.read_exact(&mut got));
    read.unwrap();
    assert_eq!(next, Next::Close(CloseCode::GOING_AWAY, "why".to_owned()));
    assert!(got == all(count));
}

#[tokio::test]
async fn a_link_that_nobody_holds_ends_once_all_is_out() {
    let mut ends = ends(LIMITS).await;
    let writer = Writer::new(&ends.wire);
    let count = ends.fill();
    assert!(ends.is_woken());
    drop(writer);
    assert!(ends.is_woken());
    let mut got = vec![0; all(count).len()];
    let (next, read) = tokio::join!(write_all(&ends.wire), ends.client.read_exact(&mut got));
    read.unwrap();
    assert_eq!(next, Next::Gone);
    assert!(got == all(count));
}

#[tokio::test]
async fn a_connection_ends_with_its_task_whoever_else_holds_the_link() {
    let mut ends = ends(LIMITS).await;
    let writer = Writer::new(&ends.wire);
    drop((ends.wire, ends.reading));
    writer.deliver(&frames(0));
    assert_eq!(ends.client.read(&mut [0; 8]).await.unwrap(), 0);
}
