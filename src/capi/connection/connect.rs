//! Opening and closing connections.

use super::object::ConnectionObject;
use crate::capi::boundary::entry::{entry, handle, last_error, status, text};
use crate::capi::boundary::handle::{self as handles, Object};
use crate::capi::boundary::types::{OPTIONS, TAOS};
use crate::capi::startup;
use crate::client::known_logins;
use crate::client::Session;
use crate::config::settings::by_option_name;
use crate::config::{ConnectArgs, Target};
use crate::error::{codes, Error};
use std::ffi::{c_char, c_int, c_void};

/// The arguments that `taos_connect` and its variants have in common.
///
/// # Safety
/// Each pointer is NULL or points to a NUL-terminated string.
unsafe fn resolve(
    ip: *const c_char,
    user: *const c_char,
    pass: *const c_char,
    db: *const c_char,
    port: u16,
) -> Result<Target, Error> {
    unsafe {
        Target::resolve(ConnectArgs {
            host: text(ip, "the host")?,
            user: text(user, "the user name")?,
            password: text(pass, "the password")?,
            db: text(db, "the database name")?,
            port,
            tls: None,
        })
    }
}

pub(crate) fn open(target: Target) -> Result<*mut c_void, Error> {
    startup::begin();
    let session = Session::connect(target)?;
    handles::insert(Object::Connection(ConnectionObject::new(session)))
}

/// The connection behind a handle. NULL and a closed handle are "Disconnected from service", as natively; a
/// handle that never was a connection's is invalid.
pub(crate) fn the_connection(taos: *const c_void) -> Result<handles::ConnectionRef, Error> {
    handles::connection(taos).ok_or(Error::new(codes::DISCONNECTED))
}

/// Opens a connection to taosAdapter and logs in.
///
/// - `ip`: a host name, an IPv4 or IPv6 address, a list `h1:6041,[::1]:6042`, or a connection
///   string `ws://user:password@host:port/db?key=value` (`wss` for TLS), which takes precedence
///   over the other arguments. In a list, port 6030 counts as no port. NULL or empty means the host
///   of `taos.cfg`, else localhost.
/// - `user`, `pass`: NULL for `root` and `taosdata`. The password may be any UTF-8.
/// - `db`: the database to select; NULL or empty for none.
/// - `port`: 0 and 6030, the native client's port, mean taosAdapter's 6041.
///
/// Strings are copied. This waits at most `connect_timeout` (10 s) for each host.
///
/// Returns the connection, to be closed by `taos_close`, or NULL; `taos_errno(NULL)` then says why.
/// Any number of threads may use a connection at once.
///
/// Here: works
///
/// # Safety
/// Each pointer is NULL or points to a NUL-terminated string.
#[no_mangle]
pub unsafe extern "C" fn taos_connect(
    ip: *const c_char,
    user: *const c_char,
    pass: *const c_char,
    db: *const c_char,
    port: u16,
) -> *mut TAOS {
    handle(|| open(unsafe { resolve(ip, user, pass, db, port) }?))
}

/// Opens a connection with the MD5 digest of a password, in 32 hexadecimal digits. The adapter's
/// login needs the password itself, so the digest must be that of a password which this process
/// knows: the one of the connection string in `ip` or in the settings, else `taosdata`; or one by
/// which this user has logged in before (of the last 256 logins, until `taos_cleanup`). Otherwise
/// as `taos_connect`.
///
/// For any other digest, returns NULL with `MND_AUTH_FAILURE`, without asking the server.
///
/// Here: works - for passwords that the process knows
///
/// # Safety
/// Each pointer is NULL or points to a NUL-terminated string.
#[no_mangle]
pub unsafe extern "C" fn taos_connect_auth(
    ip: *const c_char,
    user: *const c_char,
    auth: *const c_char,
    db: *const c_char,
    port: u16,
) -> *mut TAOS {
    handle(|| {
        let mut target = unsafe { resolve(ip, user, std::ptr::null(), db, port) }?;
        let digest = unsafe { text(auth, "the digest") }?.unwrap_or_default();
        target.password =
            known_logins::password_of(&target.user, digest, &target.password).ok_or_else(|| {
                Error::with(
                    codes::AUTHENTICATION_FAILURE,
                    "taosAdapter wants the password, and the digest is of none that this process \
                     knows: the settings', the default one, those of logins before; use taos_connect",
                )
            })?;
        open(target)
    })
}

/// As `taos_connect`, with a one-time code (servers from 3.4.0.0).
///
/// Here: works
///
/// # Safety
/// Each pointer is NULL or points to a NUL-terminated string.
#[no_mangle]
pub unsafe extern "C" fn taos_connect_totp(
    ip: *const c_char,
    user: *const c_char,
    pass: *const c_char,
    totp: *const c_char,
    db: *const c_char,
    port: u16,
) -> *mut TAOS {
    handle(|| open(unsafe { target_with_totp(ip, user, pass, totp, db, port) }?))
}

/// # Safety
/// Each pointer is NULL or points to a NUL-terminated string.
unsafe fn target_with_totp(
    ip: *const c_char,
    user: *const c_char,
    pass: *const c_char,
    totp: *const c_char,
    db: *const c_char,
    port: u16,
) -> Result<Target, Error> {
    let mut target = unsafe { resolve(ip, user, pass, db, port) }?;
    if let Some(code) = unsafe { text(totp, "the one-time code") }?.filter(|c| !c.is_empty()) {
        target.totp_code = Some(code.to_owned());
    }
    Ok(target)
}

