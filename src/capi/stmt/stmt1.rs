//! Version 1 statements: rows of one table after the other, executed together.
//!
//! An insert is made in this order, and a call out of order answers `TSC_STMT_API_ERROR`:
//! `taos_stmt_init`, `_prepare`, then for each table `_set_tbname` or `_set_tbname_tags` where the
//! text has `?` for it, `_bind_param` or `_bind_param_batch`, `_add_batch`, then `_execute`. From the
//! first failure to the next `_prepare` every call answers that failure, as natively.
//!
//! Rows are gathered in the library and sent by `taos_stmt_execute`, those of all tables in one
//! message; types, lengths and row counts are checked when they are bound.
//!
//! A lost connection is no such failure: the statement is prepared anew on the next one.

use super::binds::stmt1::{all_cells, cells, tag_cells};
use super::{self as statements, find, StatementObject};
use crate::capi::boundary::entry::{bytes, c_allocated, c_name, entry, utf8};
use crate::capi::boundary::types::{
    TAOS, TAOS_FIELD_E, TAOS_MULTI_BIND, TAOS_RES, TAOS_STMT, TAOS_STMT_OPTIONS,
};
use crate::client::{check_table_name, Cells, Stmt1};
use crate::error::{codes, Error};
use crate::protocol::reply::Parameter;
use std::ffi::{c_char, c_int, c_ulong, c_void};
use std::ptr::null_mut;
use std::sync::Arc;

fn with(
    stmt: *mut c_void,
    body: impl FnOnce(&mut StatementObject<Stmt1>) -> Result<(), Error>,
) -> c_int {
    statements::with(stmt, body)
}

fn invalid() -> Error {
    Error::new(codes::INVALID_PARAMETER)
}

/// Makes a statement of a connection, to be closed by `taos_stmt_close`.
///
/// Servers before 3.3.3.0 take no decimals, no blobs and no `tbname` among an insert's columns.
/// Servers before 3.1.1.15 take inserts only, into the database that is selected now. A call that
/// needs more returns an error that names the version.
///
/// Returns NULL on failure, with the reason in the thread's last error.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_init(taos: *mut TAOS) -> *mut TAOS_STMT {
    unsafe { taos_stmt_init_with_reqid(taos, 0) }
}

/// As `taos_stmt_init`, with an id that the server's log shows. 0 lets the library choose one.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_init_with_reqid(taos: *mut TAOS, reqid: i64) -> *mut TAOS_STMT {
    statements::init(taos, None, |session| {
        session.stmt1(reqid as u64, false, false)
    })
}

/// As `taos_stmt_init`, with options, or NULL for none: a request id, and two promises that help
/// the server. With `singleStbInsert`, all rows go to tables of one super table; with
/// `singleTableBindOnce`, each table is bound once for an execution.
///
/// Here: works
///
/// # Safety
/// `options` is NULL or points to options.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_init_with_options(
    taos: *mut TAOS,
    options: *mut TAOS_STMT_OPTIONS,
) -> *mut TAOS_STMT {
    statements::init(taos, None, |session| match unsafe { options.as_ref() } {
        Some(o) => session.stmt1(o.reqId as u64, o.singleStbInsert, o.singleTableBindOnce),
        None => session.stmt1(0, false, false),
    })
}

/// Prepares an INSERT or SELECT with `?` for values, and in an INSERT also for the table. `length`
/// 0 means up to the NUL. A statement may be prepared again; what was bound is then forgotten.
///
/// Returns 0 or an error code. The first call that looks at the text reports what is wrong with it.
///
/// Here: works
///
/// # Safety
/// `sql` is NULL or points to `length` bytes, or to a NUL-terminated string when `length` is 0.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_prepare(
    stmt: *mut TAOS_STMT,
    sql: *const c_char,
    length: c_ulong,
) -> c_int {
    unsafe { statements::prepare::<Stmt1>(stmt, sql, length) }
}

/// Names the table of the rows that follow, and gives the tags with which it is created if it does
/// not exist. `tags` is NULL for none, else it has as many binds as the statement has tags.
///
/// Returns 0 or an error code.
///
/// Here: works
///
/// # Safety
/// `name` is NULL or points to a NUL-terminated string; `tags` is NULL or points to a bind of one
/// value for each tag.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_set_tbname_tags(
    stmt: *mut TAOS_STMT,
    name: *const c_char,
    tags: *mut TAOS_MULTI_BIND,
) -> c_int {
    with(stmt, |object| {
        set_table(object, unsafe { bytes(name) })?;
        if tags.is_null() {
            return Ok(());
        }
        unsafe { set_tags(object, tags) }
    })
}

