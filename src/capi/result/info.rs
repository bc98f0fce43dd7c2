//! What a result is: its columns, its precision, the rows it changed.

use crate::capi::boundary::entry::{entry, quick};
use crate::capi::boundary::handle;
use crate::capi::boundary::types::{TAOS_FIELD, TAOS_FIELD_E, TAOS_RES};
use std::ffi::c_int;
use std::ptr::null_mut;

/// The number of columns; 0 for a statement without rows, for an error and for NULL.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_num_fields(res: *mut TAOS_RES) -> c_int {
    quick(|| handle::glance(res, |r| r.columns() as c_int).unwrap_or(0))
}

/// The same as `taos_num_fields`.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_field_count(res: *mut TAOS_RES) -> c_int {
    unsafe { taos_num_fields(res) }
}

/// The columns, `taos_num_fields` of them; NULL when there are none. Belongs to the result.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_fetch_fields(res: *mut TAOS_RES) -> *mut TAOS_FIELD {
    quick(|| handle::glance(res, |r| first(r.fields())).unwrap_or(null_mut()))
}

/// The columns with the digits of decimals; NULL when there are none. Belongs to the result.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_fetch_fields_e(res: *mut TAOS_RES) -> *mut TAOS_FIELD_E {
    quick(|| handle::glance(res, |r| first(r.fields_e())).unwrap_or(null_mut()))
}

/// A C array, or NULL when it would be empty.
fn first<T>(fields: &mut [T]) -> *mut T {
    match fields {
        [] => null_mut(),
        fields => fields.as_mut_ptr(),
    }
}

/// The unit of the result's timestamps: 0 milliseconds, 1 microseconds, 2 nanoseconds.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_result_precision(res: *mut TAOS_RES) -> c_int {
    quick(|| handle::glance(res, |r| r.precision()).unwrap_or(0))
}

/// The number of rows that the statement inserted or deleted; 0 for other statements and for NULL.
/// A number that an int cannot hold becomes the largest int.
///
/// For statements that the native client answers without the server (`describe`, `show create`,
/// `select` without `from`), the number of rows in the current block. Before the first row, it is
/// that of the first block, for which this waits.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_affected_rows(res: *mut TAOS_RES) -> c_int {
    let rows = unsafe { taos_affected_rows64(res) };
    rows.clamp(0, c_int::MAX.into()) as c_int
}

/// As `taos_affected_rows`, in 64 bits.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_affected_rows64(res: *mut TAOS_RES) -> i64 {
    entry(|| handle::result(res).map_or(0, |mut r| r.affected_rows()))
}

/// True for a result without columns, an error included, and for NULL.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_is_update_query(res: *mut TAOS_RES) -> bool {
    unsafe { taos_num_fields(res) == 0 }
}
