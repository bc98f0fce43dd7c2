//! musl ends a thread without unwinding it: it calls the handlers of `pthread_cleanup_push`, the last one first, and then
//! the thread ends. The handler that is registered here does not return. It jumps back to the frame, and the call goes
//! on as after an error.

use std::ffi::{c_int, c_void};

#[path = "behind_frame.rs"]
mod behind_frame;

pub use behind_frame::call;
pub const STOPS_UNWINDING: bool = true;

extern "C" {
    #[link_name = "setjmp"]
    pub fn set_jump(buffer: *mut Buffer) -> c_int;
    fn longjmp(buffer: *mut Buffer, answer: c_int) -> !;
    fn _pthread_cleanup_push(entry: *mut Entry, function: Function, argument: *mut c_void);
    fn _pthread_cleanup_pop(entry: *mut Entry, call: c_int);
    fn pthread_exit(value: *mut c_void) -> !;
}

type Function = extern "C" fn(*mut c_void);

/// The words of a `jmp_buf`.
const WORDS: usize = if cfg!(target_arch = "x86_64") { 25 } else { 39 };

#[repr(C, align(16))]
pub struct Buffer {
    jump: [u64; WORDS],
    entry: Entry,
}

/// `struct __ptcb`.
#[repr(C)]
struct Entry {
    function: Function,
    argument: *mut c_void,
    next: *mut Entry,
}

/// Registers the handler: from now on, a thread that ends comes back by `set_jump`.
pub extern "C" fn enter(buffer: *mut Buffer) {
    // SAFETY: the frame's buffer, which lives until `leave`.
    unsafe { _pthread_cleanup_push(&raw mut (*buffer).entry, jump, buffer.cast()) }
}

pub extern "C" fn leave(buffer: *mut Buffer) {
    // SAFETY: as above. Once more after a jump changes nothing.
    unsafe { _pthread_cleanup_pop(&raw mut (*buffer).entry, 0) }
}

extern "C" fn jump(buffer: *mut c_void) {
    // SAFETY: between here and there are the frames of the call that has ended, in which there is nothing to do.
    unsafe { longjmp(buffer.cast(), 1) }
}

/// Goes on with the end of the thread that [`call`] has stopped. The value of `pthread_exit` is lost: the thread ends as
/// if it had been cancelled.
pub fn end_thread() {
    // SAFETY: `PTHREAD_CANCELED`.
    unsafe { pthread_exit(usize::MAX as *mut c_void) }
}