/// Names the table of the rows that follow.
///
/// Returns 0 or an error code: `PAR_TABLE_NOT_EXIST` if the table must exist and does not.
///
/// Here: works
///
/// # Safety
/// `name` is NULL or points to a NUL-terminated string.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_set_tbname(stmt: *mut TAOS_STMT, name: *const c_char) -> c_int {
    with(stmt, |object| set_table(object, unsafe { bytes(name) }))
}

/// Gives the tags of the table named last, as `taos_stmt_set_tbname_tags`.
///
/// Here: works
///
/// # Safety
/// `tags` is NULL or points to a bind of one value for each tag.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_set_tags(
    stmt: *mut TAOS_STMT,
    tags: *mut TAOS_MULTI_BIND,
) -> c_int {
    with(stmt, |object| unsafe { set_tags(object, tags) })
}

/// Names the child table of the rows that follow; the same as `taos_stmt_set_tbname`.
///
/// Here: works
///
/// # Safety
/// As for `taos_stmt_set_tbname`.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_set_sub_tbname(
    stmt: *mut TAOS_STMT,
    name: *const c_char,
) -> c_int {
    unsafe { taos_stmt_set_tbname(stmt, name) }
}

pub(crate) fn set_table(
    object: &mut StatementObject<Stmt1>,
    name: Option<&[u8]>,
) -> Result<(), Error> {
    let name = name.ok_or_else(invalid)?;
    let name = utf8(name, "the table's name")?;
    check_table_name(name.as_bytes())?;
    object.statement.set_table(name)
}

unsafe fn set_tags(
    object: &mut StatementObject<Stmt1>,
    tags: *const TAOS_MULTI_BIND,
) -> Result<(), Error> {
    if tags.is_null() {
        return Err(invalid());
    }
    let count = object.statement.tag_count()?;
    let tags = unsafe { tag_cells(tags, count) };
    set_tag_values(object, tags)
}

pub(crate) fn set_tag_values(
    object: &mut StatementObject<Stmt1>,
    tags: Result<Vec<Cells<'_>>, Error>,
) -> Result<(), Error> {
    let tags = object.statement.keep_bad_value(tags)?;
    object.statement.set_tags(&tags)
}

/// The tags to set: `*fieldNum` of them, in `*fields`, to be freed by `taos_stmt_reclaim_fields`.
/// For a child table that the text names without USING there are none, and `*fields` is NULL. A
/// constant among the tags counts too, as natively: it is the tag of the tables for which none are
/// set. `bytes` are those of the schema: VARCHAR(n) n+2, NCHAR(n) 4n+2.
///
/// Returns 0 or an error code: `TSC_STMT_API_ERROR` for a query and for an ordinary table,
/// `TSC_STMT_TBNAME_ERROR` if the table is not named yet, or does not exist. On an error, both
/// outputs stay as they are. If the text has no `?` for tags, this asks the server.
///
/// Here: works
///
/// # Safety
/// `fieldNum` is NULL or points to an int, `fields` is NULL or points to a pointer.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_get_tag_fields(
    stmt: *mut TAOS_STMT,
    fieldNum: *mut c_int,
    fields: *mut *mut TAOS_FIELD_E,
) -> c_int {
    match unsafe { get_fields(stmt, fieldNum, fields, Stmt1::tag_fields) } {
        // Natively an error of the name for the caller, of the table for `taos_errno(NULL)` and the text.
        codes::TABLE_NOT_EXIST => codes::STMT_TABLE_NAME,
        code => code,
    }
}

/// The columns to bind, in the form of `taos_stmt_get_tag_fields`. If the text has a `?` for the
/// table and no USING, the table must be named before; else the code is `PAR_TABLE_NOT_EXIST`. A
/// constant among the values counts too: what is bound for it is written in its place, as natively.
///
/// Here: works
///
/// # Safety
/// `fieldNum` is NULL or points to an int, `fields` is NULL or points to a pointer.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_get_col_fields(
    stmt: *mut TAOS_STMT,
    fieldNum: *mut c_int,
    fields: *mut *mut TAOS_FIELD_E,
) -> c_int {
    unsafe { get_fields(stmt, fieldNum, fields, Stmt1::column_fields) }
}

unsafe fn get_fields(
    stmt: *mut TAOS_STMT,
    count: *mut c_int,
    fields: *mut *mut TAOS_FIELD_E,
    of: impl FnOnce(&mut Stmt1) -> Result<Arc<[Parameter]>, Error>,
) -> c_int {
    with(stmt, |object| {
        let count = unsafe { count.as_mut() }.ok_or_else(invalid)?;
        let list = of(&mut object.statement)?;
        *count = list.len() as c_int;
        if let Some(out) = unsafe { fields.as_mut() } {
            if list.is_empty() {
                *out = null_mut();
                return Ok(());
            }
            *out = c_allocated(list.iter().map(|p| TAOS_FIELD_E {
                name: c_name(&p.name),
                r#type: p.field_type as i8,
                precision: p.precision,
                scale: p.scale,
                bytes: p.bytes,
            }))?;
        }
        Ok(())
    })
}

