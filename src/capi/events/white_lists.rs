//! From where, and when, a user may connect.

use crate::capi::boundary::callbacks::{self, call_program, Handle};
use crate::capi::boundary::entry::{c_text, entry, last_error};
use crate::capi::boundary::types::{
    __taos_async_datetime_whitelist_fn_t, __taos_async_ip_whitelist_fn_t,
    __taos_async_whitelist_dual_stack_fn_t, __taos_async_whitelist_fn_t, TAOS,
};
use crate::capi::connection::connect::the_connection;
use crate::client::{ListEntry, Session};
use crate::error::{codes, Error};
use std::ffi::{c_char, c_int, c_void, CString};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr::null_mut;

/// A callback of the program: its function, its parameter, and the connection it asked about.
#[derive(Clone, Copy)]
struct Caller<F> {
    function: F,
    param: *mut c_void,
    taos: Handle,
}

// SAFETY: the program hands it over to be used on another thread; that is what the call is for.
unsafe impl<F> Send for Caller<F> {}

impl Caller<unsafe extern "C-unwind" fn(*mut c_void, c_int, *mut TAOS, c_int, *mut u64)> {
    fn call(self, code: c_int, mut list: Vec<u64>) {
        let (n, first) = (list.len() as c_int, first(&mut list));
        // SAFETY: the program's function, with the arguments it is declared for; the list lives over the call.
        call_program(|| unsafe { (self.function)(self.param, code, self.taos.0, n, first) });
    }
}

impl Caller<unsafe extern "C-unwind" fn(*mut c_void, c_int, *mut TAOS, c_int, *mut *mut c_char)> {
    fn call(self, code: c_int, list: Vec<CString>) {
        let mut list: Vec<_> = list.iter().map(|t| t.as_ptr().cast_mut()).collect();
        let (n, first) = (list.len() as c_int, first(&mut list));
        // SAFETY: as above; so do the texts.
        call_program(|| unsafe { (self.function)(self.param, code, self.taos.0, n, first) });
    }
}

fn first<T>(list: &mut [T]) -> *mut T {
    match list.is_empty() {
        true => null_mut(),
        false => list.as_mut_ptr(),
    }
}

/// Reads the list on a callback thread and calls back, once, with its entries as `form` has them.
/// Without a connection it calls back here.
fn fetch<T: Send + 'static>(
    taos: *mut TAOS,
    read: fn(&Session) -> Result<Vec<ListEntry>, Error>,
    form: fn(&ListEntry) -> Option<T>,
    call: impl FnOnce(c_int, Vec<T>) + Send + 'static,
) {
    entry(|| {
        let connection = match taos.is_null() {
            true => Err(Error::new(codes::INVALID_PARAMETER)),
            false => the_connection(taos),
        };
        let session = match connection {
            Ok(connection) => connection.session.clone(),
            Err(e) => return hand_over(Err(e), form, call),
        };
        callbacks::run(move || {
            // A program that waits for the callback would wait for ever.
            let list = catch_unwind(AssertUnwindSafe(|| read(&session)));
            drop(session);
            let list = list.unwrap_or(Err(Error::new(codes::INTERNAL)));
            hand_over(list, form, call);
        });
    })
}

fn addresses(session: &Session) -> Result<Vec<ListEntry>, Error> {
    session.white_list().map(|list| list.ranges)
}

fn hand_over<T>(
    list: Result<Vec<ListEntry>, Error>,
    form: fn(&ListEntry) -> Option<T>,
    call: impl FnOnce(c_int, Vec<T>),
) {
    match list {
        Ok(list) => {
            last_error::clear();
            call(codes::SUCCESS, list.iter().filter_map(form).collect());
        }
        Err(e) => {
            last_error::set(&e);
            call(e.code, Vec::new());
        }
    }
}

