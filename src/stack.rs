//! Small stacks: work that needs more stack than the program's thread has left runs on a thread of the library.

#[cfg(not(target_os = "linux"))]
compile_error!(
    "pthread_getattr_np tells how much of a thread's stack is left; this system may not have it"
);

use crate::cancellation::errand::Errand;
use crate::sync::{Condvar, Mutex};
use crate::threads;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs what opens a connection. TLS and the upgrade need more stack than small threads have.
pub fn with_room_to_connect<T: Send>(body: impl FnOnce() -> T + Send) -> T {
    /// Several times what they need.
    const STACK: usize = 256 << 10;
    with_room("taos-opener", STACK, body)
}

/// Runs the body here if so much stack is left. Otherwise a new thread with such a stack runs it while this one waits.
/// When no thread can be started, it runs here all the same.
///
/// When the thread that waits is cancelled, or its errand is not wanted any more, the waits of the new thread end as well.
fn with_room<T: Send>(name: &str, stack: usize, body: impl FnOnce() -> T + Send) -> T {
    if room().is_some_and(|left| left >= stack) {
        return apart(body);
    }
    let body = Mutex::new(Some(body));
    let take = || body.lock().take().map(apart);
    let helper = Helper::default();
    let errand = Errand::put_down();
    let value = std::thread::scope(|scope| {
        let run = || {
            let _ended = helper.begin();
            errand.run(take)
        };
        let thread = threads::start_scoped(scope, name, stack, run).ok()?;
        helper.wait();
        match thread.join() {
            Ok(value) => value,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    });
    drop(errand);
    match value {
        Some(value) => value,
        None => take().unwrap_or_else(|| unreachable!("only one of the two takes it")),
    }
}

/// Keeps the body's variables out of its callers' frames, which are on the small stack.
#[inline(never)]
fn apart<T>(body: impl FnOnce() -> T) -> T {
    body()
}

/// The state of the new thread.
#[derive(Default)]
struct Helper {
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    /// Its `pthread_t` while it runs. Some C libraries make it a pointer.
    thread: Option<usize>,
    has_ended: bool,
    is_cancelled: bool,
}

struct Ended<'a>(&'a Helper);

impl Helper {
    fn begin(&self) -> Ended<'_> {
        let mut state = self.state.lock();
        // SAFETY: asks for a number; this thread exists.
        unsafe {
            let me = libc::pthread_self();
            state.thread = Some(me as usize);
            if state.is_cancelled {
                pthread_cancel(me);
            }
        }
        Ended(self)
    }

    /// Sleeps until it has ended. Cancels it when this thread is cancelled.
    fn wait(&self) {
        let mut state = self.state.lock();
        while !state.has_ended {
            if self.ended.wait_or_end(&mut state, None) {
                continue;
            }
            state.is_cancelled = true;
            if let Some(thread) = state.thread {
                // SAFETY: it has not ended, and is joined later.
                unsafe { pthread_cancel(thread as libc::pthread_t) };
            }
            break;
        }
    }
}

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.thread = None;
        state.has_ended = true;
        self.0.ended.notify_all();
    }
}

extern "C" {
    fn pthread_cancel(thread: libc::pthread_t) -> libc::c_int;
}

/// How much of this thread's stack is left; `None` where that is not known, as on a stack that the
/// program has made itself.
fn room() -> Option<usize> {
    let here = 0u8;
    let here = std::ptr::from_ref(&here) as usize;
    let (low, high) = bounds()?;
    (low..high).contains(&here).then(|| here - low)
}

/// Lowest and highest address of this thread's stack.
fn bounds() -> Option<(usize, usize)> {
    // For the process's first thread the C library reads a file, so it is asked once.
    static FIRST: [AtomicUsize; 3] = [const { AtomicUsize::new(0) }; 3];
    let [low, high, thread] = &FIRST;
    // SAFETY: asks for a number.
    let me = unsafe { libc::pthread_self() } as usize;
    if thread.load(Ordering::Acquire) == me {
        return Some((low.load(Ordering::Relaxed), high.load(Ordering::Relaxed)));
    }
    let found = asked()?;
    // SAFETY: asks for numbers.
    let is_first = unsafe { libc::syscall(libc::SYS_gettid) as libc::pid_t == libc::getpid() };
    if is_first {
        low.store(found.0, Ordering::Relaxed);
        high.store(found.1, Ordering::Relaxed);
        thread.store(me, Ordering::Release);
    }
    Some(found)
}

fn asked() -> Option<(usize, usize)> {
    let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
    let (mut low, mut size) = (std::ptr::null_mut(), 0);
    // SAFETY: the attributes are filled in by the first call when it answers 0, and freed.
    unsafe {
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
            return None;
        }
        let got = libc::pthread_attr_getstack(attributes.as_ptr(), &mut low, &mut size);
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        (got == 0).then(|| (low as usize, low as usize + size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than the thread of a test has. The C library may hand out a stack of a thread that has
    /// ended, which is larger than asked for.
    const MORE: usize = 256 << 20;

    fn with_stack<T: Send>(body: impl FnOnce() -> T + Send) -> T {
        std::thread::scope(|scope| {
            threads::start_scoped(scope, "taos-test", 1 << 20, body)
                .unwrap()
                .join()
                .unwrap()
        })
    }

    #[test]
    fn runs_where_there_is_room() {
        let here = || std::thread::current().id();
        for (needed, is_elsewhere) in [(MORE, true), (256 << 10, false)] {
            let threads = with_stack(|| (here(), with_room("taos-more", needed, here)));
            assert_eq!(threads.0 != threads.1, is_elsewhere, "{needed}");
        }
    }

    #[test]
    fn room_is_what_is_left() {
        #[inline(never)]
        fn deeper() -> usize {
            let filled = std::hint::black_box([1u8; 100_000]);
            let left = room().unwrap();
            std::hint::black_box(filled);
            left
        }
        let (above, below) = with_stack(|| (room().unwrap(), deeper()));
        assert!(above > 900_000, "{above}");
        assert!(
            (100_000..500_000).contains(&(above - below)),
            "{above} {below}"
        );
    }

    #[test]
    fn a_panic_comes_back() {
        let caught = with_stack(|| {
            std::panic::catch_unwind(|| with_room("taos-more", MORE, || panic!("over there")))
                .is_err()
        });
        assert!(caught);
    }
}
