//! Statements, waited for or called back.

pub mod asynchronous;
pub mod synchronous;

pub(super) use synchronous::result_of;
pub(crate) use synchronous::{free, run, validate};
