//! Where tables live. Each function says that it is not there yet; none pretends.

use super::connect::not_yet;
use super::types::{TAOS, TAOS_DB_ROUTE_INFO};
use std::ffi::{c_char, c_int};

/// How a database spreads its tables over vgroups.
///
/// Here: not supported yet - comes with the information chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_get_db_route_info(
    _taos: *mut TAOS,
    _db: *const c_char,
    _dbInfo: *mut TAOS_DB_ROUTE_INFO,
) -> c_int {
    not_yet("taos_get_db_route_info")
}

/// The vgroup of a table.
///
/// Here: not supported yet - comes with the information chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_get_table_vgId(
    _taos: *mut TAOS,
    _db: *const c_char,
    _table: *const c_char,
    _vgId: *mut c_int,
) -> c_int {
    not_yet("taos_get_table_vgId")
}

/// The vgroups of tables.
///
/// Here: not supported yet - comes with the information chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_get_tables_vgId(
    _taos: *mut TAOS,
    _db: *const c_char,
    _table: *mut *const c_char,
    _tableNum: c_int,
    _vgId: *mut c_int,
) -> c_int {
    not_yet("taos_get_tables_vgId")
}
