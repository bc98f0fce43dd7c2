//! Where it is not known here how the C library ends a thread: nothing is stopped. A thread that is ended
//! in a callback is gone.

use std::ffi::c_void;

pub const STOPS_UNWINDING: bool = false;

pub fn call(function: extern "C-unwind" fn(*mut c_void), arg: *mut c_void) -> bool {
    function(arg);
    false
}

/// Never called, as no call ends the thread.
pub fn end_thread() {}
