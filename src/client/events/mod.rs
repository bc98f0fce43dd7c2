//! Events that the server reports to native clients by their heartbeat, and the protocol does not pass on: a
//! password or a white list was changed, a user was dropped. While a listener is registered, a thread for each
//! user and server looks for them, in a session of its own.

mod look;

use super::Session;
use crate::config::address::Discover;
use crate::config::Target;
use crate::error::{codes, Error, Result};
use crate::sync::Mutex;
use crate::{fork, threads};
use look::Looker;
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The longest wait for the server, and the longest that a thread stays when it is not needed any more.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long `stop` waits for the threads.
const GRACE: Duration = Duration::from_secs(5);
/// No callback of the program runs on this stack.
const STACK: usize = 512 * 1024;

/// What a listener can wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The server refuses the password of the session's login. Reported once, because a refused password is
    /// never tried again.
    PasswordChanged,
    /// The answer of [`Session::white_list`] has changed. Also reported once after the first look.
    WhiteListChanged,
    UserDropped,
}

/// Called for an event, with a version, on a thread that must not wait.
pub type Listener = Arc<dyn Fn(i64) + Send + Sync>;

struct Registered {
    id: u64,
    event: Event,
    session: Weak<Session>,
    password: String,
    listener: Listener,
    /// The listener was called for the event; for a white list, for the first look.
    notified: bool,
    /// The user was dropped. Another user of this name would not be the session's.
    over: bool,
}

impl Registered {
    fn waits_for(&self, event: Event) -> bool {
        self.event == event && !self.over && (!self.notified || event == Event::WhiteListChanged)
    }
}

/// A password, and when the server has refused it.
struct Password {
    text: String,
    refused: Option<Instant>,
}

/// One user of one server.
struct Watch {
    id: u64,
    /// How to log in. The password is one of `passwords`.
    target: Target,
    passwords: Vec<Password>,
    dropped: Option<Instant>,
    registered: Vec<Registered>,
    /// The thread's own session, while it has one.
    session: Weak<Session>,
    thread: JoinHandle<()>,
}

pub struct Watches {
    list: Vec<Watch>,
    /// Threads that are ending. `stop` waits for them, because the library may be unloaded after it.
    leaving: Vec<JoinHandle<()>>,
    next: u64,
    /// The process whose threads these are.
    generation: u32,
}

pub static WATCHES: Mutex<Watches> = Mutex::new(Watches::new(0));

impl Watches {
    const fn new(generation: u32) -> Watches {
        Watches {
            list: Vec::new(),
            leaving: Vec::new(),
            next: 1,
            generation,
        }
    }

    /// The watches of this process. In a child after fork, the threads stayed with the parent, so there are
    /// none.
    fn current(&mut self) -> &mut Watches {
        if self.generation != fork::generation() {
            let parents = std::mem::replace(self, Watches::new(fork::generation()));
            // The threads and sessions of these handles are not in this process.
            std::mem::forget(parents);
        }
        self
    }

    fn with_id(&mut self, id: u64) -> Option<&mut Watch> {
        self.current().list.iter_mut().find(|w| w.id == id)
    }
}

/// The listener is called as long as this lives. A call that is under way when it is dropped is completed.
pub struct Registration {
    id: u64,
    generation: u32,
}

/// From now on the listener is called for the event, as far as it concerns the session's login.
pub fn register(session: &Arc<Session>, event: Event, listener: Listener) -> Result<Registration> {
    let target = session.target();
    if target.totp_code.is_some() {
        return Err(Error::not_supported(
            "events are found by logging in again, which a one-time code does not allow",
        ));
    }
    let since = session.logged_in_at();
    let generation = fork::generation();
    let mut guard = WATCHES.lock();
    let watches = guard.current();
    watches.leaving.retain(|thread| !thread.is_finished());
    let id = watches.next;
    watches.next += 1;
    let at = match watches.list.iter().position(|w| w.is_of(target)) {
        Some(at) => at,
        None => {
            let thread = threads::start("taos-events", STACK, move || Looker::new(id).run());
            let thread = thread.map_err(|e| {
                Error::with(
                    codes::system(e.raw_os_error().unwrap_or(libc::EAGAIN)),
                    "events need a thread, and none can be started",
                )
            })?;
            watches.list.push(Watch::new(id, target, thread));
            watches.list.len() - 1
        }
    };
    let watch = &mut watches.list[at];
    watch.know_good(&target.password, since);
    watch.registered.push(Registered {
        id,
        event,
        session: Arc::downgrade(session),
        password: target.password.clone(),
        listener,
        notified: false,
        over: false,
    });
    watch.thread.thread().unpark();
    Ok(Registration { id, generation })
}

