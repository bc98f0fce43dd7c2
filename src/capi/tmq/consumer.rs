//! Consumers: from `tmq_consumer_new` to `tmq_consumer_close`.

use super::list;
use super::object::ConsumerObject;
use super::object::TopicList;
use super::{any_consumer, the_consumer, ConsumedMessage};
use crate::capi::boundary::entry::{copy_text, entry, handle, last_error, status};
use crate::capi::boundary::handle::{self as handles, Object};
use crate::capi::boundary::types::{tmq_conf_t, tmq_list_t, tmq_t, TAOS, TAOS_RES};
use crate::capi::result::ResultObject;
use crate::capi::startup;
use crate::client::Consumer;
use crate::error::{codes, Error};
use std::ffi::{c_char, c_void};
use std::ptr::null_mut;
use std::time::{Duration, Instant};

/// Why there is no consumer: the native client's text, and the error behind it.
struct Refusal(&'static str, Error);

impl From<Error> for Refusal {
    fn from(e: Error) -> Self {
        Refusal("init tscObj failed", e)
    }
}

/// Makes a consumer from a configuration, which is copied. This logs in to the server, so that a
/// wrong password is found here; `tmq_subscribe` opens the consumer's own connection. With a cloud
/// token, the consumer's own connection is opened here instead.
///
/// Returns the consumer, to be closed by `tmq_consumer_close`, or NULL. In that case `errstr`,
/// unless it is NULL, gets the reason, cut to fit: what the native client says, then the text of
/// `taos_errstr(NULL)`. `taos_errno(NULL)` has the code, `INVALID_PARA` without a configuration or
/// without `group.id`.
///
/// Several threads may use a consumer; one polls at a time.
///
/// Here: works
///
/// # Safety
/// `errstr` is NULL or has room for `errstrLen` bytes.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_consumer_new(
    conf: *mut tmq_conf_t,
    errstr: *mut c_char,
    errstrLen: i32,
) -> *mut tmq_t {
    entry(|| match new(conf) {
        Ok(consumer) => consumer,
        Err(words) => {
            unsafe { copy_text(&words, errstr, errstrLen) };
            null_mut()
        }
    })
}

/// A consumer, or why there is none; that also becomes the thread's last error.
pub(crate) fn new(conf: *mut tmq_conf_t) -> Result<*mut tmq_t, String> {
    match new_consumer(conf) {
        Ok(consumer) => {
            last_error::clear();
            Ok(consumer.cast())
        }
        Err(Refusal(words, e)) => {
            last_error::set(&e);
            Err(format!("{words}: {}", e.text()))
        }
    }
}

fn new_consumer(conf: *mut tmq_conf_t) -> Result<*mut c_void, Refusal> {
    let (object, by_token) = unconnected(conf)?;
    if by_token {
        // A token may be good for subscriptions only.
        object.consumer.check_access()?;
    } else {
        object.connection()?;
    }
    hand_out(object)
}

/// Apart, as [`unconnected`], so that what they have on the stack, which may be small, is not there while it
/// connects.
#[inline(never)]
fn hand_out(object: Box<ConsumerObject>) -> Result<*mut c_void, Refusal> {
    Ok(handles::insert(Object::Consumer(*object))?)
}

/// A consumer for this configuration, and whether it logs in by a token.
#[inline(never)]
fn unconnected(conf: *mut tmq_conf_t) -> Result<(Box<ConsumerObject>, bool), Refusal> {
    let (conf, auto_commit) = {
        let none = || {
            let why = Error::invalid_parameter("the configuration is NULL, or freed");
            Refusal("configure is null", why)
        };
        let object = handles::conf(conf.cast()).ok_or_else(none)?;
        (object.conf.clone(), object.auto_commit)
    };
    if conf.group().is_empty() {
        let why = Error::invalid_parameter("group.id is not set, and every consumer has a group");
        return Err(Refusal("malloc tmq element failed or group is empty", why));
    }
    startup::begin();
    let target = conf.target()?;
    let by_token = target.token.is_some();
    let consumer = Consumer::new(conf, target.clone());
    let object = ConsumerObject::new(consumer, target, auto_commit)?;
    Ok((Box::new(object), by_token))
}

/// Subscribes to the topics of a list, in place of those before; an empty list means none. The
/// names are copied. This waits until the server has assigned vgroups to the consumer. The
/// subscription before ends even if this fails. A connection that is lost meanwhile is replaced,
/// `conn_retries` times at most.
///
/// Returns 0 or an error code: `MND_TOPIC_NOT_EXIST` for an unknown topic.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn tmq_subscribe(tmq: *mut tmq_t, topic_list: *const tmq_list_t) -> i32 {
    status(|| subscribe(tmq, topic_list))
}