/// Calls `fp` with the IPv4 addresses from which the connection's user may connect:
/// `numOfWhiteLists` numbers. The upper half of a number is the length of the prefix. The lower
/// half is the four bytes of the address, the first of them lowest. The array is valid during the
/// call. While white lists are off, it is one number, 0: from anywhere.
///
/// `fp` is called once: with code 0, or with an error code and no list. In the callback,
/// `taos_errno(NULL)` has the code, too. It is called on a thread of the library; only if there is
/// no connection, it is called before this returns. The list is read on the connection (`show
/// cluster variables`, `information_schema.ins_users`): a user who may not read it gets the
/// server's error, unless white lists are off.
///
/// Here: works
///
/// # Safety
/// The callback is NULL or may be called with `param` on another thread.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_fetch_whitelist_a(
    taos: *mut TAOS,
    fp: __taos_async_whitelist_fn_t,
    param: *mut c_void,
) {
    if let Some(function) = fp {
        let taos = Handle(taos);
        let caller = Caller {
            function,
            param,
            taos,
        };
        fetch(taos.0, addresses, ListEntry::number, move |code, list| {
            caller.call(code, list)
        });
    }
}

/// As `taos_fetch_whitelist_a`, with texts such as `10.1.0.0/16` and `2001:db8::/32`; while white
/// lists are off, `0.0.0.0/0` and `::/0`. Ranges from which the user may not connect, which servers
/// from 3.4 have, are left out.
///
/// Here: works
///
/// # Safety
/// The callback is NULL or may be called with `param` on another thread.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn taos_fetch_whitelist_dual_stack_a(
    taos: *mut TAOS,
    fp: __taos_async_whitelist_dual_stack_fn_t,
    param: *mut c_void,
) {
    let form = |range: &ListEntry| range.is_allowed.then(|| c_text(&range.text));
    unsafe { fetch_texts(taos, addresses, form, fp, param) }
}

/// As `taos_fetch_whitelist_dual_stack_a`, with `+ ` before a range from which the user may connect
/// and `- ` before one from which the user may not.
///
/// Here: works
///
/// # Safety
/// The callback is NULL or may be called with `param` on another thread.
#[no_mangle]
pub unsafe extern "C" fn taos_fetch_ip_whitelist_a(
    taos: *mut TAOS,
    fp: __taos_async_ip_whitelist_fn_t,
    param: *mut c_void,
) {
    unsafe { fetch_texts(taos, addresses, signed, fp, param) }
}

/// With the sign of whether it is of those that are let in.
fn signed(entry: &ListEntry) -> Option<CString> {
    let sign = if entry.is_allowed { '+' } else { '-' };
    Some(c_text(&format!("{sign} {}", entry.text)))
}

/// # Safety
/// As for the exported functions.
unsafe fn fetch_texts(
    taos: *mut TAOS,
    read: fn(&Session) -> Result<Vec<ListEntry>, Error>,
    form: fn(&ListEntry) -> Option<CString>,
    fp: __taos_async_ip_whitelist_fn_t,
    param: *mut c_void,
) {
    if let Some(function) = fp {
        let taos = Handle(taos);
        let caller = Caller {
            function,
            param,
            taos,
        };
        fetch(taos.0, read, form, move |code, list| {
            caller.call(code, list)
        });
    }
}

/// As `taos_fetch_ip_whitelist_a`, with the times at which the user may connect, and may not. A
/// time is a date or a day of the week, when it begins by the server's clock, and its length in
/// minutes: `+ TUE 08:00 120`, `- 2026-12-25 08:00 120`. `+ ALL` is any time. The texts are the
/// server's (`information_schema.ins_users`). Servers before 3.4.0.0 have none, and the code is
/// `OPS_NOT_SUPPORT`.
///
/// Here: works - on servers from 3.4.0.0
///
/// # Safety
/// The callback is NULL or may be called with `param` on another thread.
#[no_mangle]
pub unsafe extern "C" fn taos_fetch_datetime_whitelist_a(
    taos: *mut TAOS,
    fp: __taos_async_datetime_whitelist_fn_t,
    param: *mut c_void,
) {
    unsafe { fetch_texts(taos, Session::times, signed, fp, param) }
}
