//! The watcher: one thread of the process that drives connections on which no thread waits. It answers the
//! server's pings (a server ends a connection after 114 seconds without an answer), notices a close, and delivers
//! the replies to asynchronous calls.
//!
//! Connections in use are driven by their callers. Their sockets are not registered here, so a reply wakes the
//! caller only. A connection is registered once it has been idle for a whole tick.

mod thread;

use super::connection::Connection;
use super::socket_stream::Link;
use super::system::{self, Epoll, Event, Has};
use crate::error::{codes, Error, Result};
use crate::sync::Mutex;
use crate::{signals, threads};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long a connection must be idle before it is registered, and how often busy ones are looked at.
const TICK: Duration = Duration::from_secs(1);
/// Identifies a connection for the watcher.
type Token = u64;
const WAKE: Token = 0;
const SIGNALS: Token = 1;
/// The size of the watcher's stack. No callback of the program runs on it.
const STACK: usize = 512 * 1024;

/// What a connection has for the watcher.
pub struct Watch {
    link: Arc<Link>,
    token: Token,
    /// Counts waits, to tell a busy connection from an idle one.
    waits: AtomicU32,
    /// The number of the watcher that looks after the connection.
    known_to: AtomicUsize,
    pub shared: Arc<Calls>,
}

/// The asynchronous calls of a connection, which the watcher drives.
#[derive(Default)]
pub struct Calls {
    in_flight: AtomicU32,
    /// The number of the watcher that watches the socket, 0 for none.
    watched_by: AtomicUsize,
    /// The watcher looks at the connection every tick, for the deadlines of its calls.
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

    /// Has the watcher register the socket now, also for room to write if bytes are unwritten.
    pub fn ask_watcher(&self) {
        if let Some(watcher) = &*CURRENT.lock() {
            let _ = watcher.ask(self.token);
        }
    }

    /// What the socket has now.
    pub fn look(&self) -> Has {
        system::look(&self.link.descriptor)
    }

    pub fn note_wait(&self) {
        self.waits.fetch_add(1, Ordering::Relaxed);
    }

    /// To be called when no thread leads any more. A socket that is registered is reported by `epoll` anyway.
    pub fn left(&self, has_unwritten: bool) {
        let is_unwatched = self.shared.any() && self.shared.watched_by.load(Ordering::SeqCst) == 0;
        if is_unwatched || has_unwritten {
            self.ask_watcher();
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
        if let Some(watcher) = CURRENT.lock().as_ref().filter(|k| k.id == known_to) {
            watcher.gone.lock().push(self.token);
            let is_watched = self.shared.watched_by.load(Ordering::SeqCst) == watcher.id;
            // If a forked child has the socket, too, closing it here would not end its registration.
            if is_watched && self.link.descriptor.is_ours() {
                watcher.epoll.leave(self.link.descriptor.fd());
            }
        }
    }
}

pub struct Watcher {
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
    /// Connections that were dropped.
    gone: Mutex<Vec<Token>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// The running watcher.
pub static CURRENT: Mutex<Option<Arc<Watcher>>> = Mutex::new(None);

/// Has the watcher look after a connection from now on. When the process may have no more threads there is no
/// watcher; a connection then works as long as it is used.
pub fn watch(connection: &Arc<Connection>) {
    let _ = tell(|watcher| watcher.take_on(connection));
}

/// Has the watcher drive a connection that has asynchronous calls. Starts a watcher if there is none, for example
/// after `taos_cleanup`. Called twice for each call: before the request is sent, because it fails when there can
/// be no thread; and after the call was entered, because a watcher that ends fails the calls that it finds.
pub fn drive(connection: &Arc<Connection>) -> Result<()> {
    let watch = connection.watch();
    let told = tell(|watcher| {
        if watch.known_to.load(Ordering::SeqCst) != watcher.id {
            watcher.take_on(connection)?;
        }
        let is_watched = watch.shared.watched_by.load(Ordering::SeqCst) == watcher.id;
        if is_watched && watch.shared.is_seen_to.swap(true, Ordering::SeqCst) {
            // It is registered, and looked at every tick: a reply and a deadline are both noticed.
            return watcher.wake_if_sleeping();
        }
        watcher.ask(watch.token)
    });
    told.map_err(|e| {
        Error::with(
            codes::system(e.raw_os_error().unwrap_or(libc::EAGAIN)),
            "an asynchronous call needs a thread, and none can be started",
        )
    })
}

/// Calls `what` with the running watcher, or with a new one. Holds the lock meanwhile, so that the watcher cannot
/// be ended before it has taken notice.
fn tell(what: impl Fn(&Watcher) -> io::Result<()>) -> io::Result<()> {
    let mut current = CURRENT.lock();
    if let Some(watcher) = &*current {
        if what(watcher).is_ok() {
            return Ok(());
        }
        // A program that closes all descriptors closes the watcher's.
        leave(current.take());
    }
    what(current.insert(start()?))
}

/// Leaks a watcher that has lost its descriptors: their numbers may stand for other files by now, so they must not
/// be closed.
fn leave(watcher: Option<Arc<Watcher>>) {
    if let Some(watcher) = watcher {
        watcher.stopping.store(true, Ordering::Release);
        std::mem::forget(watcher);
    }
}

/// In a forked child: leaks the parent's watcher, whose thread does not exist here.
pub fn forget() {
    if let Some(watcher) = CURRENT.lock().take() {
        std::mem::forget(watcher);
    }
}

/// Ends the watcher's thread and waits for it. The next connection starts another.
pub fn stop() {
    let Some(watcher) = CURRENT.lock().take() else {
        return;
    };
    watcher.stopping.store(true, Ordering::Release);
    if watcher.waker.raise().is_err() {
        // A thread that cannot be woken cannot be waited for.
        return leave(Some(watcher));
    }
    let thread = watcher.thread.lock().take();
    if let Some(thread) = thread {
        let _ = thread.join();
    }
}

fn start() -> io::Result<Arc<Watcher>> {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    let watcher = Arc::new(Watcher {
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
    watcher.epoll.watch(watcher.waker.fd(), WAKE, false)?;
    watcher.watch_signals()?;
    let running = watcher.clone();
    let thread = threads::start("taos-watcher", STACK, move || running.run());
    *watcher.thread.lock() = Some(thread?);
    Ok(watcher)
}

impl Watcher {
    /// Called with the lock of [`CURRENT`] held.
    fn take_on(&self, connection: &Arc<Connection>) -> io::Result<()> {
        let known_to = &connection.watch().known_to;
        known_to.store(self.id, Ordering::SeqCst);
        self.arrivals.lock().push(Arc::downgrade(connection));
        self.wake_if_sleeping()
    }

    /// Wakes the thread if it waits without a timeout. Otherwise it looks at the next tick anyway.
    fn wake_if_sleeping(&self) -> io::Result<()> {
        match self.sleeping.load(Ordering::SeqCst) {
            true => self.waker.raise(),
            false => Ok(()),
        }
    }

    /// Has the thread register the socket of a connection that it knows.
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
}
