//! Reading results: by row, by block, as raw blocks. One result is read by one thread at a time.

use crate::capi::boundary::entry::{entry, last_error, quick};
use crate::capi::boundary::handle;
use crate::capi::boundary::types::{TAOS_RES, TAOS_ROW};
use crate::error::{codes, Error};
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

/// The next row, one pointer per column. NULL at the end and on failure; `taos_errno(res)` says
/// which.
///
/// A pointer is NULL for NULL. Values of fixed size are in the machine's byte order and may be
/// unaligned. Strings and bytes are not NUL-terminated; their length is in the two bytes before
/// them (BLOB: four), and in `taos_fetch_lengths`. NCHAR is UTF-8, or in the connection's character
/// set. A decimal is NUL-terminated text.
///
/// The pointers are valid until the next fetch from the result.
///
/// When the connection was lost before the first row of a statement that only reads (`SELECT`, `SHOW`,
/// `DESCRIBE`, `EXPLAIN`), the first fetch asks once more, on a new connection. It fails with
/// `RPC_BROKEN_LINK`, as a later one does, when that cannot be had, when its columns are others, or when
/// the connection's database or an option was set after the statement. Results of prepared statements are
/// not asked for again. All this is true of each function that fetches.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_fetch_row(res: *mut TAOS_RES) -> TAOS_ROW {
    let in_hand = quick(|| {
        let row = handle::glance_again(res, |r| r.row_in_hand(), |row| !row.is_null());
        row.unwrap_or(null_mut())
    });
    if !in_hand.is_null() {
        return in_hand;
    }
    entry(|| handle::result(res).map_or(null_mut(), |mut r| r.fetch_row()))
}

/// The length in bytes of each value of the row fetched last: 0 for NULL, 64 for a decimal. Before
/// the first row, and after a block, the most that each column takes. NULL for a result without
/// columns.
///
/// The array belongs to the result. Its address stays the same, the numbers change with each row.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_fetch_lengths(res: *mut TAOS_RES) -> *mut c_int {
    quick(|| handle::glance(res, |r| r.lengths()).unwrap_or(null_mut()))
}

/// The next block of rows, by columns: `(*rows)[i]` is where the data of column `i` starts.
///
/// Values of fixed size stand one after the other (decimals as text, 64 bytes each), NULLs
/// included: ask `taos_is_null`. `taos_get_column_data_offset` says where strings and bytes are. A
/// block that was begun by `taos_fetch_row` comes once more, whole.
///
/// Returns the number of rows; 0 at the end and on failure. What was fetched is valid until the
/// next fetch.
///
/// Here: works
///
/// # Safety
/// `rows` is NULL or points to a pointer.
#[no_mangle]
pub unsafe extern "C" fn taos_fetch_block(res: *mut TAOS_RES, rows: *mut TAOS_ROW) -> c_int {
    let mut n = 0;
    unsafe { taos_fetch_block_s(res, &mut n, rows) };
    n
}

/// As `taos_fetch_block`; the number of rows goes to `*numOfRows`, 0 at the end. Returns 0 or the
/// error's code.
///
/// Here: works
///
/// # Safety
/// `numOfRows` is NULL or points to an int, `rows` is NULL or points to a pointer.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_fetch_block_s(
    res: *mut TAOS_RES,
    numOfRows: *mut c_int,
    rows: *mut TAOS_ROW,
) -> c_int {
    unsafe { fetch_whole(res, numOfRows, rows, |r| r.fetch_block()) }
}

/// The next block as the server sent it: NCHAR in UCS-4, decimals as integers.
///
/// `*pData` is the block, NULL at the end; its length is the `int32_t` at its offset 4. It belongs
/// to the result and is valid until the next fetch. Returns 0 or the error's code.
///
/// Here: works
///
/// # Safety
/// `numOfRows` is NULL or points to an int, `pData` is NULL or points to a pointer.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_fetch_raw_block(
    res: *mut TAOS_RES,
    numOfRows: *mut c_int,
    pData: *mut *mut c_void,
) -> c_int {
    unsafe { fetch_whole(res, numOfRows, pData, |r| r.fetch_raw_block()) }
}

