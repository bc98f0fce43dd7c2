//! Registered instances, crash reports, the state of a server. Each function says that it is not there yet; none pretends.

use super::connect::not_yet;
use super::types::{ConnectionInfo, ServerStatus, TAOS, TSDB_SERVER_STATUS};
use std::ffi::{c_char, c_int, c_void};

/// Registers a service with the cluster.
///
/// Here: not supported yet - comes with the information chapter
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
/// Here: not supported yet - comes with the information chapter
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
/// Here: not supported yet - comes with the information chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_free_instances(_pList: *mut *mut *mut c_char, _count: i32) {
    not_yet("taos_free_instances");
}

/// The state of a server.
///
/// Here: not supported yet - comes with the information chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn taos_check_server_status(
    _fqdn: *const c_char,
    _port: c_int,
    _details: *mut c_char,
    _maxlen: c_int,
) -> ServerStatus {
    not_yet("taos_check_server_status");
    TSDB_SERVER_STATUS::TSDB_SRV_STATUS_UNAVAILABLE as ServerStatus
}

/// The user or the token of a connection.
///
/// Here: not supported yet - comes with the information chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_get_connection_info(
    _taos: *mut TAOS,
    _info: ConnectionInfo,
    _buffer: *mut c_char,
    _len: *mut c_int,
) -> c_int {
    not_yet("taos_get_connection_info")
}

/// Writes a crash report.
///
/// Here: not supported yet - comes with the information chapter
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
    not_yet("taos_write_crashinfo");
}
