//! Where tables live.

use super::connect::the_connection;
use crate::capi::boundary::entry::{c_allocated, status, text};
use crate::capi::boundary::types::{TAOS, TAOS_DB_ROUTE_INFO, TAOS_VGROUP_HASH_INFO};
use crate::client::{Routes, HASH_METHOD};
use crate::error::{codes, Error};
use std::ffi::{c_char, c_int};

/// A name that must be given.
///
/// # Safety
/// `s` is NULL or points to a NUL-terminated string.
unsafe fn name<'a>(s: *const c_char, what: &str) -> Result<&'a str, Error> {
    given(unsafe { text(s, what) }?)
}

fn given(name: Option<&str>) -> Result<&str, Error> {
    name.filter(|n| !n.is_empty())
        .ok_or(Error::new(codes::INVALID_INPUT))
}

/// How a database distributes its tables over vgroups. `dbInfo->vgHash` is from `malloc`; the
/// caller frees it.
///
/// Returns 0 or an error code: `CTG_INVALID_INPUT` for the system's own databases, whose tables are
/// in no vgroup, here and in the functions below. This runs two statements.
///
/// Here: works
///
/// # Safety
/// `db` is NULL or points to a NUL-terminated string; `dbInfo` is NULL or points to a struct.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_get_db_route_info(
    taos: *mut TAOS,
    db: *const c_char,
    dbInfo: *mut TAOS_DB_ROUTE_INFO,
) -> c_int {
    status(|| {
        let connection = the_connection(taos)?;
        let db = unsafe { name(db, "the database name") }?;
        let out = unsafe { dbInfo.as_mut() }.ok_or(Error::new(codes::INVALID_INPUT))?;
        let routes = connection.session.routes(db)?;
        let vgroups = routes.vgroups.iter().map(|v| TAOS_VGROUP_HASH_INFO {
            vgId: v.id,
            hashBegin: v.begin,
            hashEnd: v.end,
        });
        *out = TAOS_DB_ROUTE_INFO {
            routeVersion: 0,
            hashPrefix: routes.prefix,
            hashSuffix: routes.suffix,
            hashMethod: HASH_METHOD,
            vgNum: vgroups.len() as i32,
            vgHash: c_allocated(vgroups)?,
        };
        Ok(())
    })
}

/// Writes the vgroup of a table, whether it exists or not, to `*vgId`. Returns 0 or an error code.
///
/// Here: works, except for databases with TABLE_PREFIX or TABLE_SUFFIX
///
/// # Safety
/// `db` and `table` are NULL or point to NUL-terminated strings; `vgId` is NULL or points to an int.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_get_table_vgId(
    taos: *mut TAOS,
    db: *const c_char,
    table: *const c_char,
    vgId: *mut c_int,
) -> c_int {
    let mut tables = [table];
    unsafe { tables_vgroups(taos, db, tables.as_mut_ptr(), 1, vgId) }
}

/// Writes the vgroups of `tableNum` tables, whether they exist or not, to `vgId[0..tableNum]`.
/// Returns 0 or an error code.
///
/// Here: works, except for databases with TABLE_PREFIX or TABLE_SUFFIX
///
/// # Safety
/// `db` is NULL or points to a NUL-terminated string; `table` is NULL or points to `tableNum` such;
/// `vgId` is NULL or has room for `tableNum` ints.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_get_tables_vgId(
    taos: *mut TAOS,
    db: *const c_char,
    table: *mut *const c_char,
    tableNum: c_int,
    vgId: *mut c_int,
) -> c_int {
    unsafe { tables_vgroups(taos, db, table, tableNum, vgId) }
}

/// # Safety
/// As for `taos_get_tables_vgId`.
unsafe fn tables_vgroups(
    taos: *mut TAOS,
    db: *const c_char,
    tables: *mut *const c_char,
    n: c_int,
    out: *mut c_int,
) -> c_int {
    status(|| {
        let db = unsafe { text(db, "the database name") }?;
        if tables.is_null() || out.is_null() || n <= 0 {
            return Err(Error::new(codes::INVALID_INPUT));
        }
        // SAFETY: the caller's promise.
        let names = unsafe { std::slice::from_raw_parts(tables, n as usize) };
        let names = names
            .iter()
            .map(|t| unsafe { text(*t, "a table name") })
            .collect::<Result<Vec<_>, _>>()?;
        for (i, id) in vgroups_of(taos, db, &names)?.into_iter().enumerate() {
            // SAFETY: the caller's promise.
            unsafe { *out.add(i) = id };
        }
        Ok(())
    })
}

/// The vgroups of tables; their names, and the database's, must be given.
pub(crate) fn vgroups_of(
    taos: *mut TAOS,
    db: Option<&str>,
    tables: &[Option<&str>],
) -> Result<Vec<i32>, Error> {
    let connection = the_connection(taos)?;
    let db = match db {
        Some("") => return Err(Error::new(codes::DATABASE_NOT_EXIST)),
        db => given(db)?,
    };
    let tables = tables.iter().map(|t| given(*t));
    let tables = tables.collect::<Result<Vec<_>, _>>()?;
    let routes: Routes = connection.session.routes(db)?;
    let tables = tables.into_iter();
    tables.map(|table| routes.vgroup_of(db, table)).collect()
}
