//! Options of the process and of one connection.

use super::connect::the_connection;
use crate::capi::boundary::entry::{c_array, code_of, entry, last_error, status, text};
use crate::capi::boundary::types::{
    setConfRet, ConnectionOption, Option_, SET_CONF_RET_CODE, TAOS,
};
use crate::capi::boundary::types::{TAOS_CONN_MODE, TSDB_OPTION};
use crate::capi::startup;
use crate::client::other_than_utf8;
use crate::config::settings::shortened;
use crate::config::{global, timezone};
use crate::error::{codes, Error};
use std::ffi::{c_char, c_int, c_void, CString};

pub(crate) const LOCALE: c_int = TSDB_OPTION::TSDB_OPTION_LOCALE as c_int;
pub(crate) const CHARSET: c_int = TSDB_OPTION::TSDB_OPTION_CHARSET as c_int;
pub(crate) const TIMEZONE: c_int = TSDB_OPTION::TSDB_OPTION_TIMEZONE as c_int;
pub(crate) const CONFIGDIR: c_int = TSDB_OPTION::TSDB_OPTION_CONFIGDIR as c_int;
const SHELL_ACTIVITY_TIMER: c_int = TSDB_OPTION::TSDB_OPTION_SHELL_ACTIVITY_TIMER as c_int;
const USE_ADAPTER: c_int = TSDB_OPTION::TSDB_OPTION_USE_ADAPTER as c_int;
const DRIVER: c_int = TSDB_OPTION::TSDB_OPTION_DRIVER as c_int;

/// The return value for an unknown option, and for a driver that is refused.
const REFUSED: c_int = -1;

/// Sets an option of the process. The value is a NUL-terminated string and is copied.
///
/// - `TSDB_OPTION_CONFIGDIR`: the directory of `taos.cfg`, or the file.
/// - `TSDB_OPTION_TIMEZONE`: the time zone of all connections that have none of their own,
///   including open ones. The process's own `TZ` stays as it is. `TIME_ERROR` if the system's C
///   library can make no zone of it.
/// - `TSDB_OPTION_CHARSET`: the character set of connections made later, by a name that the C
///   library's `iconv` knows; UTF-8 unless set.
/// - `TSDB_OPTION_LOCALE`: checked. The process's own locale stays as it is.
/// - `TSDB_OPTION_USE_ADAPTER`: accepted without effect; this library always uses the adapter.
/// - `TSDB_OPTION_DRIVER`: `native` and `websocket` are accepted before `taos_init` and the first
///   connection, without effect: this library is the driver. Later they are refused, as natively.
/// - `TSDB_OPTION_SHELL_ACTIVITY_TIMER`: refused; there is no such timer.
///
/// Returns 0, an error code, or -1 for a driver that is refused and for an option that does not
/// exist. `taos_errstr(NULL)` says why.
///
/// Here: works
///
/// # Safety
/// `arg` is NULL or points to a NUL-terminated string.
#[no_mangle]
pub unsafe extern "C" fn taos_options(option: Option_, arg: *const c_void) -> c_int {
    entry(|| {
        if !(LOCALE..=DRIVER).contains(&option) {
            last_error::set(&Error::invalid_parameter(format_args!(
                "there is no option {option}"
            )));
            return REFUSED;
        }
        let value = match unsafe { text(arg.cast(), "the option's value") } {
            Ok(value) => value,
            Err(e) => return code_of(Err(e)),
        };
        if option == DRIVER {
            return choose_driver(value);
        }
        let no_value = || Error::invalid_parameter("the option's value is NULL");
        code_of(
            value
                .ok_or_else(no_value)
                .and_then(|value| set_option(option, value)),
        )
    })
}

/// Sets any option of the process except the driver.
pub(crate) fn set_option(option: c_int, value: &str) -> Result<(), Error> {
    match option {
        LOCALE if !locale_exists(value) => Err(Error::with(
            codes::INVALID_CONFIG_OPTION,
            format_args!("the system has no locale `{}`", shortened(value)),
        )),
        TIMEZONE if !timezone::or_natively_one(value) => Err(Error::with(
            codes::TIME,
            format_args!("the system has no time zone `{}`", shortened(value)),
        )),
        TIMEZONE => {
            global::set_timezone(value);
            Ok(())
        }
        CONFIGDIR => {
            global::set_config_dir(value);
            Ok(())
        }
        // The native client returns this too: it has the option, but no longer the timer.
        SHELL_ACTIVITY_TIMER => Err(Error::with(
            match value.parse::<i32>() {
                Ok(_) => codes::CONFIG_NOT_FOUND,
                Err(_) => codes::INVALID_CONFIG_VALUE,
            },
            "there is no timer of a shell's activity",
        )),
        CHARSET if value.is_empty() => Err(Error::with(
            codes::INVALID_CONFIG_OPTION,
            "the character set's name is empty",
        )),
        CHARSET => {
            other_than_utf8(Some(value))?;
            global::set_charset(value);
            Ok(())
        }
        USE_ADAPTER | LOCALE => Ok(()),
        _ => Err(Error::new(codes::INVALID_PARAMETER)),
    }
}

