//! The keeper: one thread of the process that looks after connections on which nobody waits. It
//! answers the server's pings (114 seconds without one end a connection) and notices a close.
//!
//! Connections in use are left to their callers: their sockets are not even registered here, so a
//! reply wakes the caller only. A connection is watched once it has been idle for a whole tick.

use super::connection::Connection;
use crate::error::{codes, Error, Result};
use crate::sync::Mutex;
use crate::{signals, threads};
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Registry, Token, Waker};
use std::collections::HashMap;
use std::io;
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a connection must be idle to be watched, and how often busy ones are looked at.
const TICK: Duration = Duration::from_secs(1);
const WAKE: Token = Token(0);
const SIGNALS: Token = Token(1);
/// No callback of the program runs on it.
const STACK: usize = 512 * 1024;

/// A connection's side of being watched.
pub struct Watch {
    fd: RawFd,
    token: Token,
    /// Threads that wait for replies, and so drive the connection.
    driving: AtomicU32,
    /// Counts waits, to tell a busy connection from an idle one.
    waits: AtomicU32,
    /// The number of the keeper that looks after the connection.
    known_to: AtomicUsize,
    pub shared: Arc<Calls>,
}

/// The asynchronous calls of a connection, which the keeper drives.
#[derive(Default)]
pub struct Calls {
    in_flight: AtomicU32,
    /// The number of the keeper that watches the socket, 0 for none.
    watched_by: AtomicUsize,
}

impl Calls {
    pub fn call_begins(&self) {
        self.in_flight.fetch_add(1, Ordering::SeqCst);
    }

    pub fn call_ended(&self) {
        self.in_flight.fetch_sub(1, Ordering::SeqCst);
    }

    fn any(&self) -> bool {
        self.in_flight.load(Ordering::SeqCst) > 0
    }
}

/// While it lives, its thread drives the connection.
pub struct Driving<'a>(&'a Watch);

impl Watch {
    pub fn new(fd: RawFd) -> Watch {
        static NEXT: AtomicUsize = AtomicUsize::new(SIGNALS.0 + 1);
        Watch {
            fd,
            token: Token(NEXT.fetch_add(1, Ordering::Relaxed)),
            driving: AtomicU32::new(0),
            waits: AtomicU32::new(0),
            known_to: AtomicUsize::new(0),
            shared: Arc::default(),
        }
    }

    /// The keeper registers the socket and lets the reader look at it.
    fn ask_keeper(&self) {
        if let Some(keeper) = &*CURRENT.lock() {
            let _ = keeper.ask(self.token);
        }
    }

    /// Is there anything in the socket that nobody has read yet?
    pub fn is_readable(&self) -> bool {
        self.look() & libc::POLLIN != 0
    }

    /// What `poll` says of the socket now: `POLLIN`, and `POLLNVAL` when it is none any more.
    pub fn look(&self) -> libc::c_short {
        let mut socket = libc::pollfd {
            fd: self.fd,
            events: libc::POLLIN,
            revents: 0,
        };
        // SAFETY: one entry, which lives on this stack.
        match unsafe { libc::poll(&mut socket, 1, 0) } {
            1 => socket.revents,
            _ => 0,
        }
    }

    pub fn driving(&self) -> Driving<'_> {
        self.waits.fetch_add(1, Ordering::Relaxed);
        self.driving.fetch_add(1, Ordering::Relaxed);
        Driving(self)
    }

    fn is_busy(&self, waits_seen: u32) -> bool {
        self.driving.load(Ordering::Relaxed) > 0 || self.waits.load(Ordering::Relaxed) != waits_seen
    }
}

impl Drop for Driving<'_> {
    fn drop(&mut self) {
        let others = self.0.driving.fetch_sub(1, Ordering::Relaxed) > 1;
        // What arrived while this thread was driving may be unread, and its edge is gone.
        if !others && self.0.shared.any() {
            self.0.ask_keeper();
        }
    }
}

