//! The binds of a version 1 statement.

use super::{array, check_decimals, data, decimal_length, rows_of, type_of, LARGEST};
use crate::capi::boundary::types::TAOS_MULTI_BIND;
use crate::client::{refused, Cells, MAX_ROWS};
use crate::error::{codes, Error};
use crate::protocol::types::{self, Layout};

/// The caller's values of one column of a version 1 statement.
///
/// # Safety
/// The pointers of `bind` are NULL or lead to what its numbers say.
pub unsafe fn cells<'a>(bind: &TAOS_MULTI_BIND) -> Result<Cells<'a>, Error> {
    let rows = rows_of(bind.num, MAX_ROWS)?;
    let (type_code, layout) = type_of(bind.buffer_type)?;
    let nulls = unsafe { array(bind.is_null.cast::<u8>(), rows) }.filter(|n| !n.is_empty());
    let is_null = |row: usize| nulls.is_some_and(|n| n[row] != 0);
    let lengths = unsafe { array(bind.length, rows) }.filter(|l| !l.is_empty());
    let (stride, size) = match layout {
        Layout::Fixed(size) => {
            let mut values = (0..rows).filter(|row| !is_null(*row));
            check_decimals((type_code, size), lengths, values.clone())?;
            let stride = bind.buffer_length;
            if types::is_decimal(type_code) && stride != 0 && stride != size {
                if let Some(row) = values.next() {
                    return Err(decimal_length(row, stride as i64, size));
                }
            }
            (size, size * rows)
        }
        Layout::Variable(_) => {
            let stride = bind.buffer_length;
            let mut end = 0;
            for row in (0..rows).filter(|row| !is_null(*row)) {
                // A missing length is refused after the type was checked.
                let length = lengths.map_or(0, |l| l[row].max(0) as usize);
                // For a single value, programs may give a buffer of any size.
                if length > stride && rows > 1 {
                    return Err(Error::invalid_parameter(format_args!(
                        "row {row} has {length} bytes, and buffer_length is {stride}"
                    )));
                }
                let at = row
                    .checked_mul(stride)
                    .and_then(|at| at.checked_add(length));
                end = at.filter(|at| *at <= LARGEST).ok_or_else(|| {
                    Error::invalid_parameter(format_args!("buffer_length {stride}"))
                })?;
            }
            (stride, end)
        }
    };
    let data = unsafe { data(bind.buffer.cast(), size, || (0..rows).all(is_null)) }?;
    Ok(Cells {
        type_code,
        rows,
        nulls,
        lengths,
        data,
        stride,
    })
}

/// The one value of each tag. `num` is not used, as natively.
///
/// # Safety
/// As for [`all_cells`].
pub unsafe fn tag_cells<'a>(
    first: *const TAOS_MULTI_BIND,
    n: usize,
) -> Result<Vec<Cells<'a>>, Error> {
    let binds = unsafe { array(first, n) }.ok_or(Error::new(codes::INVALID_PARAMETER))?;
    let one = |(at, bind): (usize, &TAOS_MULTI_BIND)| {
        let bind = TAOS_MULTI_BIND { num: 1, ..*bind };
        unsafe { cells(&bind) }.map_err(|e| refused("tag", at, n, None, e))
    };
    binds.iter().enumerate().map(one).collect()
}

/// As [`cells`], for an array of `n` binds.
///
/// # Safety
/// `first` is NULL or points to `n` binds, each as for [`cells`].
pub unsafe fn all_cells<'a>(
    first: *const TAOS_MULTI_BIND,
    n: usize,
) -> Result<Vec<Cells<'a>>, Error> {
    let binds = unsafe { array(first, n) }.ok_or(Error::new(codes::INVALID_PARAMETER))?;
    let one = |(at, bind)| unsafe { cells(bind) }.map_err(|e| refused("column", at, n, None, e));
    binds.iter().enumerate().map(one).collect()
}