/// # Safety
/// `count` is NULL or points to an int, `out` is NULL or points to a `T`.
unsafe fn fetch_whole<T>(
    res: *mut TAOS_RES,
    count: *mut c_int,
    out: *mut *mut T,
    fetch: impl FnOnce(&mut handle::ResultMut) -> Result<(usize, *mut T), Error>,
) -> c_int {
    entry(|| {
        let fetched = match handle::result(res) {
            // Rows that the caller could not see would be lost.
            Some(_) if count.is_null() || out.is_null() => {
                Err(Error::new(codes::INVALID_PARAMETER))
            }
            Some(mut result) => fetch(&mut result),
            None if res.is_null() => Ok((0, null_mut())),
            None => Err(Error::new(codes::INVALID_INPUT)),
        };
        let (code, (n, first)) = match fetched {
            Ok(block) => (codes::SUCCESS, block),
            Err(e) => {
                last_error::set_code(e.code);
                (e.code, (0, null_mut()))
            }
        };
        // SAFETY: the caller's promise.
        unsafe {
            if let Some(count) = count.as_mut() {
                *count = n as c_int;
            }
            if let Some(out) = out.as_mut() {
                *out = first;
            }
        }
        code
    })
}

/// Where each value of a string or byte column of the current block starts, counted from the start
/// of the column's data: one `int32_t` per row, -1 for NULL. NULL for columns of fixed size. The
/// array belongs to the result.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_get_column_data_offset(
    res: *mut TAOS_RES,
    columnIndex: c_int,
) -> *mut c_int {
    quick(|| handle::glance(res, |r| r.offsets_of_column(columnIndex)).unwrap_or(null_mut()))
}

/// The address of the pointer that the last `taos_fetch_row` or `taos_fetch_block` handed out; NULL
/// for a result without columns. Fetches nothing.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_result_block(res: *mut TAOS_RES) -> *mut TAOS_ROW {
    quick(|| handle::glance(res, |r| r.result_block()).unwrap_or(null_mut()))
}

/// The current block as the server sent it; NULL when there is none. Fetches nothing.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_get_raw_block(res: *mut TAOS_RES) -> *const c_void {
    quick(|| handle::glance(res, |r| r.raw_block()).unwrap_or(std::ptr::null()))
}

/// Is this value of the current block NULL? Also true for a row or column that the block does not
/// have.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_is_null(res: *mut TAOS_RES, row: i32, col: i32) -> bool {
    quick(|| handle::glance_again(res, |r| r.is_null(row, col), |_| true).unwrap_or(true))
}

/// Marks the NULLs of a column of the current block in `result`, which has room for `*rows` rows;
/// `*rows` becomes the number of rows marked. Returns 0, or `INVALID_PARA`.
///
/// Here: works
///
/// # Safety
/// `result` is NULL or has room for `*rows` bools; `rows` is NULL or points to an int.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_is_null_by_column(
    res: *mut TAOS_RES,
    columnIndex: c_int,
    result: *mut bool,
    rows: *mut c_int,
) -> c_int {
    crate::capi::boundary::entry::status(|| {
        let invalid = || Error::new(codes::INVALID_PARAMETER);
        let from = handle::result(res).ok_or_else(invalid)?;
        let rows = unsafe { rows.as_mut() }.ok_or_else(invalid)?;
        if result.is_null() || *rows <= 0 {
            return Err(invalid());
        }
        let room = (*rows as usize).min(from.block_rows());
        // SAFETY: the caller's room is at least `room`. Cleared first: what a bool's byte held
        // before need not be a bool.
        let marks = unsafe {
            std::ptr::write_bytes(result, 0, room);
            std::slice::from_raw_parts_mut(result, room)
        };
        *rows = from
            .nulls_of_column(columnIndex, marks)
            .ok_or_else(invalid)? as c_int;
        Ok(())
    })
}
