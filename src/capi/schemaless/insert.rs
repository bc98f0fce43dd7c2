//! Schemaless rows: lines in one of three protocols, from which the server makes tables and columns.
//!
//! Lines given one by one and a text of lines differ in a few ways, natively and here; each function
//! says what it takes.

use super::{insert_lines, insert_text, Options};
use crate::capi::boundary::types::{TAOS, TAOS_RES};
use std::ffi::{c_char, c_int};

/// Writes rows that describe themselves: the server creates the super tables, child tables and
/// columns that they need, in the selected database.
///
/// - `lines`: `numLines` NUL-terminated strings, one row each, in UTF-8 or in the connection's
///   character set. Line breaks are allowed only at their ends (JSON may have them anywhere, and is
///   one text of one or more rows). In another set than UTF-8, only tags and NCHAR (`L"..."`) may
///   have characters that are not ASCII.
/// - `protocol`: `TSDB_SML_LINE_PROTOCOL` (InfluxDB), `TSDB_SML_TELNET_PROTOCOL` (OpenTSDB) or
///   `TSDB_SML_JSON_PROTOCOL` (OpenTSDB).
/// - `precision`: the unit of the times in the line protocol, `TSDB_SML_TIMESTAMP_...`; not
///   configured means nanoseconds. In the other protocols the number of digits says the unit.
///
/// Returns a result, to be freed by `taos_free_result`, even if the rows were refused:
/// `taos_errno(result)` and `taos_errstr(result)` say why, `taos_affected_rows(result)` how many
/// were written. If one line cannot be read, none is written. If the connection is lost meanwhile,
/// the rows may or may not have been written; the text says so. NULL only if `taos` or `lines` is
/// NULL, or `taos` is no connection.
///
/// Any number of threads may write on one connection.
///
/// Here: works
///
/// # Safety
/// `lines` is NULL or points to `numLines` pointers, each NULL or to a NUL-terminated string.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert(
    taos: *mut TAOS,
    lines: *mut *mut c_char,
    numLines: c_int,
    protocol: c_int,
    precision: c_int,
) -> *mut TAOS_RES {
    let options = Options::new(protocol, precision);
    unsafe { insert_lines(taos, lines, numLines, options) }
}

/// As `taos_schemaless_insert`, with an id that the server's log shows. 0 lets the library choose one.
///
/// Here: works
///
/// # Safety
/// As for `taos_schemaless_insert`.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_with_reqid(
    taos: *mut TAOS,
    lines: *mut *mut c_char,
    numLines: c_int,
    protocol: c_int,
    precision: c_int,
    reqid: i64,
) -> *mut TAOS_RES {
    let options = Options::new(protocol, precision).req_id(reqid);
    unsafe { insert_lines(taos, lines, numLines, options) }
}

/// As `taos_schemaless_insert`, for one text of `len` bytes with line breaks between its rows. It
/// need not end in a NUL, and must not contain one. In the line protocol, a line that begins with #
/// is a comment.
///
/// `*totalRows`, unless NULL, becomes the number of lines in the text, even if they are refused. A
/// negative `len` returns NULL, too.
///
/// Here: works
///
/// # Safety
/// `lines` is NULL or points to `len` bytes; `totalRows` is NULL or points to an int.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_raw(
    taos: *mut TAOS,
    lines: *mut c_char,
    len: c_int,
    totalRows: *mut i32,
    protocol: c_int,
    precision: c_int,
) -> *mut TAOS_RES {
    let options = Options::new(protocol, precision);
    unsafe { insert_text(taos, lines, len, totalRows, options) }
}

/// As `taos_schemaless_insert_raw`, with an id that the server's log shows. 0 lets the library choose
/// one.
///
/// Here: works
///
/// # Safety
/// As for `taos_schemaless_insert_raw`.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_raw_with_reqid(
    taos: *mut TAOS,
    lines: *mut c_char,
    len: c_int,
    totalRows: *mut i32,
    protocol: c_int,
    precision: c_int,
    reqid: i64,
) -> *mut TAOS_RES {
    let options = Options::new(protocol, precision).req_id(reqid);
    unsafe { insert_text(taos, lines, len, totalRows, options) }
}

