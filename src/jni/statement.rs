//! Prepared statements: rows bound column by column.

use super::query::up_to_nul;
use super::{codes, handle, methods, required, Env, JavaHandle, Stop};
use crate::capi::boundary::entry::code_of;
use crate::capi::boundary::handle as handles;
use crate::capi::boundary::types::TAOS_MULTI_BIND;
use crate::capi::stmt::binds::stmt1::cells;
use crate::capi::stmt::stmt1;
use crate::capi::stmt::{self as statements, StatementObject, Version};
use crate::client::{refused, Cells, Stmt1};
use crate::error::{codes as errors, Error};
use crate::protocol::types::{self, Layout};
use jni_sys::{jbyteArray, jint, jlong, jstring};
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

fn prepare(env: Env, sql: jbyteArray, con: jlong, id: jlong) -> Result<JavaHandle, Stop> {
    let con = required(con, codes::CONNECTION_NULL)?;
    let sql = env.bytes(sql)?.ok_or(Stop::Code(codes::SQL_NULL))?;
    let make =
        |session: &std::sync::Arc<crate::client::Session>| session.stmt1(id as u64, false, false);
    let made: *mut c_void = statements::init::<Stmt1>(con, None, make);
    if made.is_null() {
        return Err(Stop::Code(codes::DATABASE_ERROR));
    }
    // Java prepares texts that are never bound, such as queries. The first call that binds reports what is
    // wrong with a text.
    statements::with(made, |object: &mut StatementObject<Stmt1>| {
        object.prepare(up_to_nul(&sql))
    });
    Ok(JavaHandle::new(made))
}

fn the_statement(stmt: jlong, con: jlong) -> Result<*mut c_void, Stop> {
    if con == 0 {
        return Err(Stop::Code(codes::CONNECTION_NULL));
    }
    required(stmt, codes::SQL_NULL)
}

fn with(
    stmt: jlong,
    con: jlong,
    body: impl FnOnce(&mut StatementObject<Stmt1>) -> Result<(), Error>,
) -> Result<jint, Stop> {
    let stmt = the_statement(stmt, con)?;
    if handles::with_shared(stmt, |o| Stmt1::of(o).map(drop)).is_none() {
        // As natively, as far as that works at all.
        return Ok(code_of(Err(Error::new(errors::STMT_API_ERROR))));
    }
    Ok(statements::with(stmt, body))
}

fn missing(what: &str) -> Error {
    Error::invalid_parameter(format_args!("{what} is null, or too short"))
}

/// Java writes lengths as ints, the lowest byte first.
fn lengths_of(bytes: &[u8]) -> Vec<i32> {
    let ints = bytes.chunks_exact(4);
    ints.map(|int| i32::from_le_bytes([int[0], int[1], int[2], int[3]]))
        .collect()
}

/// The one value of a tag, which has all the bytes.
fn tag<'a>(
    type_code: u8,
    is_null: &'a u8,
    length: &'a i32,
    value: &'a [u8],
) -> Result<Cells<'a>, Error> {
    if let Some(Layout::Fixed(size)) = types::by_code(type_code).map(|t| t.layout) {
        if *is_null == 0 && value.len() != size {
            let name = types::by_code(type_code).map_or("", |t| t.name());
            return Err(Error::invalid_parameter(format_args!(
                "{} bytes, and {name} has {size}",
                value.len()
            )));
        }
    }
    let bind = bind_of(type_code.into(), value.len(), 1, value, length, is_null);
    // SAFETY: the pointers lead to one value of that length, which live as long as the cells.
    unsafe { cells(&bind) }
}

fn bind_of(
    buffer_type: c_int,
    stride: usize,
    rows: c_int,
    data: &[u8],
    lengths: *const i32,
    nulls: *const u8,
) -> TAOS_MULTI_BIND {
    TAOS_MULTI_BIND {
        buffer_type,
        buffer: match data.is_empty() {
            true => null_mut(),
            false => data.as_ptr().cast_mut().cast(),
        },
        buffer_length: stride,
        length: lengths.cast_mut(),
        is_null: nulls.cast_mut().cast(),
        num: rows,
    }
}

/// What Java hands over for tags: their values one after the other. A NULL has no bytes.
struct Tags {
    values: Vec<u8>,
    types: Vec<u8>,
    lengths: Vec<i32>,
    nulls: Vec<u8>,
}

