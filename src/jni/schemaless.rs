//! Schemaless rows.

use super::env::{int, object};
use super::query::failed;
use super::{codes, handle, methods, Env, JavaHandle, Stop};
use crate::capi::boundary::types::TAOS_RES;
use crate::capi::connection::connect::the_connection;
use crate::capi::schemaless::{insert_each, insert_whole, Options};
use crate::capi::{errors, query};
use crate::error::Error;
use jni_sys::{jint, jlong, jobject, jobjectArray, jstring};
use std::ptr::null_mut;

/// A text of Java as a line. It may contain a NUL, at which the server would end.
fn line(text: &Option<String>, i: usize) -> Result<&[u8], Error> {
    let invalid = |what| Error::invalid_parameter(format_args!("line {} {what}", i + 1));
    match text {
        None => Err(invalid("is null")),
        Some(text) if text.contains('\0') => Err(invalid("has a NUL")),
        Some(text) => Ok(text.as_bytes()),
    }
}

/// The result of lines given one by one.
fn insert(env: Env, lines: jobjectArray, con: jlong, options: Options) -> Result<JavaHandle, Stop> {
    if con == 0 {
        return Err(Stop::Code(codes::CONNECTION_NULL));
    }
    if let Err(closed) = the_connection(handle(con)) {
        return Ok(failed(&closed));
    }
    if lines.is_null() {
        return Ok(failed(&Error::invalid_parameter("the lines are null")));
    }
    let texts = env.texts(lines)?;
    let lines = texts
        .iter()
        .enumerate()
        .map(|(i, text)| line(text, i))
        .collect();
    Ok(JavaHandle::new(insert_each(
        handle(con),
        Some(lines),
        options,
    )))
}

/// The outcome of a text of lines, as an object.
fn insert_text(env: Env, con: jlong, text: jstring, options: Options) -> Result<jobject, Stop> {
    let mut rows = 0;
    let (code, words) = if con == 0 {
        (codes::CONNECTION_NULL, "JNI connection is NULL".to_owned())
    } else {
        let text = env.text(text)?;
        let text = text.as_deref().map(str::as_bytes);
        let res: *mut TAOS_RES = insert_whole(handle(con), text, Some(&mut rows), options);
        // If there is no result, the thread's error.
        let code = errors::code(res);
        let words = errors::with_text(res, |text| text.to_string_lossy().into_owned());
        query::free(res);
        (code, words)
    };
    let answer = env.make_named(c"com/taosdata/jdbc/SchemalessResp")?;
    let (rows, words) = match code {
        0 => (rows, null_mut()),
        _ => (0, env.new_text(&words)?),
    };
    env.call(answer, c"setCode", c"(I)V", &[int(code)])?;
    env.call(answer, c"setTotalRows", c"(I)V", &[int(rows)])?;
    env.call(
        answer,
        c"setMsg",
        c"(Ljava/lang/String;)V",
        &[object(words)],
    )?;
    Ok(answer)
}

methods! { "TSDBJNIConnector";

    /// Writes lines: 0, or -1 on failure.
    ///
    /// Here: works
    fn insertLinesImp(env, _, lines: jobjectArray, con: jlong, protocol: jint, precision: jint) -> jint {
        let res = insert(env, lines, con, Options::new(protocol, precision))?;
        let res: *mut TAOS_RES = handle(res.0);
        let code = errors::code(res);
        query::free(res);
        match code {
            0 => Ok(codes::SUCCESS),
            _ => Ok(codes::DATABASE_ERROR),
        }
    }

    /// Writes lines: a result, even if they are refused.
    ///
    /// Here: works
    fn schemalessInsertImp(env, _, lines: jobjectArray, con: jlong, protocol: jint, precision: jint) -> JavaHandle {
        insert(env, lines, con, Options::new(protocol, precision))
    }

    /// As `schemalessInsertImp`, with an id that the server's log shows.
    ///
    /// Here: works
    fn schemalessInsertWithReqId(
        env, _, con: jlong, lines: jobjectArray, protocol: jint, precision: jint, id: jlong
    ) -> JavaHandle {
        insert(env, lines, con, Options::new(protocol, precision).req_id(id))
    }

    /// As `schemalessInsertImp`; tables that are created live `ttl` days.
    ///
    /// Here: works
    fn schemalessInsertWithTtl(
        env, _, con: jlong, lines: jobjectArray, protocol: jint, precision: jint, ttl: jint
    ) -> JavaHandle {
        insert(env, lines, con, Options::new(protocol, precision).ttl(ttl))
    }

    /// As `schemalessInsertWithTtl`, with an id that the server's log shows.
    ///
    /// Here: works
    fn schemalessInsertWithTtlAndReqId(
        env, _, con: jlong, lines: jobjectArray, protocol: jint, precision: jint, ttl: jint, id: jlong
    ) -> JavaHandle {
        insert(env, lines, con, Options::new(protocol, precision).ttl(ttl).req_id(id))
    }

    /// Writes a text of lines; the outcome comes as an object.
    ///
    /// Here: works
    fn schemalessInsertRaw(env, _, con: jlong, text: jstring, protocol: jint, precision: jint) -> jobject {
        insert_text(env, con, text, Options::new(protocol, precision))
    }

    /// As `schemalessInsertRaw`, with an id that the server's log shows.
    ///
    /// Here: works
    fn schemalessInsertRawWithReqId(
        env, _, con: jlong, text: jstring, protocol: jint, precision: jint, id: jlong
    ) -> jobject {
        insert_text(env, con, text, Options::new(protocol, precision).req_id(id))
    }

    /// As `schemalessInsertRaw`; tables that are made live `ttl` days.
    ///
    /// Here: works
    fn schemalessInsertRawWithTtl(
        env, _, con: jlong, text: jstring, protocol: jint, precision: jint, ttl: jint
    ) -> jobject {
        insert_text(env, con, text, Options::new(protocol, precision).ttl(ttl))
    }

    /// As `schemalessInsertRawWithTtl`, with an id that the server's log shows.
    ///
    /// Here: works
    fn schemalessInsertRawWithTtlAndReqId(
        env, _, con: jlong, text: jstring, protocol: jint, precision: jint, ttl: jint, id: jlong
    ) -> jobject {
        insert_text(env, con, text, Options::new(protocol, precision).ttl(ttl).req_id(id))
    }
}
