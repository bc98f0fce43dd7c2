//! What a `TAOS_STMT *` and a `TAOS_STMT2 *` stand for, and what the two versions have in common.

pub(crate) mod binds;
pub mod stmt1;
pub mod stmt2;

use super::boundary::callbacks::{Caller, Due, Expected};
use super::boundary::entry::{entry, handle, last_error, status, ErrorText};
use super::boundary::handle::{self as handles, ExclusiveRef, Object};
use super::boundary::slots::Exclusive;
use super::connection::connect::the_connection;
use super::result::ResultObject;
use crate::client::{ResultSet, Session, Statement, Stmt1};
use crate::error::{code_text, codes, Error};
use std::ffi::{c_char, c_int, c_ulong, c_void, CStr};
use std::ptr::null_mut;
use std::sync::Arc;

/// A version of statements: the engine's type behind a handle.
pub trait Version: Sized + 'static {
    fn object(handle: StatementHandle<Self>) -> Object;
    fn of(object: &Object) -> Option<&StatementHandle<Self>>;
    fn prepare(&mut self, sql: &str) -> Result<(), Error>;
    /// It was given a text that cannot be prepared. This stays the statement's failure until the next
    /// `prepare`.
    fn refuse(&mut self, why: Error);
    fn is_insert(&mut self) -> Result<bool, Error>;
    /// Was a query executed whose result was not taken yet?
    fn has_result(&mut self) -> bool;
    fn result(&mut self) -> Result<ResultSet, Error>;
}

/// Both versions have these as functions of their own.
macro_rules! version {
    ($engine:ty, $kind:ident, $put:expr) => {
        impl Version for $engine {
            fn object(handle: StatementHandle<Self>) -> Object {
                Object::$kind($put(handle))
            }
            fn of(object: &Object) -> Option<&StatementHandle<Self>> {
                match object {
                    Object::$kind(s) => Some(s),
                    _ => None,
                }
            }
            fn prepare(&mut self, sql: &str) -> Result<(), Error> {
                self.prepare(sql)
            }
            fn refuse(&mut self, why: Error) {
                self.refuse(why)
            }
            fn is_insert(&mut self) -> Result<bool, Error> {
                self.is_insert()
            }
            fn has_result(&mut self) -> bool {
                self.has_result()
            }
            fn result(&mut self) -> Result<ResultSet, Error> {
                self.result()
            }
        }
    };
}

version!(Statement, Statement, std::convert::identity);
version!(Stmt1, Stmt1, Box::new);

/// A statement, and what its calls share.
pub struct StatementHandle<V> {
    inside: Exclusive<StatementObject<V>>,
    callbacks: Expected,
}

pub struct StatementObject<V> {
    pub statement: V,
    /// The program's callback after an execution.
    pub on_execution: Option<Caller>,
    callbacks: Expected,
    /// The text that `taos_stmt2_error` hands out.
    error: ErrorText,
    code: i32,
    /// The result handed out last. It belongs to the statement, as natively, but a program may free it too,
    /// before or after.
    result: *mut c_void,
}

impl<V> StatementObject<V> {
    fn new(statement: V, on_execution: Option<Caller>) -> Self {
        StatementObject {
            statement,
            on_execution,
            callbacks: Expected::default(),
            error: ErrorText::default(),
            code: codes::SUCCESS,
            result: null_mut(),
        }
    }

    /// Expects a callback.
    pub fn expect_callback(&self) -> Result<Due, Error> {
        self.callbacks
            .expect()
            .ok_or(Error::new(codes::STMT_API_ERROR))
    }

    /// Keeps the outcome of a call for `taos_stmt2_error`.
    pub fn note<T>(&mut self, outcome: &Result<T, Error>) {
        match outcome {
            Ok(_) => {
                self.code = codes::SUCCESS;
                self.error = ErrorText::default();
            }
            Err(e) => {
                self.code = e.code;
                self.error = ErrorText::of(e);
            }
        }
    }

    /// Valid until the next call with the statement; a text of the table of texts, for good.
    fn error_text(&self) -> &CStr {
        let beyond = self.error.beyond_code();
        beyond.unwrap_or_else(|| code_text(self.code))
    }

    /// Takes over a new result. The one before ends, as it does on the server.
    pub fn hand_out(&mut self, result: ResultObject) -> Result<*mut c_void, Error> {
        self.free_result();
        self.result = handles::insert(Object::Result(result))?;
        Ok(self.result)
    }

    /// The result handed out last, unless the program has freed it.
    fn handed_out(&self) -> *mut c_void {
        let is_result = |o: &Object| matches!(o, Object::Result(_)).then_some(());
        match handles::with_shared(self.result, is_result) {
            Some(()) => self.result,
            None => null_mut(),
        }
    }

    pub fn free_result(&mut self) {
        let old = std::mem::replace(&mut self.result, null_mut());
        handles::close(old, |o| matches!(o, Object::Result(_)));
    }
}

impl<V: Version> StatementObject<V> {
    pub fn prepare(&mut self, sql: &[u8]) -> Result<(), Error> {
        self.free_result();
        let sql = std::str::from_utf8(sql).map_err(|e| {
            let why = Error::invalid_parameter(format_args!(
                "the statement is not UTF-8: {e}; bind what is in another character set"
            ));
            // The JDBC driver sees it at the first call that binds.
            self.statement.refuse(why.clone());
            why
        })?;
        self.statement.prepare(sql.trim_end_matches('\0'))
    }
}

impl<V> Drop for StatementObject<V> {
    fn drop(&mut self) {
        // Before the statement is closed: a fetch of its result after that is never answered.
        self.free_result();
    }
}

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
    let object = StatementObject::new(*statement, on_execution);
    handles::insert(V::object(StatementHandle {
        callbacks: object.callbacks.clone(),
        inside: Exclusive::new(object),
    }))
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
