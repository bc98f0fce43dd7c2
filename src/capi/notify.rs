//! Events and white lists. Each function says that it is not there yet; none pretends.

use super::connect::not_yet;
use super::types::{
    __taos_async_datetime_whitelist_fn_t, __taos_async_ip_whitelist_fn_t,
    __taos_async_whitelist_dual_stack_fn_t, __taos_async_whitelist_fn_t, __taos_notify_fn_t, TAOS,
};
use std::ffi::{c_int, c_void};

/// Who is told of events.
///
/// Here: not supported - the protocol has no action for it
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_set_notify_cb(
    _taos: *mut TAOS,
    _fp: __taos_notify_fn_t,
    _param: *mut c_void,
    _type: c_int,
) -> c_int {
    not_yet("taos_set_notify_cb")
}

/// Fetches the white list of the user.
///
/// Here: not supported - the protocol has no action for it
///
/// # Safety
/// The callback is NULL or may be called with `param`.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_fetch_whitelist_a(
    taos: *mut TAOS,
    fp: __taos_async_whitelist_fn_t,
    param: *mut c_void,
) {
    let code = not_yet("taos_fetch_whitelist_a");
    if let Some(callback) = fp {
        unsafe { callback(param, code, taos, 0, std::ptr::null_mut()) };
    }
}

/// Fetches the white list with IPv6.
///
/// Here: not supported - the protocol has no action for it
///
/// # Safety
/// The callback is NULL or may be called with `param`.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_fetch_whitelist_dual_stack_a(
    taos: *mut TAOS,
    fp: __taos_async_whitelist_dual_stack_fn_t,
    param: *mut c_void,
) {
    let code = not_yet("taos_fetch_whitelist_dual_stack_a");
    if let Some(callback) = fp {
        unsafe { callback(param, code, taos, 0, std::ptr::null_mut()) };
    }
}

/// Fetches the IP white list.
///
/// Here: not supported - the protocol has no action for it
///
/// # Safety
/// The callback is NULL or may be called with `param`.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_fetch_ip_whitelist_a(
    taos: *mut TAOS,
    fp: __taos_async_ip_whitelist_fn_t,
    param: *mut c_void,
) {
    let code = not_yet("taos_fetch_ip_whitelist_a");
    if let Some(callback) = fp {
        unsafe { callback(param, code, taos, 0, std::ptr::null_mut()) };
    }
}

/// Fetches the times of the white list.
///
/// Here: not supported - the protocol has no action for it
///
/// # Safety
/// The callback is NULL or may be called with `param`.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_fetch_datetime_whitelist_a(
    taos: *mut TAOS,
    fp: __taos_async_datetime_whitelist_fn_t,
    param: *mut c_void,
) {
    let code = not_yet("taos_fetch_datetime_whitelist_a");
    if let Some(callback) = fp {
        unsafe { callback(param, code, taos, 0, std::ptr::null_mut()) };
    }
}

/// Should the process end when its connection is killed? There is no heartbeat here that would
/// notice: the process never ends by the library's doing.
///
/// Here: local - does nothing
///
/// # Safety
/// None: the argument is not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_set_hb_quit(_quitByKill: i8) {}
