//! The messages that are sent and received, without any I/O: requests, replies, raw blocks.
//!
//! Everything here works on bytes alone and never trusts them. A length, an offset or a count from the network
//! is checked before it is used.

pub mod bind;
pub mod block;
pub mod bound_block;
pub mod cells;
pub mod reply;
pub mod request;
pub mod schemaless;
pub mod tmq;
pub mod types;
pub mod version;

/// Why bytes from the network could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed(pub String);

impl Malformed {
    pub fn new(what: impl Into<String>) -> Self {
        Malformed(what.into())
    }
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A little-endian integer of `N` bytes at `at`, or `None` when the buffer ends before it.
pub(crate) fn bytes_at<const N: usize>(buf: &[u8], at: usize) -> Option<[u8; N]> {
    buf.get(at..at.checked_add(N)?)?.try_into().ok()
}

pub(crate) fn u16_at(buf: &[u8], at: usize) -> Option<u16> {
    bytes_at(buf, at).map(u16::from_le_bytes)
}

pub(crate) fn u32_at(buf: &[u8], at: usize) -> Option<u32> {
    bytes_at(buf, at).map(u32::from_le_bytes)
}

pub(crate) fn i32_at(buf: &[u8], at: usize) -> Option<i32> {
    bytes_at(buf, at).map(i32::from_le_bytes)
}

pub(crate) fn u64_at(buf: &[u8], at: usize) -> Option<u64> {
    bytes_at(buf, at).map(u64::from_le_bytes)
}
