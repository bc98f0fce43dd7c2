//! Numbers in a payload, and the errors of one that is not sound.

use crate::error::{code, SqlError};

pub(super) const VERSION: u16 = 1;

pub(super) fn fail(message: impl Into<String>) -> SqlError {
    SqlError::new(code::FAIL, message)
}

pub(super) fn u32_at(b: &[u8], at: usize) -> Option<usize> {
    let four = b.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?) as usize)
}

pub(super) fn i32_at(b: &[u8], at: usize) -> Option<i32> {
    u32_at(b, at).map(|n| n as u32 as i32)
}

/// What is wrong with a section's place, in the adapter's manner.
pub(super) fn outside(what: &str, end: usize, total: usize) -> SqlError {
    fail(format!(
        "{what} out of range, end: {end}, total length: {total}"
    ))
}
