//! Registered services and crash reports.

use super::entry::status;
use crate::error::Error;
use std::ffi::{c_char, c_int, c_void};

/// The answer of a function that needs the cluster, which the adapter's protocol does not lead to.
fn no_action(function: &str) -> c_int {
    status(|| {
        Err(Error::not_supported(format_args!(
            "{function}: taosAdapter has no action for it"
        )))
    })
}

/// Registers a service with the cluster.
///
/// Here: not supported - the protocol has no action for it
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn taos_register_instance(
    _id: *const c_char,
    _type: *const c_char,
    _desc: *const c_char,
    _expire: i32,
) -> i32 {
    no_action("taos_register_instance")
}

/// The registered services; to be freed by `taos_free_instances`.
///
/// Here: not supported - the protocol has no action for it
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_list_instances(
    _filter_type: *const c_char,
    _pList: *mut *mut *mut c_char,
    _pCount: *mut i32,
) -> i32 {
    no_action("taos_list_instances")
}

/// Frees what `taos_list_instances` gave.
///
/// There never is anything to free, as `taos_list_instances` gives nothing.
///
/// Here: local - does nothing
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_free_instances(_pList: *mut *mut *mut c_char, _count: i32) {}

/// Writes a crash report. There is none: this library reports nothing to anybody.
///
/// Here: local - does nothing
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_write_crashinfo(
    _signum: c_int,
    _sigInfo: *mut c_void,
    _context: *mut c_void,
) {
}
