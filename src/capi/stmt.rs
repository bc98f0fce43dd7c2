//! Version 1 statements. Each function says that it is not there yet; none pretends.

use super::connect::{not_supported_text, not_yet};
use super::types::{TAOS, TAOS_FIELD_E, TAOS_MULTI_BIND, TAOS_RES, TAOS_STMT, TAOS_STMT_OPTIONS};
use std::ffi::{c_char, c_int, c_ulong};

/// Makes a statement of a connection.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_init(_taos: *mut TAOS) -> *mut TAOS_STMT {
    not_yet("taos_stmt_init");
    std::ptr::null_mut()
}

/// As `taos_stmt_init`, with a request id.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_init_with_reqid(
    _taos: *mut TAOS,
    _reqid: i64,
) -> *mut TAOS_STMT {
    not_yet("taos_stmt_init_with_reqid");
    std::ptr::null_mut()
}

/// As `taos_stmt_init`, with options.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_init_with_options(
    _taos: *mut TAOS,
    _options: *mut TAOS_STMT_OPTIONS,
) -> *mut TAOS_STMT {
    not_yet("taos_stmt_init_with_options");
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
pub unsafe extern "C" fn taos_stmt_prepare(
    _stmt: *mut TAOS_STMT,
    _sql: *const c_char,
    _length: c_ulong,
) -> c_int {
    not_yet("taos_stmt_prepare")
}

/// Names the table of an insert and gives its tags.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_set_tbname_tags(
    _stmt: *mut TAOS_STMT,
    _name: *const c_char,
    _tags: *mut TAOS_MULTI_BIND,
) -> c_int {
    not_yet("taos_stmt_set_tbname_tags")
}

/// Names the table of an insert.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_set_tbname(
    _stmt: *mut TAOS_STMT,
    _name: *const c_char,
) -> c_int {
    not_yet("taos_stmt_set_tbname")
}

/// Gives the tags of the table named last.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_set_tags(
    _stmt: *mut TAOS_STMT,
    _tags: *mut TAOS_MULTI_BIND,
) -> c_int {
    not_yet("taos_stmt_set_tags")
}

/// Names the child table of an insert.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_set_sub_tbname(
    _stmt: *mut TAOS_STMT,
    _name: *const c_char,
) -> c_int {
    not_yet("taos_stmt_set_sub_tbname")
}

/// The tags to bind; to be freed by `taos_stmt_reclaim_fields`.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_get_tag_fields(
    _stmt: *mut TAOS_STMT,
    _fieldNum: *mut c_int,
    _fields: *mut *mut TAOS_FIELD_E,
) -> c_int {
    not_yet("taos_stmt_get_tag_fields")
}

/// The columns to bind; to be freed by `taos_stmt_reclaim_fields`.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_get_col_fields(
    _stmt: *mut TAOS_STMT,
    _fieldNum: *mut c_int,
    _fields: *mut *mut TAOS_FIELD_E,
) -> c_int {
    not_yet("taos_stmt_get_col_fields")
}

/// Frees what `taos_stmt_get_*_fields` gave.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_reclaim_fields(
    _stmt: *mut TAOS_STMT,
    _fields: *mut TAOS_FIELD_E,
) {
    not_yet("taos_stmt_reclaim_fields");
}

/// Is it an insert?
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_is_insert(_stmt: *mut TAOS_STMT, _insert: *mut c_int) -> c_int {
    not_yet("taos_stmt_is_insert")
}

/// How many `?` it has.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_num_params(_stmt: *mut TAOS_STMT, _nums: *mut c_int) -> c_int {
    not_yet("taos_stmt_num_params")
}

/// Type and bytes of a `?`.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_get_param(
    _stmt: *mut TAOS_STMT,
    _idx: c_int,
    _type: *mut c_int,
    _bytes: *mut c_int,
) -> c_int {
    not_yet("taos_stmt_get_param")
}

/// Binds one row.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_bind_param(
    _stmt: *mut TAOS_STMT,
    _bind: *mut TAOS_MULTI_BIND,
) -> c_int {
    not_yet("taos_stmt_bind_param")
}

/// Binds many rows.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_bind_param_batch(
    _stmt: *mut TAOS_STMT,
    _bind: *mut TAOS_MULTI_BIND,
) -> c_int {
    not_yet("taos_stmt_bind_param_batch")
}

/// Binds many rows of one column.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_bind_single_param_batch(
    _stmt: *mut TAOS_STMT,
    _bind: *mut TAOS_MULTI_BIND,
    _colIdx: c_int,
) -> c_int {
    not_yet("taos_stmt_bind_single_param_batch")
}

/// Ends the rows bound so far.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_add_batch(_stmt: *mut TAOS_STMT) -> c_int {
    not_yet("taos_stmt_add_batch")
}

/// Executes with what was bound.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_execute(_stmt: *mut TAOS_STMT) -> c_int {
    not_yet("taos_stmt_execute")
}

/// The result of a query.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_use_result(_stmt: *mut TAOS_STMT) -> *mut TAOS_RES {
    not_yet("taos_stmt_use_result");
    std::ptr::null_mut()
}

/// Closes the statement.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_close(_stmt: *mut TAOS_STMT) -> c_int {
    not_yet("taos_stmt_close")
}

/// The text of the last error. Never NULL.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_errstr(_stmt: *mut TAOS_STMT) -> *mut c_char {
    not_supported_text()
}

/// Rows written since the statement was made.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_affected_rows(_stmt: *mut TAOS_STMT) -> c_int {
    not_yet("taos_stmt_affected_rows")
}

/// Rows written by the last execution.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_affected_rows_once(_stmt: *mut TAOS_STMT) -> c_int {
    not_yet("taos_stmt_affected_rows_once")
}
