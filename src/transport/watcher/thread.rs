//! What the watcher's thread does: it waits for the sockets that are registered, and looks at the other connections
//! once a tick.

use super::{leave, Calls, Token, Watcher, CURRENT, SIGNALS, TICK, WAKE};
use crate::transport::connection::Connection;
use crate::transport::system::Ready;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Instant;

/// A connection as the watcher's thread knows it.
struct Entry {
    connection: Weak<Connection>,
    calls: Arc<Calls>,
    waits_seen: u32,
    /// It is registered for room to write, too.
    writable: bool,
}

/// The connections that the watcher's thread knows.
#[derive(Default)]
struct Watched {
    all: HashMap<Token, Entry>,
    /// Those that are not registered, or have calls with a deadline. They are looked at every tick.
    restless: HashSet<Token>,
}

impl Watched {
    /// One of them, unless it was dropped. The connection is held while its descriptor is used.
    fn get(&mut self, token: Token) -> Option<(&mut Entry, Arc<Connection>)> {
        let entry = self.all.get_mut(&token)?;
        let connection = entry.connection.upgrade()?;
        Some((entry, connection))
    }
}

impl Watcher {
    fn watches(&self, calls: &Calls) -> bool {
        calls.watched_by.load(Ordering::SeqCst) == self.id
    }

    pub(super) fn run(&self) {
        let mut watched = Watched::default();
        let mut ready = Ready::new(64);
        let mut next_look = Instant::now();
        let mut is_signalled = false;
        while !self.stopping.load(Ordering::Acquire) {
            // Set before the lists are looked at: whoever adds to them after that look finds it set, and wakes
            // this thread.
            self.sleeping.store(true, Ordering::SeqCst);
            let ticking = is_signalled
                || !watched.restless.is_empty()
                || !self.arrivals.lock().is_empty()
                || !self.asked.lock().is_empty();
            self.sleeping.store(!ticking, Ordering::SeqCst);
            let timeout = ticking.then(|| next_look.saturating_duration_since(Instant::now()));
            if let Err(e) = self.epoll.wait(&mut ready, timeout) {
                tracing::warn!(error = %e, "the watcher's descriptors are gone");
                self.resign();
                break;
            }
            if ready.tokens().any(|token| token == WAKE) {
                self.waker.clear();
            }
            self.take_over(&mut watched);
            let now = Instant::now();
            let is_new = ready.tokens().any(|token| token == SIGNALS);
            if is_new || is_signalled && now >= next_look {
                is_signalled = self.attend_signals(is_signalled);
            }
            for token in ready.tokens() {
                if let Some((entry, connection)) = watched.get(token) {
                    self.attend(token, entry, &connection);
                    if !self.watches(&entry.calls) {
                        watched.restless.insert(token);
                    }
                }
            }
            let now = Instant::now();
            if now >= next_look {
                next_look = now + TICK;
                self.look_at_all(&mut watched, now);
            }
        }
        // A later watcher may take the connections over. It would not know of the calls that are in flight now,
        // and their callbacks must come: they fail.
        for entry in watched.all.values_mut() {
            if let Some(connection) = entry.connection.upgrade() {
                self.unregister(entry, &connection);
                connection.end_calls();
            }
        }
        let arrivals = std::mem::take(&mut *self.arrivals.lock());
        for connection in arrivals.iter().filter_map(Weak::upgrade) {
            connection.end_calls();
        }
    }

    /// The signal descriptor stays readable while a signal is pending for another thread. It is looked at every tick
    /// then, instead of being registered.
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

