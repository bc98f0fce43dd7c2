//! One connection: many threads send on it, every reply finds the thread that waits for it.
//!
//! The caller writes its request itself and then blocks on the connection's own current-thread
//! runtime; the first thread to do so drives the socket for all of them, and hands the driving on
//! when its own reply has come. A task on that runtime, the reader, reads and matches.

use super::pending::{Callback, Pending, Reply, Taker};
use super::socket::{self, Opened, WebSocket};
use super::{endpoints, keeper, outbox};
use crate::config::{Endpoint, Target};
use crate::error::{codes, Error, Result};
use crate::fork;
use crate::protocol::reply::{BinaryReply, Interface, JsonReply};
use crate::protocol::request::{self, Request};
use crate::sync::Mutex;
use futures_util::task::{noop_waker_ref, AtomicWaker};
use futures_util::{Sink, Stream};
use once_cell::sync::OnceCell;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::{self, Message};

/// How long `close` gives the socket to take the close frame.
const CLOSE_GRACE: Duration = Duration::from_millis(100);

pub struct Connection {
    /// Taken when the connection is dropped.
    runtime: Option<Runtime>,
    shared: Arc<Shared>,
    endpoint: Endpoint,
    is_old: bool,
    read_timeout: Duration,
    generation: u32,
    watch: keeper::Watch,
    /// How often everything in progress was cancelled.
    cancellations: AtomicU32,
}

/// What the reader task shares with the callers.
struct Shared {
    interface: Interface,
    /// Held while a message is copied into or out of the socket's buffers, never over a wait.
    socket: Mutex<WebSocket>,
    pending: Mutex<Pending>,
    /// Something is in the socket's buffer that the kernel did not take yet.
    unflushed: AtomicBool,
    reader: AtomicWaker,
    /// How often the reader had its turn.
    turns: AtomicU64,
    /// Why the connection ended.
    ended: OnceCell<Error>,
}

/// A request that was sent and whose reply is still to be taken.
pub struct Ticket {
    req_id: u64,
    reply: oneshot::Receiver<Result<Reply>>,
}

impl Ticket {
    pub fn req_id(&self) -> u64 {
        self.req_id
    }

    /// The reply, if it has arrived; the connection need not be driven for this.
    pub fn try_take(&mut self) -> Option<Result<Reply>> {
        self.reply.try_recv().ok()
    }
}

