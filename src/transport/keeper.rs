//! The keeper: one thread of the process that looks after connections on which nobody waits. It
//! answers the server's pings (114 seconds without one end a connection) and notices a close.
//!
//! Connections in use are left to their callers: their sockets are not even registered here, so a
//! reply wakes the caller only. A connection is watched once it has been idle for a whole tick.

use super::connection::Connection;
use super::inbox::Link;
use super::system::{self, Epoll, Event, Ready};
use crate::error::{codes, Error, Result};
use crate::sync::Mutex;
use crate::{signals, threads};
use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a connection must be idle to be watched, and how often busy ones are looked at.
const TICK: Duration = Duration::from_secs(1);
/// By which the keeper knows a connection.
type Token = u64;
const WAKE: Token = 0;
const SIGNALS: Token = 1;
/// No callback of the program runs on it.
const STACK: usize = 512 * 1024;

/// A connection's side of being watched.
pub struct Watch {
    link: Arc<Link>,
    token: Token,
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
    /// The keeper looks at the connection every tick.
    is_seen_to: AtomicBool,
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

impl Watch {
    pub fn new(link: Arc<Link>) -> Watch {
        static NEXT: AtomicU64 = AtomicU64::new(SIGNALS + 1);
        Watch {
            link,
            token: NEXT.fetch_add(1, Ordering::Relaxed),
            waits: AtomicU32::new(0),
            known_to: AtomicUsize::new(0),
            shared: Arc::default(),
        }
    }

    /// The keeper watches the socket from now on, also for room to write if there is something left over.
    pub fn ask_keeper(&self) {
        if let Some(keeper) = &*CURRENT.lock() {
            let _ = keeper.ask(self.token);
        }
    }

    /// What `poll` says of the socket now: `POLLIN`, and `POLLNVAL` when it is none any more.
    pub fn look(&self) -> libc::c_short {
        system::look(self.link.descriptor.fd(), libc::POLLIN)
    }

    pub fn note_wait(&self) {
        self.waits.fetch_add(1, Ordering::Relaxed);
    }

    /// Nobody leads any more. A keeper that watches sees by itself what was not read.
    pub fn left(&self, has_unwritten: bool) {
        let is_unwatched = self.shared.any() && self.shared.watched_by.load(Ordering::SeqCst) == 0;
        if is_unwatched || has_unwritten {
            self.ask_keeper();
        }
    }
}

/// The connection is gone.
impl Drop for Watch {
    fn drop(&mut self) {
        let known_to = *self.known_to.get_mut();
        if known_to == 0 {
            return;
        }
        if let Some(keeper) = CURRENT.lock().as_ref().filter(|k| k.id == known_to) {
            keeper.gone.lock().push(self.token);
        }
    }
}

pub struct Keeper {
    /// Counted from 1.
    id: usize,
    epoll: Epoll,
    waker: Event,
    /// `None` where the process has no descriptor for it.
    signals: Option<signals::Watch>,
    stopping: AtomicBool,
    /// The thread waits without a timeout.
    sleeping: AtomicBool,
    /// New connections, until the thread takes them over.
    arrivals: Mutex<Vec<Weak<Connection>>>,
    /// Connections with asynchronous calls or something to write, which are to be watched at once.
    asked: Mutex<Vec<Token>>,
    /// Connections that are no more.
    gone: Mutex<Vec<Token>>,
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
        let is_watched = watch.shared.watched_by.load(Ordering::SeqCst) == keeper.id;
        if is_watched && watch.shared.is_seen_to.swap(true, Ordering::SeqCst) {
            // A reply wakes it, and it sees to deadlines.
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
    if keeper.waker.raise().is_err() {
        // A thread that cannot be woken cannot be waited for.
        return leave(Some(keeper));
    }
    let thread = keeper.thread.lock().take();
    if let Some(thread) = thread {
        let _ = thread.join();
    }
}

fn start() -> io::Result<Arc<Keeper>> {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    let keeper = Arc::new(Keeper {
        id: NEXT.fetch_add(1, Ordering::Relaxed),
        epoll: Epoll::new()?,
        waker: Event::new()?,
        signals: signals::Watch::new().ok(),
        stopping: AtomicBool::new(false),
        sleeping: AtomicBool::new(false),
        arrivals: Mutex::default(),
        asked: Mutex::default(),
        gone: Mutex::default(),
        thread: Mutex::new(None),
    });
    keeper.epoll.watch(keeper.waker.fd(), WAKE, false)?;
    keeper.watch_signals()?;
    let running = keeper.clone();
    let thread = threads::start("taos-keeper", STACK, move || running.run());
    *keeper.thread.lock() = Some(thread?);
    Ok(keeper)
}

/// A connection as the keeper's thread knows it.
struct Ward {
    connection: Weak<Connection>,
    calls: Arc<Calls>,
    waits_seen: u32,
    /// It is watched for room to write, too.
    writable: bool,
}

/// The connections that the keeper's thread knows.
#[derive(Default)]
struct Wards {
    all: HashMap<Token, Ward>,
    /// Those that are not watched, or have calls with a deadline: they are looked at every tick.
    restless: HashSet<Token>,
}

impl Wards {
    /// One of them, unless it is gone; it is held for as long as its descriptor is used.
    fn get(&mut self, token: Token) -> Option<(&mut Ward, Arc<Connection>)> {
        let ward = self.all.get_mut(&token)?;
        let connection = ward.connection.upgrade()?;
        Some((ward, connection))
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
            true => self.waker.raise(),
            false => Ok(()),
        }
    }

