//! Version 2 statements.

use super::binds::stmt2::Bound;
use super::{self as statements, find, StatementObject, Version};
use crate::capi::boundary::callbacks::{self, Caller, Handle};
use crate::capi::boundary::entry::{c_allocated, c_name, entry};
use crate::capi::boundary::types::{__taos_async_fn_t, TAOS, TAOS_FIELD_ALL, TAOS_RES, TAOS_STMT2};
use crate::capi::boundary::types::{TAOS_STMT2_BINDV, TAOS_STMT2_COLUMN_BINDV, TAOS_STMT2_OPTION};
use crate::capi::result::ResultObject;
use crate::client::{Rows, Statement};
use crate::error::{codes, Error};
use std::ffi::{c_char, c_int, c_ulong, c_void};
use std::ptr::null_mut;

fn with(
    stmt: *mut c_void,
    body: impl FnOnce(&mut StatementObject<Statement>) -> Result<(), Error>,
) -> c_int {
    statements::with(stmt, body)
}

/// Makes a statement of a connection, to be closed by `taos_stmt2_close`. `option` NULL for the
/// defaults.
///
/// Servers before 3.3.3.0 take no decimals, no blobs, no `tbname` among an insert's columns and no
/// column that stays as it is (`is_null` 2). Servers before 3.1.1.15 take inserts only, into the
/// database that is selected now. A call that needs more returns an error that names the version.
///
/// With `asyncExecFn`, `taos_stmt2_exec` returns at once, and that function is called with
/// `userdata` when the execution is done.
///
/// Returns NULL on failure, with the reason in the thread's last error.
///
/// Here: works
///
/// # Safety
/// `option` is NULL or points to an option; its `asyncExecFn` is NULL or may be called with
/// `userdata` on another thread.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_init(
    taos: *mut TAOS,
    option: *mut TAOS_STMT2_OPTION,
) -> *mut TAOS_STMT2 {
    let option = unsafe { option.as_ref() };
    let on_execution = option.and_then(|o| Caller::new(o.asyncExecFn, o.userdata));
    statements::init(taos, on_execution, |session| match option {
        Some(o) => session.statement(o.reqid as u64, o.singleStbInsert, o.singleTableBindOnce),
        None => session.statement(0, false, false),
    })
}

/// Prepares an INSERT or SELECT with `?` for values. `length` 0 means up to the NUL. A statement
/// may be prepared again; what was bound is then forgotten. A constant among the `?` of an insert's
/// VALUES is written as it is, and is no parameter. On servers before 3.3.3.0 it must be a number, a
/// text without a backslash or NULL, of the column's type; else this returns an error that says so.
///
/// Returns 0 or an error code. `taos_stmt2_get_fields` and the bind report a table that does not
/// exist.
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
    unsafe { statements::prepare::<Statement>(stmt, sql, length) }
}

/// Binds values for `bindv->count` tables, to be written by `taos_stmt2_exec`; several binds add
/// up. The values are copied. `col_idx` -1 binds all columns, another number only that column, in
/// order. For a query, binds one row of values for its `?`.
///
/// The entries of `tbnames`, `tags` and `bind_cols` may be NULL if the statement needs none.
/// `is_null` NULL means that there is no NULL; `length` may be NULL for types of fixed size.
/// Decimals are bound as integers without the point, of 8 bytes (DECIMAL64) or 16 (DECIMAL);
/// another `length`, such as that of a text, is refused.
///
/// If the connection was lost, the statement is prepared anew on the next one. Rows that had been
/// bound and not executed are then lost. The call that finds out returns `RPC_BROKEN_LINK` once,
/// with a text that says so; bind them again, including those of this call.
///
/// Returns 0 or an error code. `taos_stmt2_error` names the column by its number, and by name and
/// type where they are known. After a refused bind, every call with the statement returns that
/// error until the next `taos_stmt2_prepare`. A number of rows that cannot be bound is the
/// exception: it is refused and forgotten. If the table was altered while the connection was lost,
/// every call returns `TSC_INVALID_OPERATION` in the same way.
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
    with(stmt, |object| {
        object.statement.renew()?;
        let bound = unsafe { read(object, bindv, col_idx) }?;
        for run in bound.runs() {
            object.statement.bind(col_idx, &run)?;
        }
        Ok(())
    })
}

/// # Safety
/// As for `taos_stmt2_bind_param`.
unsafe fn read<'a>(
    object: &mut StatementObject<Statement>,
    bindv: *mut TAOS_STMT2_BINDV,
    col_idx: i32,
) -> Result<Bound<'a>, Error> {
    let bindv = unsafe { bindv.as_ref() }.ok_or(Error::new(codes::INVALID_PARAMETER))?;
    let is_utf8 = object.statement.is_utf8();
    let text_decimals = object.statement.takes_text_decimals();
    let prepared = object.statement.prepared_for(col_idx)?;
    // SAFETY: the caller's promise.
    let bound = unsafe { Bound::read(bindv, col_idx, prepared, text_decimals, is_utf8) };
    object.statement.keep_bad_value(bound)
}

