//! A connection. Many threads may send on it; each reply goes to the thread or callback that waits for it.
//!
//! A caller writes its request itself and then waits on the socket. The first thread that waits leads: it reads for
//! all of them ([`reader`](super::reader)), and hands the lead on when its own reply has come
//! ([`lead`](super::lead)).

use super::pending::{next_request_id, Callback, Reply, Taker};
use super::reader::Shared;
use super::socket::Opened;
use super::system::Has;
use super::{slot, system, thread_locals, watcher};
use crate::cancellation;
use crate::config::Endpoint;
use crate::error::{codes, Error, Result};
use crate::fork;
use crate::protocol::reply::{Interface, JsonReply};
use crate::protocol::request::Request;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long `close` waits for room in the kernel's buffer for the close frame.
const CLOSE_GRACE: Duration = Duration::from_millis(100);

pub struct Connection {
    shared: Arc<Shared>,
    endpoint: Endpoint,
    is_old: bool,
    read_timeout: Duration,
    generation: u32,
    /// Counts the calls of [`cancel_all`](Self::cancel_all).
    cancellations: Arc<AtomicU32>,
}

/// Tells whether a [`Connection::cancel_all`] came since this was made. Does not keep the connection.
pub struct Cancellations {
    now: Arc<AtomicU32>,
    at_the_beginning: u32,
}

impl Cancellations {
    /// Was what began with this cancelled?
    pub fn any(&self) -> bool {
        self.now.load(Ordering::SeqCst) != self.at_the_beginning
    }
}

/// A request that was sent and whose reply is still to be taken.
pub struct Ticket {
    req_id: u64,
    reply: slot::Receiver,
}

impl Ticket {
    pub fn req_id(&self) -> u64 {
        self.req_id
    }

    /// The reply, if it has arrived. Reads nothing from the socket.
    pub fn try_take(&mut self) -> Option<Result<Reply>> {
        self.reply.take()
    }
}

impl Connection {
    pub(super) fn start(
        opened: Opened,
        interface: Interface,
        read_timeout: Duration,
    ) -> Arc<Connection> {
        let Opened {
            socket,
            link,
            endpoint,
            is_old,
        } = opened;
        let connection = Arc::new(Connection {
            shared: Arc::new(Shared::new(interface, endpoint.clone(), link, socket)),
            endpoint,
            is_old,
            read_timeout,
            generation: fork::generation(),
            cancellations: Arc::default(),
        });
        watcher::watch(&connection);
        connection
    }

    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Does it use one of the paths that servers had before `/ws`? A server knows few actions there, never answers the
    /// others, and answers `version` without a request id.
    pub fn is_old(&self) -> bool {
        self.is_old
    }

    /// Can a request still be answered on it?
    pub fn is_alive(&self) -> bool {
        self.shared.ended().is_none() && self.generation == fork::generation()
    }

    /// As [`is_alive`](Self::is_alive), after a look at the socket: a close may have arrived that the watcher has not
    /// seen yet.
    pub fn look_alive(&self) -> bool {
        // A close may come after replies that nobody has read. A server that goes on sending is alive.
        const MOST: u32 = 4;
        for _ in 0..MOST {
            if !self.is_alive() || !self.shared.pending.lock().is_empty() {
                break;
            }
            match self.shared.watch.look() {
                Has::Nothing => break,
                Has::Failed(e) => self.shared.failed(e.into()),
                // The watcher may be reading it.
                Has::Something => {
                    while !self.catch_up() && self.is_alive() && self.shared.lead.is_brief() {
                        std::thread::yield_now();
                    }
                }
            }
        }
        self.is_alive()
    }

    /// The caller's request id, or a new one when that is 0 or in flight already.
    pub fn request_id(&self, wanted: u64) -> u64 {
        if wanted != 0 && !self.shared.pending.lock().contains(wanted) {
            return wanted;
        }
        next_request_id()
    }

    /// Sends a request that carries this id.
    pub fn send(&self, req_id: u64, request: Request) -> Result<Ticket> {
        let (sender, reply) = slot::pair();
        self.send_for(Taker::Sleeper(sender), req_id, request)?;
        Ok(Ticket { req_id, reply })
    }

    /// As [`send`](Self::send), but the request goes out with the next one, in one system call.
    pub fn send_along(&self, req_id: u64, request: Request) -> Result<Ticket> {
        let (sender, reply) = slot::pair();
        self.enter(Taker::Sleeper(sender), req_id, request, |request| {
            self.shared.put(request)
        })?;
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
        watcher::drive(self)?;
        let taker = Taker::Callback(self.counted(callback), deadline);
        let sent = self.send_for(taker, req_id, request);
        match sent {
            Ok(()) => self.see_driven(req_id),
            Err(_) => self.shared.watch.shared.call_ended(),
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
            // The reply may have arrived when no thread reads any more. The watcher reads for asynchronous calls
            // only, and this has just become one.
            None => self.see_driven(ticket.req_id),
        }
    }

