//! The functions by which glibc stops at each `pthread_cleanup_push` when it unwinds a thread that ends.

use std::ffi::c_int;

#[path = "behind_frame.rs"]
mod behind_frame;

pub use behind_frame::call;
pub const STOPS_UNWINDING: bool = true;

extern "C" {
    #[link_name = "__sigsetjmp"]
    pub fn set_jump(buffer: *mut Buffer, with_signals: c_int) -> c_int;
    #[link_name = "__pthread_register_cancel"]
    pub fn enter(buffer: *mut Buffer);
    #[link_name = "__pthread_unregister_cancel"]
    pub fn leave(buffer: *mut Buffer);
    /// Unwinds. It is declared as if it did not, so that the compiler adds no landing pads for it.
    fn __pthread_unwind_next(buffer: *mut Buffer) -> !;
}

/// At least as many as `__pthread_unwind_buf_t` has.
const WORDS: usize = if cfg!(target_arch = "x86_64") { 16 } else { 32 };

#[repr(C, align(16))]
pub struct Buffer([u64; WORDS]);

/// Goes on with the unwinding that [`call`] has stopped.
pub fn end_thread() {
    let mut buffer = Buffer([0; WORDS]);
    // SAFETY: registered, it knows whose turn is next; that is all that the last call looks at.
    unsafe {
        enter(&mut buffer);
        leave(&mut buffer);
        __pthread_unwind_next(&mut buffer)
    }
}
