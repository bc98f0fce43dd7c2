//! Threads that are ended while they are in the library: by `pthread_cancel`, or by `pthread_exit` in a callback. The
//! C library ends a thread by unwinding its stack. Rust's frames must not be unwound so: they would keep their locks
//! and handles, or end the process.
//!
//! So a call disables cancellation ([`held_off`]), except in its long waits and in the program's callbacks. Those run
//! above a frame at which the unwinding stops ([`ends_in`]). The wait is over then, and the call returns as it does
//! after an error. When it has released everything, the unwinding goes on through the program's frames.
//!
//! glibc stops at each `pthread_cleanup_push` in the same way, and by the same functions. musl unwinds nothing: it runs
//! cleanup handlers, and the frame's own jumps back to it. With other C libraries a wait is not cut short, and the thread
//! ends at the program's next cancellation point.

use crate::error::{codes, Error, Result};
use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::io;
use std::mem::ManuallyDrop;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

pub mod errand;

use self::errand::Errand;

#[cfg_attr(
    all(
        target_env = "gnu",
        any(target_arch = "x86_64", target_arch = "aarch64"),
        not(miri)
    ),
    path = "frame_glibc.rs"
)]
#[cfg_attr(
    all(
        target_env = "musl",
        any(target_arch = "x86_64", target_arch = "aarch64"),
        not(miri)
    ),
    path = "frame_musl.rs"
)]
mod frame;

const ENABLED: c_int = 0;
const DISABLED: c_int = 1;
const ASYNCHRONOUS: c_int = 1;

extern "C-unwind" {
    #[cfg(not(miri))]
    fn pthread_setcancelstate(state: c_int, old: *mut c_int) -> c_int;
    #[cfg(not(miri))]
    fn pthread_setcanceltype(kind: c_int, old: *mut c_int) -> c_int;
    fn ppoll(
        fds: *mut libc::pollfd,
        count: libc::nfds_t,
        limit: *const libc::timespec,
        signals: *const libc::sigset_t,
    ) -> c_int;
    fn syscall(number: libc::c_long, ...) -> libc::c_long;
}

/// Miri has neither of the two functions above, and nobody cancels its threads.
#[cfg(miri)]
unsafe fn pthread_setcancelstate(_: c_int, _: *mut c_int) -> c_int {
    0
}
#[cfg(miri)]
use pthread_setcancelstate as pthread_setcanceltype;

/// Chooses whether the thread may be cancelled; returns the previous state.
fn set_state(state: c_int) -> c_int {
    let mut before = DISABLED;
    // SAFETY: a place for the answer.
    unsafe { pthread_setcancelstate(state, &mut before) };
    before
}

/// The state of a thread that is in the library.
#[derive(Clone, Copy)]
struct Stay {
    /// Calls in progress, nested by callbacks.
    calls: u32,
    /// The program's own choice: may the thread be cancelled?
    allowed: c_int,
    /// It was cancelled, and ends when the call returns.
    ending: bool,
}

thread_local! {
    static STAY: Cell<Stay> = const { Cell::new(Stay { calls: 0, allowed: DISABLED, ending: false }) };
}

/// Runs the body of an exported function with cancellation disabled; returns whether the thread must end now. The
/// body does not unwind.
pub fn held_off<T>(body: impl FnOnce() -> T) -> (T, bool) {
    let allowed = set_state(DISABLED);
    let before = STAY.get();
    STAY.set(Stay {
        calls: before.calls + 1,
        allowed: if before.calls == 0 {
            allowed
        } else {
            before.allowed
        },
        ..before
    });
    let value = body();
    let ending = STAY.get().ending;
    let ends = ending && before.calls == 0;
    // The program's cleanup handlers may use the library again.
    let ending = ending && !ends;
    STAY.set(Stay { ending, ..before });
    set_state(allowed);
    (value, ends)
}

/// Goes on with the end of the thread, through the frames of its callers. The exported function's frame must have
/// nothing to clean up and no table for it (an LSDA), because Rust's unwinder is not the one that comes.
#[cold]
pub fn end_thread() {
    frame::end_thread()
}