    /// Takes over what other threads have put into the lists.
    fn take_over(&self, watched: &mut Watched) {
        // Taken before the arrivals: a connection that is in `asked` by now is in `arrivals`, too, or known.
        let asked = std::mem::take(&mut *self.asked.lock());
        let arrivals = std::mem::take(&mut *self.arrivals.lock());
        for arrival in arrivals {
            if let Some(connection) = arrival.upgrade() {
                let watch = connection.watch();
                watch.shared.is_seen_to.store(true, Ordering::SeqCst);
                watched.restless.insert(watch.token);
                watched.all.insert(
                    watch.token,
                    Entry {
                        connection: arrival,
                        calls: watch.shared.clone(),
                        waits_seen: watch.waits.load(Ordering::Relaxed),
                        writable: false,
                    },
                );
            }
        }
        for token in asked {
            if let Some((entry, connection)) = watched.get(token) {
                self.register(token, entry, &connection);
                entry.calls.is_seen_to.store(true, Ordering::SeqCst);
                watched.restless.insert(token);
            }
        }
        let gone = std::mem::take(&mut *self.gone.lock());
        for token in gone {
            watched.all.remove(&token);
            watched.restless.remove(&token);
        }
    }

    fn look_at_all(&self, watched: &mut Watched, now: Instant) {
        let restless = std::mem::take(&mut watched.restless);
        for token in restless {
            let Some((entry, connection)) = watched.get(token) else {
                watched.all.remove(&token);
                continue;
            };
            if !connection.is_alive() {
                self.unregister(entry, &connection);
                watched.all.remove(&token);
                continue;
            }
            self.look_at(token, entry, &connection, now);
            if self.is_to_be_seen_to(entry) {
                watched.restless.insert(token);
            }
        }
    }

    fn is_to_be_seen_to(&self, entry: &Entry) -> bool {
        if !self.watches(&entry.calls) || entry.calls.any() {
            return true;
        }
        // Cleared before the calls are looked at: a call that begins after that look finds it cleared, and asks.
        entry.calls.is_seen_to.store(false, Ordering::SeqCst);
        entry.calls.any()
    }

    /// Gives up the place of the process's watcher. Another is started when one is needed.
    fn resign(&self) {
        let mut current = CURRENT.lock();
        if current
            .as_ref()
            .is_some_and(|watcher| watcher.id == self.id)
        {
            leave(current.take());
        }
    }

    /// Reads what has arrived on a registered connection, and writes what is unwritten.
    fn attend(&self, token: Token, entry: &mut Entry, connection: &Connection) {
        if !connection.catch_up() {
            // Another thread leads, and will read. `epoll` would report the socket here again and again.
            self.unregister(entry, connection);
            if !connection.catch_up() {
                // When that thread ends its lead, it sees that the socket is not registered.
                return;
            }
        }
        self.register(token, entry, connection);
    }

    /// Ends calls whose deadline has passed, and registers a connection that was idle for a whole tick.
    fn look_at(&self, token: Token, entry: &mut Entry, connection: &Connection, now: Instant) {
        if entry.calls.any() {
            connection.end_overdue(now);
        }
        let waits = connection.watch().waits.load(Ordering::Relaxed);
        let is_busy = waits != entry.waits_seen || connection.is_led();
        entry.waits_seen = waits;
        if !is_busy {
            self.register(token, entry, connection);
        }
    }

    /// Registers a connection's socket. `epoll` reports it at once if something has arrived already. The connection must be
    /// alive: without it the descriptor's number may stand for another file.
    fn register(&self, token: Token, entry: &mut Entry, alive: &Connection) {
        // A large request may wait for room in the kernel's buffer.
        let writable = alive.has_unwritten();
        if !alive.is_alive() {
            return self.unregister(entry, alive);
        }
        if !self.watches(&entry.calls) || writable != entry.writable {
            let descriptor = &alive.watch().link.descriptor;
            let registered =
                descriptor.is_ours() && self.epoll.watch(descriptor.fd(), token, writable).is_ok();
            entry.writable = writable;
            let by = if registered { self.id } else { 0 };
            entry.calls.watched_by.store(by, Ordering::SeqCst);
        }
    }

    fn unregister(&self, entry: &mut Entry, alive: &Connection) {
        // A later watcher may have registered it meanwhile.
        let watched_by = &entry.calls.watched_by;
        let mine = watched_by.compare_exchange(self.id, 0, Ordering::SeqCst, Ordering::SeqCst);
        if mine.is_ok() {
            self.epoll.leave(alive.watch().link.descriptor.fd());
        }
    }
}
