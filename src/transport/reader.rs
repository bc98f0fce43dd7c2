//! Writing requests to a connection's socket, and reading replies from it: each reply is handed to whoever waits
//! for it.

use super::failure;
use super::large_messages;
use super::lead::{Interrupted, Lead};
use super::pending::{next_request_id, Pending, Reply, Taker};
use super::socket::WebSocket;
use super::socket_stream::{Link, SHORT_SLEEP};
use super::system;
use super::thread_locals;
use super::watcher;
use crate::cancellation;
use crate::config::Endpoint;
use crate::error::{codes, Error, Result};
use crate::protocol::reply::{BinaryReply, Interface, JsonReply};
use crate::protocol::request::{self, Request};
use crate::sync::Mutex;
use futures_util::task::noop_waker_ref;
use futures_util::{Sink, Stream};
use once_cell::sync::OnceCell;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;
use tokio_tungstenite::tungstenite::{self, Message};

/// The part of a connection that its callers and the thread that drives it share.
pub struct Shared {
    interface: Interface,
    endpoint: Endpoint,
    pub link: Arc<Link>,
    /// Held while a message is copied into or out of the socket's buffers, never over a wait.
    socket: Mutex<WebSocket>,
    pub pending: Mutex<Pending>,
    pub lead: Lead,
    pub watch: watcher::Watch,
    /// Bytes are in the WebSocket layer's buffer that the kernel has not taken yet.
    unwritten: AtomicBool,
    /// Why the connection ended.
    ended: OnceCell<Error>,
}

impl Shared {
    pub fn new(
        interface: Interface,
        endpoint: Endpoint,
        link: Arc<Link>,
        socket: WebSocket,
    ) -> Shared {
        Shared {
            interface,
            endpoint,
            watch: watcher::Watch::new(link.clone()),
            link,
            socket: Mutex::new(socket),
            pending: Mutex::default(),
            lead: Lead::default(),
            unwritten: AtomicBool::new(false),
            ended: OnceCell::new(),
        }
    }

    /// Why the connection ended.
    pub fn ended(&self) -> Option<&Error> {
        self.ended.get()
    }

    /// Are there bytes that the kernel has not taken yet?
    pub fn has_unwritten(&self) -> bool {
        self.unwritten.load(Ordering::SeqCst)
    }

    /// Writes a message, as far as the kernel takes it at once. The rest is written by the thread that drives the
    /// connection: the leader, or this thread if it is going to wait, or the watcher.
    pub fn write(&self, request: Request, is_going_to_wait: bool) -> Result<()> {
        if self.written(thread_locals::with(|| self.write_here(request)))? {
            return Ok(());
        }
        match self.lead.interrupt() {
            Interrupted::Leader => {}
            Interrupted::Sleeper => return self.write_on(),
            Interrupted::Nobody if is_going_to_wait => {}
            Interrupted::Nobody => self.watch.ask_watcher(),
        }
        Ok(())
    }

    /// Writes what is unwritten in place of a leader that sleeps shortly. When that sleep is over, the leader does it.
    fn write_on(&self) -> Result<()> {
        let until = Instant::now() + SHORT_SLEEP;
        while self.has_unwritten() && self.ended.get().is_none() {
            let left = until.saturating_duration_since(Instant::now());
            let mut room = [system::interest(self.link.descriptor.fd(), libc::POLLOUT)];
            // The functions that do not wait for the server are no cancellation points.
            if left.is_zero() || cancellation::wait_uncut(&mut room, left).is_err() {
                break;
            }
            self.written(thread_locals::with(|| {
                let mut socket = self.socket.lock();
                self.flush(Pin::new(&mut *socket))
            }))?;
        }
        Ok(())
    }

    /// Puts a message into the buffer. It goes out with the next message, or with the next wait.
    pub fn put(&self, request: Request) -> Result<()> {
        let put = thread_locals::with(|| {
            let mut socket = self.socket.lock();
            let put = Pin::new(&mut *socket).start_send(message(request));
            self.unwritten.store(true, Ordering::SeqCst);
            put
        });
        self.written(put)
    }

