//! The native methods of TDengine's JDBC driver, `com.taosdata.jdbc.TSDBJNIConnector` and
//! `com.taosdata.jdbc.tmq.TMQConnector`, which Java finds in the library by their names.
//!
//! A method converts what Java hands over, calls what the C functions call, and returns one of the driver's
//! numbers or an object. What Java holds as a `long` is a handle of [`crate::capi`], a positive number. A
//! method that has thrown returns at once, and Java sees the exception.
//!
//! Nothing here runs, and no virtual machine is looked for, unless Java calls.

mod callback;
mod connection;
mod consumer;
mod env;
mod offsets;
mod query;
mod rows;
mod schemaless;
mod statement;

pub use env::Env;

use crate::capi::boundary::entry::Failure;
use crate::capi::boundary::handle as handles;
use crate::capi::boundary::types::tmq_t;
use jni_sys::{jint, jlong, jobject};
use std::ffi::c_void;

/// Why a method returns before its end.
#[derive(Debug, Clone, Copy)]
pub enum Stop {
    /// An exception of Java is pending.
    Thrown,
    /// Java gets this number.
    Code(jint),
}

/// The numbers that the driver knows.
pub mod codes {
    use jni_sys::jint;

    pub const SUCCESS: jint = 0;
    pub const DATABASE_ERROR: jint = -1;
    pub const CONNECTION_NULL: jint = -2;
    /// Also for a freed result, and for a block that cannot be fetched.
    pub const RESULT_NULL: jint = -3;
    pub const NO_FIELDS: jint = -4;
    /// Also for a statement.
    pub const SQL_NULL: jint = -5;
    pub const NO_MORE_ROWS: jint = -6;

    pub const CONF_NULL: jint = -100;
    pub const CONF_KEY_NULL: jint = -101;
    pub const CONF_VALUE_NULL: jint = -102;
    pub const TOPIC_NULL: jint = -110;
    pub const TOPIC_NAME_NULL: jint = -111;
    pub const CONSUMER_NULL: jint = -120;
    pub const CONSUMER_NOT_CREATED: jint = -121;
}

/// What a method returns if it stops early.
pub trait Answer: Failure {
    fn of(stop: Stop) -> Self;
}

impl Answer for () {
    fn of(_: Stop) {}
}

impl Answer for jint {
    fn of(stop: Stop) -> jint {
        match stop {
            Stop::Thrown => Self::FAILURE,
            Stop::Code(code) => code,
        }
    }
}

impl Answer for jlong {
    fn of(stop: Stop) -> jlong {
        match stop {
            Stop::Thrown => Self::FAILURE,
            Stop::Code(code) => code.into(),
        }
    }
}

impl Answer for jobject {
    fn of(_: Stop) -> jobject {
        Self::FAILURE
    }
}

/// A handle as Java holds it, or one of [`codes`]; 0 is null.
#[repr(transparent)]
pub struct JavaHandle(pub jlong);

impl JavaHandle {
    fn new<T>(handle: *mut T) -> JavaHandle {
        JavaHandle(handle as jlong)
    }
}

impl Failure for JavaHandle {
    const FAILURE: Self = JavaHandle(0);
}

impl Answer for JavaHandle {
    fn of(stop: Stop) -> Self {
        match stop {
            Stop::Thrown => Self::FAILURE,
            Stop::Code(code) => JavaHandle(code.into()),
        }
    }
}

/// The handle that Java hands over. It may be any number, and is not followed.
fn handle<T>(number: jlong) -> *mut T {
    number as *mut c_void as *mut T
}

/// A handle that must not be 0, or the number to return.
fn required<T>(number: jlong, or: jint) -> Result<*mut T, Stop> {
    match number {
        0 => Err(Stop::Code(or)),
        number => Ok(handle(number)),
    }
}

/// The handle of a consumer that is open.
fn the_consumers(number: jlong) -> Result<*mut tmq_t, Stop> {
    let tmq: *mut tmq_t = handle(number);
    match handles::consumer(tmq.cast()) {
        Some(_) => Ok(tmq),
        None => Err(Stop::Code(codes::CONSUMER_NULL)),
    }
}

/// Methods of a class, each exported under the name that Java looks for. The body runs behind the
/// same entry as that of a C function.
macro_rules! methods {
    ($class:literal; $(
        $(#[$attribute:meta])*
        fn $name:ident($env:ident, $this:pat_param $(, $argument:ident: $type:ty)* $(,)?) $(-> $answer:ty)? $body:block
    )*) => { $(
        $(#[$attribute])*
        ///
        /// # Safety
        /// For the Java virtual machine to call.
        #[export_name = concat!("Java_com_taosdata_jdbc_", $class, "_", stringify!($name))]
        #[allow(non_snake_case, clippy::too_many_arguments)]
        pub unsafe extern "C" fn $name(
            $env: $crate::jni::Env,
            $this: jni_sys::jobject
            $(, $argument: $type)*
        ) $(-> $answer)? {
            $crate::capi::boundary::entry::entry(move || {
                let body = move || -> Result<$crate::jni::answer!($($answer)?), $crate::jni::Stop> { $body };
                body().unwrap_or_else($crate::jni::Answer::of)
            })
        }
    )* };
}

macro_rules! answer {
    () => {
        ()
    };
    ($answer:ty) => {
        $answer
    };
}

use {answer, methods};
