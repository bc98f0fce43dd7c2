//! Prepared statements: what the functions of the two versions have in common.

pub(crate) mod binds;
pub(crate) mod object;
pub mod stmt1;
pub mod stmt2;

pub use self::object::{StatementObject, Version};

use self::object::StatementHandle;
use super::boundary::callbacks::{Caller, Expected};
use super::boundary::entry::{entry, handle, last_error, status};
use super::boundary::handle::{self as handles, ExclusiveRef};
use super::connection::connect::the_connection;
use super::result::ResultObject;
use crate::client::Session;
use crate::error::{codes, Error};
use std::ffi::{c_char, c_int, c_ulong, c_void, CStr};
use std::ptr::null_mut;
use std::sync::Arc;

pub fn init<V: Version>(
    taos: *mut c_void,
    on_execution: Option<Caller>,
    make: impl FnOnce(&Arc<Session>) -> Result<V, Error>,
) -> *mut c_void {
    handle(|| {
        if taos.is_null() {
            return Err(Error::new(codes::INVALID_PARAMETER));
        }
        let statement = boxed(make, &the_connection(taos)?.session)?;
        hand_out(statement, on_execution)
    })
}

/// Apart from [`hand_out`], so that what that has on the stack is not there during the wait.
#[inline(never)]
fn boxed<V>(
    make: impl FnOnce(&Arc<Session>) -> Result<V, Error>,
    session: &Arc<Session>,
) -> Result<Box<V>, Error> {
    make(session).map(Box::new)
}

/// In a box, so that it is not on the caller's stack.
#[inline(never)]
#[allow(clippy::boxed_local)]
fn hand_out<V: Version>(
    statement: Box<V>,
    on_execution: Option<Caller>,
) -> Result<*mut c_void, Error> {
    handles::insert(V::object(StatementHandle::new(*statement, on_execution)))
}

/// The statement, for a call that may come between an asynchronous call and its callback.
pub fn find<V: Version>(stmt: *mut c_void) -> Option<ExclusiveRef<StatementObject<V>>> {
    handles::exclusive(stmt, |o| V::of(o).map(|handle| &handle.inside))
}

/// The callbacks of a statement that are expected.
fn callbacks<V: Version>(stmt: *mut c_void) -> Result<Expected, Error> {
    handles::with_shared(stmt, |o| V::of(o).map(|handle| handle.callbacks.clone()))
        .ok_or(Error::new(codes::INVALID_PARAMETER))
}

/// The statement, for a call of the program. It waits for an asynchronous call under way and its callback, as
/// natively; only a call within a callback goes ahead.
fn in_turn<V: Version>(stmt: *mut c_void) -> Result<ExclusiveRef<StatementObject<V>>, Error> {
    callbacks::<V>(stmt)?.wait_or_end()?;
    find(stmt).ok_or(Error::new(codes::INVALID_PARAMETER))
}

/// Makes a call with a statement, and keeps its outcome for the statement's error text.
pub fn with<V: Version>(
    stmt: *mut c_void,
    body: impl FnOnce(&mut StatementObject<V>) -> Result<(), Error>,
) -> c_int {
    status(|| {
        let mut object = in_turn(stmt)?;
        let outcome = body(&mut object);
        object.note(&outcome);
        outcome
    })
}

/// # Safety
/// `sql` is NULL or points to `length` bytes, or to a NUL-terminated string when `length` is 0.
pub unsafe fn prepare<V: Version>(stmt: *mut c_void, sql: *const c_char, length: c_ulong) -> c_int {
    with::<V>(stmt, |object| {
        if sql.is_null() {
            return Err(Error::new(codes::INVALID_PARAMETER));
        }
        let bytes = match length {
            0 => unsafe { std::ffi::CStr::from_ptr(sql) }.to_bytes(),
            n if isize::try_from(n).is_ok() => unsafe {
                std::slice::from_raw_parts(sql.cast::<u8>(), n as usize)
            },
            n => return Err(Error::invalid_parameter(format_args!("length {n}"))),
        };
        object.prepare(bytes)
    })
}

/// # Safety
/// `insert` is NULL or points to an int.
pub unsafe fn is_insert<V: Version>(stmt: *mut c_void, insert: *mut c_int) -> c_int {
    with::<V>(stmt, |object| {
        let out = unsafe { insert.as_mut() }.ok_or(Error::new(codes::INVALID_PARAMETER))?;
        *out = object.statement.is_insert()?.into();
        Ok(())
    })
}

/// The result of an execution, each time it is asked for. That there is none is no error, as natively, because
/// programs ask after every execution.
pub fn result<V: Version>(stmt: *mut c_void) -> *mut c_void {
    handle(|| {
        let mut object = in_turn::<V>(stmt)?;
        let outcome = match object.statement.is_insert() {
            Ok(false) if object.statement.has_result() => {
                let set = object.statement.result();
                set.and_then(|set| object.hand_out(ResultObject::new(set)))
            }
            Ok(false) => Ok(object.handed_out()),
            // An earlier call has reported this error.
            Ok(true) | Err(_) => Ok(null_mut()),
        };
        object.note(&outcome);
        outcome
    })
}

/// As natively, a successful close leaves the thread's last error alone, because programs ask for it
/// afterwards.
pub fn close<V: Version>(stmt: *mut c_void) -> c_int {
    entry(|| match end::<V>(stmt) {
        Ok(()) => codes::SUCCESS,
        Err(e) => {
            last_error::set(&e);
            e.code
        }
    })
}

fn end<V: Version>(stmt: *mut c_void) -> Result<(), Error> {
    // After this, the program may free what its callbacks use.
    callbacks::<V>(stmt)?.close();
    if handles::close(stmt, |o| V::of(o).is_some()) {
        Ok(())
    } else {
        Err(Error::new(codes::INVALID_PARAMETER))
    }
}

pub fn error_text<V: Version>(stmt: *mut c_void) -> *mut c_char {
    entry(|| with_error_text::<V, _>(stmt, CStr::as_ptr).cast_mut())
}

/// Hands `look` the text of the statement's last error, which belongs to the statement.
pub fn with_error_text<V: Version, T>(stmt: *mut c_void, look: impl FnOnce(&CStr) -> T) -> T {
    match find::<V>(stmt) {
        Some(object) => look(object.error_text()),
        // SAFETY: a NUL-terminated text that stays for the time of this call.
        None => look(unsafe { CStr::from_ptr(last_error::text()) }),
    }
}
