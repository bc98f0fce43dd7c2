//! What went wrong.

use super::boundary::entry::{last_error, quick};
use super::boundary::handle;
use super::boundary::types::TAOS_RES;
use crate::error::{code_text, codes};
use std::ffi::{c_char, c_int, CStr};

/// The error code of a result, 0 for none: negative, `0x80000000` and TDengine's 16 bits.
///
/// With NULL, the code of the calling thread's last failure; a successful call sets it to 0. For a
/// handle that is not, or no longer, a result: `TSC_INVALID_INPUT`.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_errno(res: *mut TAOS_RES) -> c_int {
    quick(|| code(res))
}

pub(crate) fn code(res: *mut TAOS_RES) -> c_int {
    if res.is_null() {
        return last_error::code();
    }
    handle::glance(res, |r| r.code()).unwrap_or(codes::INVALID_INPUT)
}

/// The text of a result's error: the server's own, or that of the code; `success` if there is none.
/// Never NULL. It belongs to the result; if it is only the text of a code, it stays valid for good.
///
/// With NULL, the text of the calling thread's last failure, valid until the thread's next one.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_errstr(res: *mut TAOS_RES) -> *const c_char {
    quick(|| with_text(res, CStr::as_ptr))
}

/// Hands `look` the text of a result's error, which belongs to the result.
pub(crate) fn with_text<T>(res: *mut TAOS_RES, look: impl FnOnce(&CStr) -> T) -> T {
    if res.is_null() {
        // SAFETY: a NUL-terminated text that stays for the time of this call.
        return look(unsafe { CStr::from_ptr(last_error::text()) });
    }
    match handle::result(res) {
        Some(r) => look(r.message().unwrap_or_else(|| code_text(r.code()))),
        None => look(code_text(codes::INVALID_INPUT)),
    }
}

/// The text of an error code: that of the thread's last error if it has this code, else the code's
/// own; empty for a code without a text. Valid until the thread's next failing call.
///
/// Here: local
#[no_mangle]
pub extern "C" fn tmq_err2str(code: c_int) -> *const c_char {
    quick(|| text_of_code(code))
}

pub(crate) fn text_of_code(code: c_int) -> *const c_char {
    match code {
        // Older functions of the native client return it for everything.
        -1 => c"fail".as_ptr(),
        // The native client's text for `TMQ_CONF_UNKNOWN`.
        -2 => c"Unknown error 65534".as_ptr(),
        code if code != 0 && code == last_error::code() => last_error::text(),
        code => code_text(code).as_ptr(),
    }
}