pub struct Keeper {
    /// Counted from 1.
    id: usize,
    registry: Registry,
    waker: Waker,
    /// `None` where the process has no descriptor for it.
    signals: Option<signals::Watch>,
    stopping: AtomicBool,
    /// The thread waits without a timeout.
    sleeping: AtomicBool,
    /// New connections, until the thread takes them over.
    arrivals: Mutex<Vec<Weak<Connection>>>,
    /// Connections with asynchronous calls, which are to be watched at once.
    calls: Mutex<Vec<Token>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// The running keeper.
pub static CURRENT: Mutex<Option<Arc<Keeper>>> = Mutex::new(None);

/// From now on the connection is looked after while nobody waits on it. Without a keeper, because
/// the process may have no more threads, connections work all the same as long as they are used.
pub fn watch(connection: &Arc<Connection>) {
    let _ = tell(|keeper| keeper.take_on(connection));
}

/// The keeper there is, or one started now, drives the connection, on which somebody is to be called
/// back: also when `taos_cleanup` has ended the one that knew it. To be asked before a call is sent,
/// as there may be no thread for it; and after it has been entered, as a keeper that ends ends the
/// calls that it finds.
pub fn drive(connection: &Arc<Connection>) -> Result<()> {
    let watch = connection.keeper_watch();
    let told = tell(|keeper| {
        if watch.known_to.load(Ordering::SeqCst) != keeper.id {
            keeper.take_on(connection)?;
        }
        if watch.shared.watched_by.load(Ordering::SeqCst) == keeper.id {
            // A reply would wake it; the call's deadline does not.
            return keeper.wake_if_sleeping();
        }
        keeper.ask(watch.token)
    });
    told.map_err(|e| {
        Error::with(
            codes::system(e.raw_os_error().unwrap_or(libc::EAGAIN)),
            "an asynchronous call needs a thread, and none can be started",
        )
    })
}

/// Tells the running keeper; under the lock, so that one that is being ended has heard it before.
fn tell(what: impl Fn(&Keeper) -> io::Result<()>) -> io::Result<()> {
    let mut current = CURRENT.lock();
    if let Some(keeper) = &*current {
        if what(keeper).is_ok() {
            return Ok(());
        }
        // A program that closes all descriptors closes the keeper's.
        leave(current.take());
    }
    what(current.insert(start()?))
}

/// Forgets a keeper that has lost its descriptors: their numbers may be others' by now.
fn leave(keeper: Option<Arc<Keeper>>) {
    if let Some(keeper) = keeper {
        keeper.stopping.store(true, Ordering::Release);
        std::mem::forget(keeper);
    }
}

/// In a forked child: there is no thread behind the handle, and the parent's must not be touched.
pub fn forget() {
    if let Some(keeper) = CURRENT.lock().take() {
        std::mem::forget(keeper);
    }
}

/// Ends the keeper's thread and waits for it. The next connection starts another.
pub fn stop() {
    let Some(keeper) = CURRENT.lock().take() else {
        return;
    };
    keeper.stopping.store(true, Ordering::Release);
    if keeper.waker.wake().is_err() {
        // A thread that cannot be woken cannot be waited for.
        return leave(Some(keeper));
    }
    let thread = keeper.thread.lock().take();
    if let Some(thread) = thread {
        let _ = thread.join();
    }
}

fn start() -> io::Result<Arc<Keeper>> {
    let poll = Poll::new()?;
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    let keeper = Arc::new(Keeper {
        id: NEXT.fetch_add(1, Ordering::Relaxed),
        registry: poll.registry().try_clone()?,
        waker: Waker::new(poll.registry(), WAKE)?,
        signals: signals::Watch::new().ok(),
        stopping: AtomicBool::new(false),
        sleeping: AtomicBool::new(false),
        arrivals: Mutex::default(),
        calls: Mutex::default(),
        thread: Mutex::new(None),
    });
    if let Some(signals) = &keeper.signals {
        let mut signals = SourceFd(&signals.fd());
        poll.registry()
            .register(&mut signals, SIGNALS, Interest::READABLE)?;
    }
    let running = keeper.clone();
    let thread = threads::start("taos-keeper", STACK, move || running.run(poll));
    *keeper.thread.lock() = Some(thread?);
    Ok(keeper)
}

/// A connection as the keeper's thread knows it.
struct Ward {
    connection: Weak<Connection>,
    fd: RawFd,
    calls: Arc<Calls>,
    waits_seen: u32,
}

impl Ward {
    /// The connection, unless it is gone; held for as long as its descriptor is used.
    fn with_connection(&self) -> Option<(&Ward, Arc<Connection>)> {
        Some((self, self.connection.upgrade()?))
    }
}

impl Keeper {
    /// Called with the lock of [`CURRENT`] held.
    fn take_on(&self, connection: &Arc<Connection>) -> io::Result<()> {
        let known_to = &connection.keeper_watch().known_to;
        known_to.store(self.id, Ordering::SeqCst);
        self.arrivals.lock().push(Arc::downgrade(connection));
        self.wake_if_sleeping()
    }

    /// A keeper that ticks looks by itself soon enough.
    fn wake_if_sleeping(&self) -> io::Result<()> {
        match self.sleeping.load(Ordering::SeqCst) {
            true => self.waker.wake(),
            false => Ok(()),
        }
    }

    /// As [`take_on`](Self::take_on), for a connection that it knows and is to look at now.
    fn ask(&self, token: Token) -> io::Result<()> {
        self.calls.lock().push(token);
        self.waker.wake()
    }

    fn watches(&self, ward: &Ward) -> bool {
        ward.calls.watched_by.load(Ordering::SeqCst) == self.id
    }