impl Drop for Registration {
    fn drop(&mut self) {
        if self.generation != fork::generation() {
            return;
        }
        let mut guard = WATCHES.lock();
        let watches = guard.current();
        let is_this = |r: &Registered| r.id == self.id;
        let Some(at) = (watches.list.iter()).position(|w| w.registered.iter().any(is_this)) else {
            return;
        };
        let watch = &mut watches.list[at];
        let gone = (watch.registered.iter().position(is_this)).map(|i| watch.registered.remove(i));
        let unused = watch.registered.is_empty().then(|| {
            let watch = watches.list.swap_remove(at);
            watch.thread.thread().unpark();
            watches.leaving.push(watch.thread);
        });
        drop(guard);
        // What it holds is dropped without the lock.
        drop((gone, unused));
    }
}

/// Ends all threads: no listener is called until one registers anew. A thread that is connecting and does not
/// end in time is left alone.
pub fn stop() {
    let mut guard = WATCHES.lock();
    let watches = guard.current();
    let ended = std::mem::take(&mut watches.list);
    let mut threads = std::mem::take(&mut watches.leaving);
    drop(guard);
    for watch in ended {
        if let Some(session) = watch.session.upgrade() {
            session.cancel_all();
        }
        watch.thread.thread().unpark();
        threads.push(watch.thread);
    }
    let deadline = Instant::now() + GRACE;
    while threads.iter().any(|t| !t.is_finished()) && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(1));
    }
    let (ended, left): (Vec<_>, Vec<_>) = threads.into_iter().partition(|t| t.is_finished());
    for thread in ended {
        let _ = thread.join();
    }
    WATCHES.lock().current().leaving.extend(left);
}

impl Watch {
    fn new(id: u64, target: &Target, thread: JoinHandle<()>) -> Watch {
        let mut target = target.clone();
        target.db.clear();
        target.bi_mode = false;
        target.charset = None;
        target.connect_timeout = target.connect_timeout.min(PATIENCE);
        target.read_timeout = target.read_timeout.min(PATIENCE);
        // Connections are spread over the hosts of a list by counting them. The watch's must not count with the
        // program's, or the program's would all come to the same host. Another order of the hosts counts as
        // another list.
        target.endpoints.rotate_left(1);
        if target.discover == Discover::Balance {
            target.discover = Discover::Failover;
        }
        Watch {
            id,
            target,
            passwords: Vec::new(),
            dropped: None,
            registered: Vec::new(),
            session: Weak::new(),
            thread,
        }
    }

    fn is_of(&self, other: &Target) -> bool {
        let this = &self.target;
        let mut hosts = this.endpoints.clone();
        hosts.rotate_right(1);
        (&hosts, &this.tls, &this.user) == (&other.endpoints, &other.tls, &other.user)
            && (&this.token, &this.bearer_token) == (&other.token, &other.bearer_token)
    }

    /// A login with this password has succeeded at this moment, whatever was known before.
    fn know_good(&mut self, password: &str, since: Instant) {
        if self.dropped.take_if(|then| *then < since).is_some() {
            // Those passwords belonged to an earlier user of the same name.
            self.passwords.clear();
        }
        let mut refused = None;
        if let Some(at) = self.passwords.iter().position(|p| p.text == password) {
            refused = self.passwords.remove(at).refused;
        }
        self.passwords.push(Password {
            text: password.to_owned(),
            refused: refused.filter(|then| *then > since),
        });
    }

    fn note_refused(&mut self, password: &str) {
        let mut known = self.passwords.iter_mut();
        if let Some(known) = known.find(|p| p.text == password) {
            known.refused = Some(Instant::now());
        }
    }

    fn note_dropped(&mut self) {
        self.dropped = Some(Instant::now());
    }

    /// The listeners that wait for what is known now.
    fn due(&mut self) -> Vec<Listener> {
        let refused = |password: &str| {
            let mut known = self.passwords.iter();
            known.any(|p| p.text == password && p.refused.is_some())
        };
        let mut due = Vec::new();
        for one in &mut self.registered {
            let has_happened = match one.event {
                Event::PasswordChanged => refused(&one.password),
                Event::UserDropped => self.dropped.is_some(),
                Event::WhiteListChanged => false,
            };
            if has_happened && !std::mem::replace(&mut one.notified, true) {
                due.push(one.listener.clone());
            }
            one.over |= self.dropped.is_some();
        }
        due
    }
}
