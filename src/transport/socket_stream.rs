//! The lowest layer of a connection: its socket as a byte stream. The socket is registered with no reactor. A read or
//! write that would block is `Pending`, and the thread that drives the connection then waits for the socket itself:
//! first in a short sleep in `recv`, then in `poll`.

use super::system::{self, Descriptor};
use crate::sync::Mutex;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How many reads in a row may find something, about a megabyte. Without this limit, a server that sends faster
/// than its messages are taken would keep the thread that drives the connection from looking at its deadline.
const READS_IN_A_ROW: u32 = 32;
/// How much is read at once while large messages arrive.
const BULK: usize = 64 * 1024;
/// Where the layer above leaves less room than this, which it does now and then, more is read than it asks for. The
/// rest of a small reply would take another system call.
const LITTLE: usize = 1024;
/// How much the layer above asks for at once. It keeps a buffer of this size for each connection and clears it for
/// each read, so it is small.
pub const READ_CHUNK: usize = 4 * 1024;
/// How much a short sleep reads: what allocators have at hand. Most replies of small operations are shorter.
const FIRST: usize = 1024;
/// The longest [short sleep](Link::sleep_shortly). The kernel rounds it up to its clock's ticks.
pub const SHORT_SLEEP: Duration = Duration::from_millis(10);
/// A wait that has less time than this does without a short sleep, so that it ends in time.
const TIME_FOR_IT: Duration = Duration::from_millis(30);

/// A connection's socket, and what a thread needs to wait for it.
#[derive(Debug)]
pub struct Link {
    pub descriptor: Descriptor,
    can_sleep: bool,
    /// What a short sleep has found, until the stream reads it.
    found: Mutex<Option<io::Result<Vec<u8>>>>,
    /// The last read found less than it had room for. Another read would find nothing before the next sleep.
    is_dry: AtomicBool,
    /// A read was `Pending` since the last [`look_again`](Self::look_again).
    reads: AtomicBool,
    /// The same of a write.
    writes: AtomicBool,
    /// What is written now goes out with the connection's end, in one packet.
    is_ending: AtomicBool,
}

impl Link {
    pub fn new(descriptor: Descriptor) -> Arc<Link> {
        Arc::new(Link {
            can_sleep: system::let_sleep(&descriptor, SHORT_SLEEP).is_ok(),
            descriptor,
            found: Mutex::new(None),
            // A server sends nothing before it has been asked.
            is_dry: AtomicBool::new(true),
            reads: AtomicBool::new(false),
            writes: AtomicBool::new(false),
            is_ending: AtomicBool::new(false),
        })
    }

    /// Says whether [`Descriptor::end`] follows the next write. What is written then waits for it in the kernel.
    pub fn ends_with_next_write(&self, is_ending: bool) {
        self.is_ending.store(is_ending, Ordering::Relaxed);
    }

    /// To be called when `poll` has reported the socket, or a short sleep has found something: reads and writes are
    /// tried again.
    pub fn look_again(&self) {
        self.is_dry.store(false, Ordering::Relaxed);
        self.reads.store(false, Ordering::Relaxed);
        self.writes.store(false, Ordering::Relaxed);
    }

    /// Is there time for a short sleep?
    pub fn has_time(&self, limit: Option<Duration>) -> bool {
        self.can_sleep && limit.is_none_or(|limit| limit >= TIME_FOR_IT)
    }

    /// Sleeps in `recv` until something arrives, for [`SHORT_SLEEP`] at most; false when nothing has come. What has come
    /// is kept for the stream to read. No other thread can end the sleep, and cancelling the thread does not.
    ///
    /// It is one system call where `poll` and a read are two, and `poll` has to set a timer and look at a waker as well.
    /// Most replies come in this time.
    pub fn sleep_shortly(&self) -> bool {
        if self.found.lock().is_some() {
            return true;
        }
        let mut bytes = Vec::with_capacity(FIRST);
        let found = match system::recv_or_sleep(&self.descriptor, &mut bytes) {
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
                return false;
            }
            found => found,
        };
        *self.found.lock() = Some(found.map(|_| bytes));
        true
    }

    /// The events to `poll` for: those that a read or write has waited for since.
    pub fn awaited(&self) -> libc::c_short {
        let of = |flag: &AtomicBool, event| match flag.load(Ordering::Relaxed) {
            true => event,
            false => 0,
        };
        match of(&self.reads, libc::POLLIN) | of(&self.writes, libc::POLLOUT) {
            0 => libc::POLLIN,
            events => events,
        }
    }
}