/// The native library chooses its driver once, when it is loaded. Here the driver is this library.
fn choose_driver(value: Option<&str>) -> c_int {
    let is_known = |v: &str| DRIVERS.iter().any(|d| d.eq_ignore_ascii_case(v));
    let why = match value {
        _ if startup::has_begun() => Error::with(
            codes::REPEATED_INIT,
            "a driver is chosen before taos_init and before the first connection",
        ),
        Some(value) if is_known(value) => {
            last_error::clear();
            return codes::SUCCESS;
        }
        Some(value) => Error::invalid_parameter(format_args!(
            "there is no driver `{}`; there are {}",
            shortened(value),
            DRIVERS.join(" and ")
        )),
        None => Error::invalid_parameter("the driver's name is NULL"),
    };
    last_error::set(&why);
    REFUSED
}

const DRIVERS: [&str; 2] = ["native", "websocket"];

/// Does the system have this locale? It is not set: the process's locale belongs to the program.
fn locale_exists(name: &str) -> bool {
    let Ok(name) = CString::new(name) else {
        return false;
    };
    // SAFETY: a NUL-terminated name; what is created is freed.
    unsafe {
        let locale = libc::newlocale(libc::LC_CTYPE_MASK, name.as_ptr(), std::ptr::null_mut());
        if locale.is_null() {
            return false;
        }
        libc::freelocale(locale);
    }
    true
}

/// Sets an option of one connection; `arg` NULL resets it. The value is copied.
///
/// - `TSDB_OPTION_CONNECTION_CLEAR`: resets all options.
/// - `TSDB_OPTION_CONNECTION_TIMEZONE`: the zone of its times; "" is UTC.
/// - `TSDB_OPTION_CONNECTION_USER_IP`, `TSDB_OPTION_CONNECTION_USER_APP`: what the server shows.
/// - `TSDB_OPTION_CONNECTION_CONNECTOR_INFO`: the same; accepted and not sent to servers before
///   3.4.
/// - `TSDB_OPTION_CONNECTION_CHARSET`: the character set of its statements, and of the NCHAR texts
///   of its results, by a name that the C library's `iconv` knows. VARCHAR and names are handed on
///   as they are. A text with a character that the set does not have ends its result with
///   `TSC_INTERNAL_ERROR`.
///
/// This does not wait. The server is told before the connection's next statement, once for all
/// options set by then. If it refuses the zone or the character set, statements fail with its error
/// until the option is set again.
///
/// Returns 0 or an error code: `INVALID_PARA` for an option that does not exist. Needs a server
/// from 3.3.5.0.
///
/// Here: works
///
/// # Safety
/// `arg` is NULL or points to a NUL-terminated string.
#[no_mangle]
pub unsafe extern "C" fn taos_options_connection(
    taos: *mut TAOS,
    option: ConnectionOption,
    arg: *const c_void,
) -> c_int {
    status(|| {
        if taos.is_null() {
            return Err(Error::new(codes::INVALID_PARAMETER));
        }
        let connection = the_connection(taos)?;
        let value = unsafe { text(arg.cast(), "the option's value") }?;
        connection.session.set_option(option, value)
    })
}

/// Sets a mode of a connection: `TAOS_CONN_MODE_BI` on (1) or off (0). Over WebSocket, a mode is
/// chosen at the login. So the connection moves to a new login with its next statement, with the
/// same database and options; open results stay readable. This does not wait.
///
/// Returns 0 or an error code.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_set_conn_mode(taos: *mut TAOS, mode: c_int, value: c_int) -> c_int {
    status(|| {
        if taos.is_null() || mode != TAOS_CONN_MODE::TAOS_CONN_MODE_BI as c_int {
            return Err(Error::new(codes::INVALID_PARAMETER));
        }
        the_connection(taos)?.session.set_bi_mode(value != 0)
    })
}

/// Sets items of the configuration by a JSON object, as `taos.cfg` would: `{"firstEp":"h:6041"}`.
/// They apply to connections made later, and come before those of the file. This may be called
/// once. A text that is no JSON object changes nothing, is logged, and returns success, as
/// natively.
///
/// The result is a struct, not a pointer. Its `retCode` is 0, or `SET_CONF_RET_ERR_*` with a text
/// in `retMsg`.
///
/// Here: works
///
/// # Safety
/// `config` is NULL or points to a NUL-terminated string.
#[no_mangle]
pub unsafe extern "C" fn taos_set_config(config: *const c_char) -> setConfRet {
    use SET_CONF_RET_CODE as C;
    entry(|| {
        let text = match unsafe { text(config, "the configuration") } {
            Ok(Some(text)) => text,
            Ok(None) => return answer(C::SET_CONF_RET_ERR_JSON_INVALID, "config is NULL"),
            Err(e) => return answer(C::SET_CONF_RET_ERR_JSON_INVALID, &e.text()),
        };
        set_config(text)
    })
}

/// As `taos_set_config`.
pub(crate) fn set_config(text: &str) -> setConfRet {
    use SET_CONF_RET_CODE as C;
    let items = match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Object(items)) => items,
        _ => {
            // As driver-go passes it: names and values in turn.
            global::notice("taos_set_config passed over: its text is not a JSON object".into());
            return answer(C::SET_CONF_RET_SUCC, "");
        }
    };
    let items = items.into_iter().map(|(key, value)| match value {
        serde_json::Value::String(text) => (key, text),
        other => (key, other.to_string()),
    });
    if global::set_items(items) {
        answer(C::SET_CONF_RET_SUCC, "")
    } else {
        answer(
            C::SET_CONF_RET_ERR_ONLY_ONCE,
            "taos_set_config was called before",
        )
    }
}

fn answer(code: SET_CONF_RET_CODE, words: &str) -> setConfRet {
    setConfRet {
        retCode: code as c_int,
        retMsg: c_array(words),
    }
}