/// Runs the body on a thread of the library as if it were a call that may be cancelled: its waits end then.
fn as_if_called<T>(body: impl FnOnce() -> T) -> T {
    let before = STAY.replace(Stay {
        calls: 1,
        allowed: ENABLED,
        ending: false,
    });
    let value = body();
    STAY.set(before);
    value
}

/// Was the thread cancelled, or is what it waits for not wanted any more? A wait then ends at once.
pub fn is_due() -> bool {
    STAY.get().ending || !errand::is_wanted()
}

/// An error when the thread was cancelled.
pub fn check() -> Result<()> {
    match is_due() {
        true => Err(error()),
        false => Ok(()),
    }
}

/// The error of a call that was cut short. The program does not see it.
pub fn error() -> Error {
    Error::with(codes::QUERY_KILLED, "the thread was cancelled")
}

/// Calls something in which the thread may be ended; true when it was. What is called must own nothing that would have
/// to be dropped.
///
/// An exception that comes out of it gets no further: it ends the process by the terminate handler of the language that
/// threw it.
fn ends_in(call: impl FnOnce()) -> bool {
    extern "C-unwind" fn run<F: FnOnce()>(call: *mut c_void) {
        // SAFETY: called once, with the address below, while what is there lives.
        unsafe { call.cast::<F>().read()() }
    }
    fn run_of<F: FnOnce()>(_: &F) -> extern "C-unwind" fn(*mut c_void) {
        run::<F>
    }
    let mut call = ManuallyDrop::new(call);
    let ended = frame::call(run_of(&*call), (&raw mut call).cast());
    if ended {
        let stay = STAY.get();
        STAY.set(Stay {
            ending: true,
            ..stay
        });
    }
    ended
}

/// Calls the program back. The callback may be cancelled, end the thread and call the library, as if no call were in
/// progress. False when the thread was ended in it.
///
/// `call` has nothing to drop: see [`ends_in`].
pub fn call_back(call: impl FnOnce() + Copy) -> bool {
    let _errand = Errand::put_down();
    let stay = STAY.get();
    let on_own_thread = stay.calls == 0;
    let allowed = if on_own_thread { ENABLED } else { stay.allowed };
    STAY.set(Stay {
        calls: 0,
        allowed,
        ending: false,
    });
    let ended = ends_in(|| {
        set_state(allowed);
        call();
    });
    set_state(DISABLED);
    let ending = stay.ending || ended;
    STAY.set(Stay { ending, ..stay });
    !ended
}

/// Do this thread's waits end when it is cancelled?
pub fn may_come() -> bool {
    let stay = STAY.get();
    frame::STOPS_UNWINDING && stay.calls > 0 && stay.allowed == ENABLED
}

fn cancelled() -> io::Error {
    io::Error::from_raw_os_error(libc::ECANCELED)
}

/// As the system's `poll`; ends with `ECANCELED` when the thread is cancelled, or what it waits for is not wanted any
/// more. `None`: no time limit.
pub fn wait_for(fds: &mut [libc::pollfd], limit: Option<Duration>) -> io::Result<usize> {
    if !errand::is_given() {
        return wait_once(fds, limit);
    }
    let until = limit.and_then(|limit| Instant::now().checked_add(limit));
    loop {
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let turn = left.map_or(errand::TURN, |left| left.min(errand::TURN));
        let ready = wait_once(fds, Some(turn))?;
        if ready > 0 || left == Some(turn) {
            return Ok(ready);
        }
    }
}