/// As `taos_connect`, with a login token in place of user and password (servers from 3.4.0.0).
///
/// Here: works
///
/// # Safety
/// Each pointer is NULL or points to a NUL-terminated string.
#[no_mangle]
pub unsafe extern "C" fn taos_connect_token(
    ip: *const c_char,
    token: *const c_char,
    db: *const c_char,
    port: u16,
) -> *mut TAOS {
    handle(|| {
        let (user, pass) = (std::ptr::null(), std::ptr::null());
        let mut target = unsafe { resolve(ip, user, pass, db, port) }?;
        let token = unsafe { text(token, "the token") }?.filter(|t| !t.is_empty());
        target.bearer_token = Some(
            token
                .ok_or_else(|| Error::invalid_parameter("no token was given"))?
                .to_owned(),
        );
        open(target)
    })
}

/// Would `taos_connect_totp` succeed with these arguments? Returns 0 or an error code, which is
/// also the thread's last error.
///
/// Here: works
///
/// # Safety
/// Each pointer is NULL or points to a NUL-terminated string.
#[no_mangle]
pub unsafe extern "C" fn taos_connect_test(
    ip: *const c_char,
    user: *const c_char,
    pass: *const c_char,
    totp: *const c_char,
    db: *const c_char,
    port: u16,
) -> c_int {
    status(|| {
        let target = unsafe { target_with_totp(ip, user, pass, totp, db, port) }?;
        startup::begin();
        Session::connect(target).map(drop)
    })
}

/// Opens a connection by a connection string alone, `ws://user:password@host:port/db?key=value`.
///
/// Here: works
///
/// # Safety
/// `dsn` is NULL or points to a NUL-terminated string.
#[no_mangle]
pub unsafe extern "C" fn taos_connect_with_dsn(dsn: *const c_char) -> *mut TAOS {
    handle(|| {
        let host = unsafe { text(dsn, "the connection string") }?;
        open(Target::resolve(ConnectArgs {
            host,
            ..ConnectArgs::default()
        })?)
    })
}

/// Adds a key and a value to a bag of options for `taos_connect_with`. The strings are not copied:
/// they must live until that call. A full bag (256) stays as it is, and the thread's last error
/// says so.
///
/// Here: local
///
/// # Safety
/// `options` is NULL or points to a bag that was zeroed before its first use.
#[no_mangle]
pub unsafe extern "C" fn taos_set_option(
    options: *mut OPTIONS,
    key: *const c_char,
    value: *const c_char,
) {
    entry(|| {
        let bag = unsafe { options.as_mut() };
        let free = bag.filter(|bag| usize::from(bag.count) < bag.keys.len() && !key.is_null());
        let Some(bag) = free else {
            return last_error::set(&Error::invalid_parameter(
                "an option needs a key, and a bag that is not full",
            ));
        };
        let at = usize::from(bag.count);
        bag.keys[at] = key;
        bag.values[at] = value;
        bag.count += 1;
        last_error::clear();
    })
}

/// Opens a connection by a bag of options: `ip`, `port`, `user`, `pass`, `db`, and every key that a
/// connection string has, also by the name that TDengine's examples give it: `userIp`, `userApp`,
/// `connectorInfo`, `connRetries`, `retryBackoffMs`, `retryBackoffMaxMs`, `wsTlsMode`,
/// `wsTlsVersion`, `wsTlsCa`, `adapterList`. An empty value counts as none. NULL is an empty bag.
/// Otherwise as `taos_connect`.
///
/// Here: works
///
/// # Safety
/// `options` is NULL or points to a bag whose strings live.
#[no_mangle]
pub unsafe extern "C" fn taos_connect_with(options: *const OPTIONS) -> *mut TAOS {
    handle(|| {
        let mut args = ConnectArgs::default();
        let mut settings = Vec::new();
        let bag = unsafe { options.as_ref() };
        let pairs = bag.into_iter().flat_map(|bag| {
            let pairs = bag.keys.iter().zip(&bag.values);
            pairs.take(bag.count.into())
        });
        for (key, value) in pairs {
            let key = unsafe { text(*key, "a key") }?.unwrap_or_default();
            let value = unsafe { text(*value, key) }?;
            match key {
                "ip" | "host" => args.host = value,
                "user" => args.user = value,
                "pass" | "password" => args.password = value,
                "db" | "database" => args.db = value,
                "port" => args.port = port(value.unwrap_or("0"))?,
                _ => settings.push((by_option_name(key), value.unwrap_or_default())),
            }
        }
        open(Target::resolve_with(args, &settings)?)
    })
}

fn port(text: &str) -> Result<u16, Error> {
    text.parse().map_err(|_| {
        Error::invalid_parameter(format_args!(
            "port={text}: it must be a number from 0 to 65535"
        ))
    })
}

/// Closes a connection. New calls with the handle fail with "Disconnected from service". What is
/// open goes on, as natively: results can be read to their end, statements bound and executed;
/// calls in progress are answered, callbacks called. All of these must be freed as usual. The
/// connection to the server ends when the last of them is freed or done; nothing connects anew
/// until then. To end waits as well, call `taos_kill_query` before.
///
/// Callbacks of `taos_set_notify_cb` are not called after this. If one is running, this waits for
/// it, a second at most, unless that callback is the caller.
///
/// This does not wait for calls in progress, and may be called in a callback. NULL and a closed
/// handle are allowed.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_close(taos: *mut TAOS) {
    entry(|| close(taos))
}

pub(crate) fn close(taos: *mut TAOS) {
    if let Some(connection) = handles::connection(taos) {
        handles::close(taos, |o| matches!(o, Object::Connection(_)));
        connection.close();
    }
}
