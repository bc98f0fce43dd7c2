//! Schemaless rows. Each function says that it is not there yet; none pretends.

use super::connect::not_yet;
use super::types::{TAOS, TAOS_RES};
use std::ffi::{c_char, c_int};

/// Inserts lines. Returns a result that carries the outcome.
///
/// Here: not supported yet - comes with the schemaless chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert(
    _taos: *mut TAOS,
    _lines: *mut *mut c_char,
    _numLines: c_int,
    _protocol: c_int,
    _precision: c_int,
) -> *mut TAOS_RES {
    not_yet("taos_schemaless_insert");
    std::ptr::null_mut()
}

/// Inserts lines. Returns a result that carries the outcome.
///
/// Here: not supported yet - comes with the schemaless chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_with_reqid(
    _taos: *mut TAOS,
    _lines: *mut *mut c_char,
    _numLines: c_int,
    _protocol: c_int,
    _precision: c_int,
    _reqid: i64,
) -> *mut TAOS_RES {
    not_yet("taos_schemaless_insert_with_reqid");
    std::ptr::null_mut()
}

/// Inserts a text of lines. Returns a result that carries the outcome.
///
/// Here: not supported yet - comes with the schemaless chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_raw(
    _taos: *mut TAOS,
    _lines: *mut c_char,
    _len: c_int,
    _totalRows: *mut i32,
    _protocol: c_int,
    _precision: c_int,
) -> *mut TAOS_RES {
    not_yet("taos_schemaless_insert_raw");
    std::ptr::null_mut()
}

/// Inserts a text of lines. Returns a result that carries the outcome.
///
/// Here: not supported yet - comes with the schemaless chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_raw_with_reqid(
    _taos: *mut TAOS,
    _lines: *mut c_char,
    _len: c_int,
    _totalRows: *mut i32,
    _protocol: c_int,
    _precision: c_int,
    _reqid: i64,
) -> *mut TAOS_RES {
    not_yet("taos_schemaless_insert_raw_with_reqid");
    std::ptr::null_mut()
}

/// Inserts lines. Returns a result that carries the outcome.
///
/// Here: not supported yet - comes with the schemaless chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_ttl(
    _taos: *mut TAOS,
    _lines: *mut *mut c_char,
    _numLines: c_int,
    _protocol: c_int,
    _precision: c_int,
    _ttl: i32,
) -> *mut TAOS_RES {
    not_yet("taos_schemaless_insert_ttl");
    std::ptr::null_mut()
}

/// Inserts lines. Returns a result that carries the outcome.
///
/// Here: not supported yet - comes with the schemaless chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_ttl_with_reqid(
    _taos: *mut TAOS,
    _lines: *mut *mut c_char,
    _numLines: c_int,
    _protocol: c_int,
    _precision: c_int,
    _ttl: i32,
    _reqid: i64,
) -> *mut TAOS_RES {
    not_yet("taos_schemaless_insert_ttl_with_reqid");
    std::ptr::null_mut()
}

/// Inserts a text of lines. Returns a result that carries the outcome.
///
/// Here: not supported yet - comes with the schemaless chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_raw_ttl(
    _taos: *mut TAOS,
    _lines: *mut c_char,
    _len: c_int,
    _totalRows: *mut i32,
    _protocol: c_int,
    _precision: c_int,
    _ttl: i32,
) -> *mut TAOS_RES {
    not_yet("taos_schemaless_insert_raw_ttl");
    std::ptr::null_mut()
}

/// Inserts a text of lines. Returns a result that carries the outcome.
///
/// Here: not supported yet - comes with the schemaless chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_raw_ttl_with_reqid(
    _taos: *mut TAOS,
    _lines: *mut c_char,
    _len: c_int,
    _totalRows: *mut i32,
    _protocol: c_int,
    _precision: c_int,
    _ttl: i32,
    _reqid: i64,
) -> *mut TAOS_RES {
    not_yet("taos_schemaless_insert_raw_ttl_with_reqid");
    std::ptr::null_mut()
}

/// Inserts a text of lines. Returns a result that carries the outcome.
///
/// Here: not supported yet - comes with the schemaless chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_raw_ttl_with_reqid_tbname_key(
    _taos: *mut TAOS,
    _lines: *mut c_char,
    _len: c_int,
    _totalRows: *mut i32,
    _protocol: c_int,
    _precision: c_int,
    _ttl: i32,
    _reqid: i64,
    _tbnameKey: *mut c_char,
) -> *mut TAOS_RES {
    not_yet("taos_schemaless_insert_raw_ttl_with_reqid_tbname_key");
    std::ptr::null_mut()
}

/// Inserts lines. Returns a result that carries the outcome.
///
/// Here: not supported yet - comes with the schemaless chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_ttl_with_reqid_tbname_key(
    _taos: *mut TAOS,
    _lines: *mut *mut c_char,
    _numLines: c_int,
    _protocol: c_int,
    _precision: c_int,
    _ttl: i32,
    _reqid: i64,
    _tbnameKey: *mut c_char,
) -> *mut TAOS_RES {
    not_yet("taos_schemaless_insert_ttl_with_reqid_tbname_key");
    std::ptr::null_mut()
}