    /// As [`take_on`](Self::take_on), for a connection that it knows and is to watch now.
    fn ask(&self, token: Token) -> io::Result<()> {
        self.asked.lock().push(token);
        self.waker.raise()
    }

    fn watch_signals(&self) -> io::Result<()> {
        match &self.signals {
            Some(signals) => self.epoll.watch(signals.fd(), SIGNALS, false),
            None => Ok(()),
        }
    }

    fn watches(&self, calls: &Calls) -> bool {
        calls.watched_by.load(Ordering::SeqCst) == self.id
    }

    fn run(&self) {
        let mut wards = Wards::default();
        let mut ready = Ready::new(64);
        let mut next_look = Instant::now();
        let mut is_signalled = false;
        while !self.stopping.load(Ordering::Acquire) {
            // Said first: who is missed by the look finds it said, and wakes.
            self.sleeping.store(true, Ordering::SeqCst);
            let ticking = is_signalled
                || !wards.restless.is_empty()
                || !self.arrivals.lock().is_empty()
                || !self.asked.lock().is_empty();
            self.sleeping.store(!ticking, Ordering::SeqCst);
            let timeout = ticking.then(|| next_look.saturating_duration_since(Instant::now()));
            if let Err(e) = self.epoll.wait(&mut ready, timeout) {
                tracing::warn!(error = %e, "the keeper's descriptors are gone");
                self.resign();
                break;
            }
            if ready.tokens().any(|token| token == WAKE) {
                self.waker.clear();
            }
            self.take_over(&mut wards);
            let now = Instant::now();
            let is_new = ready.tokens().any(|token| token == SIGNALS);
            if is_new || is_signalled && now >= next_look {
                is_signalled = self.attend_signals(is_signalled);
            }
            for token in ready.tokens() {
                if let Some((ward, connection)) = wards.get(token) {
                    self.attend(token, ward, &connection);
                    if !self.watches(&ward.calls) {
                        wards.restless.insert(token);
                    }
                }
            }
            let now = Instant::now();
            if now >= next_look {
                next_look = now + TICK;
                self.look_at_all(&mut wards, now);
            }
        }
        // Another keeper may have to take them over. It knows nothing of calls that are in flight
        // now, and theirs are callbacks that must come.
        for ward in wards.all.values_mut() {
            if let Some(connection) = ward.connection.upgrade() {
                self.unregister(ward, &connection);
                connection.end_calls();
            }
        }
        let arrivals = std::mem::take(&mut *self.arrivals.lock());
        for connection in arrivals.iter().filter_map(Weak::upgrade) {
            connection.end_calls();
        }
    }

    /// The descriptor of signals stays ready for as long as one is pending for others: it is looked at every
    /// tick then, and not watched.
    fn attend_signals(&self, was_signalled: bool) -> bool {
        let Some(signals) = &self.signals else {
            return false;
        };
        let is_signalled = signals.attend();
        match (was_signalled, is_signalled) {
            (false, true) => self.epoll.leave(signals.fd()),
            (true, false) => drop(self.watch_signals()),
            _ => {}
        }
        is_signalled
    }

