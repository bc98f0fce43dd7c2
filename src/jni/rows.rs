//! Columns and rows of a result, as Java reads them.

use super::env::{int, long, object, List};
use super::query::the_result;
use super::{codes, methods, Env, Stop};
use crate::capi::boundary::handle::ResultMut;
use crate::capi::boundary::types::TAOS_FIELD;
use crate::protocol::types;
use jni_sys::{jint, jlong, jmethodID, jobject, jvalue};
use std::ffi::CStr;

/// Adds an object for each column to a list.
fn add_columns(env: Env, fields: &[TAOS_FIELD], list: &List) -> Result<(), Stop> {
    let class = env.class(c"com/taosdata/jdbc/ColumnMetaData")?;
    let constructor = env.method(class, c"<init>", c"()V")?;
    let type_field = env.field(class, c"colType", c"I")?;
    let name_field = env.field(class, c"colName", c"Ljava/lang/String;")?;
    let size_field = env.field(class, c"colSize", c"I")?;
    let index_field = env.field(class, c"colIndex", c"I")?;
    for (i, field) in fields.iter().enumerate() {
        let column = env.make(class, constructor, &[])?;
        // SAFETY: a NUL-terminated text in an array of its own.
        let name = env.new_c_text(unsafe { CStr::from_ptr(field.name.as_ptr()) })?;
        env.set_int(column, type_field, field.r#type.into());
        env.set_object(column, name_field, name);
        env.set_int(column, size_field, field.bytes);
        env.set_int(column, index_field, i as jint);
        env.let_go(name);
        list.add(column)?;
    }
    Ok(())
}

/// The next block as an array of Java's, with its numbers of rows and columns. It is copied once.
struct Block {
    rows: jint,
    columns: jint,
    bytes: jobject,
}

fn next_block(env: Env, result: &mut ResultMut) -> Result<Block, Stop> {
    match result.fetch_raw_block() {
        Ok((0, _)) => Err(Stop::Code(codes::NO_MORE_ROWS)),
        Ok((rows, _)) => Ok(Block {
            rows: rows as jint,
            columns: result.columns() as jint,
            bytes: env.new_bytes(result.block_bytes())?,
        }),
        Err(e) => {
            crate::capi::boundary::entry::last_error::set_code(e.code);
            Err(Stop::Code(codes::RESULT_NULL))
        }
    }
}

impl Block {
    /// In this order: drivers before 3.2.10 read the block inside `setByteArray`, by the two numbers.
    fn hand_to(self, env: Env, block: jobject) -> Result<(), Stop> {
        env.call(block, c"setNumOfRows", c"(I)V", &[int(self.rows)])?;
        env.call(block, c"setNumOfCols", c"(I)V", &[int(self.columns)])?;
        env.call(block, c"setByteArray", c"([B)V", &[object(self.bytes)])
    }
}

/// The methods by which a row gets its values, looked up when they are needed.
struct Setters {
    env: Env,
    row: jobject,
    class: jobject,
    found: [Option<jmethodID>; SETTERS.len()],
}

/// A method takes the column's number and a value.
#[derive(Clone, Copy)]
enum Setter {
    Boolean,
    Byte,
    Short,
    Int,
    Long,
    Float,
    Double,
    String,
    Bytes,
}

const SETTERS: [(&CStr, &CStr); 9] = [
    (c"setBoolean", c"(IZ)V"),
    (c"setByte", c"(IB)V"),
    (c"setShort", c"(IS)V"),
    (c"setInt", c"(II)V"),
    (c"setLong", c"(IJ)V"),
    (c"setFloat", c"(IF)V"),
    (c"setDouble", c"(ID)V"),
    (c"setString", c"(ILjava/lang/String;)V"),
    (c"setByteArray", c"(I[B)V"),
];

impl Setters {
    fn new(env: Env, row: jobject) -> Setters {
        Setters {
            env,
            row,
            class: env.class_of(row),
            found: [None; SETTERS.len()],
        }
    }

    fn set(&mut self, setter: Setter, column: usize, value: jvalue) -> Result<(), Stop> {
        let method = match self.found[setter as usize] {
            Some(method) => method,
            None => {
                let (name, signature) = SETTERS[setter as usize];
                let method = self.env.method(self.class, name, signature)?;
                *self.found[setter as usize].insert(method)
            }
        };
        let arguments = [int(column as jint), value];
        self.env.call_method(self.row, method, &arguments)
    }

    /// For an object that belongs to the row from then on.
    fn set_object(&mut self, setter: Setter, column: usize, value: jobject) -> Result<(), Stop> {
        self.set(setter, column, object(value))?;
        self.env.let_go(value);
        Ok(())
    }

    fn set_time(&mut self, column: usize, time: i64, precision: jint) -> Result<(), Stop> {
        let arguments = [int(column as jint), long(time), int(precision)];
        let method = self.env.method(self.class, c"setTimestamp", c"(IJI)V")?;
        self.env.call_method(self.row, method, &arguments)
    }
}

/// A value of fixed size, in the machine's byte order.
fn number<const N: usize>(value: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    let n = N.min(value.len());
    out[..n].copy_from_slice(&value[..n]);
    out
}

fn hand_over(
    env: Env,
    setters: &mut Setters,
    column: usize,
    type_code: u8,
    value: &[u8],
    precision: jint,
) -> Result<(), Stop> {
    let i8_of = |v| i8::from_ne_bytes(number(v));
    let i64_of = |v| i64::from_ne_bytes(number(v));
    let (setter, value) = match type_code {
        types::BOOL => (
            Setter::Boolean,
            jvalue {
                z: i8_of(value) == 1,
            },
        ),
        // Java has no unsigned numbers: the bits are handed over.
        types::TINYINT | types::UTINYINT => (Setter::Byte, jvalue { b: i8_of(value) }),
        types::SMALLINT | types::USMALLINT => {
            let s = i16::from_ne_bytes(number(value));
            (Setter::Short, jvalue { s })
        }
        types::INT | types::UINT => (Setter::Int, int(i32::from_ne_bytes(number(value)))),
        types::BIGINT | types::UBIGINT => (Setter::Long, long(i64_of(value))),
        types::FLOAT => {
            let f = f32::from_ne_bytes(number(value));
            (Setter::Float, jvalue { f })
        }
        types::DOUBLE => {
            let d = f64::from_ne_bytes(number(value));
            (Setter::Double, jvalue { d })
        }
        types::TIMESTAMP => return setters.set_time(column, i64_of(value), precision),
        types::VARCHAR | types::VARBINARY | types::GEOMETRY => {
            let text = env.new_text(&String::from_utf8_lossy(value))?;
            return setters.set_object(Setter::String, column, text);
        }
        types::NCHAR | types::JSON => {
            let bytes = env.new_bytes(value)?;
            return setters.set_object(Setter::Bytes, column, bytes);
        }
        // The driver has no setter for other types.
        _ => return Ok(()),
    };
    setters.set(setter, column, value)
}

methods! { "TSDBJNIConnector";

    /// Adds an object for each column to a list.
    ///
    /// Here: works
    fn getSchemaMetaDataImp(env, _, con: jlong, res: jlong, list: jobject) -> jint {
        let mut result = the_result(con, res)?;
        if result.columns() == 0 {
            return Ok(codes::NO_FIELDS);
        }
        add_columns(env, result.fields(), &List::new(env, list)?)?;
        Ok(codes::SUCCESS)
    }

    /// Hands the next row to an object, value by value.
    ///
    /// Here: works
    fn fetchRowImp(env, _, con: jlong, res: jlong, row: jobject) -> jint {
        let mut result = the_result(con, res)?;
        if result.columns() == 0 {
            return Ok(codes::NO_FIELDS);
        }
        env.require(row, c"the row is null")?;
        let cells = result.fetch_row();
        if cells.is_null() {
            return match result.code() {
                0 => Ok(codes::NO_MORE_ROWS),
                _ => Ok(codes::RESULT_NULL),
            };
        }
        let precision = result.precision();
        let lengths = result.lengths();
        let mut setters = Setters::new(env, row);
        for (i, field) in result.fields().iter().enumerate() {
            // SAFETY: there are as many pointers and lengths as columns; a value is as long as its
            // length says, and stays until the next fetch.
            let value = unsafe {
                let cell = *cells.add(i);
                if cell.is_null() {
                    continue;
                }
                let n = usize::try_from(*lengths.add(i)).unwrap_or(0);
                std::slice::from_raw_parts(cell.cast::<u8>(), n)
            };
            hand_over(env, &mut setters, i, field.r#type as u8, value, precision)?;
        }
        Ok(codes::SUCCESS)
    }

    /// Hands the next block to an object, whole.
    ///
    /// Here: works
    fn fetchBlockImp(env, _, con: jlong, res: jlong, block: jobject) -> jint {
        let mut result = the_result(con, res)?;
        if result.columns() == 0 {
            return Ok(codes::RESULT_NULL);
        }
        env.require(block, c"the block is null")?;
        let next = next_block(env, &mut result)?;
        // Other threads may have the result while Java's code runs.
        drop(result);
        next.hand_to(env, block)?;
        Ok(codes::SUCCESS)
    }
}

methods! { "tmq_TMQConnector";

    /// Hands the next block of a message to an object, and adds its columns to a list.
    ///
    /// Here: works
    fn fetchRawBlockImp(env, _, tmq: jlong, res: jlong, block: jobject, list: jobject) -> jint {
        let mut result = the_result(tmq, res)?;
        env.require(block, c"the block is null")?;
        let list = List::new(env, list)?;
        let next = next_block(env, &mut result)?;
        if next.columns == 0 {
            return Ok(codes::NO_FIELDS);
        }
        add_columns(env, result.fields(), &list)?;
        drop(result);
        next.hand_to(env, block)?;
        Ok(codes::SUCCESS)
    }
}
