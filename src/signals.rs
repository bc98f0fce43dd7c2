//! Signals that end a process, when only the library's threads are left to take them: all threads of the program have
//! ended, its first one by `pthread_exit`.
//!
//! The library's threads block all signals. A signal that no thread of the program takes stays pending, and makes a
//! `signalfd` readable. The library does not read it, so a program that waits for the signal by `sigwait` or by a
//! descriptor of its own loses nothing.

#[cfg(not(target_os = "linux"))]
compile_error!(
    "pending signals are seen by Linux's signalfd; this system needs another way to see them"
);

use crate::threads;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

const ENDING: [libc::c_int; 4] = [libc::SIGTERM, libc::SIGINT, libc::SIGHUP, libc::SIGQUIT];

/// A watch for these signals.
pub struct Watch(OwnedFd);

impl Watch {
    pub fn new() -> io::Result<Watch> {
        let flags = libc::SFD_CLOEXEC | libc::SFD_NONBLOCK;
        // SAFETY: the set lives over the call; a new descriptor is nobody else's.
        unsafe {
            let fd = libc::signalfd(-1, &set_of(|_| true), flags);
            if fd < 0 {
                return Err(io::Error::last_os_error());
            }
            Ok(Watch(OwnedFd::from_raw_fd(fd)))
        }
    }

    /// Readable while a signal is pending: call [`attend`](Self::attend) when it becomes so.
    pub fn fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }

    /// Takes the pending signals on this thread if no thread of the program is left. True while signals stay pending
    /// for the program's threads, which may still end: call again later.
    pub fn attend(&self) -> bool {
        let pending = pending();
        if !ENDING.iter().any(|s| is_in(&pending, *s)) {
            return false;
        }
        if threads::program_has_left() {
            take(&set_of(|signal| is_in(&pending, signal)));
            return false;
        }
        true
    }
}

/// Unblocks these signals on this thread: the program's handler runs here, or the process ends.
fn take(signals: &libc::sigset_t) {
    tracing::info!("a signal for a program whose threads have ended");
    // SAFETY: sets that live over the calls.
    unsafe {
        libc::pthread_sigmask(libc::SIG_UNBLOCK, signals, std::ptr::null_mut());
        libc::pthread_sigmask(libc::SIG_BLOCK, signals, std::ptr::null_mut());
    }
}

fn set_of(chosen: impl Fn(libc::c_int) -> bool) -> libc::sigset_t {
    // SAFETY: `sigemptyset` makes a set of what is there.
    unsafe {
        let mut set = std::mem::zeroed();
        libc::sigemptyset(&mut set);
        for signal in ENDING.into_iter().filter(|s| chosen(*s)) {
            libc::sigaddset(&mut set, signal);
        }
        set
    }
}

fn pending() -> libc::sigset_t {
    let mut set = set_of(|_| false);
    // SAFETY: a set to write to.
    unsafe { libc::sigpending(&mut set) };
    set
}

fn is_in(set: &libc::sigset_t, signal: libc::c_int) -> bool {
    // SAFETY: a set that lives over the call.
    unsafe { libc::sigismember(set, signal) == 1 }
}
