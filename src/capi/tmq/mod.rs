//! Subscriptions: configurations, lists of topics, consumers, and the messages they are given.

pub(crate) mod consumed;
pub(crate) mod object;

pub mod commit;
pub mod conf;
pub mod consumer;
pub mod list;
pub mod message;
pub mod offsets;
pub mod raw;

pub use consumed::ConsumedMessage;
pub use object::{ConfObject, ConsumerObject, TopicList};

use super::boundary::entry::text;
use super::boundary::handle::{self as handles, ConsumerRef};
use super::boundary::types::tmq_t;
use crate::error::{codes, Error};
use std::ffi::c_char;

/// The consumer behind a handle. NULL, a closed consumer and a handle that never was one give the same error,
/// as natively. A consumer made before a fork has an error of its own.
pub(crate) fn the_consumer(tmq: *const tmq_t) -> Result<ConsumerRef, Error> {
    let object = any_consumer(tmq)?;
    object.consumer.check_process()?;
    Ok(object)
}

/// The consumer, whichever process made it.
fn any_consumer(tmq: *const tmq_t) -> Result<ConsumerRef, Error> {
    handles::consumer(tmq.cast()).ok_or(Error::new(codes::INVALID_PARAMETER))
}

/// The topic's name; NULL is an error.
///
/// # Safety
/// `topic` is NULL or points to a NUL-terminated string that lives for `'a`.
unsafe fn the_topic<'a>(topic: *const c_char) -> Result<&'a str, Error> {
    unsafe { text(topic, "the topic") }?.ok_or(Error::new(codes::INVALID_PARAMETER))
}
