//! Connections: opening and closing them, the database they have selected.

use super::connection::ConnectionObject;
use super::entry::{self, bytes, entry, handle, last_error, status, text};
use super::handle::{self as handles, Object};
use super::types::{ConnectionInfo, ServerStatus, OPTIONS, TAOS};
use super::types::{TSDB_CONNECTION_INFO, TSDB_SERVER_STATUS};
use crate::client::{server_status, Session};
use crate::config::{ConnectArgs, Target};
use crate::error::{code_text, codes, Error};
use std::ffi::{c_char, c_int, c_void};

/// What `taos_connect` and its variants have in common.
struct Arguments {
    ip: *const c_char,
    user: *const c_char,
    pass: *const c_char,
    db: *const c_char,
    port: u16,
}

impl Arguments {
    /// # Safety
    /// Each pointer is NULL or points to a NUL-terminated string.
    unsafe fn resolve(&self) -> Result<Target, Error> {
        unsafe {
            Target::resolve(ConnectArgs {
                host: text(self.ip, "the host")?,
                user: text(self.user, "the user name")?,
                password: text(self.pass, "the password")?,
                db: text(self.db, "the database name")?,
                port: self.port,
            })
        }
    }
}

fn open(target: Target) -> Result<*mut c_void, Error> {
    let session = Session::connect(target)?;
    handles::insert(Object::Connection(ConnectionObject::new(session)))
        .ok_or_else(|| Error::with(codes::INTERNAL, "16 million handles are open"))
}

/// The connection behind a handle. NULL and closed handles are "Disconnected from service", as the
/// native client says; something that never was a connection is an invalid one.
pub(super) fn the_connection(taos: *const c_void) -> Result<handles::ConnectionRef, Error> {
    handles::connection(taos).ok_or(Error::new(codes::DISCONNECTED))
}

/// Opens a connection to taosAdapter and logs in.
///
/// - `ip`: a host name, an IPv4 or IPv6 address, a list `h1:6041,[::1]:6042`, or a connection
///   string `ws://user:password@host:port/db?key=value` (`wss` for TLS), which wins over the other
///   arguments. NULL or empty for the host of `taos.cfg`, else localhost.
/// - `user`, `pass`: NULL for `root` and `taosdata`. The password may hold any UTF-8.
/// - `db`: the database to select; NULL or empty for none.
/// - `port`: 0 or 6030, the native client's, for taosAdapter's 6041.
///
/// Strings are copied. Waits at most `connect_timeout` (10 s) for each host.
///
/// Returns the connection, to be closed by `taos_close`, or NULL: `taos_errno(NULL)` says why.
/// A connection may be used by any number of threads at once.
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
    handle(|| {
        let args = Arguments {
            ip,
            user,
            pass,
            db,
            port,
        };
        open(unsafe { args.resolve() }?)
    })
}

/// Opens a connection with the MD5 digest of a password. The adapter's login wants the password
/// itself, so this always fails: NULL, `OPS_NOT_SUPPORT`.
///
/// Here: not supported - the protocol's login carries the password, not its digest
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn taos_connect_auth(
    _ip: *const c_char,
    _user: *const c_char,
    _auth: *const c_char,
    _db: *const c_char,
    _port: u16,
) -> *mut TAOS {
    handle(|| {
        Err(Error::not_supported(
            "taos_connect_auth has only the password's digest, and taosAdapter wants the \
             password; use taos_connect",
        ))
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
    let args = Arguments {
        ip,
        user,
        pass,
        db,
        port,
    };
    let mut target = unsafe { args.resolve() }?;
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
        let args = Arguments {
            ip,
            user: std::ptr::null(),
            pass: std::ptr::null(),
            db,
            port,
        };
        let mut target = unsafe { args.resolve() }?;
        let token = unsafe { text(token, "the token") }?.filter(|t| !t.is_empty());
        target.bearer_token = Some(
            token
                .ok_or(Error::with(codes::INVALID_PARAMETER, "no token was given"))?
                .to_owned(),
        );
        open(target)
    })
}

