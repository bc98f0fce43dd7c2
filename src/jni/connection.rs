//! Starting, options, connections.

use super::env::{int, object};
use super::{codes, handle, methods, required, JavaHandle};
use crate::capi::boundary::entry::{code_of, pointer_of};
use crate::capi::boundary::types::{ConnectionOption, SET_CONF_RET_CODE, TSDB_OPTION_CONNECTION};
use crate::capi::connection::connect::{self, the_connection};
use crate::capi::connection::{options, routes};
use crate::client::other_than_utf8;
use crate::config::{ConnectArgs, Target};
use crate::error::Error;
use jni_sys::{jint, jlong, jobject, jstring};
use std::ffi::CStr;

const ALREADY_SET: jint = SET_CONF_RET_CODE::SET_CONF_RET_ERR_ONLY_ONCE as jint;
const CHARSET: ConnectionOption =
    TSDB_OPTION_CONNECTION::TSDB_OPTION_CONNECTION_CHARSET as ConnectionOption;
const TIMEZONE: ConnectionOption =
    TSDB_OPTION_CONNECTION::TSDB_OPTION_CONNECTION_TIMEZONE as ConnectionOption;

methods! { "TSDBJNIConnector";

    /// Takes the properties of the first connection, as JSON, for items of the configuration.
    ///
    /// Here: works
    fn setConfigImp(env, _, config: jstring) -> jobject {
        let (code, words) = match env.text(config)? {
            None => (-1, "config value is null".to_owned()),
            Some(text) => {
                let answer = options::set_config(&text);
                // SAFETY: a NUL-terminated text in an array of its own.
                let words = unsafe { CStr::from_ptr(answer.retMsg.as_ptr()) };
                match answer.retCode {
                    // The driver may start again after an option was refused.
                    ALREADY_SET => (codes::SUCCESS, String::new()),
                    code => (code, words.to_string_lossy().into_owned()),
                }
            }
        };
        // It is no throwable, whatever its name says.
        let exception = env.make_named(c"com/taosdata/jdbc/TSDBException")?;
        env.call(exception, c"setCode", c"(I)V", &[int(code)])?;
        let words = env.new_text(&words)?;
        env.call(exception, c"setMessage", c"(Ljava/lang/String;)V", &[object(words)])?;
        Ok(exception)
    }

    /// Takes the folder of `taos.cfg`.
    ///
    /// Here: works
    fn initImp(env, _, folder: jstring) {
        if let Some(folder) = env.text(folder)?.filter(|f| !f.is_empty()) {
            code_of(options::set_option(options::CONFIGDIR, &folder));
        }
        Ok(())
    }

    /// Sets an option of the process: 0 the locale and 1 the character set, which are checked; 2 the time zone.
    ///
    /// Here: works
    fn setOptions(env, _, option: jint, value: jstring) -> jint {
        let Some(value) = env.text(value)?.filter(|v| !v.is_empty()) else {
            return Ok(codes::SUCCESS);
        };
        match option {
            // Natively, Java never learns of another set than UTF-8, and its data are UTF-8.
            options::CHARSET => Ok(code_of(other_than_utf8(Some(&value)).map(drop))),
            options::LOCALE | options::TIMEZONE => {
                Ok(code_of(options::set_option(option, &value)))
            }
            other => {
                tracing::warn!("JDBC's option {other} is passed over");
                Ok(codes::SUCCESS)
            }
        }
    }

    /// Sets an option of a connection: 0 the character set, which is checked; 1 the time zone.
    ///
    /// Here: works
    fn setConnectionOptions(env, _, con: jlong, option: jint, value: jstring) -> jint {
        let con = required(con, codes::CONNECTION_NULL)?;
        let value = env.text(value)?;
        Ok(code_of(the_connection(con).and_then(|connection| match option {
            CHARSET => other_than_utf8(value.as_deref()).map(drop),
            TIMEZONE => connection.session.set_option(option, value.as_deref()),
            _ => Err(Error::invalid_parameter(format_args!("there is no option {option}"))),
        })))
    }

    /// The character set in which Java writes and reads all bytes: always UTF-8.
    ///
    /// Here: local
    fn getTsCharset(env, _) -> jstring {
        env.new_text("UTF-8")
    }

    /// Opens a connection; 0 on failure, and the error is the thread's.
    ///
    /// Here: works
    fn connectImp(env, _, host: jstring, port: jint, db: jstring, user: jstring, password: jstring) -> JavaHandle {
        let (host, db) = (env.text(host)?, env.text(db)?);
        let (user, password) = (env.text(user)?, env.text(password)?);
        let target = Target::resolve(ConnectArgs {
            host: host.as_deref(),
            user: user.as_deref(),
            password: password.as_deref(),
            db: db.as_deref(),
            // As natively: no port if it is negative, and the low bits if it is too large.
            port: port.max(0) as u16,
            tls: None,
        });
        // Java sends UTF-8, whatever `taos.cfg` says.
        let target = target.map(|target| Target { charset: None, ..target });
        Ok(JavaHandle::new(pointer_of(target.and_then(connect::open))))
    }

    /// Closes a connection. A closed one stays closed.
    ///
    /// Here: works
    fn closeConnectionImp(_env, _, con: jlong) -> jint {
        connect::close(required(con, codes::CONNECTION_NULL)?);
        Ok(codes::SUCCESS)
    }

    /// Sets `code` and `vgID` of an object to the outcome and the vgroup of a table.
    ///
    /// Here: works, except for databases with TABLE_PREFIX or TABLE_SUFFIX
    fn getTableVgID(env, _, con: jlong, db: jstring, table: jstring, answer: jobject) -> jobject {
        env.require(answer, c"the answer is null")?;
        let class = env.class_of(answer);
        let code_field = env.field(class, c"code", c"I")?;
        if con == 0 {
            env.set_int(answer, code_field, codes::CONNECTION_NULL);
            return Ok(answer);
        }
        let id_field = env.field(class, c"vgID", c"I")?;
        let (db, table) = (env.text(db)?, env.text(table)?);
        let mut id = 0;
        let outcome = routes::vgroups_of(handle(con), db.as_deref(), &[table.as_deref()]);
        let code = code_of(outcome.map(|ids| id = ids.first().copied().unwrap_or(0)));
        env.set_int(answer, code_field, code);
        env.set_int(answer, id_field, id);
        Ok(answer)
    }
}
