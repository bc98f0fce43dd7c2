//! Statements.

use crate::capi::boundary::entry::{bytes, entry, last_error, status};
use crate::capi::boundary::handle::{self as handles, Object};
use crate::capi::boundary::types::{TAOS, TAOS_RES};
use crate::capi::connection::connect::the_connection;
use crate::capi::result::ResultObject;
use crate::client::ResultSet;
use crate::error::{codes, Error};
use std::ffi::{c_char, c_int};

/// Runs a statement and waits for its outcome. The text is copied; it is UTF-8 and may be as long
/// as the server takes (1 MiB).
///
/// Returns a result, to be freed by `taos_free_result`, also when the server refused the statement:
/// `taos_errno(result)` says so. NULL only when `taos` or `sql` is NULL or no connection.
///
/// Any number of threads may run statements on one connection.
///
/// Two refusals are taosAdapter's own: `ADAPTER_SQL_REJECTED` where its operator has a rule against
/// the statement, and `ADAPTER_QUERY_LIMIT` where too many SELECTs of the user are under way, or
/// their results not freed, and none has ended in the time that the operator allows (900 s unless
/// set). A SELECT waits that long only where `read_timeout` is longer; else it fails with
/// `RPC_TIMEOUT`. The library asks neither again: when is the program's decision.
///
/// Here: works
///
/// # Safety
/// `sql` is NULL or points to a NUL-terminated string.
#[no_mangle]
pub unsafe extern "C" fn taos_query(taos: *mut TAOS, sql: *const c_char) -> *mut TAOS_RES {
    unsafe { query(taos, sql, 0) }
}

/// As `taos_query`, with an id that the server's log shows. 0 lets the library choose one.
///
/// Here: works
///
/// # Safety
/// `sql` is NULL or points to a NUL-terminated string.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_query_with_reqid(
    taos: *mut TAOS,
    sql: *const c_char,
    reqId: i64,
) -> *mut TAOS_RES {
    unsafe { query(taos, sql, reqId) }
}

unsafe fn query(taos: *mut TAOS, sql: *const c_char, req_id: i64) -> *mut TAOS_RES {
    entry(|| run(taos, unsafe { bytes(sql) }, req_id))
}

/// Runs a statement; the text is in the connection's character set.
pub(crate) fn run(taos: *mut TAOS, sql: Option<&[u8]>, req_id: i64) -> *mut TAOS_RES {
    let outcome = the_connection(taos).and_then(|connection| {
        let sql = sql.ok_or(Error::new(codes::INVALID_PARAMETER))?;
        Ok(connection.session.query(sql, req_id as u64))
    });
    result_of(outcome)
}

/// The result of what was sent, also of what was refused; NULL for what could not be asked at all.
pub(in crate::capi) fn result_of(
    outcome: Result<Result<ResultSet, Error>, Error>,
) -> *mut TAOS_RES {
    let object = match outcome {
        Ok(Ok(set)) => {
            last_error::clear();
            ResultObject::new(set)
        }
        Ok(Err(e)) => {
            last_error::set_code(e.code);
            ResultObject::failed(&e)
        }
        Err(e) => {
            last_error::set(&e);
            return std::ptr::null_mut();
        }
    };
    handles::insert(Object::Result(object)).unwrap_or(std::ptr::null_mut())
}

/// Frees a result and everything that was reached through it. NULL and a freed result are fine. The last
/// result of a connection that is closed ends it on the server, too, unless it was read to its end before.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_free_result(res: *mut TAOS_RES) {
    entry(|| {
        free(res);
    })
}

/// False for what is no result, or none any more.
pub(crate) fn free(res: *mut TAOS_RES) -> bool {
    handles::close(res, |object| match object {
        Object::Result(result) => {
            if let Some(stop) = &result.stop {
                stop.let_go();
            }
            true
        }
        _ => false,
    })
}

/// Ends the reading of a result: no further row comes, not even of the block that is held. A fetch under
/// way, also in another thread, finds the end at once; that is no error. The result is still to be freed.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_stop_query(res: *mut TAOS_RES) {
    entry(|| {
        let stop = handles::with_shared_result(res, |r| r.stop.clone()).flatten();
        if let Some(stop) = stop {
            stop.stop();
        }
    })
}

/// Ends the wait of every call in progress on a connection, from another thread, and every result that is
/// open. What the server is doing for them goes on there. To be called before `taos_close`, if at all:
/// after it there is no handle.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_kill_query(taos: *mut TAOS) {
    entry(|| {
        if let Some(connection) = handles::connection(taos) {
            connection.session.cancel_all();
        }
    })
}

/// Would the server accept the statement? Nothing is executed. Returns 0 or the error's code.
/// Needs a server from 3.3.6.0.
///
/// Here: works
///
/// # Safety
/// `sql` is NULL or points to a NUL-terminated string.
#[no_mangle]
pub unsafe extern "C" fn taos_validate_sql(taos: *mut TAOS, sql: *const c_char) -> c_int {
    status(|| validate(taos, unsafe { bytes(sql) }))
}

pub(crate) fn validate(taos: *mut TAOS, sql: Option<&[u8]>) -> Result<(), Error> {
    let connection = the_connection(taos)?;
    let sql = sql.ok_or(Error::new(codes::INVALID_PARAMETER))?;
    match connection.session.validate(sql)? {
        codes::SUCCESS => Ok(()),
        code => Err(Error::new(code)),
    }
}
