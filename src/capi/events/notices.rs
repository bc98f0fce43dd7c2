//! The callbacks of a connection's events. Each is called on a thread of its own, where it may block, and never
//! after its registration has ended.

use crate::capi::boundary::callbacks;
use crate::capi::boundary::types::__taos_notify_fn_t;
use crate::client::events::{register, Event, Registration};
use crate::client::Session;
use crate::error::{codes, Error};
use crate::fork;
use crate::sync::{Condvar, Mutex};
use std::ffi::{c_int, c_void};
use std::mem::ManuallyDrop;
use std::ptr::null_mut;
use std::sync::Arc;
use std::thread::ThreadId;
use std::time::{Duration, Instant};

/// How long the end of a registration waits for a callback that runs. The callback may block for ever: some
/// wait for a reader that has gone.
const PATIENCE: Duration = Duration::from_secs(1);

/// As `TAOS_NOTIFY_TYPE` numbers them.
pub const EVENTS: [Event; 3] = [
    Event::PasswordChanged,
    Event::WhiteListChanged,
    Event::UserDropped,
];

/// The registrations of one connection, one for each kind of event.
pub struct Notices {
    /// In a forked child it is left alone, because threads of the parent may have been using it.
    registered: ManuallyDrop<Mutex<Registered>>,
    generation: u32,
}

#[derive(Default)]
struct Registered {
    closed: bool,
    of: [Option<(Arc<Notice>, Registration)>; EVENTS.len()],
}

/// A function of the program and its parameter.
struct Notice {
    function: unsafe extern "C-unwind" fn(*mut c_void, *mut c_void, c_int),
    param: *mut c_void,
    kind: c_int,
    state: Mutex<State>,
    returned: Condvar,
}

// SAFETY: the program hands both over to be used on another thread; that is what the call is for.
unsafe impl Send for Notice {}
unsafe impl Sync for Notice {}

#[derive(Default)]
struct State {
    ended: bool,
    /// It is due to be called, or is being called.
    queued: bool,
    /// The version to be reported next. Of several events, it is the last.
    next: Option<i64>,
    running: Option<ThreadId>,
}

impl Notices {
    pub fn new() -> Notices {
        Notices {
            registered: ManuallyDrop::default(),
            generation: fork::generation(),
        }
    }

    /// Registers a function for events of this kind, in place of the one before.
    pub fn set(
        &self,
        session: &Arc<Session>,
        kind: usize,
        fp: __taos_notify_fn_t,
        param: *mut c_void,
    ) -> Result<(), Error> {
        fork::check(self.generation, "connection")?;
        let new = fp.map(|function| {
            let notice = Arc::new(Notice {
                function,
                param,
                kind: kind as c_int,
                state: Mutex::default(),
                returned: Condvar::new(),
            });
            let told = notice.clone();
            let listener = Arc::new(move |version| told.tell(version));
            register(session, EVENTS[kind], listener).map(|registration| (notice, registration))
        });
        let new = new.transpose()?;
        let mut registered = self.registered.lock();
        if registered.closed {
            return Err(Error::new(codes::DISCONNECTED));
        }
        let old = std::mem::replace(&mut registered.of[kind], new);
        drop(registered);
        end(old);
        Ok(())
    }

    /// From now on, no callback is called, and none can be registered.
    pub fn close(&self) {
        if self.generation != fork::generation() {
            return;
        }
        let mut registered = self.registered.lock();
        registered.closed = true;
        let all = std::mem::take(&mut registered.of);
        drop(registered);
        // All registrations are ended first, so that the waits for their callbacks are one wait.
        let running = all.into_iter().flatten().map(|(notice, _)| {
            notice.state.lock().ended = true;
            notice
        });
        let running: Vec<_> = running.collect();
        let deadline = Instant::now() + PATIENCE;
        running.iter().for_each(|notice| notice.end(deadline));
    }
}

impl Drop for Notices {
    fn drop(&mut self) {
        if self.generation == fork::generation() {
            self.close();
            // SAFETY: not used any more.
            unsafe { ManuallyDrop::drop(&mut self.registered) };
        }
    }
}

fn end(old: Option<(Arc<Notice>, Registration)>) {
    if let Some((notice, registration)) = old {
        drop(registration);
        notice.end(Instant::now() + PATIENCE);
    }
}

impl Notice {
    /// Calls the program, unless it is being called already or has this event already.
    fn tell(self: &Arc<Self>, version: i64) {
        let mut state = self.state.lock();
        if state.ended {
            return;
        }
        state.next = Some(version);
        if !std::mem::replace(&mut state.queued, true) {
            drop(state);
            self.queue();
        }
    }

    fn queue(self: &Arc<Self>) {
        let this = self.clone();
        callbacks::run_apart(move || this.call());
    }

    /// On a callback thread.
    fn call(self: &Arc<Self>) {
        let mut state = self.state.lock();
        let version = state.next.take();
        if let (false, Some(version)) = (state.ended, version) {
            state.running = Some(std::thread::current().id());
            drop(state);
            self.call_program(version);
            state = self.state.lock();
            state.running = None;
            self.returned.notify_all();
        }
        state.queued = state.next.is_some() && !state.ended;
        if state.queued {
            drop(state);
            self.queue();
        }
    }

    fn call_program(&self, version: i64) {
        let (mut number, mut version) = (version as i32, version);
        let ext: *mut c_void = match EVENTS[self.kind as usize] {
            Event::PasswordChanged => (&raw mut number).cast(),
            Event::WhiteListChanged => (&raw mut version).cast(),
            Event::UserDropped => null_mut(),
        };
        // SAFETY: the program's function, with the arguments it is declared for.
        callbacks::call_program(|| unsafe { (self.function)(self.param, ext, self.kind) });
    }

    /// It is not called from now on. A call that runs is waited for, unless that call is doing this.
    fn end(&self, deadline: Instant) {
        let me = std::thread::current().id();
        let mut state = self.state.lock();
        state.ended = true;
        while state.running.is_some_and(|thread| thread != me) {
            if !self.returned.wait_until(&mut state, deadline) {
                return;
            }
        }
    }
}