impl Connection {
    /// Connects to the first endpoint of the target that answers. Nobody is logged in yet.
    pub fn open(target: &Target, interface: Interface) -> Result<Arc<Connection>> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            // Its threads only look names up; they need not linger.
            .thread_keep_alive(Duration::from_millis(10))
            .thread_name("taos-resolver")
            .build()
            .map_err(|e| Error::with(codes::system(e.raw_os_error().unwrap_or(0)), e))?;
        let deadline = target.connect_timeout;
        let opened = runtime.block_on(async {
            let mut last = Error::new(codes::UNABLE_TO_CONNECT);
            for endpoint in endpoints::in_order(&target.endpoints) {
                let attempt =
                    tokio::time::timeout(deadline, socket::open(target, endpoint, interface));
                last = match attempt.await {
                    Ok(Ok(opened)) => {
                        tracing::info!(%endpoint, "connected");
                        endpoints::answered(endpoint);
                        return Ok(opened);
                    }
                    Ok(Err(e)) => e,
                    Err(_) => Error::with(
                        codes::UNABLE_TO_CONNECT,
                        format_args!("{endpoint} did not answer within {deadline:?}"),
                    ),
                };
                tracing::warn!(%endpoint, error = %last, "no connection");
                endpoints::failed(endpoint);
            }
            Err(last)
        });
        let opened = match opened {
            Ok(opened) => opened,
            Err(e) => {
                // A name look-up may still be running; nobody waits for it.
                runtime.shutdown_background();
                return Err(e);
            }
        };
        Ok(Self::start(runtime, opened, interface, target.read_timeout))
    }

    fn start(
        runtime: Runtime,
        opened: Opened,
        interface: Interface,
        read_timeout: Duration,
    ) -> Arc<Connection> {
        let Opened {
            socket,
            fd,
            endpoint,
            is_old,
        } = opened;
        let shared = Arc::new(Shared {
            interface,
            socket: Mutex::new(socket),
            pending: Mutex::default(),
            unflushed: AtomicBool::new(false),
            reader: AtomicWaker::new(),
            turns: AtomicU64::new(0),
            ended: OnceCell::new(),
        });
        // The reader's work is bounded by what the server sends; yielding in the middle of it would
        // only leave a reply unread when the driving thread goes.
        runtime.spawn(tokio::task::unconstrained(read_replies(
            shared.clone(),
            endpoint.clone(),
        )));
        let connection = Arc::new(Connection {
            runtime: Some(runtime),
            shared,
            endpoint,
            is_old,
            read_timeout,
            generation: fork::generation(),
            watch: keeper::Watch::new(fd),
            cancellations: AtomicU32::new(0),
        });
        keeper::watch(&connection);
        connection
    }

    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Does it talk to a path that servers had before `/ws`? Few actions are known there, others are
    /// never answered, and the answer to `version` has no request id.
    pub fn is_old(&self) -> bool {
        self.is_old
    }

    /// Can a request still be answered on it?
    pub fn is_alive(&self) -> bool {
        self.shared.ended.get().is_none() && self.generation == fork::generation()
    }

    /// As [`is_alive`](Self::is_alive), after a look at the socket: the keeper may not have been told
    /// yet of a close that has arrived.
    pub fn look_alive(&self) -> bool {
        let unread =
            self.is_alive() && self.shared.pending.lock().is_empty() && self.watch.is_readable();
        if unread {
            self.pump();
        }
        self.is_alive()
    }

    /// A request id for the caller's, which may be 0 for none or already in flight.
    pub fn request_id(&self, wanted: u64) -> u64 {
        if wanted != 0 && !self.shared.pending.lock().contains(wanted) {
            return wanted;
        }
        next_request_id()
    }

    /// Sends a request that carries this id.
    pub fn send(&self, req_id: u64, request: Request) -> Result<Ticket> {
        let (sender, reply) = oneshot::channel();
        self.send_for(Taker::Sleeper(sender), req_id, request)?;
        Ok(Ticket { req_id, reply })
    }

    /// Sends a request and returns; `callback` gets the reply, or an error when the connection ends
    /// or `read_timeout` passes. When this fails, the callback is not called.
    pub fn submit(
        self: &Arc<Self>,
        req_id: u64,
        request: Request,
        callback: Callback,
    ) -> Result<()> {
        let deadline = Instant::now() + self.read_timeout;
        let taker = Taker::Callback(self.counted(callback), deadline);
        let sent = self.send_for(taker, req_id, request);
        if sent.is_err() {
            self.watch.shared.call_ended();
        }
        sent
    }

    /// Has `callback` get the reply to a request that was sent before: at once when it has arrived.
    pub fn call_back(self: &Arc<Self>, mut ticket: Ticket, callback: Callback) {
        let deadline = Instant::now() + self.read_timeout;
        let taker = Taker::Callback(self.counted(callback), deadline);
        let mut pending = self.shared.pending.lock();
        let unused = pending.call_back(ticket.req_id, taker);
        drop(pending);
        match unused {
            Some(taker) => {
                let reply = ticket.try_take().unwrap_or_else(|| Err(self.why_ended()));
                taker.complete(reply);
            }
            // It may have arrived unread, while a thread was driving that has left: the keeper
            // knows of asynchronous calls only, and this has become one just now.
            None => self.watch.ask_keeper(),
        }
    }

    /// The keeper drives the connection until the callback has been called.
    fn counted(self: &Arc<Self>, callback: Callback) -> Callback {
        keeper::call_begins(self);
        let calls = self.watch.shared.clone();
        Box::new(move |reply| {
            calls.call_ended();
            callback(reply);
        })
    }

    fn send_for(&self, taker: Taker, req_id: u64, request: Request) -> Result<()> {
        self.check_usable()?;
        tracing::debug!(req_id, action = %request.action(), endpoint = %self.endpoint, "asked");
        self.shared.pending.lock().insert(req_id, taker);
        // The reader may have ended between the check and the entry; it fails what it finds.
        let sent = self
            .check_usable()
            .and_then(|()| self.shared.write(request));
        if sent.is_err() && self.shared.pending.lock().take(req_id).is_none() {
            // Whoever waits has been told already.
            return Ok(());
        }
        sent
    }

    /// Sends a request that will be answered by a bare block of this result.
    pub fn send_for_block(&self, req_id: u64, result_id: u64, request: Request) -> Result<Ticket> {
        self.shared.pending.lock().expect_block(result_id, req_id);
        self.send(req_id, request)
    }

    /// Sends a message that is never answered.
    pub fn tell(&self, request: Request) -> Result<()> {
        self.check_usable()?;
        self.shared.write(request)
    }

    /// Sleeps until the reply is there, the connection has ended, or `read_timeout` has passed.
    pub fn wait(&self, ticket: Ticket) -> Result<Reply> {
        self.wait_within(ticket, self.read_timeout, "read_timeout")
    }

    /// As [`wait`](Self::wait), with the limit that this setting gives.
    pub fn wait_within(&self, mut ticket: Ticket, limit: Duration, setting: &str) -> Result<Reply> {
        match self.look_for(&mut ticket, limit) {
            Some(reply) => reply,
            None => {
                self.abandon(ticket);
                Err(self.timed_out(limit, setting))
            }
        }
    }

    /// Sleeps at most this long; without a reply it may be waited for again.
    pub fn look_for(&self, ticket: &mut Ticket, limit: Duration) -> Option<Result<Reply>> {
        if let Some(reply) = ticket.try_take() {
            return Some(reply);
        }
        if let Err(e) = self.check_usable() {
            return Some(Err(e));
        }
        let Some(runtime) = &self.runtime else {
            return Some(Err(Error::new(codes::DISCONNECTED)));
        };
        let _driving = self.watch.driving();
        let outcome =
            runtime.block_on(async { tokio::time::timeout(limit, &mut ticket.reply).await });
        match outcome {
            Ok(Ok(reply)) => Some(reply),
            Ok(Err(_)) => Some(Err(self.why_ended())),
            Err(_) => None,
        }
    }

    /// A call that is answered in JSON; a refusal by the server is an error.
    pub fn call_json(&self, req_id: u64, request: Request) -> Result<JsonReply> {
        let ticket = self.send(req_id, request)?;
        expect_json(self.wait(ticket)?)
    }

    /// As [`call_json`](Self::call_json), with an id of the library's choosing.
    pub fn ask_json(&self, request: impl FnOnce(u64) -> Request) -> Result<JsonReply> {
        let req_id = next_request_id();
        self.call_json(req_id, request(req_id))
    }

    /// The reply will not be taken: when it comes, what it holds on the server is freed.
    pub fn abandon(&self, mut ticket: Ticket) {
        let arrived = self.shared.pending.lock().abandon(ticket.req_id).is_none();
        if arrived {
            if let Some(Ok(reply)) = ticket.try_take() {
                self.shared.clean_up(&reply);
            }
        }
    }

    /// Ends the wait for one reply, from another thread, with this error. False when the reply has
    /// arrived already, and is with its taker.
    pub fn cancel(&self, req_id: u64, why: Error) -> bool {
        let taker = self.shared.pending.lock().abandon(req_id);
        match taker {
            Some(taker) => {
                taker.complete(Err(why));
                true
            }
            None => false,
        }
    }

    /// Ends all waits with this error; the connection stays usable, results read so far do not.
    pub fn cancel_all(&self, why: &Error) {
        self.cancellations.fetch_add(1, Ordering::SeqCst);
        let takers = self.shared.pending.lock().abandon_all();
        for taker in takers {
            taker.complete(Err(why.clone()));
        }
    }

    /// How often [`cancel_all`](Self::cancel_all) was called: what began before is over.
    pub fn cancellations(&self) -> u32 {
        self.cancellations.load(Ordering::SeqCst)
    }

    /// Ends the asynchronous calls whose time is over.
    pub(super) fn end_overdue(&self, now: Instant) {
        let overdue = |deadline| deadline <= now;
        let takers = self.shared.pending.lock().abandon_calls(overdue);
        for taker in takers {
            taker.complete(Err(self.timed_out(self.read_timeout, "read_timeout")));
        }
    }

    /// Ends the asynchronous calls, which nobody drives any more.
    pub(super) fn end_calls(&self) {
        let takers = self.shared.pending.lock().abandon_calls(|_| true);
        for taker in takers {
            taker.complete(Err(Error::with(
                codes::DISCONNECTED,
                "taos_cleanup ended the asynchronous call",
            )));
        }
    }

    pub fn timed_out(&self, limit: Duration, setting: &str) -> Error {
        let unsure = match setting {
            "read_timeout" => "; what was asked may or may not have been done",
            _ => "",
        };
        Error::with(
            codes::TIMEOUT,
            format_args!(
                "no answer from {} within {limit:?} ({setting}){unsure}",
                self.endpoint
            ),
        )
    }

    /// Lets the reader catch up with what has arrived, without waiting for more.
    pub(super) fn pump(&self) {
        let (Some(runtime), Ok(())) = (&self.runtime, self.check_usable()) else {
            return;
        };
        // Each yield gives the reader a turn, if it has one due, and the driver a look at the
        // socket, which may make another due. So it is over when turns have stopped coming; that
        // the last look has found nothing shows one yield later.
        //
        // Unless something is still to be read: the kernel tells one epoll instance of an arrival
        // after the other, the keeper's before the runtime's, and the keeper may be here before the
        // runtime can know. There is no second telling.
        const QUIET: u32 = 3;
        const MOST: u32 = 1000;
        let turns = || self.shared.turns.load(Ordering::Relaxed);
        runtime.block_on(async {
            let (mut seen, mut quiet) = (turns(), 0);
            for _ in 0..MOST {
                tokio::task::yield_now().await;
                quiet = if turns() == seen { quiet + 1 } else { 0 };
                seen = turns();
                if quiet >= QUIET {
                    if !self.watch.is_readable() {
                        break;
                    }
                    std::thread::yield_now();
                }
            }
        });
    }

    pub(super) fn keeper_watch(&self) -> &keeper::Watch {
        &self.watch
    }

    /// A connection serves the process that made it, not its forked children.
    pub fn check_process(&self) -> Result<()> {
        fork::check(self.generation, "connection")
    }

    fn check_usable(&self) -> Result<()> {
        self.check_process()?;
        match self.shared.ended.get() {
            None => Ok(()),
            Some(e) => Err(e.clone()),
        }
    }

    fn why_ended(&self) -> Error {
        match self.shared.ended.get() {
            Some(e) => e.clone(),
            None => Error::new(codes::CONNECTION_BROKEN),
        }
    }

    /// Says good-bye. What is in flight fails; nobody waits for the server's good-bye.
    pub fn close(&self) {
        if !self.is_alive() {
            return;
        }
        self.shared.end(Error::new(codes::DISCONNECTED));
        let Some(runtime) = &self.runtime else {
            return;
        };
        let farewell = std::future::poll_fn(|cx| {
            let mut socket = self.shared.socket.lock();
            let socket = Pin::new(&mut *socket);
            Sink::<Message>::poll_close(socket, cx)
        });
        let _ = runtime.block_on(async {
            // The reader has ended; this waits only while the kernel's buffer is full.
            tokio::time::timeout(CLOSE_GRACE, farewell).await
        });
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            if self.generation == fork::generation() {
                runtime.shutdown_background();
            } else {
                // The runtime's epoll instance is the parent's too: leave it alone.
                std::mem::forget(runtime);
            }
        }
    }
}

