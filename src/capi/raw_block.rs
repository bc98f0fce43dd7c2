//! Writing raw blocks. Each function says that it is not there yet; none pretends.

use super::connect::not_yet;
use super::types::{TAOS, TAOS_FIELD};
use std::ffi::{c_char, c_int};

/// Writes a raw block into a table.
///
/// Here: not supported yet - comes with the raw block chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_write_raw_block(
    _taos: *mut TAOS,
    _numOfRows: c_int,
    _pData: *mut c_char,
    _tbname: *const c_char,
) -> c_int {
    not_yet("taos_write_raw_block")
}

/// As `taos_write_raw_block`, with a request id.
///
/// Here: not supported yet - comes with the raw block chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_write_raw_block_with_reqid(
    _taos: *mut TAOS,
    _numOfRows: c_int,
    _pData: *mut c_char,
    _tbname: *const c_char,
    _reqid: i64,
) -> c_int {
    not_yet("taos_write_raw_block_with_reqid")
}

/// As `taos_write_raw_block`, for these columns.
///
/// Here: not supported yet - comes with the raw block chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_write_raw_block_with_fields(
    _taos: *mut TAOS,
    _rows: c_int,
    _pData: *mut c_char,
    _tbname: *const c_char,
    _fields: *mut TAOS_FIELD,
    _numFields: c_int,
) -> c_int {
    not_yet("taos_write_raw_block_with_fields")
}

/// As `taos_write_raw_block_with_fields`, with a request id.
///
/// Here: not supported yet - comes with the raw block chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_write_raw_block_with_fields_with_reqid(
    _taos: *mut TAOS,
    _rows: c_int,
    _pData: *mut c_char,
    _tbname: *const c_char,
    _fields: *mut TAOS_FIELD,
    _numFields: c_int,
    _reqid: i64,
) -> c_int {
    not_yet("taos_write_raw_block_with_fields_with_reqid")
}
