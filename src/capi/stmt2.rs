//! Version 2 statements. Each function says that it is not there yet; none pretends.

use super::connect::{not_supported_text, not_yet};
use super::types::{
    __taos_async_fn_t, TAOS, TAOS_FIELD_ALL, TAOS_RES, TAOS_STMT2, TAOS_STMT2_BINDV,
    TAOS_STMT2_COLUMN_BINDV, TAOS_STMT2_OPTION,
};
use std::ffi::{c_char, c_int, c_ulong, c_void};

/// Makes a statement of a connection.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt2_init(
    _taos: *mut TAOS,
    _option: *mut TAOS_STMT2_OPTION,
) -> *mut TAOS_STMT2 {
    not_yet("taos_stmt2_init");
    std::ptr::null_mut()
}

/// Prepares a statement with `?` for values. `length` 0 means up to the NUL.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt2_prepare(
    _stmt: *mut TAOS_STMT2,
    _sql: *const c_char,
    _length: c_ulong,
) -> c_int {
    not_yet("taos_stmt2_prepare")
}

/// Binds tables, tags and columns; `col_idx` -1 for all columns.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt2_bind_param(
    _stmt: *mut TAOS_STMT2,
    _bindv: *mut TAOS_STMT2_BINDV,
    _col_idx: i32,
) -> c_int {
    not_yet("taos_stmt2_bind_param")
}

/// Binds, and calls back.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// The callback is NULL or may be called with `param`.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt2_bind_param_a(
    _stmt: *mut TAOS_STMT2,
    _bindv: *mut TAOS_STMT2_BINDV,
    _col_idx: i32,
    fp: __taos_async_fn_t,
    param: *mut c_void,
) -> c_int {
    let code = not_yet("taos_stmt2_bind_param_a");
    if let Some(callback) = fp {
        unsafe { callback(param, std::ptr::null_mut(), code) };
    }
    code
}

/// Executes with what was bound.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt2_exec(
    _stmt: *mut TAOS_STMT2,
    _affected_rows: *mut c_int,
) -> c_int {
    not_yet("taos_stmt2_exec")
}

/// Closes the statement.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt2_close(_stmt: *mut TAOS_STMT2) -> c_int {
    not_yet("taos_stmt2_close")
}

/// Is it an insert?
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt2_is_insert(
    _stmt: *mut TAOS_STMT2,
    _insert: *mut c_int,
) -> c_int {
    not_yet("taos_stmt2_is_insert")
}

/// What the `?` stand for; to be freed by `taos_stmt2_free_fields`.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt2_get_fields(
    _stmt: *mut TAOS_STMT2,
    _count: *mut c_int,
    _fields: *mut *mut TAOS_FIELD_ALL,
) -> c_int {
    not_yet("taos_stmt2_get_fields")
}

/// Frees what `taos_stmt2_get_fields` gave.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt2_free_fields(
    _stmt: *mut TAOS_STMT2,
    _fields: *mut TAOS_FIELD_ALL,
) {
    not_yet("taos_stmt2_free_fields");
}

/// The result of a query.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt2_result(_stmt: *mut TAOS_STMT2) -> *mut TAOS_RES {
    not_yet("taos_stmt2_result");
    std::ptr::null_mut()
}

/// The text of the last error. Never NULL.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt2_error(_stmt: *mut TAOS_STMT2) -> *mut c_char {
    not_supported_text()
}

/// Binds by column, the table name being one.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt2_bind_param_column(
    _stmt: *mut TAOS_STMT2,
    _bindv: *mut TAOS_STMT2_COLUMN_BINDV,
) -> c_int {
    not_yet("taos_stmt2_bind_param_column")
}
