//! For C libraries of which it is not known here how they end a thread. Nothing is stopped: a thread that is ended in a
//! callback does not return.

use std::ffi::c_void;

pub const STOPS_UNWINDING: bool = false;

pub fn call(function: extern "C-unwind" fn(*mut c_void), arg: *mut c_void) -> bool {
    function(arg);
    false
}

/// Never called: no call ends its thread here.
pub fn end_thread() {}
