//! Events and white lists. The server tells the adapter of them, and the adapter's protocol has no
//! word for them: these functions say so.

use super::callbacks::call_program;
use super::connect::the_connection;
use super::entry::{entry, status};
use super::types::{
    __taos_async_datetime_whitelist_fn_t, __taos_async_ip_whitelist_fn_t,
    __taos_async_whitelist_dual_stack_fn_t, __taos_async_whitelist_fn_t, __taos_notify_fn_t, TAOS,
    TAOS_NOTIFY_TYPE,
};
use crate::error::{codes, Error};
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

const FIRST_EVENT: c_int = TAOS_NOTIFY_TYPE::TAOS_NOTIFY_PASSVER as c_int;
const LAST_EVENT: c_int = TAOS_NOTIFY_TYPE::TAOS_NOTIFY_USER_DROPPED as c_int;

/// Who is told when a password or a white list changes, or the user is dropped. The adapter does
/// not pass these events on, so nobody can be told: `OPS_NOT_SUPPORT`, and 0 for `fp` NULL, as
/// there is nobody to be forgotten.
///
/// Here: not supported - the adapter does not pass events on
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_set_notify_cb(
    taos: *mut TAOS,
    fp: __taos_notify_fn_t,
    _param: *mut c_void,
    r#type: c_int,
) -> c_int {
    status(|| {
        if taos.is_null() || !(FIRST_EVENT..=LAST_EVENT).contains(&r#type) {
            return Err(Error::new(codes::INVALID_PARAMETER));
        }
        the_connection(taos)?;
        match fp {
            None => Ok(()),
            Some(_) => Err(Error::not_supported(
                "taosAdapter does not pass on changes of passwords, white lists and users",
            )),
        }
    })
}

/// Why there is no white list, as the thread's last error too.
fn no_whitelist(taos: *mut TAOS) -> c_int {
    status(|| {
        Err(if taos.is_null() {
            Error::new(codes::INVALID_PARAMETER)
        } else {
            Error::not_supported("taosAdapter does not tell white lists; see `show users full`")
        })
    })
}

/// Calls back with the addresses from which the user may connect. The adapter does not tell them:
/// `fp` is called before this returns, with an error's code and no list.
///
/// Here: not supported - the adapter does not tell white lists
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
    let code = no_whitelist(taos);
    if let Some(callback) = fp {
        let call = || unsafe { callback(param, code, taos, 0, null_mut()) };
        entry(|| call_program(call));
    }
}

/// As `taos_fetch_whitelist_a`, with IPv6 addresses.
///
/// Here: not supported - the adapter does not tell white lists
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
    let code = no_whitelist(taos);
    if let Some(callback) = fp {
        let call = || unsafe { callback(param, code, taos, 0, null_mut()) };
        entry(|| call_program(call));
    }
}

/// The same, by the name of newer headers.
///
/// Here: not supported - the adapter does not tell white lists
///
/// # Safety
/// The callback is NULL or may be called with `param`.
#[no_mangle]
pub unsafe extern "C" fn taos_fetch_ip_whitelist_a(
    taos: *mut TAOS,
    fp: __taos_async_ip_whitelist_fn_t,
    param: *mut c_void,
) {
    unsafe { taos_fetch_whitelist_dual_stack_a(taos, fp, param) }
}

/// Calls back with the times at which the user may connect: an error's code and no list.
///
/// Here: not supported - the adapter does not tell white lists
///
/// # Safety
/// The callback is NULL or may be called with `param`.
#[no_mangle]
pub unsafe extern "C" fn taos_fetch_datetime_whitelist_a(
    taos: *mut TAOS,
    fp: __taos_async_datetime_whitelist_fn_t,
    param: *mut c_void,
) {
    unsafe { taos_fetch_whitelist_dual_stack_a(taos, fp, param) }
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