/// As `taos_schemaless_insert`. The server drops child tables that it creates for the rows after
/// `ttl` days; 0 for never. Existing tables keep their own time to live.
///
/// Here: works
///
/// # Safety
/// As for `taos_schemaless_insert`.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_ttl(
    taos: *mut TAOS,
    lines: *mut *mut c_char,
    numLines: c_int,
    protocol: c_int,
    precision: c_int,
    ttl: i32,
) -> *mut TAOS_RES {
    let options = Options::new(protocol, precision).ttl(ttl);
    unsafe { insert_lines(taos, lines, numLines, options) }
}

/// As `taos_schemaless_insert_ttl`, with an id that the server's log shows. 0 lets the library choose
/// one.
///
/// Here: works
///
/// # Safety
/// As for `taos_schemaless_insert`.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_ttl_with_reqid(
    taos: *mut TAOS,
    lines: *mut *mut c_char,
    numLines: c_int,
    protocol: c_int,
    precision: c_int,
    ttl: i32,
    reqid: i64,
) -> *mut TAOS_RES {
    let options = Options::new(protocol, precision).ttl(ttl).req_id(reqid);
    unsafe { insert_lines(taos, lines, numLines, options) }
}

/// As `taos_schemaless_insert_raw`, with the time to live of `taos_schemaless_insert_ttl`.
///
/// Here: works
///
/// # Safety
/// As for `taos_schemaless_insert_raw`.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_raw_ttl(
    taos: *mut TAOS,
    lines: *mut c_char,
    len: c_int,
    totalRows: *mut i32,
    protocol: c_int,
    precision: c_int,
    ttl: i32,
) -> *mut TAOS_RES {
    let options = Options::new(protocol, precision).ttl(ttl);
    unsafe { insert_text(taos, lines, len, totalRows, options) }
}

/// As `taos_schemaless_insert_raw_ttl`, with an id that the server's log shows. 0 lets the library
/// choose one.
///
/// Here: works
///
/// # Safety
/// As for `taos_schemaless_insert_raw`.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_raw_ttl_with_reqid(
    taos: *mut TAOS,
    lines: *mut c_char,
    len: c_int,
    totalRows: *mut i32,
    protocol: c_int,
    precision: c_int,
    ttl: i32,
    reqid: i64,
) -> *mut TAOS_RES {
    let options = Options::new(protocol, precision).ttl(ttl).req_id(reqid);
    unsafe { insert_text(taos, lines, len, totalRows, options) }
}

/// As `taos_schemaless_insert_raw_ttl_with_reqid`. The tag named `tbnameKey` holds the name of a
/// row's child table and is not stored as a tag. NULL or empty: the server makes the names. Needs a
/// server from 3.3.3.0.
///
/// Here: works
///
/// # Safety
/// As for `taos_schemaless_insert_raw`; `tbnameKey` is NULL or points to a NUL-terminated string.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_raw_ttl_with_reqid_tbname_key(
    taos: *mut TAOS,
    lines: *mut c_char,
    len: c_int,
    totalRows: *mut i32,
    protocol: c_int,
    precision: c_int,
    ttl: i32,
    reqid: i64,
    tbnameKey: *mut c_char,
) -> *mut TAOS_RES {
    let options = Options::new(protocol, precision)
        .ttl(ttl)
        .req_id(reqid)
        .table_name_key(tbnameKey);
    unsafe { insert_text(taos, lines, len, totalRows, options) }
}

/// As `taos_schemaless_insert_ttl_with_reqid`, with the tag that holds a row's table name, as in
/// `taos_schemaless_insert_raw_ttl_with_reqid_tbname_key`.
///
/// Here: works
///
/// # Safety
/// As for `taos_schemaless_insert`; `tbnameKey` is NULL or points to a NUL-terminated string.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_schemaless_insert_ttl_with_reqid_tbname_key(
    taos: *mut TAOS,
    lines: *mut *mut c_char,
    numLines: c_int,
    protocol: c_int,
    precision: c_int,
    ttl: i32,
    reqid: i64,
    tbnameKey: *mut c_char,
) -> *mut TAOS_RES {
    let options = Options::new(protocol, precision)
        .ttl(ttl)
        .req_id(reqid)
        .table_name_key(tbnameKey);
    unsafe { insert_lines(taos, lines, numLines, options) }
}