    /// Has the watcher drive the connection for an asynchronous call that was entered. When there can be no watcher,
    /// the callback gets the reason.
    fn see_driven(self: &Arc<Self>, req_id: u64) {
        if let Err(e) = watcher::drive(self) {
            self.cancel(req_id, e);
        }
    }

    /// Counts an asynchronous call until its callback has been called: the watcher drives the connection as long.
    fn counted(&self, callback: Callback) -> Callback {
        self.shared.watch.shared.call_begins();
        let calls = self.shared.watch.shared.clone();
        Box::new(move |reply| {
            calls.call_ended();
            callback(reply);
        })
    }

    fn send_for(&self, taker: Taker, req_id: u64, request: Request) -> Result<()> {
        let is_going_to_wait = matches!(taker, Taker::Sleeper(_));
        self.enter(taker, req_id, request, |request| {
            self.shared.write(request, is_going_to_wait)
        })
    }

    fn enter(
        &self,
        taker: Taker,
        req_id: u64,
        request: Request,
        send: impl FnOnce(Request) -> Result<()>,
    ) -> Result<()> {
        self.check_usable()?;
        tracing::debug!(req_id, action = %request.action(), endpoint = %self.endpoint, "asked");
        self.shared.pending.lock().insert(req_id, taker);
        // The connection may have ended between the first check and the entry.
        let sent = self.check_usable().and_then(|()| send(request));
        if sent.is_err() && self.shared.pending.lock().take(req_id).is_none() {
            // The connection's end has told whoever waits.
            return Ok(());
        }
        sent
    }

    /// Sends a request whose answer is a block with the result's id instead of a request id.
    pub fn send_for_block(&self, req_id: u64, result_id: u64, request: Request) -> Result<Ticket> {
        self.shared.pending.lock().expect_block(result_id, req_id);
        self.send(req_id, request)
    }

    /// Sends a message that is never answered.
    pub fn tell(&self, request: Request) -> Result<()> {
        self.check_usable()?;
        self.shared.write(request, false)
    }

    /// Sleeps until the reply is there, the connection has ended, or `read_timeout` has passed.
    pub fn wait(&self, ticket: Ticket) -> Result<Reply> {
        self.wait_within(ticket, self.read_timeout, "read_timeout")
    }

    /// As [`wait`](Self::wait), with another limit; `setting` is its name in the error.
    pub fn wait_within(&self, mut ticket: Ticket, limit: Duration, setting: &str) -> Result<Reply> {
        match self.look_for(&mut ticket, limit) {
            Some(reply) => reply,
            None => {
                self.abandon(ticket);
                cancellation::check()?;
                Err(self.timed_out(limit, setting))
            }
        }
    }

    /// Sleeps at most this long, and not at all when the thread is cancelled. `None` when there is no reply yet; it
    /// may be waited for again.
    pub fn look_for(&self, ticket: &mut Ticket, limit: Duration) -> Option<Result<Reply>> {
        if let Some(reply) = ticket.try_take() {
            return Some(reply);
        }
        if let Err(e) = self.check_usable() {
            return Some(Err(e));
        }
        self.shared
            .wait(&ticket.reply, Instant::now().checked_add(limit));
        match ticket.try_take() {
            None if ticket.reply.is_answered() => Some(Err(self.why_ended())),
            reply => reply,
        }
    }

    /// Sends a request and waits for its answer in JSON. A code other than 0 is an error.
    pub fn call_json(&self, req_id: u64, request: Request) -> Result<Box<JsonReply>> {
        let ticket = self.send(req_id, request)?;
        expect_json(self.wait(ticket)?)
    }

    /// As [`call_json`](Self::call_json), with a new request id.
    pub fn ask_json(&self, request: impl FnOnce(u64) -> Request) -> Result<Box<JsonReply>> {
        let req_id = next_request_id();
        self.call_json(req_id, request(req_id))
    }

    /// Gives a reply up. If it opens a result, the result is freed on the server when the reply comes.
    pub fn abandon(&self, mut ticket: Ticket) {
        let arrived = self.shared.pending.lock().abandon(ticket.req_id).is_none();
        if arrived {
            if let Some(Ok(reply)) = ticket.try_take() {
                self.shared.clean_up(&reply);
            }
        }
    }

