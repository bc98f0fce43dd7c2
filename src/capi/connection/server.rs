//! What a connection and its server are.

use super::connect::the_connection;
use crate::capi::boundary::entry::{c_text, copy_text, entry, handle, status, text};
use crate::capi::boundary::handle as handles;
use crate::capi::boundary::types::{ConnectionInfo, ServerStatus, TAOS};
use crate::capi::boundary::types::{TSDB_CONNECTION_INFO, TSDB_SERVER_STATUS};
use crate::client::server_status;
use crate::config::{ConnectArgs, Target};
use crate::error::{codes, Error};
use std::ffi::{c_char, c_int};

/// The server's version and build. The text belongs to the connection. NULL on failure, with the
/// reason in the thread's last error.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_get_server_info(taos: *mut TAOS) -> *const c_char {
    handle(|| {
        let connection = the_connection(taos)?;
        let info = connection
            .server_info
            .get_or_try_init(|| connection.session.server_info().map(|i| c_text(&i)))?;
        Ok(info.as_ptr().cast_mut())
    })
}

/// Is the connection usable? 1 for yes, 0 for no. The server is not asked: the answer says whether
/// the connection has been seen to end. The next call that needs an ended connection replaces it.
///
/// Here: local
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_connect_is_alive(taos: *mut TAOS) -> c_int {
    entry(|| match handles::connection(taos) {
        Some(connection) => connection.session.is_alive().into(),
        None => 0,
    })
}

/// Returns `OPS_NOT_SUPPORT`: what this function should check and return is documented nowhere.
/// `taos_connect_is_alive` says whether a connection is there, `taos_get_connection_info` whose it
/// is.
///
/// Here: not supported - nothing says what it does; ask taos_connect_is_alive
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn taos_validate_connection(
    _taos: *mut TAOS,
    _str: *mut c_char,
    _len: *mut c_int,
) -> c_int {
    status(|| {
        Err(Error::not_supported(
            "taos_validate_connection is not documented; ask taos_connect_is_alive",
        ))
    })
}

/// Writes the user (`TSDB_CONNECTION_INFO_USER`) or the token (`TSDB_CONNECTION_INFO_TOKEN`,
/// servers from 3.4) of a connection, NUL-terminated, into `buffer` of `*len` bytes. `*len` becomes
/// its length.
///
/// Returns 0; `INVALID_PARA` if it does not fit, with the number of bytes needed in `*len`.
///
/// Here: works
///
/// # Safety
/// `len` is NULL or points to an int; `buffer` is NULL or has room for `*len` bytes.
#[no_mangle]
pub unsafe extern "C" fn taos_get_connection_info(
    taos: *mut TAOS,
    info: ConnectionInfo,
    buffer: *mut c_char,
    len: *mut c_int,
) -> c_int {
    status(|| {
        let connection = the_connection(taos)?;
        let invalid = || Error::new(codes::INVALID_PARAMETER);
        let len = unsafe { len.as_mut() }.ok_or_else(invalid)?;
        let text = match info {
            USER => connection.session.user().to_owned(),
            TOKEN => connection.session.connection_info(info)?,
            _ => return Err(invalid()),
        };
        let room = if buffer.is_null() { 0 } else { *len };
        if (text.len() as c_int) < room {
            // SAFETY: the caller's promise.
            unsafe { copy_text(&text, buffer, room) };
            *len = text.len() as c_int;
            return Ok(());
        }
        *len = text.len() as c_int + 1;
        Err(invalid())
    })
}

const USER: c_int = TSDB_CONNECTION_INFO::TSDB_CONNECTION_INFO_USER as c_int;
const TOKEN: c_int = TSDB_CONNECTION_INFO::TSDB_CONNECTION_INFO_TOKEN as c_int;

/// The state of the server behind the adapter at `fqdn` and `port` (as for `taos_connect`), with an
/// explanation in `details`, NUL-terminated within `maxlen` bytes. This makes a connection of its
/// own, without a login. `TSDB_SRV_STATUS_UNAVAILABLE` if that fails, with the reason in `details`.
///
/// Here: works
///
/// # Safety
/// `fqdn` is NULL or points to a NUL-terminated string; `details` is NULL or has room for `maxlen`
/// bytes.
#[no_mangle]
pub unsafe extern "C" fn taos_check_server_status(
    fqdn: *const c_char,
    port: c_int,
    details: *mut c_char,
    maxlen: c_int,
) -> ServerStatus {
    entry(|| {
        let status = || -> Result<(c_int, String), Error> {
            let host = unsafe { text(fqdn, "the host") }?;
            let port = u16::try_from(port).map_err(|_| Error::new(codes::INVALID_PARAMETER))?;
            server_status(&Target::resolve(ConnectArgs {
                host,
                port,
                ..ConnectArgs::default()
            })?)
        };
        let (status, words) = status().unwrap_or_else(|e| (UNAVAILABLE, e.text().into_owned()));
        unsafe { copy_text(&words, details, maxlen) };
        status
    })
}

const UNAVAILABLE: c_int = TSDB_SERVER_STATUS::TSDB_SRV_STATUS_UNAVAILABLE as c_int;