pub struct SocketStream {
    link: Arc<Link>,
    /// Bytes that were read and not asked for yet.
    ahead: Vec<u8>,
    taken: usize,
    /// A large message is arriving: [`BULK`] bytes are read at once.
    in_bulk: bool,
    /// Reads in a row that found something.
    reads: u32,
}

impl SocketStream {
    pub fn new(link: Arc<Link>) -> SocketStream {
        SocketStream {
            link,
            ahead: Vec::new(),
            taken: 0,
            in_bulk: false,
            reads: 0,
        }
    }

    fn read(&mut self, buf: &mut ReadBuf<'_>) -> io::Result<()> {
        let found = self.link.found.lock().take();
        if let Some(found) = found {
            self.ahead = found?;
            self.in_bulk &= self.ahead.len() >= FIRST;
            self.note_read(self.ahead.len(), FIRST);
            self.hand_out(buf);
            return Ok(());
        }
        let socket = &self.link.descriptor;
        let room = buf.remaining();
        let (little, most) = match self.in_bulk {
            true => (BULK, BULK),
            false => (LITTLE, READ_CHUNK),
        };
        if room < little {
            self.ahead.reserve_exact(most);
            let n = system::recv_more(socket, &mut self.ahead);
            if let Ok(n) = n {
                self.in_bulk = n >= READ_CHUNK;
                self.note_read(n, self.ahead.capacity());
            }
            self.hand_out(buf);
            n.map(drop)
        } else {
            let n = system::recv_into(socket, buf)?;
            self.in_bulk = n == room;
            self.note_read(n, room);
            Ok(())
        }
    }

    /// So much was read where there was so much room.
    fn note_read(&self, n: usize, room: usize) {
        let is_dry = 0 < n && n < room;
        self.link.is_dry.store(is_dry, Ordering::Relaxed);
    }

    fn hand_out(&mut self, buf: &mut ReadBuf<'_>) {
        let rest = &self.ahead[self.taken..];
        let n = rest.len().min(buf.remaining());
        buf.put_slice(&rest[..n]);
        self.taken += n;
        if self.taken == self.ahead.len() {
            // An idle connection keeps none.
            self.ahead = Vec::new();
            self.taken = 0;
        }
    }
}

impl AsyncRead for SocketStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.ahead.is_empty() {
            self.hand_out(buf);
            return Poll::Ready(Ok(()));
        }
        if self.reads < READS_IN_A_ROW && !self.link.is_dry.load(Ordering::Relaxed) {
            self.reads += 1;
            match self.read(buf) {
                Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
        }
        self.reads = 0;
        self.link.reads.store(true, Ordering::Relaxed);
        Poll::Pending
    }
}