/// As `taos_stmt2_bind_param`, without waiting for the server. The values are copied before this
/// returns. `fp` is called once, with `param`, NULL, and 0 or an error code. Until `fp` has
/// returned, other calls with the statement wait, unless a callback makes them.
///
/// A lost connection is replaced, and the statement is prepared anew, before `fp` is called. If the
/// connection is lost during the bind, its rows are lost, as `fp`'s code and the statement's text
/// say.
///
/// Returns 0, or an error code if the bind could not be begun; `fp` is then not called.
///
/// Here: works
///
/// # Safety
/// As for `taos_stmt2_bind_param`; `fp` is NULL or may be called with `param` on another thread.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_bind_param_a(
    stmt: *mut TAOS_STMT2,
    bindv: *mut TAOS_STMT2_BINDV,
    col_idx: i32,
    fp: __taos_async_fn_t,
    param: *mut c_void,
) -> c_int {
    with(stmt, |object| {
        let caller = Caller::new(fp, param).ok_or(Error::new(codes::INVALID_PARAMETER))?;
        let must_wait = object.statement.is_to_be_renewed()?;
        let bound = unsafe { read(object, bindv, col_idx) }?;
        let runs = bound.runs();
        let Some((last, first)) = runs.split_last() else {
            return Err(Error::new(codes::INVALID_PARAMETER));
        };
        let handle = Handle(stmt);
        if must_wait {
            // This call must not wait; a callback thread may.
            let copy: Vec<_> = runs.iter().map(|run| Rows::of_tables(run)).collect();
            let due = object.expect_callback()?;
            callbacks::run(move || {
                let outcome = match find::<Statement>(handle.0) {
                    Some(mut object) => object.statement.bind_copy(col_idx, &copy),
                    None => Err(Error::new(codes::INVALID_PARAMETER)),
                };
                report_bind(handle, outcome.map(|()| 0), caller);
                drop(due);
            });
            return Ok(());
        }
        // Tables with other tags or columns take a message each, and these must not overtake each other.
        for run in first {
            object.statement.bind(col_idx, run)?;
        }
        let due = object.expect_callback()?;
        object.statement.begin_bind(col_idx, last, move |outcome| {
            callbacks::run(move || {
                report_bind(handle, outcome, caller);
                drop(due);
            });
        })
    })
}

/// Executes with what was bound since the last execution, and waits. `*affected_rows`, unless NULL,
/// becomes the number of rows written, 0 for a query.
///
/// For a statement with `asyncExecFn`, this does not wait, and `*affected_rows` stays as it is.
/// That function is called once, on a thread of the library, with a result and 0 or an error code.
/// The result belongs to the statement until its next execution. It has the rows of a query, or the
/// `taos_affected_rows` of an insert. Until the function has returned, other calls with the
/// statement wait, unless a callback makes them.
///
/// Returns 0 or an error code; `TSC_STMT_API_ERROR` if nothing was bound. When the connection is
/// lost, the code is `RPC_BROKEN_LINK`, and the text says which of two happened: the rows were not
/// executed and must be bound again, or the execution had no answer and they may or may not have
/// been written. In both cases the statement can be used again.
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
    with(stmt, |object| {
        if let Some(caller) = object.on_execution {
            let handle = Handle(stmt);
            let due = object.expect_callback()?;
            return object.statement.begin_execution(move |outcome| {
                callbacks::run(move || {
                    report_execution(handle, outcome, caller);
                    drop(due);
                });
            });
        }
        object.free_result();
        let rows = object.statement.execute()?;
        if let Some(out) = unsafe { affected_rows.as_mut() } {
            *out = rows.clamp(0, c_int::MAX.into()) as c_int;
        }
        Ok(())
    })
}

/// On a callback thread: keeps the outcome for `taos_stmt2_error`, and calls the program.
fn report_bind(stmt: Handle, outcome: Result<i64, Error>, caller: Caller) {
    if let Some(mut object) = find::<Statement>(stmt.0) {
        object.note(&outcome);
    }
    let code = outcome.err().map_or(codes::SUCCESS, |e| e.code);
    caller.call(null_mut(), code);
}

