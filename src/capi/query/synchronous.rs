//! Statements.

use crate::capi::boundary::entry::{bytes, entry, last_error, status};
use crate::capi::boundary::handle::{self as handles, Object};
use crate::capi::boundary::types::{TAOS, TAOS_RES};
use crate::capi::connection::connect::the_connection;
use crate::capi::result::ResultObject;
use crate::client::ResultSet;
use crate::error::{codes, Error};
use std::ffi::{c_char, c_int};

/// Runs a statement and waits for its outcome. The text is copied. It is UTF-8, or in the
/// connection's character set, and may be as long as the server takes (1 MiB).
///
/// Returns a result, to be freed by `taos_free_result`, even if the server refused the statement:
/// `taos_errno(result)` says so. NULL only if `taos` or `sql` is NULL, or `taos` is no connection.
///
/// Any number of threads may run statements on one connection.
///
/// taosAdapter itself may refuse a statement, with `ADAPTER_SQL_REJECTED` if its operator has a
/// rule against it; and with `ADAPTER_QUERY_LIMIT` if too many SELECTs of the user are under way,
/// or their results not freed, and none has ended in the time that the operator allows (900 s
/// unless set). A SELECT waits that long only if `read_timeout` is longer; else it fails with
/// `RPC_TIMEOUT`. The library does not send such a statement again; that is the program's decision.
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

/// The result of what was sent, even if the server refused it; NULL if it could not be sent at all.
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

/// Frees a result and everything that was reached through it. NULL and a freed result are allowed.
/// Freeing the last result of a closed connection ends the connection on the server, too, unless
/// the result was read to its end before.
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

/// False for a handle that is not, or no longer, a result.
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

/// Ends the reading of a result: no further row comes, not even of the block that is held. A fetch
/// under way, also in another thread, finds the end at once; that is no error. The result must
/// still be freed.
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

/// Ends, from another thread, the wait of every call in progress on a connection, and every open
/// result. The server goes on with what it is doing for them. Call this before `taos_close`, after
/// which the handle is no longer valid.
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
