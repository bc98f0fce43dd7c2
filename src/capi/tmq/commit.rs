//! Commits.

use super::object::CommitCallback;
use super::{the_consumer, the_topic, ConsumerObject};
use crate::capi::boundary::callbacks::{self, Handle};
use crate::capi::boundary::entry::{entry, last_error, status};
use crate::capi::boundary::handle as handles;
use crate::capi::boundary::types::{tmq_commit_cb, tmq_t, TAOS_RES};
use crate::client::Commit;
use crate::error::{codes, Error};
use std::ffi::{c_char, c_void};
use std::sync::Arc;

/// What the program wants to commit: a message, or with NULL everything it was given.
pub(crate) fn wanted(object: &ConsumerObject, msg: *const TAOS_RES) -> Result<Commit, Error> {
    if msg.is_null() {
        return Ok(object.consumer.everything());
    }
    let result = handles::result(msg).ok_or(Error::new(codes::INVALID_PARAMETER))?;
    let message = result
        .consumed()
        .ok_or(Error::new(codes::TMQ_INVALID_MESSAGE))?;
    object.consumer.of_message(&message.message)
}

/// Commits a message, and with it those of its vgroup that came before. With `msg` NULL, commits
/// everything that the consumer was given. This waits for the server. The group's next consumer
/// starts after the message.
///
/// Returns 0 or an error code: `TMQ_INVALID_MSG` for a result that is no message,
/// `TMQ_INVALID_TOPIC` for a message of a topic that is not subscribed to.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn tmq_commit_sync(tmq: *mut tmq_t, msg: *const TAOS_RES) -> i32 {
    status(|| commit(tmq, msg))
}

pub(crate) fn commit(tmq: *mut tmq_t, msg: *const TAOS_RES) -> Result<(), Error> {
    let object = the_consumer(tmq)?;
    if msg.is_null() {
        return object.consumer.commit_everything();
    }
    let commit = wanted(&object, msg)?;
    object.consumer.commit(&commit)
}

/// As `tmq_commit_sync`, without waiting. `cb(consumer, code, param)`, unless NULL, is called once,
/// on a thread of the library. This call decides what is committed, whatever is polled before the
/// server gets to it. `tmq_consumer_close` waits for commits that are under way.
///
/// The callback may call any function.
///
/// Here: works
///
/// # Safety
/// `cb` is NULL or may be called with `param` on another thread.
#[no_mangle]
pub unsafe extern "C" fn tmq_commit_async(
    tmq: *mut tmq_t,
    msg: *const TAOS_RES,
    cb: *mut tmq_commit_cb,
    param: *mut c_void,
) {
    let callback = unsafe { CommitCallback::new(cb, param) };
    entry(|| begin(tmq, callback, |object| wanted(object, msg)))
}

/// Commits an offset of a vgroup, and waits. The group's next consumer starts there. The message at
/// the offset need not have been polled.
///
/// Returns 0 or an error code: `TMQ_VERSION_OUT_OF_RANGE` for an offset beyond the end,
/// `TMQ_INVALID_VGID` and `TMQ_INVALID_TOPIC` for a vgroup and a topic that are not the consumer's.
///
/// Here: works
///
/// # Safety
/// `pTopicName` is NULL or points to a NUL-terminated string.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_commit_offset_sync(
    tmq: *mut tmq_t,
    pTopicName: *const c_char,
    vgId: i32,
    offset: i64,
) -> i32 {
    status(|| {
        let topic = unsafe { the_topic(pTopicName) }?;
        commit_offset(tmq, topic, vgId, offset)
    })
}

pub(crate) fn commit_offset(
    tmq: *mut tmq_t,
    topic: &str,
    vgroup: i32,
    offset: i64,
) -> Result<(), Error> {
    let object = the_consumer(tmq)?;
    let commit = object.consumer.of_offset(topic, vgroup, offset)?;
    object.consumer.commit(&commit)
}

/// As `tmq_commit_offset_sync`, without waiting. The callback is as for `tmq_commit_async`.
///
/// Here: works
///
/// # Safety
/// `pTopicName` is NULL or points to a NUL-terminated string; `cb` is NULL or may be called with
/// `param` on another thread.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_commit_offset_async(
    tmq: *mut tmq_t,
    pTopicName: *const c_char,
    vgId: i32,
    offset: i64,
    cb: *mut tmq_commit_cb,
    param: *mut c_void,
) {
    let callback = unsafe { CommitCallback::new(cb, param) };
    entry(|| {
        begin(tmq, callback, |object| {
            let topic = unsafe { the_topic(pTopicName) }?;
            object.consumer.of_offset(topic, vgId, offset)
        })
    })
}

/// Starts a commit. Whatever the outcome, the callback is called once, on a callback thread.
pub(crate) fn begin(
    tmq: *mut tmq_t,
    callback: Option<CommitCallback>,
    commit: impl FnOnce(&ConsumerObject) -> Result<Commit, Error>,
) {
    let handle = Handle(tmq.cast());
    let report = move |outcome| {
        if let Some(callback) = callback {
            callback.call_here(handle, outcome);
        }
    };
    let object = the_consumer(tmq);
    // `tmq_consumer_close` waits for it.
    let due = Arc::new(object.as_ref().ok().and_then(|o| o.callbacks.expect()));
    let late = due.clone();
    let started = || {
        let object = object?;
        let commit = commit(&object)?;
        let held = due.clone();
        let consumer = object.consumer.clone();
        let done = move |outcome, settled| {
            // On a thread that may wait, because this may be the last owner of the consumer.
            callbacks::run(move || {
                consumer.note_committed(&settled);
                report(outcome);
                drop(held);
            });
        };
        if !object.consumer.begin_commit(&commit, done)? {
            let consumer = object.consumer.clone();
            callbacks::run(move || {
                report(consumer.commit(&commit));
                drop(due);
            });
        }
        Ok(())
    };
    match started() {
        Ok(()) => last_error::clear(),
        Err(e) => {
            last_error::set(&e);
            callbacks::run(move || {
                report(Err(e));
                drop(late);
            });
        }
    }
}
