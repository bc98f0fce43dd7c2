//! Version 2 statements.

use super::connect::{not_yet, not_yet_error, the_connection};
use super::entry::{c_allocated, c_array, entry, handle, last_error, status, utf8};
use super::handle::{self as handles, Exclusive, ExclusiveRef, Object};
use super::result::ResultObject;
use super::statement::{Bound, StatementObject};
use super::types::{__taos_async_fn_t, TAOS, TAOS_FIELD_ALL, TAOS_RES, TAOS_STMT2};
use super::types::{TAOS_STMT2_BINDV, TAOS_STMT2_COLUMN_BINDV, TAOS_STMT2_OPTION};
use crate::error::{codes, Error};
use std::ffi::{c_char, c_int, c_ulong, c_void};
use std::ptr::null_mut;

fn the_statement(stmt: *mut c_void) -> Result<ExclusiveRef<StatementObject>, Error> {
    handles::statement(stmt).ok_or(Error::new(codes::INVALID_PARAMETER))
}

/// A call with a statement: its outcome is kept for `taos_stmt2_error`.
fn with_statement(
    stmt: *mut c_void,
    body: impl FnOnce(&mut StatementObject) -> Result<(), Error>,
) -> c_int {
    status(|| {
        let mut object = the_statement(stmt)?;
        let outcome = body(&mut object);
        object.note(&outcome);
        outcome
    })
}

/// Makes a statement of a connection, to be closed by `taos_stmt2_close`. `option` NULL for the
/// defaults. Needs a server from 3.3.3.0.
///
/// Returns NULL when there is none, with the reason in the thread's last error.
///
/// Here: works, except asyncExecFn, which is not supported yet
///
/// # Safety
/// `option` is NULL or points to an option.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_init(
    taos: *mut TAOS,
    option: *mut TAOS_STMT2_OPTION,
) -> *mut TAOS_STMT2 {
    handle(|| {
        if taos.is_null() {
            return Err(Error::new(codes::INVALID_PARAMETER));
        }
        let connection = the_connection(taos)?;
        let (req_id, single_stb, bind_once) = match unsafe { option.as_ref() } {
            Some(o) if o.asyncExecFn.is_some() => {
                return Err(not_yet_error("asyncExecFn of taos_stmt2_init"))
            }
            Some(o) => (o.reqid as u64, o.singleStbInsert, o.singleTableBindOnce),
            None => (0, false, false),
        };
        let statement = connection
            .session
            .statement(req_id, single_stb, bind_once)?;
        let object = StatementObject::new(statement);
        handles::insert(Object::Statement(Exclusive::new(object)))
    })
}

/// Prepares an INSERT or SELECT with `?` for values. `length` 0 means up to the NUL. A statement
/// may be prepared again; what was bound is forgotten.
///
/// Returns 0 or an error code. A table that does not exist is found by `taos_stmt2_get_fields` and
/// by the bind.
///
/// Here: works
///
/// # Safety
/// `sql` is NULL or points to `length` bytes, or to a NUL-terminated string when `length` is 0.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_prepare(
    stmt: *mut TAOS_STMT2,
    sql: *const c_char,
    length: c_ulong,
) -> c_int {
    with_statement(stmt, |object| {
        if sql.is_null() {
            return Err(Error::new(codes::INVALID_PARAMETER));
        }
        let bytes = match length {
            0 => unsafe { std::ffi::CStr::from_ptr(sql) }.to_bytes(),
            n => unsafe { std::slice::from_raw_parts(sql.cast::<u8>(), n as usize) },
        };
        let sql = utf8(bytes, "the statement")?;
        object.free_result();
        object.statement.prepare(sql.trim_end_matches('\0'))
    })
}

/// Binds values for `bindv->count` tables, to be written by `taos_stmt2_exec`; several binds add up.
/// The values are copied. `col_idx` -1 binds all columns, another number that one column, in order.
/// For a query, one row of values for its `?`.
///
/// Of each table the entries of `tbnames`, `tags` and `bind_cols` may be NULL where the statement
/// needs none. `is_null` NULL means no NULL; `length` may be NULL for types of fixed size. Decimals
/// are bound as integers without the point, of 8 or 16 bytes.
///
/// Returns 0 or an error code.
///
/// Here: works
///
/// # Safety
/// `bindv` is NULL or describes memory as the header says.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_bind_param(
    stmt: *mut TAOS_STMT2,
    bindv: *mut TAOS_STMT2_BINDV,
    col_idx: i32,
) -> c_int {
    with_statement(stmt, |object| {
        let bindv = unsafe { bindv.as_ref() }.ok_or(Error::new(codes::INVALID_PARAMETER))?;
        let prepared = object.statement.prepared()?;
        let columns = if col_idx == -1 { prepared.columns } else { 1 };
        let tags = prepared.tags;
        // SAFETY: the caller's promise.
        let bound = unsafe { Bound::read(bindv, tags, columns) }?;
        for run in bound.runs() {
            object.statement.bind(col_idx, &run)?;
        }
        Ok(())
    })
}

