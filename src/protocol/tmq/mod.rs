//! Subscriptions (`/rest/tmq`): requests, and what a message holds.

mod cursor;
pub mod message;
pub mod meta;
mod offset;
pub mod requests;

pub use message::{MessageBlock, RawMessage};

/// What a polled message holds: `message_type` of the reply to `poll`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Rows.
    Data,
    /// Changes of tables.
    Meta,
    /// Rows, and the tables that were created for them.
    MetaData,
    /// Bytes that only `write_raw` understands.
    Raw,
}

impl Kind {
    pub fn of(message_type: i64) -> Option<Kind> {
        match message_type {
            1 => Some(Kind::Data),
            2 => Some(Kind::Meta),
            3 => Some(Kind::MetaData),
            4 => Some(Kind::Raw),
            _ => None,
        }
    }

    pub fn has_rows(self) -> bool {
        matches!(self, Kind::Data | Kind::MetaData)
    }

    pub fn has_meta(self) -> bool {
        matches!(self, Kind::Meta | Kind::MetaData)
    }
}

/// Types of raw messages that hold rows.
const RAW_DATA: u16 = 2;
const RAW_META_DATA: u16 = 4;
/// Bytes of the write-ahead log.
const RAW_LOG: u16 = 6;

/// In the C API, raw messages of these types are copies, which the caller frees. Others are part of the
/// message.
pub fn raw_is_a_copy(raw_type: u16) -> bool {
    matches!(raw_type, RAW_DATA | RAW_META_DATA | RAW_LOG)
}

/// A raw message that holds rows, in the form that [`RawMessage`] reads.
pub fn raw_has_rows(raw_type: u16) -> bool {
    matches!(raw_type, RAW_DATA | RAW_META_DATA)
}

/// The position after a raw message of the log, if it can be read.
pub fn end_of_log(raw: &[u8]) -> Option<i64> {
    offset::read(raw)?.end
}
