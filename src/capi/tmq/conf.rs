//! A consumer's configuration.

use super::object::{CommitCallback, ConfObject};
use crate::capi::boundary::entry::{code_of, entry, handle, last_error, text};
use crate::capi::boundary::handle::{self as handles, Object};
use crate::capi::boundary::slots::Exclusive;
use crate::capi::boundary::types::{tmq_commit_cb, tmq_conf_res_t, tmq_conf_t, ConfResult};
use crate::error::{codes, Error};
use std::ffi::{c_char, c_void};

/// A new configuration, to be freed by `tmq_conf_destroy`. All keys have their defaults.
///
/// Here: local
#[no_mangle]
pub extern "C" fn tmq_conf_new() -> *mut tmq_conf_t {
    handle(new)
}

pub(crate) fn new() -> Result<*mut tmq_conf_t, Error> {
    let object = Object::Conf(Exclusive::new(ConfObject::default()));
    handles::insert(object).map(<*mut c_void>::cast)
}

/// Sets a key of a configuration. Both texts are copied. Upper and lower case of the key make no
/// difference.
///
/// Keys: `group.id` (required; the server takes 192 bytes of it), `client.id`, `enable.auto.commit`
/// (true), `auto.commit.interval.ms` (5000), `auto.offset.reset` (earliest, latest, none; latest),
/// `session.timeout.ms` (12000), `heartbeat.interval.ms` (3000), `max.poll.interval.ms` (300000),
/// `msg.with.table.name`, `experimental.snapshot.enable`, `enable.replay`, `msg.consume.excluded`,
/// `msg.consume.rawdata`, `msg.enable.batchmeta`, `fetch.max.wait.ms`, `min.poll.rows`,
/// `enable.heartbeat.background`, `td.connect.ip` (as the host of `taos_connect`: also a list or a
/// connection string), `td.connect.port`, `td.connect.user`, `td.connect.pass`, `td.connect.db`,
/// `td.connect.websocket.scheme` (ws, wss), `td.connect.token` (the cloud's; without TLS also a
/// login, for servers from 3.4.1.0); and every key of a connection string. A key that only a newer
/// server knows is given as `server.` and its name. It is passed to the server as it is, and
/// `tmq_subscribe` fails if the server does not take it.
///
/// Returns `TMQ_CONF_OK`, `TMQ_CONF_UNKNOWN` for a key that does not exist, or `TMQ_CONF_INVALID`
/// for NULL and for a value that the key does not take; `taos_errstr(NULL)` says what it takes.
///
/// Here: local
///
/// # Safety
/// `key` and `value` are NULL or point to NUL-terminated strings.
#[no_mangle]
pub unsafe extern "C" fn tmq_conf_set(
    conf: *mut tmq_conf_t,
    key: *const c_char,
    value: *const c_char,
) -> ConfResult {
    entry(|| {
        let set_texts = || {
            let invalid = || Error::new(codes::INVALID_PARAMETER);
            let key = unsafe { text(key, "the key") }?.ok_or_else(invalid)?;
            let value = unsafe { text(value, key) }?.ok_or_else(invalid)?;
            set(conf, key, value)
        };
        result_of(set_texts())
    })
}

pub(crate) fn set(conf: *mut tmq_conf_t, key: &str, value: &str) -> Result<(), Error> {
    let object = handles::conf(conf.cast());
    let mut object = object.ok_or(Error::new(codes::INVALID_PARAMETER))?;
    object.conf.set(key, value)
}

/// What `tmq_conf_set` returns.
pub(crate) fn result_of(outcome: Result<(), Error>) -> ConfResult {
    let result = match code_of(outcome) {
        codes::SUCCESS => tmq_conf_res_t::TMQ_CONF_OK,
        codes::INVALID_CONFIG_OPTION => tmq_conf_res_t::TMQ_CONF_UNKNOWN,
        _ => tmq_conf_res_t::TMQ_CONF_INVALID,
    };
    result as ConfResult
}

/// Frees a configuration. A consumer made from it is not affected. NULL is allowed.
///
/// Here: local
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn tmq_conf_destroy(conf: *mut tmq_conf_t) {
    entry(|| destroy(conf))
}

pub(crate) fn destroy(conf: *mut tmq_conf_t) {
    handles::close(conf.cast(), |o| matches!(o, Object::Conf(_)));
}

/// Sets the callback of automatic commits: `cb(consumer, code, param)` is called on a thread of the
/// library with the outcome of each automatic commit that a poll makes. It is not called for the
/// commit at the end of a subscription, as natively. NULL removes it.
///
/// Here: local
///
/// # Safety
/// `cb` is NULL or may be called with `param` on another thread.
#[no_mangle]
pub unsafe extern "C" fn tmq_conf_set_auto_commit_cb(
    conf: *mut tmq_conf_t,
    cb: *mut tmq_commit_cb,
    param: *mut c_void,
) {
    entry(|| match handles::conf(conf.cast()) {
        Some(mut object) => object.auto_commit = unsafe { CommitCallback::new(cb, param) },
        None => last_error::set(&Error::new(codes::INVALID_PARAMETER)),
    })
}