impl Tags {
    fn cells(&self, n: usize) -> Result<Vec<Cells<'_>>, Error> {
        let mut rest = &*self.values;
        let one = |i: usize| {
            let (Some(type_code), Some(is_null), Some(length)) =
                (self.types.get(i), self.nulls.get(i), self.lengths.get(i))
            else {
                return Err(missing("an array"));
            };
            let bytes = match *is_null {
                0 => usize::try_from(*length).map_err(|_| missing("the length"))?,
                _ => 0,
            };
            let (value, others) = rest
                .split_at_checked(bytes)
                .ok_or_else(|| missing("the array of values"))?;
            rest = others;
            tag(*type_code, is_null, length, value).map_err(|e| refused("tag", i, n, None, e))
        };
        (0..n).map(one).collect()
    }
}

/// What Java hands over for a column.
struct Column {
    type_code: c_int,
    bytes: c_int,
    rows: c_int,
    data: Vec<u8>,
    lengths: Vec<i32>,
    nulls: Vec<u8>,
}

impl Column {
    /// Checks that the arrays are as long as what is read of them.
    fn cells(&self) -> Result<Cells<'_>, Error> {
        let rows = usize::try_from(self.rows).unwrap_or(0);
        let layout = u8::try_from(self.type_code).ok().and_then(types::by_code);
        let layout = layout.map(|t| t.layout);
        let stride = match layout {
            Some(Layout::Fixed(size)) => size,
            _ => usize::try_from(self.bytes).unwrap_or(0),
        };
        let lengths = match layout {
            Some(Layout::Variable(_)) if rows > 0 => {
                let longest = self.lengths.iter().take(rows).max();
                if self.lengths.len() < rows || longest.is_some_and(|l| *l > stride as i32) {
                    return Err(missing("the array of lengths"));
                }
                self.lengths.as_ptr()
            }
            _ => std::ptr::null(),
        };
        if self.nulls.len() < rows {
            return Err(missing("the array of nulls"));
        }
        if rows
            .checked_mul(stride)
            .is_none_or(|size| self.data.len() < size)
        {
            return Err(missing("the array of values"));
        }
        let nulls = self.nulls.as_ptr();
        let bind = bind_of(
            self.type_code,
            stride,
            self.rows,
            &self.data,
            lengths,
            nulls,
        );
        // SAFETY: the arrays are as long as the numbers say, and live as long as the cells.
        unsafe { cells(&bind) }
    }
}