/// Frees what `taos_stmt_get_tag_fields` and `taos_stmt_get_col_fields` gave. `stmt` is not used.
///
/// Here: works
///
/// # Safety
/// `fields` is NULL or came from one of these functions and was not freed.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_reclaim_fields(
    _stmt: *mut TAOS_STMT,
    fields: *mut TAOS_FIELD_E,
) {
    // SAFETY: the caller's promise; `free` takes NULL.
    entry(|| unsafe { libc::free(fields.cast()) })
}

/// Is it an insert? `*insert` becomes 1 or 0; 0 before `taos_stmt_prepare`. Returns 0 or an error code.
///
/// Here: works
///
/// # Safety
/// `insert` is NULL or points to an int.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_is_insert(stmt: *mut TAOS_STMT, insert: *mut c_int) -> c_int {
    unsafe { statements::is_insert::<Stmt1>(stmt, insert) }
}

/// The number of values in a row: for an insert its columns (constants count, the table and tags do
/// not), for a query its `?`. Returns 0 or an error code, as `taos_stmt_get_col_fields` does.
///
/// Here: works
///
/// # Safety
/// `nums` is NULL or points to an int.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_num_params(stmt: *mut TAOS_STMT, nums: *mut c_int) -> c_int {
    with(stmt, |object| {
        let out = unsafe { nums.as_mut() }.ok_or_else(invalid)?;
        *out = object.statement.column_count()? as c_int;
        Ok(())
    })
}

/// The type and the schema bytes of a column to bind, counted from 0.
///
/// Returns 0 or an error code: `TSC_STMT_API_ERROR` for a query, whose `?` have no type.
///
/// Here: works
///
/// # Safety
/// `type` and `bytes` are NULL or point to an int.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_get_param(
    stmt: *mut TAOS_STMT,
    idx: c_int,
    r#type: *mut c_int,
    bytes: *mut c_int,
) -> c_int {
    with(stmt, |object| {
        let (Some(r#type), Some(bytes)) = (unsafe { (r#type.as_mut(), bytes.as_mut()) }) else {
            return Err(invalid());
        };
        let index = usize::try_from(idx).map_err(|_| invalid())?;
        let fields = object.statement.column_fields()?;
        let field = fields.get(index).ok_or_else(invalid)?;
        *r#type = field.field_type.into();
        *bytes = field.bytes;
        Ok(())
    })
}

/// Binds one row: an array with a bind of one value for each column, or for each `?` of a query.
/// The values are copied.
///
/// Returns 0 or an error code. After a refused bind, every call with the statement returns that
/// error until the next `taos_stmt_prepare`. A number of rows that cannot be bound is the
/// exception: it is refused and forgotten.
///
/// Here: works
///
/// # Safety
/// `bind` is NULL or points to as many binds as `taos_stmt_num_params` says.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_bind_param(
    stmt: *mut TAOS_STMT,
    bind: *mut TAOS_MULTI_BIND,
) -> c_int {
    with(stmt, |object| {
        let first = unsafe { bind.as_ref() }.ok_or_else(invalid)?;
        if first.num > 1 {
            return Err(Error::new(codes::STMT_BIND_NUMBER));
        }
        unsafe { bind_all(object, bind) }
    })
}

/// Binds many rows, at most 32767: an array with a bind of as many values for each column. For a
/// variable type, the value of row `i` starts `i * buffer_length` bytes into `buffer` and is
/// `length[i]` bytes long; values of a fixed type follow each other. `is_null` NULL means that
/// there is no NULL. Decimals are integers without the point, of 8 bytes (DECIMAL64) or 16
/// (DECIMAL); another `length`, such as that of a text, is refused. The values are copied.
///
/// Returns 0 or an error code; on an error, none of the rows is bound. `taos_stmt_errstr` names the
/// column by its number, and by name and type where they are known. After a refused bind, every
/// call with the statement returns that error until the next `taos_stmt_prepare`. A number of rows
/// that cannot be bound is the exception: it is refused and forgotten.
///
/// Here: works
///
/// # Safety
/// `bind` is NULL or points to as many binds as `taos_stmt_num_params` says.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_bind_param_batch(
    stmt: *mut TAOS_STMT,
    bind: *mut TAOS_MULTI_BIND,
) -> c_int {
    with(stmt, |object| {
        if bind.is_null() {
            return Err(invalid());
        }
        unsafe { bind_all(object, bind) }
    })
}

