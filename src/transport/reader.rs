//! The two sides of a connection's socket: the callers, who write, and the reader, which matches replies
//! with those who wait for them.

use super::drive;
use super::failure;
use super::outbox;
use super::pending::{next_request_id, Pending, Reply, Taker};
use super::socket::WebSocket;
use crate::config::Endpoint;
use crate::error::{codes, Error, Result};
use crate::protocol::reply::{BinaryReply, Interface, JsonReply};
use crate::protocol::request::{self, Request};
use crate::sync::Mutex;
use futures_util::task::{noop_waker_ref, AtomicWaker};
use futures_util::{Sink, Stream};
use once_cell::sync::OnceCell;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio_tungstenite::tungstenite::{self, Message};

/// What the reader task shares with the callers.
pub struct Shared {
    interface: Interface,
    /// Held while a message is copied into or out of the socket's buffers, never over a wait.
    socket: Mutex<WebSocket>,
    pub pending: Mutex<Pending>,
    /// Something is in the socket's buffer that the kernel did not take yet.
    unflushed: AtomicBool,
    reader: AtomicWaker,
    /// How often the reader had its turn.
    turns: AtomicU64,
    /// Why the connection ended.
    ended: OnceCell<Error>,
    without_descriptor: AtomicBool,
}

impl Shared {
    pub fn new(interface: Interface, socket: WebSocket) -> Shared {
        Shared {
            interface,
            socket: Mutex::new(socket),
            pending: Mutex::default(),
            unflushed: AtomicBool::new(false),
            reader: AtomicWaker::new(),
            turns: AtomicU64::new(0),
            ended: OnceCell::new(),
            without_descriptor: AtomicBool::new(false),
        }
    }

    /// Why the connection ended.
    pub fn ended(&self) -> Option<&Error> {
        self.ended.get()
    }

    /// How often the reader had its turn.
    pub fn turns(&self) -> u64 {
        self.turns.load(Ordering::Relaxed)
    }

    /// Puts a message into the socket and hands the kernel what it takes at once.
    pub fn write(&self, request: Request) -> Result<()> {
        drive::with_thread_locals(|| self.write_here(request))
    }

    fn write_here(&self, request: Request) -> Result<()> {
        let mut socket = self.socket.lock();
        let mut socket = Pin::new(&mut *socket);
        let mut cx = Context::from_waker(noop_waker_ref());
        let message = match request {
            Request::Text(text) => Some(Message::text(text)),
            Request::Binary(bytes) if bytes.len() < outbox::LARGE => Some(Message::binary(bytes)),
            // Only when nothing is before it.
            Request::Binary(bytes) => match socket.as_mut().poll_flush(&mut cx) {
                Poll::Ready(Ok(())) => {
                    socket.as_mut().get_mut().get_mut().push(bytes);
                    None
                }
                _ => Some(Message::binary(bytes)),
            },
        };
        let started = match message {
            Some(message) => socket.as_mut().start_send(message),
            None => Ok(()),
        };
        let written = started.and_then(|()| match socket.poll_flush(&mut cx) {
            Poll::Ready(done) => done,
            Poll::Pending => {
                // The reader goes on with it when the socket is writable again.
                self.unflushed.store(true, Ordering::Release);
                self.reader.wake();
                Ok(())
            }
        });
        written.map_err(|e| {
            let error = broken(&e);
            match &e {
                tungstenite::Error::Io(e) if e.raw_os_error() == Some(libc::EBADF) => {
                    self.end_without_descriptor();
                }
                _ => self.end(error.clone()),
            }
            error
        })
    }

    /// The connection is over: everybody who waits gets this error, and every later call.
    pub fn end(&self, why: Error) {
        self.tell_ended(why);
        self.reader.wake();
    }

    /// As [`end`](Self::end), when the program has closed the descriptor: the runtime's are closed
    /// too, most likely, and its reader cannot be woken.
    pub fn end_without_descriptor(&self) {
        self.without_descriptor.store(true, Ordering::Release);
        self.tell_ended(Error::with(
            codes::CONNECTION_BROKEN,
            format_args!("the program has closed the connection's descriptor{UNSURE}"),
        ));
    }

