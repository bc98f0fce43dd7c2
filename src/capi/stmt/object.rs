//! What a `TAOS_STMT *` and a `TAOS_STMT2 *` stand for. A statement holds the handle of its result, which ends with it.

use crate::capi::boundary::callbacks::{Caller, Due, Expected};
use crate::capi::boundary::entry::ErrorText;
use crate::capi::boundary::handle::{self as handles, Object};
use crate::capi::boundary::slots::Exclusive;
use crate::capi::result::ResultObject;
use crate::client::{ResultSet, Statement, Stmt1};
use crate::error::{code_text, codes, Error};
use std::ffi::{c_void, CStr};
use std::ptr::null_mut;

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
    pub inside: Exclusive<StatementObject<V>>,
    pub callbacks: Expected,
}

impl<V> StatementHandle<V> {
    pub fn new(statement: V, on_execution: Option<Caller>) -> Self {
        let object = StatementObject::new(statement, on_execution);
        StatementHandle {
            callbacks: object.callbacks.clone(),
            inside: Exclusive::new(object),
        }
    }
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
    pub fn error_text(&self) -> &CStr {
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
    pub fn handed_out(&self) -> *mut c_void {
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
