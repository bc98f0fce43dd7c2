//! Starting and ending the library, and its names for things.

use super::boundary::callbacks;
use super::boundary::entry::{entry, status};
use super::startup;
use crate::protocol::types;
use crate::{client, transport};
use std::ffi::{c_char, c_int, CStr};

/// The version of TDengine whose client interface this is. By its first number, programs decide how to read
/// blocks.
const CLIENT_VERSION: &CStr = c"3.3.7.5";

/// Prepares the library. No other function needs it: each prepares what it uses.
///
/// If the program has not chosen a character locale (its LC_CTYPE is "C"), this sets LC_CTYPE from
/// the environment (`LC_ALL`, `LC_CTYPE`, `LANG`), as the native client does. Without `taos_init`,
/// the first connection does so. No other category is changed. `TAOS_SET_LOCALE=false` leaves
/// LC_CTYPE as it is, too. Setting a locale is not safe beside threads that use it: a program that
/// has such threads calls this before it starts them.
///
/// Returns 0. May be called any number of times, by any thread. It starts no thread.
///
/// Here: local
#[no_mangle]
pub extern "C" fn taos_init() -> c_int {
    status(|| {
        startup::begin();
        Ok(())
    })
}

/// Ends the library's threads. Connections and results stay valid, and must still be closed and
/// freed. The library can be used again afterwards. Asynchronous calls in flight end: their
/// callbacks are called with an error before this returns. Registrations of `taos_set_notify_cb`
/// end, and passwords of earlier logins are forgotten.
///
/// May be called any number of times, but not inside a callback.
///
/// Here: local
#[no_mangle]
pub extern "C" fn taos_cleanup() {
    entry(|| {
        client::events::stop();
        // In this order: ending the watcher ends asynchronous calls, whose callbacks are then due.
        transport::stop_watcher();
        callbacks::stop();
        transport::forget_kept();
        client::known_logins::forget();
    })
}

/// The version of the client interface, `3.3.7.5`. The text is static.
///
/// Here: local
#[no_mangle]
pub extern "C" fn taos_get_client_info() -> *const c_char {
    CLIENT_VERSION.as_ptr()
}

/// The build of this library, for bug reports. The text is static.
///
/// Here: local
#[no_mangle]
pub extern "C" fn getBuildInfo() -> *mut c_char {
    const BUILD: &str = concat!("libtaos over WebSocket ", env!("CARGO_PKG_VERSION"), "\0");
    BUILD.as_ptr().cast_mut().cast()
}

/// The name of a column type, such as `TSDB_DATA_TYPE_INT`; `UNKNOWN` for a number that is no type.
/// The text is static.
///
/// Here: local
#[no_mangle]
pub extern "C" fn taos_data_type(r#type: c_int) -> *const c_char {
    let named = u8::try_from(r#type).ok().and_then(types::by_code);
    named
        .map_or("UNKNOWN\0", |t| t.c_name)
        .as_ptr()
        .cast::<c_char>()
}
