//! Makes the library usable in a forked child at once: the child finds no lock held by a thread that stayed in the
//! parent, and starts threads of its own.
//!
//! Connections made by a process do not work in its forked children: the socket is shared with the
//! parent, and the threads that served it are not there.
//!
//! What is made once for the process is made without a lock (`once_cell::race`): a lock of another library, or of
//! Rust's standard library, cannot be held over a fork.

#[cfg(not(target_os = "linux"))]
compile_error!("functions that run at load stand in ELF's .init_array; this system needs another way to run them first");
#[cfg(not(any(target_env = "gnu", target_env = "musl")))]
compile_error!("registering fork handlers, and forgetting them when the library is unloaded, is written for glibc and musl only");

use crate::config::log_file;
use crate::error::{codes, Error, Result};
use crate::sync::Mutex;
use crate::{threads, AT_FORK};
use std::sync::atomic::{AtomicU32, Ordering};

static GENERATION: AtomicU32 = AtomicU32::new(0);

/// A lock of the process. It is held for a moment only, and never while another one is taken.
pub trait Lock: Sync {
    fn hold(&self);

    /// # Safety
    /// This thread called `hold`, or is the only thread of a child whose parent did.
    unsafe fn release(&self);
}

impl<T: Send> Lock for Mutex<T> {
    fn hold(&self) {
        std::mem::forget(self.lock());
    }

    unsafe fn release(&self) {
        unsafe { self.force_unlock() }
    }
}

/// What the rooms have for a fork: `lib.rs` gathers it.
pub struct AtFork {
    /// Held over the fork, list by list.
    pub locks: &'static [&'static [&'static dyn Lock]],
    /// Called in the child when the locks are free again.
    pub in_the_child: fn(),
}

fn locks() -> impl Iterator<Item = &'static dyn Lock> {
    AT_FORK.locks.iter().copied().flatten().copied()
}

extern "C" fn prepare() {
    locks().for_each(Lock::hold);
}

extern "C" fn in_the_parent() {
    // SAFETY: held by this thread since `prepare`.
    locks().for_each(|lock| unsafe { lock.release() });
}

extern "C" fn in_the_child() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
    // SAFETY: held by this thread, the only one that is left, since `prepare`.
    locks().for_each(|lock| unsafe { lock.release() });
    (AT_FORK.in_the_child)();
}

/// An error when another process has made an object; `what` names it. To be called before a lock of the object is
/// taken, because a thread of the parent may have held it.
pub fn check(made_in: u32, what: &str) -> Result<()> {
    if made_in == generation() {
        return Ok(());
    }
    Err(Error::with(
        codes::CONNECTION_BROKEN,
        format_args!("the {what} was made before fork; connect again in the child"),
    ))
}

/// How many forks lie between the process that loaded the library and this one.
pub fn generation() -> u32 {
    GENERATION.load(Ordering::Relaxed)
}

/// Registers the handlers when the library is loaded. At the first use it would be too late: another thread could
/// fork meanwhile, or the stack could be too small.
#[used]
#[link_section = ".init_array"]
static AT_LOAD: extern "C" fn() = loaded;

extern "C" fn loaded() {
    threads::note_what_is_taken();
    log_file::remember_stderr();
    // SAFETY: the handlers take locks and give them back on both sides.
    unsafe { register() }
}

/// `pthread_atfork` forgets its handlers when the library is unloaded, but only with some versions of glibc and some
/// linkers. This does so with all of them.
#[cfg(target_env = "gnu")]
unsafe fn register() {
    type Handler = extern "C" fn();
    extern "C" {
        fn __register_atfork(a: Handler, b: Handler, c: Handler, owner: *const u8) -> libc::c_int;
        fn __cxa_finalize(owner: *const u8);
    }
    /// Its address identifies the library.
    static OWNER: u8 = 0;

    extern "C" fn unloaded() {
        // SAFETY: forgets what was registered for this owner.
        unsafe { __cxa_finalize(&raw const OWNER) }
    }
    #[used]
    #[link_section = ".fini_array"]
    static AT_UNLOAD: extern "C" fn() = unloaded;

    unsafe { __register_atfork(prepare, in_the_parent, in_the_child, &raw const OWNER) };
}

/// musl never unloads a library, so its handlers may stay.
#[cfg(target_env = "musl")]
unsafe fn register() {
    unsafe { libc::pthread_atfork(Some(prepare), Some(in_the_parent), Some(in_the_child)) };
}
