//! What a `tmq_conf_t *`, a `tmq_list_t *` and a `tmq_t *` stand for.

use crate::capi::boundary::callbacks::{self, Expected, Handle};
use crate::capi::boundary::entry::{c_text, last_error};
use crate::capi::boundary::handle::{self as handles, Object};
use crate::capi::boundary::types::{tmq_commit_cb, tmq_t};
use crate::capi::connection::object::ConnectionObject;
use crate::charset::Charset;
use crate::client::{other_than_utf8, Consumer, Session};
use crate::config::{Target, TmqConf};
use crate::error::{codes, Error};
use once_cell::sync::OnceCell;
use std::ffi::{c_char, c_void, CString};
use std::sync::Arc;

/// A callback of the program for commits. What it does on another thread is the program's own business.
#[derive(Clone, Copy)]
pub struct CommitCallback {
    function: unsafe extern "C-unwind" fn(*mut tmq_t, i32, *mut c_void),
    param: *mut c_void,
}

// SAFETY: the program hands both over to be used on other threads; that is what they are for.
unsafe impl Send for CommitCallback {}
unsafe impl Sync for CommitCallback {}

impl CommitCallback {
    /// # Safety
    /// `cb` is NULL or a function of the type that the header declares.
    pub unsafe fn new(cb: *mut tmq_commit_cb, param: *mut c_void) -> Option<CommitCallback> {
        type Function = unsafe extern "C-unwind" fn(*mut tmq_t, i32, *mut c_void);
        (!cb.is_null()).then(|| CommitCallback {
            // SAFETY: C declares the argument as a pointer to a function of this type.
            function: unsafe { std::mem::transmute::<*mut tmq_commit_cb, Function>(cb) },
            param,
        })
    }

    /// A callback of the library's own.
    pub fn of(
        function: unsafe extern "C-unwind" fn(*mut tmq_t, i32, *mut c_void),
        param: *mut c_void,
    ) -> CommitCallback {
        CommitCallback { function, param }
    }

    /// Calls the program on a callback thread; `expected` are the consumer's callbacks.
    pub fn call(self, tmq: *mut tmq_t, outcome: Result<(), Error>, expected: &Expected) {
        let (handle, due) = (Handle(tmq.cast()), expected.expect());
        callbacks::run(move || {
            self.call_here(handle, outcome);
            drop(due);
        });
    }

    /// Calls the program on this thread, which is for callbacks.
    pub fn call_here(self, tmq: Handle, outcome: Result<(), Error>) {
        let code = match outcome {
            Ok(()) => codes::SUCCESS,
            Err(e) => {
                last_error::set(&e);
                e.code
            }
        };
        // SAFETY: the program's function, with the arguments it is declared for.
        callbacks::call_program(|| unsafe { (self.function)(tmq.0.cast(), code, self.param) });
    }
}

/// What a `tmq_conf_t *` stands for.
#[derive(Default)]
pub struct ConfObject {
    pub conf: TmqConf,
    pub auto_commit: Option<CommitCallback>,
}

/// What a `tmq_list_t *` stands for.
#[derive(Default)]
pub struct TopicList {
    pub names: Vec<CString>,
    /// To each name, for C.
    pub pointers: Vec<*mut c_char>,
}

impl TopicList {
    pub fn push(&mut self, name: &str) {
        let name = c_text(name);
        self.pointers.push(name.as_ptr().cast_mut());
        self.names.push(name);
    }

    pub fn names(&self) -> Vec<String> {
        let text = |name: &CString| name.to_string_lossy().into_owned();
        self.names.iter().map(text).collect()
    }
}

/// What a `tmq_t *` stands for.
pub struct ConsumerObject {
    pub consumer: Arc<Consumer>,
    target: Target,
    /// The character set of the texts in its messages, if it is not UTF-8.
    pub charset: Option<Arc<Charset>>,
    /// The handle of the connection that `tmq_get_connect` hands out: a number.
    connection: OnceCell<usize>,
    /// The program's callback for automatic commits.
    pub auto_commit: Option<CommitCallback>,
    /// Asynchronous commits, until their callbacks have returned, and those of automatic ones.
    pub callbacks: Expected,
}

impl ConsumerObject {
    pub fn new(
        consumer: Consumer,
        target: Target,
        auto_commit: Option<CommitCallback>,
    ) -> Result<Self, Error> {
        Ok(ConsumerObject {
            consumer: Arc::new(consumer),
            charset: other_than_utf8(target.charset.as_deref())?,
            target,
            connection: OnceCell::new(),
            auto_commit,
            callbacks: Expected::default(),
        })
    }

    /// The connection that goes with the consumer, for statements.
    pub fn connection(&self) -> Result<*mut c_void, Error> {
        let handle = self.connection.get_or_try_init(|| {
            let session = Session::connect(self.target.clone())?;
            let object = Object::Connection(ConnectionObject::new(session));
            handles::insert(object).map(|handle| handle as usize)
        });
        handle.map(|handle| *handle as *mut c_void)
    }
}

impl Drop for ConsumerObject {
    fn drop(&mut self) {
        let Some(handle) = self.connection.get() else {
            return;
        };
        let handle = *handle as *mut c_void;
        if let Some(connection) = handles::connection(handle) {
            handles::close(handle, |o| matches!(o, Object::Connection(_)));
            connection.close();
        }
    }
}