/// A reply that must be JSON, with code 0.
pub fn expect_json(reply: Reply) -> Result<JsonReply> {
    match reply {
        Reply::Json(json) if json.code == 0 => Ok(*json),
        Reply::Json(json) => Err(Error::from_server(json.code, &json.message)),
        Reply::Fetch(f) if f.code != 0 => Err(Error::from_server(f.code.into(), &f.message)),
        Reply::Raw(r) if r.code != 0 => Err(Error::from_server(r.code.into(), &r.message)),
        Reply::Fetch(_) | Reply::Raw(_) | Reply::Block { .. } => Err(Error::with(
            codes::INVALID_MESSAGE,
            "the server sent a block where an answer in JSON is due",
        )),
    }
}

/// Ids of this process's requests: unique on every connection, and, with a start that depends on
/// the time and the process, hardly ever those of another client in the server's log.
fn next_request_id() -> u64 {
    static NEXT: OnceCell<AtomicU64> = OnceCell::new();
    let next = NEXT.get_or_init(|| {
        let since_epoch = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        let pid = u64::from(std::process::id() & 0xffff);
        // Fits in a positive i64, as the C API's request ids do.
        AtomicU64::new(pid << 47 | (since_epoch.as_millis() as u64 & 0x7f_ffff) << 24 | 1)
    });
    next.fetch_add(1, Ordering::Relaxed)
}