    /// Takes over what others have left for this thread.
    fn take_over(&self, wards: &mut Wards) {
        // Before the arrivals, so that who asks is among those known.
        let asked = std::mem::take(&mut *self.asked.lock());
        let arrivals = std::mem::take(&mut *self.arrivals.lock());
        for arrival in arrivals {
            if let Some(connection) = arrival.upgrade() {
                let watch = connection.keeper_watch();
                watch.shared.is_seen_to.store(true, Ordering::SeqCst);
                wards.restless.insert(watch.token);
                wards.all.insert(
                    watch.token,
                    Ward {
                        connection: arrival,
                        calls: watch.shared.clone(),
                        waits_seen: watch.waits.load(Ordering::Relaxed),
                        writable: false,
                    },
                );
            }
        }
        for token in asked {
            if let Some((ward, connection)) = wards.get(token) {
                self.register(token, ward, &connection);
                ward.calls.is_seen_to.store(true, Ordering::SeqCst);
                wards.restless.insert(token);
            }
        }
        let gone = std::mem::take(&mut *self.gone.lock());
        for token in gone {
            wards.all.remove(&token);
            wards.restless.remove(&token);
        }
    }

    fn look_at_all(&self, wards: &mut Wards, now: Instant) {
        let restless = std::mem::take(&mut wards.restless);
        for token in restless {
            let Some((ward, connection)) = wards.get(token) else {
                wards.all.remove(&token);
                continue;
            };
            if !connection.is_alive() {
                self.unregister(ward, &connection);
                wards.all.remove(&token);
                continue;
            }
            self.look_at(token, ward, &connection, now);
            if self.is_to_be_seen_to(ward) {
                wards.restless.insert(token);
            }
        }
    }

    fn is_to_be_seen_to(&self, ward: &Ward) -> bool {
        if !self.watches(&ward.calls) || ward.calls.any() {
            return true;
        }
        // Said first: a call that the look misses finds it said, and asks.
        ward.calls.is_seen_to.store(false, Ordering::SeqCst);
        ward.calls.any()
    }

    /// There will be another when one is needed.
    fn resign(&self) {
        let mut current = CURRENT.lock();
        if current.as_ref().is_some_and(|keeper| keeper.id == self.id) {
            leave(current.take());
        }
    }

    /// Something arrived on a watched connection, or there is room for what was left over.
    fn attend(&self, token: Token, ward: &mut Ward, connection: &Connection) {
        if !connection.catch_up() {
            // A thread waits on it, and reads. This one would be told again and again.
            self.unregister(ward, connection);
            if !connection.catch_up() {
                // When it leaves, it sees that nobody watches.
                return;
            }
        }
        self.register(token, ward, connection);
    }

    /// Sees to deadlines, and starts watching an idle connection.
    fn look_at(&self, token: Token, ward: &mut Ward, connection: &Connection, now: Instant) {
        if ward.calls.any() {
            connection.end_overdue(now);
        }
        let waits = connection.keeper_watch().waits.load(Ordering::Relaxed);
        let is_busy = waits != ward.waits_seen || connection.is_led();
        ward.waits_seen = waits;
        if !is_busy {
            self.register(token, ward, connection);
        }
    }

    /// Fires if something has arrived already. Wants the connection to be there: without it the descriptor's
    /// number may be somebody else's by now.
    fn register(&self, token: Token, ward: &mut Ward, alive: &Connection) {
        // A large statement may be stuck behind a full socket.
        let writable = alive.has_unwritten();
        if !alive.is_alive() {
            return self.unregister(ward, alive);
        }
        if !self.watches(&ward.calls) || writable != ward.writable {
            let descriptor = &alive.keeper_watch().link.descriptor;
            let registered =
                descriptor.is_ours() && self.epoll.watch(descriptor.fd(), token, writable).is_ok();
            ward.writable = writable;
            let by = if registered { self.id } else { 0 };
            ward.calls.watched_by.store(by, Ordering::SeqCst);
        }
    }

    fn unregister(&self, ward: &mut Ward, alive: &Connection) {
        // Its successor may have registered it meanwhile.
        let watched_by = &ward.calls.watched_by;
        let mine = watched_by.compare_exchange(self.id, 0, Ordering::SeqCst, Ordering::SeqCst);
        if mine.is_ok() {
            self.epoll.leave(alive.keeper_watch().link.descriptor.fd());
        }
    }
}