/// On a callback thread: gives the statement its result and calls the program.
fn report_execution(stmt: Handle, outcome: Result<i64, Error>, caller: Caller) {
    let Some(mut object) = find::<Statement>(stmt.0) else {
        // A callback has closed it; callbacks do not wait for each other.
        let code = outcome.err().map_or(codes::SUCCESS, |e| e.code);
        return caller.call(null_mut(), code);
    };
    let result = outcome.and_then(|rows| {
        if Version::is_insert(&mut object.statement)? {
            Ok(ResultObject::new(object.statement.written(rows)))
        } else {
            object.statement.result().map(ResultObject::new)
        }
    });
    object.note(&result);
    let code = result.as_ref().err().map_or(codes::SUCCESS, |e| e.code);
    let result = result.unwrap_or_else(|e| ResultObject::failed(&e));
    let result = object.hand_out(result).unwrap_or(null_mut());
    // The callback may use the statement.
    drop(object);
    caller.call(result, code);
}

/// Closes a statement and its result. Asynchronous calls under way end first: when this returns, no
/// callback of the statement runs or will run. Inside one of the statement's callbacks, it waits
/// for nothing.
///
/// Returns 0 and leaves the thread's last error as it is; `INVALID_PARA` for NULL and for a handle
/// that is not, or no longer, a statement.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_close(stmt: *mut TAOS_STMT2) -> c_int {
    statements::close::<Statement>(stmt)
}

/// Is it an insert? `*insert` becomes 1 or 0; 0 before `taos_stmt2_prepare`. Returns 0 or an error code.
///
/// Here: works
///
/// # Safety
/// `insert` is NULL or points to an int.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_is_insert(stmt: *mut TAOS_STMT2, insert: *mut c_int) -> c_int {
    unsafe { statements::is_insert::<Statement>(stmt, insert) }
}

/// What the `?` stand for: `*count` of them, and for an insert one entry of `*fields` each, in
/// order, to be freed by `taos_stmt2_free_fields`. `fields` NULL asks for the number alone. If the
/// table of an insert without USING is a `?`, the columns are those of the table bound last; to ask
/// for them, bind its name alone.
///
/// Returns 0 or an error code, for example that of a table that does not exist (yet).
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
    with(stmt, |object| {
        let count = unsafe { count.as_mut() }.ok_or(Error::new(codes::INVALID_PARAMETER))?;
        object.statement.renew()?;
        let (marks, list) = object.statement.described()?;
        *count = marks as c_int;
        let Some(out) = (unsafe { fields.as_mut() }) else {
            return Ok(());
        };
        *out = null_mut();
        if let Some(list) = list {
            *out = c_allocated(list.iter().map(|p| TAOS_FIELD_ALL {
                name: c_name(&p.name),
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

/// Frees what `taos_stmt2_get_fields` gave. `stmt` is not used.
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

/// The result of the query executed last, the same at each call; after an asynchronous execution,
/// the one that the callback got. It belongs to the statement and ends with the next prepare,
/// execution or close; `taos_free_result` may end it before.
///
/// NULL if there is none: for an insert, and before an execution. That is no error:
/// `taos_errno(NULL)` is 0.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_result(stmt: *mut TAOS_STMT2) -> *mut TAOS_RES {
    statements::result::<Statement>(stmt)
}

/// The text of the statement's last error; `success` if there is none. For a handle that is no
/// statement, that of the thread's last error. Never NULL. Valid until the next call with the
/// statement; if it is only the text of a code, for good.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_error(stmt: *mut TAOS_STMT2) -> *mut c_char {
    statements::error_text::<Statement>(stmt)
}

/// Binds values by column for all rows of all tables: `num_rows` values for each `?` of an insert,
/// in order, including the `?` of the table's name. Rows of one table that follow each other are
/// bound together; a table's tags are those of its first row. For a query, binds one row.
///
/// Values of variable types stand one after the other, with the lengths in `length`; NULLs take no
/// space. `num_tables` is not used.
///
/// Returns 0 or an error code.
///
/// Here: works
///
/// # Safety
/// `bindv` is NULL or describes memory as the header says.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt2_bind_param_column(
    stmt: *mut TAOS_STMT2,
    bindv: *mut TAOS_STMT2_COLUMN_BINDV,
) -> c_int {
    with(stmt, |object| {
        let bindv = unsafe { bindv.as_ref() }.ok_or(Error::new(codes::INVALID_PARAMETER))?;
        object.statement.renew()?;
        let is_utf8 = object.statement.is_utf8();
        let text_decimals = object.statement.takes_text_decimals();
        let prepared = object.statement.parameters()?;
        // SAFETY: the caller's promise.
        let bound = unsafe { Bound::read_columns(bindv, prepared, text_decimals, is_utf8) };
        let bound = object.statement.keep_bad_value(bound)?;
        for run in bound.runs() {
            object.statement.bind(-1, &run)?;
        }
        Ok(())
    })
}
