//! Registered services and crash reports. Each function says that it is not there yet; none pretends.

use super::connect::not_yet;
use std::ffi::{c_char, c_int, c_void};

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
    not_yet("taos_register_instance")
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
    not_yet("taos_list_instances")
}

/// Frees what `taos_list_instances` gave.
///
/// Here: not supported - the protocol has no action for it
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_free_instances(_pList: *mut *mut *mut c_char, _count: i32) {
    not_yet("taos_free_instances");
}

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