/// # Safety
/// `bind` points to as many binds as a row of the statement has values, and at least to one.
unsafe fn bind_all(
    object: &mut StatementObject<Stmt1>,
    bind: *const TAOS_MULTI_BIND,
) -> Result<(), Error> {
    if !(1..=c_int::from(i16::MAX)).contains(&unsafe { (*bind).num }) {
        return Err(Error::new(codes::STMT_BIND_NUMBER));
    }
    let count = object.statement.column_count()?;
    let columns = unsafe { all_cells(bind, count) };
    let columns = object.statement.keep_bad_value(columns)?;
    object.statement.bind(&columns)
}

/// Binds many rows of one column, counted from 0, as `taos_stmt_bind_param_batch`. Column 0 must be
/// bound first, and all columns must have the same number of rows at `taos_stmt_add_batch`.
///
/// For a query, this binds a single value to the `?` of that number, in any order. The values of
/// the other `?` stay until the next prepare, and each `?` must have one at `taos_stmt_execute`.
/// More rows than one are refused: bind and execute each row by itself.
///
/// Returns 0 or an error code.
///
/// Here: works
///
/// # Safety
/// `bind` is NULL or points to a bind.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_stmt_bind_single_param_batch(
    stmt: *mut TAOS_STMT,
    bind: *mut TAOS_MULTI_BIND,
    colIdx: c_int,
) -> c_int {
    with(stmt, |object| {
        let bind = unsafe { bind.as_ref() }.ok_or_else(invalid)?;
        let index = usize::try_from(colIdx).map_err(|_| invalid())?;
        bind_column(object, index, unsafe { cells(bind) })
    })
}

pub(crate) fn bind_column(
    object: &mut StatementObject<Stmt1>,
    index: usize,
    column: Result<Cells<'_>, Error>,
) -> Result<(), Error> {
    let column = object.statement.keep_bad_value(column)?;
    object.statement.bind_column(index, &column)
}

/// Adds the rows bound since the last call to the batch. Only what was added is executed.
///
/// Returns 0 or an error code.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_add_batch(stmt: *mut TAOS_STMT) -> c_int {
    with(stmt, |object| object.statement.add_batch())
}

/// Writes the rows added since the last execution, or runs the query with the values bound last, and
/// waits.
///
/// A connection that was lost before is replaced, and the statement is prepared anew on the new
/// one. Returns 0 or an error code. After `RPC_BROKEN_LINK` and other errors of connections, the
/// statement can be used again, and the text says what happened:
///
/// - The execution had no answer: the rows may or may not have been written.
/// - Nothing was executed: the same rows can be executed again, or others bound instead.
/// - More than 32 MiB were bound, and the rows were lost and not executed: bind them again.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_execute(stmt: *mut TAOS_STMT) -> c_int {
    with(stmt, execute)
}

pub(crate) fn execute(object: &mut StatementObject<Stmt1>) -> Result<(), Error> {
    object.free_result();
    object.statement.execute()
}

/// The result of the query executed last, the same at each call. It belongs to the statement and
/// ends with the next prepare, execution or close; `taos_free_result` may end it before.
///
/// NULL if there is none: for an insert, and before an execution. That is no error:
/// `taos_errno(NULL)` is 0.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_use_result(stmt: *mut TAOS_STMT) -> *mut TAOS_RES {
    statements::result::<Stmt1>(stmt)
}

/// Closes a statement and its result. Returns 0 and leaves the thread's last error as it is;
/// `INVALID_PARA` for NULL and for a handle that is not, or no longer, a statement.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_close(stmt: *mut TAOS_STMT) -> c_int {
    statements::close::<Stmt1>(stmt)
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
pub unsafe extern "C" fn taos_stmt_errstr(stmt: *mut TAOS_STMT) -> *mut c_char {
    statements::error_text::<Stmt1>(stmt)
}

/// The number of rows written since the statement was made; 0 for a handle that is no statement.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_affected_rows(stmt: *mut TAOS_STMT) -> c_int {
    affected(stmt, |(total, _)| total)
}

/// The number of rows written by the last execution; 0 for a handle that is no statement.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_stmt_affected_rows_once(stmt: *mut TAOS_STMT) -> c_int {
    affected(stmt, |(_, once)| once)
}

fn affected(stmt: *mut TAOS_STMT, which: impl FnOnce((i64, i64)) -> i64) -> c_int {
    entry(|| {
        let rows = find::<Stmt1>(stmt).map_or(0, |object| which(object.statement.affected()));
        rows.clamp(0, c_int::MAX.into()) as c_int
    })
}
