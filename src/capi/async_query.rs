//! Asynchronous statements and fetches.

use super::connect::not_yet_error;
use super::entry::{entry, last_error};
use super::types::{__taos_async_fn_t, TAOS, TAOS_RES};
use std::ffi::{c_char, c_void};

/// Tells the callback that the call cannot be made.
unsafe fn refuse(function: &str, fp: __taos_async_fn_t, param: *mut c_void, res: *mut TAOS_RES) {
    entry(|| {
        let error = not_yet_error(function);
        last_error::set(&error);
        if let Some(callback) = fp {
            unsafe { callback(param, res, error.code) };
        }
    })
}

/// Runs a statement; `fp` is called once, with its result or an error.
///
/// Here: not supported yet - the callback gets OPS_NOT_SUPPORT at once; comes with the asynchronous chapter
///
/// # Safety
/// `fp` is NULL or a function that may be called with `param`.
#[no_mangle]
pub unsafe extern "C" fn taos_query_a(
    _taos: *mut TAOS,
    _sql: *const c_char,
    fp: __taos_async_fn_t,
    param: *mut c_void,
) {
    unsafe { refuse("taos_query_a", fp, param, std::ptr::null_mut()) }
}

/// As `taos_query_a`, with an id that the server's log shows.
///
/// Here: not supported yet - the callback gets OPS_NOT_SUPPORT at once; comes with the asynchronous chapter
///
/// # Safety
/// `fp` is NULL or a function that may be called with `param`.
#[no_mangle]
pub unsafe extern "C" fn taos_query_a_with_reqid(
    _taos: *mut TAOS,
    _sql: *const c_char,
    fp: __taos_async_fn_t,
    param: *mut c_void,
    _reqid: i64,
) {
    unsafe { refuse("taos_query_a_with_reqid", fp, param, std::ptr::null_mut()) }
}

/// Fetches the next block; `fp` is called once, with the number of its rows or an error.
///
/// Here: not supported yet - the callback gets OPS_NOT_SUPPORT at once; comes with the asynchronous chapter
///
/// # Safety
/// `fp` is NULL or a function that may be called with `param`.
#[no_mangle]
pub unsafe extern "C" fn taos_fetch_rows_a(
    res: *mut TAOS_RES,
    fp: __taos_async_fn_t,
    param: *mut c_void,
) {
    unsafe { refuse("taos_fetch_rows_a", fp, param, res) }
}

/// As `taos_fetch_rows_a`, for `taos_get_raw_block`.
///
/// Here: not supported yet - the callback gets OPS_NOT_SUPPORT at once; comes with the asynchronous chapter
///
/// # Safety
/// `fp` is NULL or a function that may be called with `param`.
#[no_mangle]
pub unsafe extern "C" fn taos_fetch_raw_block_a(
    res: *mut TAOS_RES,
    fp: __taos_async_fn_t,
    param: *mut c_void,
) {
    unsafe { refuse("taos_fetch_raw_block_a", fp, param, res) }
}
