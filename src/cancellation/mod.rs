//! Threads that are ended while they are in the library: by `pthread_cancel`, or by `pthread_exit` in a
//! callback. The C library ends a thread by unwinding its stack, which Rust's frames do not stand: they
//! would stay half done, with locks and handles taken, or end the process.
//!
//! So a call holds cancellation off ([`held_off`]), but for its long waits and for the program's
//! callbacks. Those run behind a frame at which the unwinding stops ([`ends_in`]): the wait is over then,
//! and the call returns by its usual way, as after an error. When it has let go of everything, the
//! unwinding goes on, through the program's frames alone.
//!
//! That is what glibc does at each `pthread_cleanup_push`, and the same functions do it here; musl, which unwinds nothing, is
//! left in what it calls then. Elsewhere, a wait is not cut short, and the thread ends at its own next cancellation point.

use crate::error::{codes, Error, Result};
use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::io;
use std::mem::ManuallyDrop;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

#[cfg(all(
    any(target_env = "gnu", target_env = "musl"),
    any(target_arch = "x86_64", target_arch = "aarch64"),
    not(miri)
))]
mod behind_frame;
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

/// Miri knows neither of the two above, and nobody cancels its threads.
#[cfg(miri)]
unsafe fn pthread_setcancelstate(_: c_int, _: *mut c_int) -> c_int {
    0
}
#[cfg(miri)]
use pthread_setcancelstate as pthread_setcanceltype;

/// Chooses whether the thread may be cancelled; returns what was chosen before.
fn set_state(state: c_int) -> c_int {
    let mut before = DISABLED;
    // SAFETY: a place for the answer.
    unsafe { pthread_setcancelstate(state, &mut before) };
    before
}

/// A thread, as far as it is in the library.
#[derive(Clone, Copy)]
struct Stay {
    /// Calls in progress, one inside the other.
    calls: u32,
    /// What the program has chosen: may the thread be cancelled?
    allowed: c_int,
    /// It has been, and its end is put off until the call returns.
    ending: bool,
}

thread_local! {
    static STAY: Cell<Stay> = const { Cell::new(Stay { calls: 0, allowed: DISABLED, ending: false }) };
}

/// Runs the body of an exported function, which neither unwinds nor is cut short by cancellation; and
/// answers whether the thread has to end now.
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

/// Goes on with the end of the thread, through the frames that are above: there must be nothing to do
/// in them, and no table of what to do (an LSDA) - it is another unwinder than Rust's that goes there.
#[cold]
pub fn end_thread() {
    frame::end_thread()
}

/// Runs it on a thread of the library's own as a call that may be cancelled is run: its waits end then.
pub fn as_if_called<T>(body: impl FnOnce() -> T) -> T {
    let before = STAY.replace(Stay {
        calls: 1,
        allowed: ENABLED,
        ending: false,
    });
    let value = body();
    STAY.set(before);
    value
}

/// Is the thread to end as soon as it may? Whoever waits for something then gives up.
pub fn is_due() -> bool {
    STAY.get().ending
}

/// An error when it is.
pub fn check() -> Result<()> {
    match is_due() {
        true => Err(error()),
        false => Ok(()),
    }
}

/// What a call fails with that gave up waiting. Nobody is going to see it.
pub fn error() -> Error {
    Error::with(codes::QUERY_KILLED, "the thread was cancelled")
}

/// Calls something of which the thread may not come back; true when it was ended in there. What is
/// called must leave nothing undone in that case: it has nothing that would be dropped.
///
/// An exception that comes out of it is not caught here either: it gets no further, and ends the
/// process by the terminate handler of the language that threw it.
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

/// Calls the program back. It may do whatever it may on a thread of its own: be cancelled, end the
/// thread, call the library - for it, no call is in progress. False when it does not come back.
///
/// `call` has nothing to drop: see [`ends_in`].
pub fn call_back(call: impl FnOnce() + Copy) -> bool {
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

/// Does a wait of this thread end when it is cancelled?
pub fn may_come() -> bool {
    let stay = STAY.get();
    frame::STOPS_UNWINDING && stay.calls > 0 && stay.allowed == ENABLED
}

fn cancelled() -> io::Error {
    io::Error::from_raw_os_error(libc::ECANCELED)
}

/// As the system's `poll`, and ends with `ECANCELED` when the thread is cancelled. `None` waits for ever.
pub fn wait_for(fds: &mut [libc::pollfd], limit: Option<Duration>) -> io::Result<usize> {
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

/// A point at which the thread may be cancelled.
pub fn point() -> Result<()> {
    let _ = wait_for(&mut [], Some(Duration::ZERO));
    check()
}

/// A time for the kernel; as good as for ever when it does not fit.
pub fn timespec(time: Duration) -> libc::timespec {
    libc::timespec {
        tv_sec: i32::try_from(time.as_secs()).unwrap_or(i32::MAX).into(),
        tv_nsec: time.subsec_nanos().into(),
    }
}

/// Sleeps this long; less when the thread is cancelled.
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

/// Sleeps while the number is this one, until it is woken, the time is over or the thread is
/// cancelled. What woke it then may have been for another who sleeps on the number, too.
pub fn sleep_on(number: &AtomicU32, value: u32, limit: Option<&libc::timespec>) {
    if is_due() {
        return;
    }
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

/// As [`sleep_on`], and cannot be cut short.
///
/// # Safety
/// What is pointed to lives over the call.
pub unsafe fn futex_wait(number: *const AtomicU32, value: u32, limit: Option<&libc::timespec>) {
    let limit = limit.map_or(std::ptr::null(), std::ptr::from_ref);
    const WAIT: c_int = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: the caller's promise, and the kernel only reads.
    unsafe { syscall(libc::SYS_futex, number.cast::<u32>(), WAIT, value, limit) };
}

/// Runs a wait in which the thread may be cancelled, if the program allows it; true when it was. The
/// wait has nothing to drop.
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

/// Runs something that must not be cut short, wherever that is.
pub fn uncut<T>(body: impl FnOnce() -> T) -> T {
    let allowed = set_state(DISABLED);
    let value = body();
    set_state(allowed);
    value
}
