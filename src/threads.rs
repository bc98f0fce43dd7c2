//! The library's own threads. They take no signals of the program, and have all the stack that they ask for.

#[cfg(not(target_os = "linux"))]
compile_error!("the process's threads are numbered by Linux's gettid and listed in /proc/self/task; this system needs another list");

use crate::cancellation;
use crate::sync::Mutex;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, JoinHandle, Scope, ScopedJoinHandle};

/// Starts a thread with this much stack for its frames.
pub fn start(
    name: &str,
    stack: usize,
    body: impl FnOnce() + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    let builder = builder(name, stack);
    with_signals_blocked(|| builder.spawn(|| as_own_thread(body)))
}

/// As [`start`], within a scope.
pub fn start_scoped<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &str,
    stack: usize,
    body: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, T>> {
    let builder = builder(name, stack);
    with_signals_blocked(|| builder.spawn_scoped(scope, || as_own_thread(body)))
}

/// Runs the body on another thread and waits for it.
pub fn run_elsewhere<T: Send>(name: &str, stack: usize, body: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = start_scoped(scope, name, stack, body);
        let thread = thread.unwrap_or_else(|e| panic!("no thread can be started ({e})"));
        match thread.join() {
            Ok(value) => value,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// The kernel's ids of the library's threads that run now.
pub static OWN: Mutex<Vec<libc::pid_t>> = Mutex::new(Vec::new());

/// Runs a thread's body, which cannot be cancelled.
fn as_own_thread<T>(body: impl FnOnce() -> T) -> T {
    struct Running(libc::pid_t);
    impl Drop for Running {
        fn drop(&mut self) {
            OWN.lock().retain(|thread| *thread != self.0);
        }
    }
    // SAFETY: asks for a number.
    let me = unsafe { libc::syscall(libc::SYS_gettid) } as libc::pid_t;
    OWN.lock().push(me);
    let _running = Running(me);
    cancellation::uncut(body)
}

/// In a forked child none of them is there.
pub fn forget() {
    OWN.lock().clear();
}

/// Have all threads of the process ended except the library's? False when the system does not tell.
pub fn program_has_left() -> bool {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else {
        return false;
    };
    let own = OWN.lock().clone();
    threads.flatten().all(|thread| {
        let number = thread.file_name().to_str().and_then(|n| n.parse().ok());
        number.is_some_and(|n| own.contains(&n)) || has_ended(&thread.path())
    })
}

/// A process's first thread stays, as a zombie, until the last one ends.
fn has_ended(thread: &Path) -> bool {
    match std::fs::read(thread.join("stat")) {
        // The state stands behind the name, which is in brackets.
        Ok(stat) => stat
            .rsplit(|b| *b == b')')
            .next()
            .is_some_and(|rest| matches!(rest.get(1), Some(b'Z' | b'X'))),
        Err(e) => e.kind() == io::ErrorKind::NotFound || e.raw_os_error() == Some(libc::ESRCH),
    }
}

fn builder(name: &str, stack: usize) -> Builder {
    Builder::new()
        .name(name.into())
        .stack_size(stack + TAKEN.load(Ordering::Relaxed))
}

/// How much of a new thread's stack the C library takes for itself and for the program's thread-local variables, which
/// may be large; 0 when it does not tell. This is looked up when the library is loaded, because the look-up needs
/// stack, too.
static TAKEN: AtomicUsize = AtomicUsize::new(0);

pub fn note_what_is_taken() {
    type MinStack = unsafe extern "C" fn(*const libc::pthread_attr_t) -> libc::size_t;
    // SAFETY: glibc's function of this name has this type and reads an initialised attribute.
    unsafe {
        let function = libc::dlsym(libc::RTLD_DEFAULT, c"__pthread_get_minstack".as_ptr());
        if function.is_null() {
            return;
        }
        let function: MinStack = std::mem::transmute(function);
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        if libc::pthread_attr_init(&mut attributes) == 0 {
            TAKEN.store(function(&attributes), Ordering::Relaxed);
            libc::pthread_attr_destroy(&mut attributes);
        }
    }
}

/// Threads that are started in the body block all signals: signals are for the program's own threads.
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