    /// A failed write ends the connection.
    fn written<T>(&self, written: tungstenite::Result<T>) -> Result<T> {
        if let Err(e) = &written {
            match e {
                tungstenite::Error::Io(e) if system::is_without_descriptor(e) => {
                    self.end_without_descriptor();
                }
                e => self.end(broken(e)),
            }
        }
        written.map_err(|e| broken(&e))
    }

    /// True when the kernel has taken all.
    fn write_here(&self, request: Request) -> tungstenite::Result<bool> {
        let mut socket = self.socket.lock();
        let mut socket = Pin::new(&mut *socket);
        let mut cx = Context::from_waker(noop_waker_ref());
        match request {
            // It must not overtake what is in the buffer.
            Request::Binary(bytes)
                if bytes.len() >= large_messages::LARGE
                    && matches!(socket.as_mut().poll_flush(&mut cx), Poll::Ready(Ok(()))) =>
            {
                socket.as_mut().get_mut().get_mut().push(bytes);
            }
            request => socket.as_mut().start_send(message(request))?,
        }
        self.flush(socket)
    }

    /// Writes what is in the buffer, and notes whether the kernel has taken all.
    fn flush(&self, socket: Pin<&mut WebSocket>) -> tungstenite::Result<bool> {
        let mut cx = Context::from_waker(noop_waker_ref());
        let is_all = match Sink::<Message>::poll_flush(socket, &mut cx) {
            Poll::Ready(done) => done.map(|()| true)?,
            Poll::Pending => false,
        };
        self.unwritten.store(!is_all, Ordering::SeqCst);
        Ok(is_all)
    }

    /// Ends the connection: everybody who waits gets this error, and so does every later call.
    pub fn end(&self, why: Error) {
        let _ = self.ended.set(why);
        if let Some(why) = self.ended.get() {
            let takers = self.pending.lock().take_all();
            for taker in takers {
                taker.complete(Err(why.clone()));
            }
        }
        self.unwritten.store(false, Ordering::SeqCst);
        self.lead.interrupt();
    }

    /// As [`end`](Self::end), when the program has closed the descriptor. It has most likely closed the wakers', too.
    pub fn end_without_descriptor(&self) {
        super::waker::forget();
        self.end(Error::with(
            codes::CONNECTION_BROKEN,
            format_args!("the program has closed the connection's descriptor{UNSURE}"),
        ));
    }

    /// Sends a close frame; false when the kernel does not take it now.
    pub fn say_goodbye(&self) -> bool {
        let mut socket = self.socket.lock();
        let mut cx = Context::from_waker(noop_waker_ref());
        Sink::<Message>::poll_close(Pin::new(&mut *socket), &mut cx).is_ready()
    }

    /// Hands a reply to its taker, which `find` takes out of the table.
    fn deliver(&self, find: impl FnOnce(&mut Pending) -> Option<Taker>, reply: Reply) {
        let mut pending = self.pending.lock();
        let unclaimed = match find(&mut pending) {
            Some(Taker::Sleeper(sleeper)) => {
                // Under the lock: a thread that finds no entry for its ticket relies on the reply being in it.
                let sent = sleeper.send(Ok(reply));
                drop(pending);
                match sent {
                    Ok(wake) => {
                        wake.now();
                        None
                    }
                    Err(unclaimed) => unclaimed.ok(),
                }
            }
            taker => {
                drop(pending);
                // A reply without a taker answers no request in flight, or answers one twice.
                taker.and_then(|taker| taker.complete(Ok(reply)))
            }
        };
        if let Some(reply) = unclaimed {
            self.clean_up(&reply);
        }
    }

    /// Frees a result on the server when nobody takes the reply that has opened it, or that continues it.
    pub fn clean_up(&self, reply: &Reply) {
        if self.interface == Interface::Consumer {
            // The next poll frees a consumer's messages.
            return;
        }
        let result = match reply {
            Reply::Json(json) if json.code == 0 && !json.completed => json.id,
            Reply::Fetch(fetch) if fetch.block.is_some() => fetch.result_id,
            Reply::Block { result_id, .. } => *result_id,
            _ => 0,
        };
        if result != 0 {
            let _ = self.write(request::free_result(next_request_id(), result), false);
        }
    }

