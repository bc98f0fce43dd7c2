//! Statements, and what can be asked of their results.

use super::{codes, handle, methods, required, JavaHandle, Stop};
use crate::capi::boundary::entry::{code_of, last_error};
use crate::capi::boundary::handle::{self as handles, Object, ResultMut};
use crate::capi::boundary::types::TAOS_RES;
use crate::capi::connection::connect::the_connection;
use crate::capi::result::ResultObject;
use crate::capi::{errors, query};
use crate::error::Error;
use jni_sys::{jbyteArray, jint, jlong, jstring};

/// Statements come as bytes. Natively they become a C string, so what follows a NUL does not count.
pub fn up_to_nul(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|b| *b == 0);
    &text[..end.unwrap_or(text.len())]
}

/// A result that holds an error: Java has no other way to learn the code.
pub fn failed(error: &Error) -> JavaHandle {
    last_error::set(error);
    let object = Object::Result(ResultObject::failed(error));
    handles::insert(object).map_or(JavaHandle(0), JavaHandle::new)
}

/// The result behind a handle. Of the connection, only whether it is 0 is checked, because for a consumer it is
/// the consumer's handle.
pub fn the_result(con: jlong, res: jlong) -> Result<ResultMut, Stop> {
    if con == 0 {
        return Err(Stop::Code(codes::CONNECTION_NULL));
    }
    handles::result(handle::<TAOS_RES>(res)).ok_or(Stop::Code(codes::RESULT_NULL))
}

fn execute(
    env: super::Env,
    sql: jbyteArray,
    con: jlong,
    req_id: jlong,
) -> Result<JavaHandle, Stop> {
    let con = required(con, codes::CONNECTION_NULL)?;
    let sql = env.bytes(sql)?.ok_or(Stop::Code(codes::SQL_NULL))?;
    if let Err(closed) = the_connection(con) {
        return Ok(failed(&closed));
    }
    Ok(JavaHandle::new(query::run(
        con,
        Some(up_to_nul(&sql)),
        req_id,
    )))
}

methods! { "TSDBJNIConnector";

    /// Runs a statement. A statement that fails has a result, too.
    ///
    /// Here: works
    fn executeQueryImp(env, _, sql: jbyteArray, con: jlong) -> JavaHandle {
        execute(env, sql, con, 0)
    }

    /// As `executeQueryImp`, with an id that the server's log shows.
    ///
    /// Here: works
    fn executeQueryWithReqId(env, _, sql: jbyteArray, con: jlong, id: jlong) -> JavaHandle {
        execute(env, sql, con, id)
    }

    /// The code of a result's error.
    ///
    /// Here: works
    fn getErrCodeImp(_env, _, con: jlong, res: jlong) -> jint {
        Ok(the_result(con, res)?.code())
    }

    /// The text of a result's error; for 0, of the thread's last one.
    ///
    /// Here: works
    fn getErrMsgImp(env, _, res: jlong) -> jstring {
        let text = errors::with_text(handle(res), |text| text.to_owned());
        env.new_c_text(&text)
    }

    /// The result itself, if it is one.
    ///
    /// Here: local
    fn getResultSetImp(_env, _, con: jlong, res: jlong) -> JavaHandle {
        the_result(con, res)?;
        Ok(JavaHandle(res))
    }

    /// 1 for a result without columns, also for a failed one.
    ///
    /// Here: works
    fn isUpdateQueryImp(_env, _, con: jlong, res: jlong) -> jlong {
        Ok((the_result(con, res)?.columns() == 0).into())
    }

    /// Frees a result.
    ///
    /// Here: works
    fn freeResultSetImp(_env, _, con: jlong, res: jlong) -> jint {
        if con == 0 {
            return Ok(codes::CONNECTION_NULL);
        }
        match query::free(handle(res)) {
            true => Ok(codes::SUCCESS),
            false => Ok(codes::RESULT_NULL),
        }
    }

    /// The number of rows that the statement has changed.
    ///
    /// Here: works
    fn getAffectedRowsImp(_env, _, con: jlong, res: jlong) -> jint {
        let rows = the_result(con, res)?.affected_rows();
        Ok(rows.clamp(0, jint::MAX.into()) as jint)
    }

    /// The unit of a result's times: 0 milliseconds, 1 microseconds, 2 nanoseconds.
    ///
    /// Here: works
    fn getResultTimePrecisionImp(_env, _, con: jlong, res: jlong) -> jint {
        Ok(the_result(con, res)?.precision_from_the_start())
    }

    /// Would the server accept a statement?
    ///
    /// Here: works
    fn validateCreateTableSqlImp(env, _, con: jlong, sql: jbyteArray) -> jint {
        let con = required(con, codes::CONNECTION_NULL)?;
        let sql = env.bytes(sql)?.ok_or(Stop::Code(codes::SQL_NULL))?;
        Ok(code_of(query::validate(con, Some(up_to_nul(&sql)))))
    }
}
