//! Asynchronous statements and fetches. Callbacks run on threads of their own, never on one that
//! serves a socket, and may call any function of the library.

use crate::capi::boundary::callbacks::{self, Caller, Handle};
use crate::capi::boundary::entry::{bytes, entry, last_error};
use crate::capi::boundary::handle::{self as handles, Object};
use crate::capi::boundary::types::{__taos_async_fn_t, TAOS, TAOS_RES};
use crate::capi::connection::connect::the_connection;
use crate::capi::result::ResultObject;
use crate::client::{Answer, ResultSet};
use crate::error::{codes, Error};
use std::ffi::{c_char, c_int, c_void};
use std::ptr::null_mut;

/// Runs a statement and returns; the text is copied. `fp` is called once, on a thread of the
/// library, with a result, to be freed by `taos_free_result` there or later, and 0 or an error
/// code. Only if `taos` or `sql` is NULL, or `taos` is no connection, the result is NULL, and `fp`
/// is called before this returns.
///
/// The callback may call any function.
///
/// Here: works
///
/// # Safety
/// `sql` is NULL or points to a NUL-terminated string; `fp` is NULL or may be called with `param`
/// on another thread.
#[no_mangle]
pub unsafe extern "C" fn taos_query_a(
    taos: *mut TAOS,
    sql: *const c_char,
    fp: __taos_async_fn_t,
    param: *mut c_void,
) {
    unsafe { query(taos, sql, fp, param, 0) }
}

/// As `taos_query_a`, with an id that the server's log shows. 0 lets the library choose one.
///
/// Here: works
///
/// # Safety
/// As for `taos_query_a`.
#[no_mangle]
pub unsafe extern "C" fn taos_query_a_with_reqid(
    taos: *mut TAOS,
    sql: *const c_char,
    fp: __taos_async_fn_t,
    param: *mut c_void,
    reqid: i64,
) {
    unsafe { query(taos, sql, fp, param, reqid) }
}

unsafe fn query(
    taos: *mut TAOS,
    sql: *const c_char,
    fp: __taos_async_fn_t,
    param: *mut c_void,
    req_id: i64,
) {
    entry(|| {
        let Some(caller) = Caller::new(fp, param) else {
            return last_error::set(&Error::new(codes::INVALID_PARAMETER));
        };
        let started = the_connection(taos).and_then(|connection| {
            let sql = unsafe { bytes(sql) }.ok_or(Error::new(codes::INVALID_PARAMETER))?;
            let handle = Handle(taos);
            let done = move |answer: Answer| {
                callbacks::run(move || finish_query(handle, answer, caller));
            };
            let req_id = req_id as u64;
            match connection.session.begin_query(sql, req_id, done) {
                Ok(true) => {}
                Ok(false) => {
                    let sql: Box<[u8]> = sql.into();
                    callbacks::run(move || {
                        hand_over(connection.session.query(&sql, req_id), caller);
                    });
                }
                Err(e) => callbacks::run(move || hand_over(Err(e), caller)),
            }
            Ok(())
        });
        if let Err(e) = started {
            last_error::set(&e);
            caller.call(null_mut(), e.code);
        }
    })
}

/// On a callback thread: makes the result and hands it over.
fn finish_query(taos: Handle, answer: Answer, caller: Caller) {
    let connection = handles::connection(taos.0);
    hand_over(
        answer.into_result(connection.as_ref().map(|c| &*c.session)),
        caller,
    );
}

fn hand_over(outcome: Result<ResultSet, Error>, caller: Caller) {
    let (object, code) = match outcome {
        Ok(set) => (ResultObject::new(set), codes::SUCCESS),
        Err(e) => (ResultObject::failed(&e), e.code),
    };
    let result = handles::insert(Object::Result(object)).unwrap_or(null_mut());
    last_error::set_code(code);
    caller.call(result, code);
}

/// Fetches the next block and returns. `fp` is called once, on a thread of the library, with the
/// result and the number of rows: 0 at the end, a negative error code on failure. `taos_fetch_row`
/// then hands out the rows one by one, up to the block's end.
///
/// A result has one fetch at a time. With NULL, nothing is called.
///
/// Here: works
///
/// # Safety
/// `fp` is NULL or may be called with `param` on another thread.
#[no_mangle]
pub unsafe extern "C" fn taos_fetch_rows_a(
    res: *mut TAOS_RES,
    fp: __taos_async_fn_t,
    param: *mut c_void,
) {
    entry(|| fetch(res, fp, param, false))
}

/// As `taos_fetch_rows_a`; the block is read by `taos_get_raw_block`.
///
/// Here: works
///
/// # Safety
/// `fp` is NULL or may be called with `param` on another thread.
#[no_mangle]
pub unsafe extern "C" fn taos_fetch_raw_block_a(
    res: *mut TAOS_RES,
    fp: __taos_async_fn_t,
    param: *mut c_void,
) {
    entry(|| fetch(res, fp, param, true))
}

/// With `raw`, the block is read as it came.
fn fetch(res: *mut TAOS_RES, fp: __taos_async_fn_t, param: *mut c_void, raw: bool) {
    let Some(caller) = Caller::new(fp, param) else {
        return last_error::set(&Error::new(codes::INVALID_PARAMETER));
    };
    if res.is_null() {
        return;
    }
    let handle = Handle(res);
    let Some(mut result) = handles::result(res) else {
        return callbacks::run(move || caller.call(null_mut(), codes::INVALID_INPUT));
    };
    let started = result.begin_fetch(Box::new(move |reply| {
        callbacks::run(move || {
            let rows = handles::result(handle.0).map(|mut r| r.finish_fetch(reply, raw));
            report(handle, rows, caller);
        });
    }));
    drop(result);
    match started {
        Ok(true) => {}
        Ok(false) => callbacks::run(move || {
            let rows = handles::result(handle.0).map(|mut r| r.next_block_for_callback(raw));
            report(handle, rows, caller);
        }),
        Err(e) => callbacks::run(move || report(handle, Some(Err(e)), caller)),
    }
}

/// Calls back with a row count or an error. A result that was freed meanwhile counts as stopped.
fn report(res: Handle, rows: Option<Result<usize, Error>>, caller: Caller) {
    match rows {
        Some(Ok(rows)) => caller.call(res.0, rows as c_int),
        Some(Err(e)) => {
            last_error::set_code(e.code);
            caller.call(res.0, e.code);
        }
        None => caller.call(res.0, codes::QUERY_KILLED),
    }
}