fn wait_once(fds: &mut [libc::pollfd], limit: Option<Duration>) -> io::Result<usize> {
    if is_due() {
        return Err(cancelled());
    }
    let (first, count) = (fds.as_mut_ptr(), fds.len() as libc::nfds_t);
    // The kernel writes to it what is left.
    let mut limit = limit.map(timespec);
    let limit = limit
        .as_mut()
        .map_or(std::ptr::null_mut(), std::ptr::from_mut);
    let mut answer = -1;
    if may_come() {
        // SAFETY: as many entries as there are, and a limit that lives over the call.
        let wait = || answer = unsafe { ppoll(first, count, limit, std::ptr::null()) }.into();
        if cut_short(wait) {
            return Err(cancelled());
        }
    } else {
        // Past the C library's function, which is a cancellation point: a cancellation that comes late, of a
        // wait before this one, would end the thread there with some versions of glibc.
        let no_signals = std::ptr::null::<libc::sigset_t>();
        // SAFETY: as above.
        answer = unsafe { syscall(libc::SYS_ppoll, first, count, limit, no_signals, 0) };
    }
    usize::try_from(answer).map_err(|_| io::Error::last_os_error())
}

/// As [`wait_for`], but not cut short when the thread is cancelled: for a wait that is soon over, in functions that are
/// no cancellation points.
pub fn wait_uncut(fds: &mut [libc::pollfd], limit: Duration) -> io::Result<usize> {
    let allowed = STAY.get().allowed;
    let allow = |allowed| {
        let stay = STAY.get();
        STAY.set(Stay { allowed, ..stay });
    };
    allow(DISABLED);
    let waited = wait_for(fds, Some(limit));
    allow(allowed);
    waited
}

/// A point at which the thread may be cancelled.
pub fn point() -> Result<()> {
    let _ = wait_for(&mut [], Some(Duration::ZERO));
    check()
}

/// A duration for the kernel; the longest possible when it does not fit.
pub fn timespec(time: Duration) -> libc::timespec {
    libc::timespec {
        tv_sec: i32::try_from(time.as_secs()).unwrap_or(i32::MAX).into(),
        tv_nsec: time.subsec_nanos().into(),
    }
}

/// Sleeps so long, or until the thread is cancelled.
pub fn sleep(time: Duration) {
    let until = Instant::now() + time;
    while !is_due() {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        // What interrupts it ends one turn.
        let _ = wait_for(&mut [], Some(left));
    }
}

/// Sleeps while the word has this value, until the thread is woken or cancelled, or the time is over. With an errand it
/// sleeps for one turn at most. A cancelled thread may have taken a wake-up meant for another that sleeps on the word.
pub fn sleep_on(number: &AtomicU32, value: u32, limit: Option<Duration>) {
    if is_due() {
        return;
    }
    let limit = match errand::is_given() {
        true => Some(limit.map_or(errand::TURN, |limit| limit.min(errand::TURN))),
        false => limit,
    };
    let limit = limit.map(timespec);
    let limit = limit.as_ref();
    cut_short(|| {
        let mut kind = 0;
        // SAFETY: the number and the limit live over the call. It is no cancellation point by itself;
        // and there is nothing here that must not be interrupted.
        unsafe {
            pthread_setcanceltype(ASYNCHRONOUS, &mut kind);
            futex_wait(number, value, limit);
            pthread_setcanceltype(kind, std::ptr::null_mut());
        }
    });
}

/// As [`sleep_on`], but cannot be cut short.
///
/// # Safety
/// What is pointed to lives over the call.
pub unsafe fn futex_wait(number: *const AtomicU32, value: u32, limit: Option<&libc::timespec>) {
    let limit = limit.map_or(std::ptr::null(), std::ptr::from_ref);
    const WAIT: c_int = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: the caller's promise, and the kernel only reads.
    unsafe { syscall(libc::SYS_futex, number.cast::<u32>(), WAIT, value, limit) };
}

/// Runs a wait in which the thread may be cancelled, if the program allows it; true when it was. The wait owns nothing
/// that would have to be dropped.
fn cut_short(wait: impl FnOnce()) -> bool {
    if !may_come() {
        uncut(wait);
        return false;
    }
    ends_in(|| {
        set_state(ENABLED);
        wait();
        set_state(DISABLED);
    })
}

/// Runs the body with cancellation disabled.
pub fn uncut<T>(body: impl FnOnce() -> T) -> T {
    let allowed = set_state(DISABLED);
    let value = body();
    set_state(allowed);
    value
}
