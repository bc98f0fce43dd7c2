//! Events of a connection's user.

use super::notices::EVENTS;
use crate::capi::boundary::entry::status;
use crate::capi::boundary::types::{__taos_notify_fn_t, TAOS};
use crate::capi::connection::connect::the_connection;
use crate::error::{codes, Error};
use std::ffi::{c_int, c_void};

/// Registers `fp`, to be called with `param` when something happens to the connection's user.
/// `type` is one of `TAOS_NOTIFY_TYPE`. Each type has one function: registering again replaces it,
/// and `fp` NULL removes it.
///
/// The server does not push events over WebSocket. While a function is registered, a thread looks
/// every 1.5 seconds, once for all connections of a user and server, in a session of its own and
/// not on the program's connection.
///
/// - `TAOS_NOTIFY_PASSVER`: the server refuses the password of the login. Called once, up to 1.5
///   seconds after the password was changed. `ext` is an `int32_t`, 1. A refused password is never
///   tried again, so that no server locks the user out.
/// - `TAOS_NOTIFY_WHITELIST_VER`: the answer of `taos_fetch_ip_whitelist_a` has changed. Also
///   called once up to 1.5 seconds after registering, as natively. `ext` is an `int64_t`: 0 while
///   white lists are off, else the time at which the change was seen, in milliseconds since 1970.
///   Never called if the user may not read the list.
/// - `TAOS_NOTIFY_USER_DROPPED`: the user is gone. Called once: at once if the server ends the
///   session and then refuses a login, else up to 1.5 seconds later. `ext` is NULL. If the user's
///   password was changed before, this can be seen only until the server ends the user's
///   connections, and may be missed.
///
/// A change that is undone between two looks is not seen. For a login with a one-time code, which
/// cannot be repeated, this returns `OPS_NOT_SUPPORT`.
///
/// The function is called on a thread of the library, at any time from now on. It may call any
/// function and may block. While it runs, it is not called again; when it returns, it is called for
/// the last of the events of its kind that came meanwhile. After `taos_close`, or when another
/// function has replaced it, it is not called any more. If it is running then, that call waits for
/// it, a second at most, unless it is the caller. `taos_cleanup`, and `fork` in the child, end all
/// registrations.
///
/// Returns 0 or an error code: `INVALID_PARA` for an unknown type and for NULL.
///
/// Here: works - found by looking every 1.5 s
///
/// # Safety
/// `fp` is NULL or may be called with `param` on another thread until then.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_set_notify_cb(
    taos: *mut TAOS,
    fp: __taos_notify_fn_t,
    param: *mut c_void,
    r#type: c_int,
) -> c_int {
    status(|| {
        let kind = usize::try_from(r#type).ok().filter(|k| *k < EVENTS.len());
        let kind = kind.filter(|_| !taos.is_null());
        let kind = kind.ok_or(Error::new(codes::INVALID_PARAMETER))?;
        let connection = the_connection(taos)?;
        connection.notices.set(&connection.session, kind, fp, param)
    })
}

/// Does nothing. Natively, it says whether the process ends when its connection is killed. This
/// library has no heartbeat that would notice, and never ends the process.
///
/// Here: local - does nothing
///
/// # Safety
/// None: the argument is not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_set_hb_quit(_quitByKill: i8) {}
