//! The arrays in which programs hand over values to bind. Every pointer is followed once, and nothing is
//! copied.

pub mod stmt1;
pub mod stmt2;

use crate::error::{codes, Error};
use crate::protocol::types::{self, Layout};
use std::ffi::c_int;
use std::ptr::null_mut;

/// An entry of a C array; NULL if the array is NULL.
///
/// # Safety
/// `list` is NULL or has an entry `i`.
unsafe fn entry_of<T>(list: *mut *mut T, i: usize) -> *mut T {
    if list.is_null() {
        null_mut()
    } else {
        unsafe { *list.add(i) }
    }
}

/// A C array. NULL counts as an empty one if no entry is needed.
///
/// # Safety
/// `first` is NULL or points to `n` values that live for `'a`.
unsafe fn array<'a, T>(first: *const T, n: usize) -> Option<&'a [T]> {
    if n == 0 {
        return Some(&[]);
    }
    (!first.is_null()).then(|| unsafe { std::slice::from_raw_parts(first, n) })
}

/// No buffer is larger.
const LARGEST: usize = isize::MAX as usize;

fn type_of(buffer_type: c_int) -> Result<(u8, Layout), Error> {
    let type_code = u8::try_from(buffer_type).unwrap_or(u8::MAX);
    match types::by_code(type_code) {
        Some(t) => Ok((type_code, t.layout)),
        None => Err(Error::invalid_parameter(format_args!(
            "buffer_type {buffer_type} is no type"
        ))),
    }
}

/// The values' bytes. If all values are NULL, there need be no bytes.
///
/// # Safety
/// `first` is NULL or points to `size` bytes that live for `'a`.
unsafe fn data<'a>(
    first: *const u8,
    size: usize,
    all_null: impl FnOnce() -> bool,
) -> Result<&'a [u8], Error> {
    match unsafe { array(first, size) } {
        Some(data) => Ok(data),
        None if all_null() => Ok(&[]),
        None => Err(Error::invalid_parameter(
            "buffer is NULL, and not every value is",
        )),
    }
}

/// The number of rows of a bind. It is checked before anything of that size is read.
fn rows_of(num: c_int, most: usize) -> Result<usize, Error> {
    let rows = usize::try_from(num).unwrap_or(0);
    if (1..=most).contains(&rows) {
        Ok(rows)
    } else {
        Err(Error::new(codes::STMT_BIND_NUMBER))
    }
}

/// Programs give decimals as integers without the point, of the type's size. If one is given as text, the
/// native client stores a wrong number and reads beyond it.
fn check_decimals(
    (type_code, size): (u8, usize),
    lengths: Option<&[i32]>,
    mut rows: impl Iterator<Item = usize>,
) -> Result<(), Error> {
    let Some(lengths) = lengths.filter(|_| types::is_decimal(type_code)) else {
        return Ok(());
    };
    match rows.find(|row| lengths[*row] != size as i32) {
        None => Ok(()),
        Some(row) => Err(decimal_length(row, lengths[row] as i64, size)),
    }
}

fn decimal_length(row: usize, length: i64, size: usize) -> Error {
    Error::invalid_parameter(format_args!(
        "row {row} has {length} bytes, and this decimal is bound as an integer of {size} bytes, without the point"
    ))
}