impl AsyncWrite for SocketStream {
    /// Writes one buffer. A vectored write, which is not overridden here, would need another system call.
    fn poll_write(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let more = self.link.is_ending.load(Ordering::Relaxed);
        match system::send(&self.link.descriptor, buf, more) {
            Err(e) if e.kind() == ErrorKind::WouldBlock => {
                self.link.writes.store(true, Ordering::Relaxed);
                Poll::Pending
            }
            done => Poll::Ready(done),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Does nothing: the connection's end closes the descriptor, and with it both directions.
    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::system;
    use super::*;
    use futures_util::task::noop_waker_ref;
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};

    fn connected() -> (TcpStream, Arc<Link>, SocketStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = system::connect(listener.local_addr().unwrap(), true).unwrap();
        let (server, _) = listener.accept().unwrap();
        let link = Link::new(socket);
        (server, link.clone(), SocketStream::new(link))
    }

    fn wait(link: &Link) {
        let mut entry = [system::interest(link.descriptor.fd(), link.awaited())];
        crate::cancellation::wait_for(&mut entry, None).unwrap();
        link.look_again();
    }

    fn sleep_or_wait(link: &Link) {
        match link.sleep_shortly() {
            true => link.look_again(),
            false => wait(link),
        }
    }

    /// Everything up to the end of the stream, so much at a time at the most.
    fn read_all(
        link: &Link,
        stream: &mut SocketStream,
        most: usize,
        wait: impl Fn(&Link),
    ) -> Vec<u8> {
        let (mut all, mut part) = (Vec::new(), vec![0; most]);
        loop {
            let mut buf = ReadBuf::new(&mut part);
            let mut cx = Context::from_waker(noop_waker_ref());
            match Pin::new(&mut *stream).poll_read(&mut cx, &mut buf) {
                Poll::Pending => wait(link),
                Poll::Ready(done) => {
                    done.unwrap();
                    if buf.filled().is_empty() {
                        return all;
                    }
                    all.extend_from_slice(buf.filled());
                }
            }
        }
    }

    #[test]
    fn all_comes_in_its_order() {
        let sent: Vec<u8> = (0..3_000_000u32).map(|n| (n >> 3) as u8).collect();
        let ways: [fn(&Link); 2] = [wait, sleep_or_wait];
        for (most, wait) in [1000, READ_CHUNK, BULK, 1 << 20]
            .map(|most| ways.map(|w| (most, w)))
            .concat()
        {
            let (mut server, link, mut stream) = connected();
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    // In parts of all sizes, then the end.
                    let (small, large) = sent.split_at(10_000);
                    small
                        .chunks(700)
                        .for_each(|part| server.write_all(part).unwrap());
                    server.write_all(large).unwrap();
                    drop(server);
                });
                assert!(read_all(&link, &mut stream, most, wait) == sent, "{most}");
                assert_eq!(stream.ahead.capacity(), 0);
            });
        }
    }

    #[test]
    fn a_short_sleep_finds_bytes_the_end_and_errors() {
        let (mut server, link, mut stream) = connected();
        assert!(!link.sleep_shortly());
        server.write_all(b"first").unwrap();
        assert!(link.sleep_shortly());
        // What it has found is not overtaken.
        server.write_all(b", second").unwrap();
        assert!(link.sleep_shortly());
        drop(server);
        link.look_again();
        assert_eq!(
            read_all(&link, &mut stream, 100, sleep_or_wait),
            b"first, second"
        );

        let (server, link, mut stream) = connected();
        let _ =
            Pin::new(&mut stream).poll_write(&mut Context::from_waker(noop_waker_ref()), b"unread");
        std::thread::sleep(Duration::from_millis(1));
        // Closed with unread bytes: a reset.
        drop(server);
        assert!(link.sleep_shortly());
        link.look_again();
        let mut part = [0; 10];
        let read = Pin::new(&mut stream).poll_read(
            &mut Context::from_waker(noop_waker_ref()),
            &mut ReadBuf::new(&mut part),
        );
        match read {
            Poll::Ready(Err(e)) => assert_eq!(e.kind(), ErrorKind::ConnectionReset),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_does_not_fit_is_waited_for() {
        let (mut server, link, mut stream) = connected();
        let sent = vec![7; 20 << 20];
        let reader = std::thread::spawn(move || {
            let mut all = Vec::new();
            server.read_to_end(&mut all).map(|_| all).unwrap()
        });
        let (mut rest, mut waits) = (&sent[..], 0);
        while !rest.is_empty() {
            let mut cx = Context::from_waker(noop_waker_ref());
            match Pin::new(&mut stream).poll_write(&mut cx, rest) {
                Poll::Ready(n) => rest = &rest[n.unwrap()..],
                Poll::Pending => {
                    assert_eq!(link.awaited(), libc::POLLOUT);
                    wait(&link);
                    waits += 1;
                }
            }
        }
        drop((link, stream));
        assert!(reader.join().unwrap() == sent);
        assert!(waits > 0);
    }
}
