//! Registered services and crash reports.

use crate::capi::boundary::entry::{c_allocated, c_text, entry, status, text};
use crate::client::known_logins;
use crate::client::list_instances;
use crate::config::{ConnectArgs, Target};
use crate::error::{codes, Error};
use std::ffi::{c_char, c_int, c_void};
use std::ptr::null_mut;

/// The kind of services that a login is told.
const ADAPTERS: &str = "taosadapter";

/// Returns `OPS_NOT_SUPPORT`. Natively, it registers a service with the cluster. taosAdapter
/// registers itself and has no action for others, and there is no SQL for it.
///
/// Here: not supported - neither the protocol nor SQL can; each taosAdapter registers itself
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn taos_register_instance(
    _id: *const c_char,
    _type: *const c_char,
    _desc: *const c_char,
    _expire: i32,
) -> i32 {
    status(|| {
        Err(Error::not_supported(
            "taosAdapter has no action to register others than itself, nor has SQL; \
             register with TDengine's own client",
        ))
    })
}

/// The taosAdapters of the cluster, as they have registered themselves, such as `host:6041` or
/// `https://host:6041`: `*pCount` texts in `*pList`, to be freed by `taos_free_instances`. Other
/// services cannot be listed: a `filter_type` that is neither NULL, empty nor `taosadapter` is
/// `OPS_NOT_SUPPORT`.
///
/// This makes a login of its own, like that of the process's last connection, or, if there was
/// none, as the settings say. Needs a server from 3.4.1.10.
///
/// Returns 0, or an error code with NULL and 0.
///
/// Here: works - of taosAdapters
///
/// # Safety
/// `filter_type` is NULL or points to a NUL-terminated string; `pList` and `pCount` are NULL or may
/// be written to.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_list_instances(
    filter_type: *const c_char,
    pList: *mut *mut *mut c_char,
    pCount: *mut i32,
) -> i32 {
    status(|| {
        let (list, count) = unsafe { (pList.as_mut(), pCount.as_mut()) };
        let (Some(list), Some(count)) = (list, count) else {
            return Err(Error::new(codes::INVALID_PARAMETER));
        };
        (*list, *count) = (null_mut(), 0);
        let kind = unsafe { text(filter_type, "the type") }?.unwrap_or_default();
        if !kind.is_empty() && !kind.eq_ignore_ascii_case(ADAPTERS) {
            return Err(Error::not_supported(
                "taosAdapter lists instances of the type taosadapter only",
            ));
        }
        let target = match known_logins::last() {
            Some(target) => target,
            None => Target::resolve(ConnectArgs::default())?.into(),
        };
        let instances = list_instances(&target)?;
        *list = c_allocated(instances.iter().map(|i| allocated(i)))?;
        *count = instances.len() as i32;
        Ok(())
    })
}

/// A text of `malloc`; NULL without memory.
fn allocated(text: &str) -> *mut c_char {
    // SAFETY: a NUL-terminated text.
    unsafe { libc::strdup(c_text(text).as_ptr()) }
}

/// Frees the `count` texts that `taos_list_instances` gave, and their list; `*pList` becomes NULL.
/// NULL is allowed.
///
/// Here: works
///
/// # Safety
/// `pList` is NULL or points to what `taos_list_instances` gave, with that count.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_free_instances(pList: *mut *mut *mut c_char, count: i32) {
    entry(|| {
        let Some(list) = (unsafe { pList.as_mut() }) else {
            return;
        };
        let first = std::mem::replace(list, null_mut());
        if first.is_null() {
            return;
        }
        for i in 0..usize::try_from(count).unwrap_or(0) {
            unsafe { libc::free((*first.add(i)).cast()) };
        }
        unsafe { libc::free(first.cast()) };
    })
}

/// Does nothing. Natively, it writes a crash report; this library reports nothing to anybody.
///
/// Here: local - does nothing
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_write_crashinfo(
    _signum: c_int,
    _sigInfo: *mut c_void,
    _context: *mut c_void,
) {
}