    pub fn is_without_descriptor(&self) -> bool {
        self.without_descriptor.load(Ordering::Acquire)
    }

    fn tell_ended(&self, why: Error) {
        let _ = self.ended.set(why);
        if let Some(why) = self.ended.get() {
            let takers = self.pending.lock().take_all();
            for taker in takers {
                taker.complete(Err(why.clone()));
            }
        }
    }

    /// Says good-bye.
    pub fn poll_close(&self, cx: &mut Context<'_>) -> Poll<tungstenite::Result<()>> {
        let mut socket = self.socket.lock();
        Sink::<Message>::poll_close(Pin::new(&mut *socket), cx)
    }

    /// Hands a reply to its taker, whom `find` takes out of the table.
    fn deliver(&self, find: impl FnOnce(&mut Pending) -> Option<Taker>, reply: Reply) {
        let mut pending = self.pending.lock();
        let taker = find(&mut pending);
        let unclaimed = if let Some(sleeper @ Taker::Sleeper(_)) = taker {
            // Under the lock: who finds no entry for a ticket must find the reply in it.
            let unclaimed = sleeper.complete(Ok(reply));
            drop(pending);
            unclaimed
        } else {
            drop(pending);
            // Without a taker it answers nobody's question: not ours, or given twice.
            taker.and_then(|taker| taker.complete(Ok(reply)))
        };
        if let Some(reply) = unclaimed {
            self.clean_up(&reply);
        }
    }

    /// Frees the result that a reply nobody takes has opened or keeps open on the server.
    pub fn clean_up(&self, reply: &Reply) {
        if self.interface == Interface::Consumer {
            // Its messages go with the next poll.
            return;
        }
        let result = match reply {
            Reply::Json(json) if json.code == 0 && !json.completed => json.id,
            Reply::Fetch(fetch) if fetch.block.is_some() => fetch.result_id,
            Reply::Block { result_id, .. } => *result_id,
            _ => 0,
        };
        if result != 0 {
            let _ = self.write(request::free_result(next_request_id(), result));
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

/// What a lost connection means to a program that has asked something.
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

/// Sees to it that nobody waits for a reader that is not there.
struct Reader(Arc<Shared>);

impl Drop for Reader {
    fn drop(&mut self) {
        // Only when it ended without a word: by a panic, or with its runtime.
        self.0.end(Error::new(codes::CONNECTION_BROKEN));
    }
}

/// Reads until the connection ends, and says why it did.
pub async fn read_replies(shared: Arc<Shared>, endpoint: Endpoint) {
    let _reader = Reader(shared.clone());
    let why = loop {
        let next = std::future::poll_fn(|cx| {
            shared.turns.fetch_add(1, Ordering::Relaxed);
            shared.reader.register(cx.waker());
            if shared.ended.get().is_some() {
                return Poll::Ready(None);
            }
            let mut socket = shared.socket.lock();
            let mut socket = Pin::new(&mut *socket);
            if shared.unflushed.load(Ordering::Acquire) {
                match Sink::<Message>::poll_flush(socket.as_mut(), cx) {
                    Poll::Ready(Ok(())) => shared.unflushed.store(false, Ordering::Release),
                    Poll::Ready(Err(e)) => return Poll::Ready(Some(Err(e))),
                    Poll::Pending => {}
                }
            }
            match socket.as_mut().poll_next(cx) {
                // Writes what reading has queued: the answer to a ping.
                Poll::Ready(Some(Ok(m @ Message::Ping(_)))) => {
                    if Sink::<Message>::poll_flush(socket, cx).is_pending() {
                        shared.unflushed.store(true, Ordering::Release);
                    }
                    Poll::Ready(Some(Ok(m)))
                }
                other => other,
            }
        })
        .await;
        match next {
            Some(Ok(message)) => {
                if let Err(e) = shared.take_message(message) {
                    break e;
                }
            }
            Some(Err(e)) => break broken(&e),
            None => break closed_by_server(),
        }
    };
    let why = match why.message {
        Some(text) => Error {
            code: why.code,
            message: Some(format!("{text} ({endpoint})").into()),
        },
        None => why,
    };
    if shared.ended.get().is_none() {
        tracing::warn!(%endpoint, error = %why, "connection lost");
    }
    shared.end(why);
}