impl Shared {
    /// Puts a message into the socket and hands the kernel what it takes at once.
    fn write(&self, request: Request) -> Result<()> {
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
            self.end(error.clone());
            error
        })
    }

    /// The connection is over: everybody who waits gets this error, and every later call.
    fn end(&self, why: Error) {
        let _ = self.ended.set(why);
        if let Some(why) = self.ended.get() {
            let takers = self.pending.lock().take_all();
            for taker in takers {
                taker.complete(Err(why.clone()));
            }
        }
        self.reader.wake();
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
    fn clean_up(&self, reply: &Reply) {
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
                self.deliver(|p| p.take(req_id), Reply::Json(Box::new(json)));
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

fn closed_by_server() -> Error {
    Error::with(
        codes::CONNECTION_BROKEN,
        "the server closed the connection; a statement in flight may or may not have been executed",
    )
}

fn broken(e: &tungstenite::Error) -> Error {
    match e {
        tungstenite::Error::ConnectionClosed
        | tungstenite::Error::AlreadyClosed
        | tungstenite::Error::Protocol(
            tungstenite::error::ProtocolError::ResetWithoutClosingHandshake,
        ) => closed_by_server(),
        other => Error::with(
            codes::CONNECTION_BROKEN,
            format_args!("{other}; a statement in flight may or may not have been executed"),
        ),
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
async fn read_replies(shared: Arc<Shared>, endpoint: Endpoint) {
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