/// Would `taos_connect_totp` succeed with these arguments? Returns 0, or the code of the error,
/// which is the thread's last one too.
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
        Session::connect(target)?.close();
        Ok(())
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
/// they must live until that call. A full bag (256) stays as it is.
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
        let Some(bag) = (unsafe { options.as_mut() }) else {
            return;
        };
        let at = usize::from(bag.count);
        if at < bag.keys.len() && !key.is_null() {
            bag.keys[at] = key;
            bag.values[at] = value;
            bag.count += 1;
        }
    })
}

/// Opens a connection by a bag of options: `ip`, `port`, `user`, `pass`, `db`, and every key that a
/// connection string has. Else as `taos_connect`.
///
/// Here: works
///
/// # Safety
/// `options` is NULL or points to a bag whose strings live.
#[no_mangle]
pub unsafe extern "C" fn taos_connect_with(options: *const OPTIONS) -> *mut TAOS {
    handle(|| {
        let bag = unsafe { options.as_ref() };
        let bag = bag.ok_or(Error::with(codes::INVALID_PARAMETER, "options is NULL"))?;
        let mut args = ConnectArgs::default();
        let mut settings = Vec::new();
        for i in 0..usize::from(bag.count).min(bag.keys.len()) {
            let key = unsafe { text(bag.keys[i], "a key") }?.unwrap_or_default();
            let value = unsafe { text(bag.values[i], key) }?;
            match key {
                "ip" | "host" => args.host = value,
                "user" => args.user = value,
                "pass" | "password" => args.password = value,
                "db" | "database" => args.db = value,
                "port" => args.port = port(value.unwrap_or("0"))?,
                _ => settings.push((key, value.unwrap_or_default())),
            }
        }
        open(Target::resolve_with(args, &settings)?)
    })
}

fn port(text: &str) -> Result<u16, Error> {
    text.parse().map_err(|_| {
        Error::with(
            codes::INVALID_PARAMETER,
            format_args!("port={text}: it must be a number from 0 to 65535"),
        )
    })
}

/// Closes a connection. Calls in progress on it end with an error; results and statements that are
/// still open are to be freed as usual. NULL and a closed handle are fine.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_close(taos: *mut TAOS) {
    entry(|| {
        let Some(connection) = handles::connection(taos) else {
            return;
        };
        handles::close(taos, |o| matches!(o, Object::Connection(_)));
        connection.session.close();
    })
}

/// Selects the database of later statements of this connection; the name is taken as SQL takes it
/// (lower case, unless in back-ticks).
///
/// Returns 0 or an error code. A refusal by the server does not become the thread's last error, as
/// with the native client.
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
        if let Err(e) = connection.session.select_db(db) {
            refused = e.code;
        }
        Ok(())
    });
    if local != codes::SUCCESS {
        local
    } else {
        refused
    }
}

/// From now on no database is selected. Moves the connection to a new login; results that are open
/// stay readable.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_reset_current_db(taos: *mut TAOS) {
    status(|| the_connection(taos)?.session.reset_db());
}

/// The name of the selected database, NUL-terminated, into `database` of `len` bytes; empty when
/// there is none.
///
/// Returns 0; when the name does not fit, `INVALID_PARA`, as much of it as fits, and the bytes
/// wanted in `*required` (which may be NULL, and is else left alone).
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
        let room = if database.is_null() {
            0
        } else {
            usize::try_from(len).unwrap_or(0)
        };
        let copied = name.len().min(room.saturating_sub(1));
        if room > 0 {
            // SAFETY: `copied` and the NUL fit in the caller's `len` bytes.
            unsafe {
                std::ptr::copy_nonoverlapping(name.as_ptr(), database.cast(), copied);
                *database.add(copied) = 0;
            }
        }
        if name.len() < room {
            return Ok(());
        }
        if let Some(required) = unsafe { required.as_mut() } {
            *required = name.len() as c_int + 1;
        }
        Err(Error::new(codes::INVALID_PARAMETER))
    })
}