methods! { "TSDBJNIConnector";

    /// Makes a statement and prepares it; -1 on failure.
    ///
    /// Here: works
    fn prepareStmtImp(env, _, sql: jbyteArray, con: jlong) -> JavaHandle {
        prepare(env, sql, con, 0)
    }

    /// As `prepareStmtImp`, with an id that the server's log shows.
    ///
    /// Here: works
    fn prepareStmtWithReqId(env, _, sql: jbyteArray, con: jlong, id: jlong) -> JavaHandle {
        prepare(env, sql, con, id)
    }

    /// Names the table of the rows that follow.
    ///
    /// Here: works
    fn setBindTableNameImp(env, _, stmt: jlong, name: jstring, con: jlong) -> jint {
        let name = env.text(name)?;
        let name = name.as_deref().map(str::as_bytes);
        with(stmt, con, |object| stmt1::set_table(object, name))
    }

    /// Names the table of the rows that follow, and gives its tags.
    ///
    /// Here: works
    fn setTableNameTagsImp(
        env, _, stmt: jlong, name: jstring, count: jint, tags: jbyteArray, types: jbyteArray,
        lengths: jbyteArray, nulls: jbyteArray, con: jlong
    ) -> jint {
        let name = env.text(name)?;
        let tags = Tags {
            values: env.bytes(tags)?.unwrap_or_default(),
            types: env.bytes(types)?.unwrap_or_default(),
            lengths: lengths_of(&env.bytes(lengths)?.unwrap_or_default()),
            nulls: env.bytes(nulls)?.unwrap_or_default(),
        };
        with(stmt, con, |object| {
            stmt1::set_table(object, name.as_deref().map(str::as_bytes))?;
            let wanted = object.statement.tag_count()?;
            let tags = match usize::try_from(count) {
                Ok(n) if n == wanted => tags.cells(n),
                _ => Err(Error::invalid_parameter(format_args!(
                    "{count} tags, and the statement has {wanted}"
                ))),
            };
            stmt1::set_tag_values(object, tags)
        })
    }

    /// Binds rows to a column, counted from 0, or a single value to a `?` of a query.
    ///
    /// Here: works
    fn bindColDataImp(
        env, _, stmt: jlong, data: jbyteArray, lengths: jbyteArray, nulls: jbyteArray, type_code: jint,
        bytes: jint, rows: jint, index: jint, con: jlong
    ) -> jint {
        the_statement(stmt, con)?;
        let column = Column {
            type_code,
            bytes,
            rows,
            data: env.bytes(data)?.unwrap_or_default(),
            lengths: lengths_of(&env.bytes(lengths)?.unwrap_or_default()),
            nulls: env.bytes(nulls)?.unwrap_or_default(),
        };
        with(stmt, con, |object| {
            let index = usize::try_from(index);
            let index = index.map_err(|_| Error::new(errors::INVALID_PARAMETER))?;
            stmt1::bind_column(object, index, column.cells())
        })
    }

    /// Adds the rows bound since the last time to the batch.
    ///
    /// Here: works
    fn addBatchImp(_env, _, stmt: jlong, con: jlong) -> jint {
        with(stmt, con, |object| object.statement.add_batch())
    }

    /// Writes the rows added since the last execution.
    ///
    /// Here: works
    fn executeBatchImp(_env, _, stmt: jlong, con: jlong) -> jint {
        with(stmt, con, stmt1::execute)
    }

    /// Closes a statement.
    ///
    /// Here: works
    fn closeStmt(_env, _, stmt: jlong, con: jlong) -> jint {
        Ok(statements::close::<Stmt1>(the_statement(stmt, con)?))
    }

    /// The text of the statement's last error.
    ///
    /// Here: works
    fn stmtErrorMsgImp(env, this, stmt: jlong, con: jlong) -> jstring {
        let text = match (con, stmt) {
            (0, _) => format!("jobj:{this:p}, connection already closed"),
            (con, 0) => format!("jobj:{this:p}, conn:{con:#x}, invalid stmt"),
            (_, stmt) => statements::with_error_text::<Stmt1, _>(handle(stmt), |text| {
                text.to_string_lossy().into_owned()
            }),
        };
        env.new_text(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(lengths: &[i32], values: &[u8]) -> Tags {
        Tags {
            values: values.to_vec(),
            types: vec![types::INT, types::NCHAR, types::BIGINT],
            lengths: lengths.to_vec(),
            nulls: vec![0, 0, 1],
        }
    }

    #[test]
    fn tags_stand_one_behind_the_other() {
        let packed = tags(&[4, 3, 0], &[1, 0, 0, 0, b'a', b'b', b'c']);
        let cells = packed.cells(3).unwrap();
        assert_eq!(cells[0].data, [1, 0, 0, 0]);
        assert_eq!(cells[1].data, b"abc");
        assert!(cells[2].is_null(0));
    }

    #[test]
    fn tags_are_as_long_as_their_types() {
        // Natively, a part of the next tag is then read for the first.
        assert!(tags(&[1, 3, 0], &[1, b'a', b'b', b'c']).cells(3).is_err());
        assert!(tags(&[4, 4, 0], &[1, 0, 0, 0, b'a', b'b', b'c'])
            .cells(3)
            .is_err());
        assert!(tags(&[4, -1, 0], &[1, 0, 0, 0]).cells(3).is_err());
        assert!(tags(&[4], &[1, 0, 0, 0]).cells(3).is_err());
    }

    fn column(type_code: u8, bytes: c_int, rows: c_int, data: usize, lengths: &[i32]) -> Column {
        Column {
            type_code: type_code.into(),
            bytes,
            rows,
            data: vec![7; data],
            lengths: lengths.to_vec(),
            nulls: vec![0; rows.clamp(0, 100) as usize],
        }
    }

    #[test]
    fn nothing_is_read_behind_an_array() {
        assert!(column(types::INT, 4, 2, 8, &[]).cells().is_ok());
        assert!(column(types::INT, 4, 2, 7, &[]).cells().is_err());
        assert!(column(types::VARCHAR, 3, 2, 6, &[3, 0]).cells().is_ok());
        assert!(column(types::VARCHAR, 3, 2, 5, &[3, 0]).cells().is_err());
        assert!(column(types::VARCHAR, 3, 2, 6, &[4, 0]).cells().is_err());
        assert!(column(types::VARCHAR, 3, 2, 6, &[3]).cells().is_err());
        assert!(column(types::VARCHAR, 3, 1, 3, &[4]).cells().is_err());
        assert!(column(types::VARCHAR, -1, 1, 0, &[1]).cells().is_err());
        assert!(column(types::INT, 4, -1, 8, &[]).cells().is_err());
        assert!(column(types::INT, 4, c_int::MAX, 8, &[]).cells().is_err());
        assert!(column(99, 4, 1, 8, &[1]).cells().is_err());
    }
}
