//! Lists of topics.

use super::object::TopicList;
use super::the_topic;
use crate::capi::boundary::entry::{entry, handle, last_error, status};
use crate::capi::boundary::handle::{self as handles, Object};
use crate::capi::boundary::slots::Exclusive;
use crate::capi::boundary::types::tmq_list_t;
use crate::error::{codes, Error};
use std::ffi::{c_char, c_void};
use std::ptr::null_mut;

/// Makes a handle of a list.
pub fn hand_out(list: TopicList) -> Result<*mut tmq_list_t, Error> {
    handles::insert(Object::Topics(Exclusive::new(list))).map(<*mut c_void>::cast)
}

/// A new list of topics, to be freed by `tmq_list_destroy`.
///
/// Here: local
#[no_mangle]
pub extern "C" fn tmq_list_new() -> *mut tmq_list_t {
    handle(|| hand_out(TopicList::default()))
}

/// Adds a topic; the name is copied. Returns 0, or `INVALID_PARA` for NULL and an empty name.
///
/// Here: local
///
/// # Safety
/// `topic` is NULL or points to a NUL-terminated string.
#[no_mangle]
pub unsafe extern "C" fn tmq_list_append(list: *mut tmq_list_t, topic: *const c_char) -> i32 {
    status(|| append(list, unsafe { the_topic(topic) }?))
}

pub(crate) fn append(list: *mut tmq_list_t, topic: &str) -> Result<(), Error> {
    let list = handles::topics(list.cast()).filter(|_| !topic.is_empty());
    list.ok_or(Error::new(codes::INVALID_PARAMETER))?
        .push(topic);
    Ok(())
}

/// Frees a list and its array. NULL is allowed.
///
/// Here: local
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn tmq_list_destroy(list: *mut tmq_list_t) {
    entry(|| destroy(list))
}

pub(crate) fn destroy(list: *mut tmq_list_t) {
    handles::close(list.cast(), |o| matches!(o, Object::Topics(_)));
}

/// The number of topics in a list, or `INVALID_PARA`.
///
/// Here: local
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn tmq_list_get_size(list: *const tmq_list_t) -> i32 {
    entry(|| match handles::topics(list.cast()) {
        Some(list) => list.names.len() as i32,
        None => {
            let error = Error::new(codes::INVALID_PARAMETER);
            last_error::set(&error);
            error.code
        }
    })
}

/// The topics of a list; `tmq_list_get_size` says how many. The names belong to the list, and the
/// array is valid until the next `tmq_list_append`. NULL for NULL and for an empty list.
///
/// Here: local
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn tmq_list_to_c_array(list: *const tmq_list_t) -> *mut *mut c_char {
    entry(|| match handles::topics(list.cast()) {
        Some(mut list) if !list.pointers.is_empty() => list.pointers.as_mut_ptr(),
        _ => null_mut(),
    })
}