    /// Ends the wait for one reply with this error, from another thread. False when the reply has arrived already.
    pub fn cancel(&self, req_id: u64, why: Error) -> bool {
        let taker = self.shared.pending.lock().abandon(req_id);
        match taker {
            Some(taker) => {
                taker.complete(Err(why));
                // The thread that waits may be the leader.
                self.shared.lead.interrupt();
                true
            }
            None => false,
        }
    }

    /// Ends all waits with this error. The connection stays usable; open results do not.
    pub fn cancel_all(&self, why: &Error) {
        self.cancellations.fetch_add(1, Ordering::SeqCst);
        let takers = self.shared.pending.lock().abandon_all();
        for taker in takers {
            taker.complete(Err(why.clone()));
        }
        self.shared.lead.interrupt();
    }

    /// To be kept by something that begins now.
    pub fn cancellations(&self) -> Cancellations {
        Cancellations {
            now: self.cancellations.clone(),
            at_the_beginning: self.cancellations.load(Ordering::SeqCst),
        }
    }

    /// Ends the asynchronous calls whose deadline has passed.
    pub(super) fn end_overdue(&self, now: Instant) {
        let overdue = |deadline| deadline <= now;
        let takers = self.shared.pending.lock().abandon_calls(overdue);
        for taker in takers {
            taker.complete(Err(self.timed_out(self.read_timeout, "read_timeout")));
        }
    }

    /// Ends all asynchronous calls, when the watcher ends.
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

    /// Reads what has arrived, without waiting for more. False when another thread leads and will read it.
    pub(super) fn catch_up(&self) -> bool {
        self.check_process().is_err() || self.shared.catch_up()
    }

    /// Does a thread lead?
    pub(super) fn is_led(&self) -> bool {
        self.shared.lead.is_taken()
    }

    pub(super) fn has_unwritten(&self) -> bool {
        self.shared.has_unwritten()
    }

    pub(super) fn watch(&self) -> &watcher::Watch {
        &self.shared.watch
    }

    /// An error in a forked child: a connection serves only the process that made it.
    pub fn check_process(&self) -> Result<()> {
        fork::check(self.generation, "connection")
    }

    fn check_usable(&self) -> Result<()> {
        self.check_process()?;
        match self.shared.ended() {
            None => Ok(()),
            Some(e) => Err(e.clone()),
        }
    }

    /// Why the connection ended.
    pub fn why_ended(&self) -> Error {
        match self.shared.ended() {
            Some(e) => e.clone(),
            None => Error::new(codes::CONNECTION_BROKEN),
        }
    }

    /// Sends a close frame. Requests in flight fail. The server's close frame is not waited for.
    pub fn close(&self) {
        self.leave(false);
    }

    /// As [`close`](Self::close). With `is_last` the socket is closed right after.
    fn leave(&self, is_last: bool) {
        if !self.is_alive() {
            return;
        }
        let link = &self.shared.link;
        if !link.descriptor.is_ours() {
            return self.shared.end_without_descriptor();
        }
        self.shared.end(Error::new(codes::DISCONNECTED));
        link.ends_with_next_write(is_last);
        let say_goodbye = || thread_locals::with(|| self.shared.say_goodbye());
        if say_goodbye() {
            if is_last {
                link.descriptor.end();
            }
            return;
        }
        link.ends_with_next_write(false);
        let until = Instant::now() + CLOSE_GRACE;
        // The kernel's buffer is full.
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let room = system::interest(link.descriptor.fd(), libc::POLLOUT);
            // Closing is no cancellation point.
            let waited = || cancellation::wait_uncut(&mut [room], left);
            if left.is_zero() || waited().is_err() || say_goodbye() {
                break;
            }
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Nobody else has the socket, and it goes with this.
        let is_last = Arc::strong_count(&self.shared) == 1;
        self.leave(is_last);
        if self.check_process().is_err() {
            // In a forked child: a thread of the parent may have been changing it, and the socket is the parent's.
            std::mem::forget(self.shared.clone());
        }
    }
}

/// A reply that must be JSON, with code 0.
pub fn expect_json(reply: Reply) -> Result<Box<JsonReply>> {
    match reply {
        Reply::Json(json) if json.code == 0 => Ok(json),
        Reply::Json(json) => Err(Error::from_server(json.code, &json.message)),
        Reply::Fetch(f) if f.code != 0 => Err(Error::from_server(f.code.into(), &f.message)),
        Reply::Raw(r) if r.code != 0 => Err(Error::from_server(r.code.into(), &r.message)),
        Reply::Fetch(_) | Reply::Raw(_) | Reply::Block { .. } => Err(Error::with(
            codes::INVALID_MESSAGE,
            "the server sent a block where an answer in JSON is due",
        )),
    }
}