    fn take_message(&self, message: Message) -> std::result::Result<(), Error> {
        match message {
            Message::Text(text) => {
                let json = JsonReply::parse(&text)?;
                let req_id = json.req_id;
                tracing::debug!(req_id, code = json.code, action = %json.action, "answered");
                self.deliver(|p| p.take(req_id), Reply::Json(json));
            }
            Message::Binary(bytes) => match BinaryReply::parse(bytes, self.interface)? {
                BinaryReply::Fetch(fetch) => {
                    let req_id = fetch.req_id;
                    tracing::debug!(req_id, code = fetch.code, "answered with a block");
                    self.deliver(|p| p.take(req_id), Reply::Fetch(fetch));
                }
                BinaryReply::Raw(raw) => {
                    let req_id = raw.req_id;
                    self.deliver(|p| p.take(req_id), Reply::Raw(raw));
                }
                BinaryReply::Block { result_id, block } => {
                    let reply = Reply::Block { result_id, block };
                    self.deliver(|p| p.take_block(result_id), reply);
                }
            },
            Message::Close(_) => return Err(closed_by_server()),
            // Pings are answered by the WebSocket layer, with the next flush.
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
        }
        Ok(())
    }
}

fn message(request: Request) -> Message {
    match request {
        Request::Text(text) => Message::text(text),
        Request::Binary(bytes) => Message::binary(bytes),
    }
}

/// Ends the error of a lost connection: what it means for a statement in flight.
pub const UNSURE: &str = "; a statement in flight may or may not have been executed";

fn closed_by_server() -> Error {
    Error::with(
        codes::CONNECTION_BROKEN,
        format_args!("the server closed the connection{UNSURE}"),
    )
}

fn broken(e: &tungstenite::Error) -> Error {
    match e {
        tungstenite::Error::ConnectionClosed
        | tungstenite::Error::AlreadyClosed
        | tungstenite::Error::Protocol(
            tungstenite::error::ProtocolError::ResetWithoutClosingHandshake,
        ) => closed_by_server(),
        other => {
            let why = failure::words(other);
            Error::with(codes::CONNECTION_BROKEN, format_args!("{why}{UNSURE}"))
        }
    }
}

impl Shared {
    /// Reads what has arrived, and writes what is unwritten. Only the leader calls it.
    pub fn read(&self) {
        // A panic is a bug of the library. It ends this connection only.
        let read = catch_unwind(AssertUnwindSafe(|| {
            thread_locals::with(|| self.read_here());
        }));
        if read.is_err() {
            self.end(Error::new(codes::CONNECTION_BROKEN));
        }
    }

    fn read_here(&self) {
        self.link.look_again();
        while self.ended.get().is_none() {
            let why = match self.next_message() {
                Poll::Pending => return,
                Poll::Ready(Some(Ok(message))) => match self.take_message(message) {
                    Ok(()) => continue,
                    Err(e) => e,
                },
                Poll::Ready(Some(Err(e))) => return self.failed(e),
                Poll::Ready(None) => closed_by_server(),
            };
            self.lost(why);
        }
    }

    fn next_message(&self) -> Poll<Option<tungstenite::Result<Message>>> {
        let mut socket = self.socket.lock();
        let mut socket = Pin::new(&mut *socket);
        if self.has_unwritten() {
            if let Err(e) = self.flush(socket.as_mut()) {
                return Poll::Ready(Some(Err(e)));
            }
        }
        let mut cx = Context::from_waker(noop_waker_ref());
        let next = socket.as_mut().poll_next(&mut cx);
        if let Poll::Ready(Some(Ok(Message::Ping(_)))) = &next {
            // Reading has queued the pong; this writes it. The next read reports an error again.
            let _ = self.flush(socket);
        }
        next
    }

    /// A read, or a look at the socket, has failed.
    pub fn failed(&self, e: tungstenite::Error) {
        match e {
            tungstenite::Error::Io(e) if system::is_without_descriptor(&e) => {
                self.end_without_descriptor();
            }
            e => self.lost(broken(&e)),
        }
    }

    fn lost(&self, why: Error) {
        let endpoint = &self.endpoint;
        let why = match why.message {
            Some(text) => Error {
                code: why.code,
                message: Some(format!("{text} ({endpoint})").into()),
            },
            None => why,
        };
        if self.ended.get().is_none() {
            tracing::warn!(%endpoint, error = %why, "connection lost");
        }
        self.end(why);
    }
}