/// The server's version and build. Belongs to the connection. NULL when it cannot be had, with the
/// reason in the thread's last error.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn taos_get_server_info(taos: *mut TAOS) -> *const c_char {
    entry(|| {
        let info = || -> Result<*const c_char, Error> {
            let connection = the_connection(taos)?;
            let info = connection
                .server_info
                .get_or_try_init(|| connection.session.server_info().map(|i| entry::c_text(&i)))?;
            Ok(info.as_ptr())
        };
        match info() {
            Ok(text) => {
                last_error::clear();
                text
            }
            Err(e) => {
                last_error::set(&e);
                std::ptr::null()
            }
        }
    })
}

/// Is the connection usable? 1 yes, 0 no. Nobody is asked: it says whether the connection has been
/// seen to end. One that has ended is replaced at the next call that needs it.
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

/// Checks a connection. What it should answer is not documented anywhere.
///
/// Here: not supported - no program is known to call it, and nothing says what it does
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn taos_validate_connection(
    _taos: *mut TAOS,
    _str: *mut c_char,
    _len: *mut c_int,
) -> c_int {
    not_yet("taos_validate_connection")
}

/// The user (`TSDB_CONNECTION_INFO_USER`) or the token (`TSDB_CONNECTION_INFO_TOKEN`, servers from
/// 3.4) of a connection, NUL-terminated, into `buffer` of `*len` bytes; `*len` becomes its length.
///
/// Returns 0; `INVALID_PARA` when it does not fit, with the bytes wanted in `*len`.
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
            // SAFETY: the text and its NUL fit in the caller's `*len` bytes.
            unsafe {
                std::ptr::copy_nonoverlapping(text.as_ptr(), buffer.cast(), text.len());
                *buffer.add(text.len()) = 0;
            }
            *len = text.len() as c_int;
            return Ok(());
        }
        *len = text.len() as c_int + 1;
        Err(invalid())
    })
}

const USER: c_int = TSDB_CONNECTION_INFO::TSDB_CONNECTION_INFO_USER as c_int;
const TOKEN: c_int = TSDB_CONNECTION_INFO::TSDB_CONNECTION_INFO_TOKEN as c_int;

/// The state of the server behind the adapter at `fqdn` and `port` (as for `taos_connect`), with
/// words in `details`, NUL-terminated within `maxlen` bytes. Makes a connection for it, without a
/// login. `TSDB_SRV_STATUS_UNAVAILABLE` when there is none, with the reason in `details`.
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
        unsafe { entry::copy_text(words.as_bytes(), details, maxlen) };
        status
    })
}

const UNAVAILABLE: c_int = TSDB_SERVER_STATUS::TSDB_SRV_STATUS_UNAVAILABLE as c_int;

/// Prepares the metadata of tables, `db.table` or `table`, separated by commas. Over WebSocket the
/// metadata is the server's own, so only the names are checked.
///
/// Returns 0; `TSC_INVALID_OPERATION` for a list that is none, and for a bare table name when no
/// database is selected.
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

/// Takes a list of table names apart; `None` when it is not one.
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

/// For functions that a later version brings: the code of "not supported", with words in the
/// thread's last error.
pub(super) fn not_yet(function: &str) -> c_int {
    status(|| Err(not_yet_error(function)))
}

pub(super) fn not_yet_error(function: &str) -> Error {
    Error::not_supported(format_args!("this libtaos does not have {function} yet"))
}

/// The static text of "not supported", for functions that answer an error's text.
pub(super) fn not_supported_text() -> *mut c_char {
    code_text(codes::OPERATION_NOT_SUPPORTED)
        .as_ptr()
        .cast_mut()
}