pub(crate) fn subscribe(tmq: *mut tmq_t, topics: *const tmq_list_t) -> Result<(), Error> {
    let object = the_consumer(tmq)?;
    let topics = handles::topics(topics.cast())
        .ok_or(Error::new(codes::INVALID_PARAMETER))?
        .names();
    object.consumer.subscribe(topics)
}

/// Ends the subscription. With automatic commits, the messages given are committed first. Returns 0
/// or an error code; the subscription has ended in either case.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn tmq_unsubscribe(tmq: *mut tmq_t) -> i32 {
    status(|| the_consumer(tmq)?.consumer.unsubscribe())
}

/// The topics subscribed to. They are added to the list `*topics`; if that is NULL, to a new list,
/// to be freed by `tmq_list_destroy`. Returns 0 or an error code.
///
/// Here: local
///
/// # Safety
/// `topics` is NULL or points to a pointer.
#[no_mangle]
pub unsafe extern "C" fn tmq_subscription(tmq: *mut tmq_t, topics: *mut *mut tmq_list_t) -> i32 {
    status(|| {
        let object = the_consumer(tmq)?;
        let invalid = || Error::new(codes::INVALID_PARAMETER);
        let out = unsafe { topics.as_mut() }.ok_or_else(invalid)?;
        let names = object.consumer.topics();
        let add = |list: &mut TopicList| names.iter().for_each(|name| list.push(name));
        if out.is_null() {
            let mut list = TopicList::default();
            add(&mut list);
            *out = list::hand_out(list)?;
        } else {
            let mut list = handles::topics(out.cast()).ok_or_else(invalid)?;
            add(&mut list);
        }
        Ok(())
    })
}

/// The next message, to be freed by `taos_free_result`. This waits up to `timeout` milliseconds for
/// it: not at all with 0, for ever with a negative number.
///
/// Returns NULL with `taos_errno(NULL)` 0 if there was none. A lost connection is replaced, and the
/// subscription continues at the program's position; if the server is not back in time, this
/// returns NULL with the error. Before the first subscription, the error is `TMQ_INVALID_STATUS`.
/// After the program has ended a subscription, there is no message to come, and that is no error.
///
/// If the server is silent, this waits a second longer than `timeout` for its answer, and the next
/// poll waits on. Making a new connection takes up to `connect_timeout`, and subscribing on it up
/// to `read_timeout`.
///
/// With automatic commits, the first poll after each interval commits the messages given before.
/// A message stays valid after the next poll, and after the consumer is closed.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn tmq_consumer_poll(tmq: *mut tmq_t, timeout: i64) -> *mut TAOS_RES {
    handle(|| poll(tmq, timeout))
}

pub(crate) fn poll(tmq: *mut tmq_t, timeout: i64) -> Result<*mut TAOS_RES, Error> {
    let object = the_consumer(tmq)?;
    let timeout = u64::try_from(timeout).ok().map(Duration::from_millis);
    let committed = |outcome| {
        if let Some(callback) = object.auto_commit {
            callback.call(tmq, outcome, &object.callbacks);
        }
    };
    match object.consumer.poll(timeout, &committed)? {
        None => Ok(null_mut()),
        Some(message) => handles::insert(Object::Result(ResultObject::message(
            ConsumedMessage::new(message, object.charset.clone()),
        ))),
    }
}

/// Closes a consumer: waits for asynchronous commits and their callbacks, ends the subscription as
/// `tmq_unsubscribe` does, and leaves the group. Each of these takes at most `connect_timeout`. In
/// a callback, it does not wait for callbacks. Messages stay valid, and open results of
/// `tmq_get_connect`'s connection can still be read. Another thread's poll ends with
/// `TMQ_CONSUMER_CLOSED`.
///
/// Returns 0 or an error code: `INVALID_PARA` for NULL and a closed consumer. The consumer is
/// closed in any case.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn tmq_consumer_close(tmq: *mut tmq_t) -> i32 {
    status(|| close(tmq))
}

pub(crate) fn close(tmq: *mut tmq_t) -> Result<(), Error> {
    let object = any_consumer(tmq)?;
    if !handles::close(tmq.cast(), |o| matches!(o, Object::Consumer(_))) {
        return Err(Error::new(codes::INVALID_PARAMETER));
    }
    // Commits under way come first, because they need the connection.
    let limit = object.consumer.time_to_close();
    object
        .callbacks
        .wait_until(Instant::now().checked_add(limit));
    let closed = object.consumer.close();
    // After this, the program may free what its callbacks use.
    let limit = object.consumer.time_to_close();
    object
        .callbacks
        .wait_until(Instant::now().checked_add(limit));
    closed
}

/// A connection for statements, with the consumer's login. It belongs to the consumer, which closes
/// it. NULL on failure; `taos_errno(NULL)` says why.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn tmq_get_connect(tmq: *mut tmq_t) -> *mut TAOS {
    handle(|| the_consumer(tmq)?.connection())
}