    fn run(&self, mut poll: Poll) {
        let mut wards: HashMap<Token, Ward> = HashMap::new();
        let mut events = Events::with_capacity(64);
        let mut next_look = Instant::now();
        let mut is_signalled = false;
        while !self.stopping.load(Ordering::Acquire) {
            // Said first: a call that the look misses finds it said, and wakes.
            self.sleeping.store(true, Ordering::SeqCst);
            let ticking = is_signalled || wards.values().any(|w| !self.watches(w) || w.calls.any());
            self.sleeping.store(!ticking, Ordering::SeqCst);
            let timeout = (ticking || !self.arrivals.lock().is_empty())
                .then(|| next_look.saturating_duration_since(Instant::now()));
            match poll.poll(&mut events, timeout) {
                // An interrupted wait is a short one.
                Err(e) if e.kind() != io::ErrorKind::Interrupted => {
                    tracing::warn!(error = %e, "the keeper's descriptors are gone");
                    self.resign();
                    std::mem::forget(poll);
                    break;
                }
                _ => {}
            }
            // Before the arrivals, so that who asks is among those known.
            let calls = std::mem::take(&mut *self.calls.lock());
            let arrivals = std::mem::take(&mut *self.arrivals.lock());
            for arrival in arrivals {
                if let Some(connection) = arrival.upgrade() {
                    let watch = connection.keeper_watch();
                    wards.insert(
                        watch.token,
                        Ward {
                            connection: arrival,
                            fd: watch.fd,
                            calls: watch.shared.clone(),
                            waits_seen: watch.waits.load(Ordering::Relaxed),
                        },
                    );
                }
            }
            for token in calls {
                let ward = wards.get(&token);
                if let Some((ward, connection)) = ward.and_then(Ward::with_connection) {
                    self.register(token, ward, &connection);
                    self.attend(token, ward, &connection);
                }
            }
            let now = Instant::now();
            let is_new = events.iter().any(|event| event.token() == SIGNALS);
            if is_new || is_signalled && now >= next_look {
                is_signalled = self.signals.as_ref().is_some_and(signals::Watch::attend);
            }
            for event in events.iter() {
                let ward = wards.get(&event.token());
                if let Some((ward, connection)) = ward.and_then(Ward::with_connection) {
                    self.attend(event.token(), ward, &connection);
                }
            }
            let now = Instant::now();
            if now >= next_look {
                next_look = now + TICK;
                wards.retain(|token, ward| self.look_at(*token, ward, now));
            }
        }
        // Another keeper may have to take them over. It knows nothing of calls that are in flight
        // now, and theirs are callbacks that must come.
        for (ward, connection) in wards.values().filter_map(Ward::with_connection) {
            self.unregister(ward, &connection);
            connection.end_calls();
        }
        let arrivals = std::mem::take(&mut *self.arrivals.lock());
        for connection in arrivals.iter().filter_map(Weak::upgrade) {
            connection.end_calls();
        }
    }

    /// There will be another when one is needed.
    fn resign(&self) {
        let mut current = CURRENT.lock();
        if current.as_ref().is_some_and(|keeper| keeper.id == self.id) {
            leave(current.take());
        }
    }

    /// Something arrived on a watched connection.
    fn attend(&self, token: Token, ward: &Ward, connection: &Connection) {
        if ward.calls.any() {
            connection.pump();
        } else if connection.keeper_watch().is_busy(ward.waits_seen) || !connection.is_alive() {
            self.unregister(ward, connection);
            // A call that began meanwhile counts on being watched.
            if ward.calls.any() {
                self.register(token, ward, connection);
            }
        } else {
            connection.pump();
        }
    }

    /// Starts watching an idle connection; false when it is gone.
    fn look_at(&self, token: Token, ward: &mut Ward, now: Instant) -> bool {
        let Some(connection) = ward.connection.upgrade() else {
            return false;
        };
        if !connection.is_alive() {
            self.unregister(ward, &connection);
            return false;
        }
        if ward.calls.any() {
            connection.end_overdue(now);
            // Should an edge ever have been missed, somebody would wait for ever.
            connection.pump();
        }
        let watch = connection.keeper_watch();
        if watch.is_busy(ward.waits_seen) {
            ward.waits_seen = watch.waits.load(Ordering::Relaxed);
        } else {
            self.register(token, ward, &connection);
        }
        true
    }

    /// Fires at once if something has arrived already. Wants the connection to be there: without it
    /// the descriptor's number may be somebody else's by now.
    fn register(&self, token: Token, ward: &Ward, _alive: &Connection) {
        if !self.watches(ward) {
            // Writable too: a large statement may be stuck behind a full socket.
            let interest = Interest::READABLE | Interest::WRITABLE;
            let registered = self
                .registry
                .register(&mut SourceFd(&ward.fd), token, interest);
            let by = if registered.is_ok() { self.id } else { 0 };
            ward.calls.watched_by.store(by, Ordering::SeqCst);
        }
    }

    fn unregister(&self, ward: &Ward, _alive: &Connection) {
        // Its successor may have registered it meanwhile.
        let watched_by = &ward.calls.watched_by;
        let mine = watched_by.compare_exchange(self.id, 0, Ordering::SeqCst, Ordering::SeqCst);
        if mine.is_ok() {
            let _ = self.registry.deregister(&mut SourceFd(&ward.fd));
        }
    }
}
