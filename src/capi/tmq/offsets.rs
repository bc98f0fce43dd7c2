//! Where a consumer stands, and moving it.

use super::{the_consumer, the_topic};
use crate::capi::boundary::entry::{c_allocated, entry, last_error, status};
use crate::capi::boundary::types::{tmq_t, tmq_topic_assignment};
use crate::error::{codes, Error};
use std::ffi::c_char;
use std::ptr::null_mut;

/// The consumer's vgroups of a topic: `*assignment` gets an array of `*numOfAssignment` entries, to
/// be freed by `tmq_free_assignment`.
///
/// Returns 0, or an error code with NULL and 0: `TMQ_INVALID_TOPIC` for a topic that is not
/// subscribed to, `TMQ_SNAPSHOT_ERROR` while a snapshot is read.
///
/// Here: works
///
/// # Safety
/// `pTopicName` is NULL or points to a NUL-terminated string; the other two are NULL or point to a
/// pointer and a number.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_get_topic_assignment(
    tmq: *mut tmq_t,
    pTopicName: *const c_char,
    assignment: *mut *mut tmq_topic_assignment,
    numOfAssignment: *mut i32,
) -> i32 {
    status(|| {
        let invalid = || Error::new(codes::INVALID_PARAMETER);
        let (first, count) = unsafe { (assignment.as_mut(), numOfAssignment.as_mut()) };
        let (first, count) = (first.ok_or_else(invalid)?, count.ok_or_else(invalid)?);
        (*first, *count) = (null_mut(), 0);
        let object = the_consumer(tmq)?;
        let topic = unsafe { the_topic(pTopicName) }?;
        let vgroups = object.consumer.assignment(topic)?;
        *first = c_allocated(vgroups.iter().map(|a| tmq_topic_assignment {
            vgId: a.vgroup_id,
            currentOffset: a.offset,
            begin: a.begin,
            end: a.end,
        }))?;
        *count = vgroups.len() as i32;
        Ok(())
    })
}

/// Frees the array of `tmq_get_topic_assignment`. NULL is allowed.
///
/// Here: local
///
/// # Safety
/// `pAssignment` is NULL or came from `tmq_get_topic_assignment` and was not freed.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_free_assignment(pAssignment: *mut tmq_topic_assignment) {
    entry(|| unsafe { libc::free(pAssignment.cast()) })
}

/// Lets the next poll continue in a vgroup at this offset, forwards or backwards. Nothing is
/// committed.
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
pub unsafe extern "C" fn tmq_offset_seek(
    tmq: *mut tmq_t,
    pTopicName: *const c_char,
    vgId: i32,
    offset: i64,
) -> i32 {
    status(|| {
        let object = the_consumer(tmq)?;
        let topic = unsafe { the_topic(pTopicName) }?;
        object.consumer.seek(topic, vgId, offset)
    })
}

/// The offset at which the next message of a vgroup starts. A negative error code if there is none.
///
/// Here: works
///
/// # Safety
/// `pTopicName` is NULL or points to a NUL-terminated string.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_position(
    tmq: *mut tmq_t,
    pTopicName: *const c_char,
    vgId: i32,
) -> i64 {
    offset(|| {
        let object = the_consumer(tmq)?;
        object
            .consumer
            .position(unsafe { the_topic(pTopicName) }?, vgId)
    })
}

/// The offset that the group has committed in a vgroup. A negative error code if there is none:
/// `TMQ_NO_COMMITTED` if nothing was committed.
///
/// Here: works
///
/// # Safety
/// `pTopicName` is NULL or points to a NUL-terminated string.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_committed(
    tmq: *mut tmq_t,
    pTopicName: *const c_char,
    vgId: i32,
) -> i64 {
    offset(|| {
        let object = the_consumer(tmq)?;
        object
            .consumer
            .committed(unsafe { the_topic(pTopicName) }?, vgId)
    })
}

/// For a function that returns an offset, or the negative code of an error.
fn offset(body: impl FnOnce() -> Result<i64, Error>) -> i64 {
    entry(|| offset_of(body()))
}

/// An offset, or the negative code of an error, which becomes the thread's last one.
pub(crate) fn offset_of(outcome: Result<i64, Error>) -> i64 {
    match outcome {
        Ok(offset) => {
            match i32::try_from(offset).ok().filter(|code| *code < 0) {
                // By this the server says that there is none.
                Some(code) => last_error::set_code(code),
                None => last_error::clear(),
            }
            offset
        }
        Err(e) => {
            last_error::set(&e);
            e.code.into()
        }
    }
}