/// Binds, and calls back.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// The callback is NULL or may be called with `param`.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_bind_param_a(
    _stmt: *mut TAOS_STMT2,
    _bindv: *mut TAOS_STMT2_BINDV,
    _col_idx: i32,
    fp: __taos_async_fn_t,
    param: *mut c_void,
) -> c_int {
    let code = not_yet("taos_stmt2_bind_param_a");
    if let Some(callback) = fp {
        unsafe { callback(param, null_mut(), code) };
    }
    code
}

/// Executes with what was bound since the last execution, and waits. `*affected_rows`, unless NULL,
/// is the number of rows written, 0 for a query.
///
/// Returns 0 or an error code; `TSC_STMT_API_ERROR` when nothing was bound. When the connection is
/// lost meanwhile, the rows may or may not have been written.
///
/// Here: works
///
/// # Safety
/// `affected_rows` is NULL or points to an int.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_exec(
    stmt: *mut TAOS_STMT2,
    affected_rows: *mut c_int,
) -> c_int {
    with_statement(stmt, |object| {
        object.free_result();
        let rows = object.statement.execute()?;
        if let Some(out) = unsafe { affected_rows.as_mut() } {
            *out = rows.clamp(0, c_int::MAX.into()) as c_int;
        }
        Ok(())
    })
}

/// Closes a statement and its result. Returns 0; `INVALID_PARA` for NULL and for a handle that is
/// no statement (any more).
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_close(stmt: *mut TAOS_STMT2) -> c_int {
    status(|| {
        if handles::close(stmt, |o| matches!(o, Object::Statement(_))) {
            Ok(())
        } else {
            Err(Error::new(codes::INVALID_PARAMETER))
        }
    })
}

/// Is it an insert? `*insert` becomes 1 or 0. Returns 0 or an error code.
///
/// Here: works
///
/// # Safety
/// `insert` is NULL or points to an int.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_is_insert(stmt: *mut TAOS_STMT2, insert: *mut c_int) -> c_int {
    with_statement(stmt, |object| {
        let out = unsafe { insert.as_mut() }.ok_or(Error::new(codes::INVALID_PARAMETER))?;
        *out = object.statement.prepared()?.is_insert.into();
        Ok(())
    })
}

/// What the `?` stand for: `*count` of them, and for an insert one entry of `*fields` each, in
/// order, to be freed by `taos_stmt2_free_fields`. `fields` NULL asks for the number alone.
///
/// Returns 0 or an error code: that of a table that does not exist (yet), for example.
///
/// Here: works
///
/// # Safety
/// `count` is NULL or points to an int, `fields` is NULL or points to a pointer.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_get_fields(
    stmt: *mut TAOS_STMT2,
    count: *mut c_int,
    fields: *mut *mut TAOS_FIELD_ALL,
) -> c_int {
    with_statement(stmt, |object| {
        let count = unsafe { count.as_mut() }.ok_or(Error::new(codes::INVALID_PARAMETER))?;
        let prepared = object.statement.parameters()?;
        *count = prepared.count as c_int;
        let Some(out) = (unsafe { fields.as_mut() }) else {
            return Ok(());
        };
        *out = null_mut();
        if let (true, Ok(list)) = (prepared.is_insert, &prepared.parameters) {
            *out = c_allocated(list.iter().map(|p| TAOS_FIELD_ALL {
                name: c_array(&p.name),
                r#type: p.field_type as i8,
                precision: p.precision,
                scale: p.scale,
                bytes: p.bytes,
                field_type: p.bind_type,
            }))?;
        }
        Ok(())
    })
}

/// Frees what `taos_stmt2_get_fields` gave. The statement is not looked at.
///
/// Here: works
///
/// # Safety
/// `fields` is NULL or came from `taos_stmt2_get_fields` and was not freed.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_free_fields(
    _stmt: *mut TAOS_STMT2,
    fields: *mut TAOS_FIELD_ALL,
) {
    // SAFETY: the caller's promise; `free` takes NULL.
    entry(|| unsafe { libc::free(fields.cast()) })
}

/// The result of the query executed last. It belongs to the statement and ends with the next
/// prepare, execution or close; `taos_free_result` may end it before. NULL when there is none.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_result(stmt: *mut TAOS_STMT2) -> *mut TAOS_RES {
    handle(|| {
        let mut object = the_statement(stmt)?;
        let outcome = object
            .statement
            .result()
            .and_then(|set| handles::insert(Object::Result(ResultObject::new(set))));
        object.note(&outcome);
        if let Ok(result) = &outcome {
            object.hand_out(*result);
        }
        outcome
    })
}

/// The text of the statement's last error, `success` when there is none; of the thread's last error
/// for something that is no statement. Never NULL; valid until the next call with the statement.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_error(stmt: *mut TAOS_STMT2) -> *mut c_char {
    entry(|| match handles::statement(stmt) {
        Some(object) => object.error_text().cast_mut(),
        None => last_error::text().cast_mut(),
    })
}

/// Binds by column, the table name being one.
///
/// Here: not supported yet - comes with the statement chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_bind_param_column(
    _stmt: *mut TAOS_STMT2,
    _bindv: *mut TAOS_STMT2_COLUMN_BINDV,
) -> c_int {
    not_yet("taos_stmt2_bind_param_column")
}
