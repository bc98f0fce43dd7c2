//! The library's own threads: without the program's signals, and with all the stack they ask for.

use crate::cancellation;
use std::io;
use std::thread::{Builder, JoinHandle};

/// Starts a thread with this much stack for its frames.
pub fn start(
    name: &str,
    stack: usize,
    body: impl FnOnce() + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    let builder = builder(name, stack);
    with_signals_blocked(|| builder.spawn(|| cancellation::uncut(body)))
}

/// Has another thread run it, and waits for that.
pub fn run_elsewhere<T: Send>(name: &str, stack: usize, body: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let builder = builder(name, stack);
        let thread =
            with_signals_blocked(|| builder.spawn_scoped(scope, || cancellation::uncut(body)));
        let thread = thread.unwrap_or_else(|e| panic!("no thread can be started ({e})"));
        match thread.join() {
            Ok(value) => value,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn builder(name: &str, stack: usize) -> Builder {
    Builder::new()
        .name(name.into())
        .stack_size(stack + taken_by_thread_locals())
}

/// The C library takes the program's thread-local variables, which may be large, out of the stack
/// that is asked for. What it needs for itself, 0 where it does not tell.
fn taken_by_thread_locals() -> usize {
    type MinStack = unsafe extern "C" fn(*const libc::pthread_attr_t) -> libc::size_t;
    // SAFETY: glibc's function of this name has this type and reads an initialised attribute.
    unsafe {
        let function = libc::dlsym(libc::RTLD_DEFAULT, c"__pthread_get_minstack".as_ptr());
        if function.is_null() {
            return 0;
        }
        let function: MinStack = std::mem::transmute(function);
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        if libc::pthread_attr_init(&mut attributes) != 0 {
            return 0;
        }
        let size = function(&attributes);
        libc::pthread_attr_destroy(&mut attributes);
        size
    }
}

/// Threads started inside take no signals: those are for the program's own threads.
fn with_signals_blocked<T>(start: impl FnOnce() -> T) -> T {
    // SAFETY: plain calls on sets that live on this stack; a zeroed set is overwritten before use.
    unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        let mut before: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut before);
        let started = start();
        libc::pthread_sigmask(libc::SIG_SETMASK, &before, std::ptr::null_mut());
        started
    }
}
