//! Writing raw blocks.

use super::boundary::entry::{bytes, status};
use super::boundary::types::{TAOS, TAOS_FIELD};
use super::connection::connect::the_connection;
use crate::error::{codes, Error};
use crate::protocol::block::Block;
use ::bytes::Bytes;
use std::ffi::{c_char, c_int};

/// Writes a block, as `taos_fetch_raw_block` gives it, into a table of the current database. The
/// block's columns are those of the table, in order. It is copied. `numOfRows` is not used, because
/// the block says how many rows it has.
///
/// Returns 0 or an error code.
///
/// Here: works
///
/// # Safety
/// `pData` is NULL or points to a block; `tbname` is NULL or points to a NUL-terminated string.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_write_raw_block(
    taos: *mut TAOS,
    numOfRows: c_int,
    pData: *mut c_char,
    tbname: *const c_char,
) -> c_int {
    unsafe { write(taos, numOfRows, pData, tbname, None, 0) }
}

/// As `taos_write_raw_block`, with an id that the server's log shows.
///
/// Here: works
///
/// # Safety
/// As for `taos_write_raw_block`.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_write_raw_block_with_reqid(
    taos: *mut TAOS,
    numOfRows: c_int,
    pData: *mut c_char,
    tbname: *const c_char,
    reqid: i64,
) -> c_int {
    unsafe { write(taos, numOfRows, pData, tbname, None, reqid) }
}

/// As `taos_write_raw_block`, for these columns of the table: `fields` has `numFields` entries, one
/// for each column of the block.
///
/// Here: works
///
/// # Safety
/// As for `taos_write_raw_block`; `fields` is NULL or points to `numFields` entries.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_write_raw_block_with_fields(
    taos: *mut TAOS,
    rows: c_int,
    pData: *mut c_char,
    tbname: *const c_char,
    fields: *mut TAOS_FIELD,
    numFields: c_int,
) -> c_int {
    unsafe { write(taos, rows, pData, tbname, Some((fields, numFields)), 0) }
}

/// As `taos_write_raw_block_with_fields`, with an id that the server's log shows.
///
/// Here: works
///
/// # Safety
/// As for `taos_write_raw_block_with_fields`.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_write_raw_block_with_fields_with_reqid(
    taos: *mut TAOS,
    rows: c_int,
    pData: *mut c_char,
    tbname: *const c_char,
    fields: *mut TAOS_FIELD,
    numFields: c_int,
    reqid: i64,
) -> c_int {
    unsafe { write(taos, rows, pData, tbname, Some((fields, numFields)), reqid) }
}

/// The server does not check lengths in what it is sent, so everything is checked here.
///
/// # Safety
/// As for `taos_write_raw_block_with_fields`.
unsafe fn write(
    taos: *mut TAOS,
    rows: c_int,
    data: *mut c_char,
    table: *const c_char,
    fields: Option<(*mut TAOS_FIELD, c_int)>,
    req_id: i64,
) -> c_int {
    status(|| {
        if taos.is_null() || data.is_null() || table.is_null() {
            return Err(Error::new(codes::INVALID_PARAMETER));
        }
        let connection = the_connection(taos)?;
        if rows <= 0 && connection.session.current_db()?.is_empty() {
            // The pointer is not followed: it need not lead to a block.
            return Err(Error::new(codes::DATABASE_NOT_SPECIFIED));
        }
        // SAFETY: the caller's promise; the length of a block stands at its offset 4.
        let block = unsafe {
            let len = data.add(4).cast::<i32>().read_unaligned();
            let len = usize::try_from(len)
                .map_err(|_| Error::invalid_parameter("the block has no length"))?;
            std::slice::from_raw_parts(data.cast::<u8>(), len)
        };
        let checked = Block::parse(Bytes::copy_from_slice(block))
            .map_err(|e| Error::invalid_parameter(format_args!("pData is no raw block ({e})")))?;
        let rows = checked.rows() as c_int;
        let fields = match fields {
            None => None,
            Some((first, n)) => {
                if first.is_null() || usize::try_from(n) != Ok(checked.columns().len()) {
                    return Err(Error::invalid_parameter(
                        "fields must describe each column of the block",
                    ));
                }
                let size = n as usize * std::mem::size_of::<TAOS_FIELD>();
                // SAFETY: the caller's promise; the structs are read as the bytes they are in C.
                Some(unsafe { std::slice::from_raw_parts(first.cast::<u8>(), size) })
            }
        };
        let table = unsafe { bytes(table) }.unwrap_or_default();
        connection
            .session
            .write_raw_block(req_id as u64, rows, table, block, fields)
    })
}
