//! Events of a connection's user.

use super::notices::EVENTS;
use crate::capi::boundary::entry::status;
use crate::capi::boundary::types::{__taos_notify_fn_t, TAOS};
use crate::capi::connection::connect::the_connection;
use crate::error::{codes, Error};
use std::ffi::{c_int, c_void};

/// Has `fp` called with `param` when something happens to the user of the connection. `type` is one
/// of `TAOS_NOTIFY_TYPE`, each of which has one function: registering again replaces it, and `fp`
/// NULL takes it back.
///
/// The server does not push events over WebSocket. While somebody is registered, a thread looks
/// every 1.5 seconds, once for all connections of a user and server, by a session of its own, and
/// not on the program's connection.
///
/// - `TAOS_NOTIFY_PASSVER`: the server refuses the password of the login, up to 1.5 seconds after
///   it was changed. `ext` is an `int32_t`, 1. Once: a refused password is never tried again, so
///   that no server locks the user out.
/// - `TAOS_NOTIFY_WHITELIST_VER`: what `taos_fetch_ip_whitelist_a` would answer has changed. Once,
///   too, up to 1.5 seconds after registering, as with the native client. `ext` is an `int64_t`: 0
///   while white lists are off, else the milliseconds since 1970 when it was seen. Never, where the
///   user may not read the list.
/// - `TAOS_NOTIFY_USER_DROPPED`: the user is gone: at once when the server ends the session, after
///   which a login is refused, or up to 1.5 seconds later. `ext` is NULL. Once. Of a user whose
///   password was changed before, this can only be seen before the server ends its connections, and
///   may be missed.
///
/// Not seen is what is undone between two looks. For a login with a one-time code, which cannot be
/// repeated, this is `OPS_NOT_SUPPORT`.
///
/// The function is called on a thread of the library, at any time from now on, may call any
/// function and may block: meanwhile it is not called again, and hears of the last of several
/// events of its kind when it returns. After `taos_close`, or when another function has taken its
/// place, it is not called any more; a call that runs is waited for, a second at most, unless it is
/// the caller. `taos_cleanup` and `fork`, in the child, end all registrations.
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

/// Should the process end when its connection is killed? There is no heartbeat here that would
/// notice: the process never ends by the library's doing.
///
/// Here: local - does nothing
///
/// # Safety
/// None: the argument is not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_set_hb_quit(_quitByKill: i8) {}
