//! The database that a connection has selected, and the tables in it.

use super::connect::the_connection;
use crate::capi::boundary::entry::{bytes, copy_text, status, text};
use crate::capi::boundary::types::TAOS;
use crate::error::{codes, Error};
use std::ffi::{c_char, c_int};

/// Selects the database of later statements of this connection. The name is taken as SQL takes it
/// (lower case, unless in back-ticks).
///
/// Returns 0 or an error code. As natively, the code becomes the thread's last error, unless it
/// comes from the server, which refuses the database.
///
/// Here: works
///
/// # Safety
/// `db` is NULL or points to a NUL-terminated string.
#[no_mangle]
pub unsafe extern "C" fn taos_select_db(taos: *mut TAOS, db: *const c_char) -> c_int {
    let mut refused = codes::SUCCESS;
    let local = status(|| {
        let connection = the_connection(taos)?;
        let db = unsafe { text(db, "the database name") }?.filter(|db| !db.is_empty());
        let db = db.ok_or(Error::new(codes::INVALID_INPUT))?;
        match connection.session.select_db(db) {
            Err(e) if e.is_outage() || e.code == codes::INVALID_MESSAGE => Err(e),
            // With the code's own text.
            Err(e) if codes::is_of_parser(e.code) => Err(Error::new(e.code)),
            outcome => {
                refused = outcome.err().map_or(codes::SUCCESS, |e| e.code);
                Ok(())
            }
        }
    });
    if local != codes::SUCCESS {
        local
    } else {
        refused
    }
}

/// From now on, no database is selected. This does not wait. If one was selected, the connection
/// moves to a new login with its next statement, unless that selects another one; open results stay
/// readable.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_reset_current_db(taos: *mut TAOS) {
    status(|| the_connection(taos)?.session.reset_db());
}

/// Writes the name of the selected database, NUL-terminated, into `database` of `len` bytes; empty
/// if there is none.
///
/// Returns 0. If the name does not fit, returns `INVALID_PARA`, writes as much of it as fits, and
/// sets `*required` to the number of bytes needed. Otherwise `*required` is left alone; `required`
/// may be NULL.
///
/// Here: works
///
/// # Safety
/// `database` is NULL or has room for `len` bytes; `required` is NULL or points to an int.
#[no_mangle]
pub unsafe extern "C" fn taos_get_current_db(
    taos: *mut TAOS,
    database: *mut c_char,
    len: c_int,
    required: *mut c_int,
) -> c_int {
    status(|| {
        let name = the_connection(taos)?.session.current_db()?;
        // SAFETY: the caller's promise.
        unsafe { copy_text(&name, database, len) };
        if !database.is_null() && usize::try_from(len).is_ok_and(|room| name.len() < room) {
            return Ok(());
        }
        if let Some(required) = unsafe { required.as_mut() } {
            *required = name.len() as c_int + 1;
        }
        Err(Error::new(codes::INVALID_PARAMETER))
    })
}

/// Prepares the metadata of tables, `db.table` or `table`, separated by commas. Over WebSocket, the
/// server keeps the metadata, so only the names are checked.
///
/// Returns 0; `TSC_INVALID_OPERATION` for a text that is no such list, and for a bare table name if
/// no database is selected.
///
/// Here: local - the client keeps no table metadata to load
///
/// # Safety
/// `tableNameList` is NULL or points to a NUL-terminated string.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_load_table_info(
    taos: *mut TAOS,
    tableNameList: *const c_char,
) -> c_int {
    status(|| {
        let connection = the_connection(taos)?;
        let list = unsafe { bytes(tableNameList) }.unwrap_or_default();
        if list.is_empty() {
            return Ok(());
        }
        let invalid = || Error::new(codes::INVALID_OPERATION);
        let names = table_names(list).ok_or_else(invalid)?;
        let needs_db = names.iter().any(|name| !name.has_db);
        if needs_db && connection.session.current_db()?.is_empty() {
            return Err(invalid());
        }
        Ok(())
    })
}

struct TableName {
    has_db: bool,
}

/// Splits a list of table names; `None` if it is not one.
fn table_names(list: &[u8]) -> Option<Vec<TableName>> {
    list.split(|b| *b == b',')
        .map(|name| {
            let parts: Vec<&[u8]> = name.split(|b| *b == b'.').map(<[u8]>::trim_ascii).collect();
            let good = |part: &&[u8]| {
                let quoted = part.strip_prefix(b"`").and_then(|p| p.strip_suffix(b"`"));
                match quoted {
                    Some(inner) => !inner.is_empty() && !inner.contains(&b'`'),
                    None => {
                        !part.is_empty()
                            && part
                                .iter()
                                .all(|b| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80)
                    }
                }
            };
            (parts.len() <= 2 && parts.iter().all(good)).then_some(TableName {
                has_db: parts.len() == 2,
            })
        })
        .collect()
}
