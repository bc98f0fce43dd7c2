//! The log of one vgroup: what happened to its tables, in order, each with an offset.

use super::meta::{Meta, NewChild};
use crate::catalog::{Child, Column};
use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::Arc;

/// Blocks of subscriptions carry this version.
pub const BLOCK_VERSION: u8 = 2;
/// A log keeps no more than this; the oldest go first.
const MAX_BYTES: usize = 128 << 20;
/// What an entry takes besides its blocks, about.
const ENTRY_BYTES: usize = 200;

/// Rows of one table, written by one statement.
pub struct TableRows {
    pub table: Arc<str>,
    /// Number of its data table, to know it from a later one of the same name.
    pub data: i64,
    /// Super table, and the child table with its tags of that moment.
    pub parent: Option<(Arc<str>, Arc<Child>)>,
    /// The columns that were given, the time first.
    pub columns: Arc<[Column]>,
    pub rows: usize,
    /// They are kept as subscribers get them: a raw block.
    pub block: Bytes,
}

pub enum Entry {
    /// The vgroup was created.
    Start,
    /// A table was created, changed or dropped, or rows were deleted.
    Meta(Meta),
    Rows {
        /// Tables that came with the rows.
        created: Vec<NewChild>,
        rows: Vec<TableRows>,
    },
}

pub struct Log {
    /// Offset of the oldest entry that is there.
    first: i64,
    entries: VecDeque<(Arc<Entry>, usize)>,
    bytes: usize,
    max_bytes: usize,
}

impl Log {
    /// `retention` in bytes, if the database has one.
    pub fn new(retention: Option<usize>) -> Log {
        let mut log = Log {
            first: 0,
            entries: VecDeque::new(),
            bytes: 0,
            max_bytes: retention.map_or(MAX_BYTES, |r| r.min(MAX_BYTES)),
        };
        log.push(Entry::Start);
        log
    }
    pub fn push(&mut self, entry: Entry) {
        let bytes = ENTRY_BYTES
            + match &entry {
                Entry::Rows { rows, .. } => rows.iter().map(|r| r.block.len() + ENTRY_BYTES).sum(),
                _ => 0,
            };
        self.bytes += bytes;
        self.entries.push_back((Arc::new(entry), bytes));
        // The newest stays whatever its size.
        while self.bytes > self.max_bytes && self.entries.len() > 1 {
            if let Some((_, bytes)) = self.entries.pop_front() {
                self.bytes -= bytes;
                self.first += 1;
            }
        }
    }
    pub fn begin(&self) -> i64 {
        self.first
    }
    /// The offset that the next entry will have.
    pub fn end(&self) -> i64 {
        self.first + self.entries.len() as i64
    }
    pub fn get(&self, offset: i64) -> Option<&Arc<Entry>> {
        let at = usize::try_from(offset.checked_sub(self.first)?).ok()?;
        self.entries.get(at).map(|e| &e.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_go_on_when_the_oldest_are_dropped() {
        let mut log = Log::new(Some(10 * ENTRY_BYTES));
        for _ in 0..100 {
            log.push(Entry::Start);
        }
        assert_eq!((log.begin(), log.end()), (91, 101));
        assert!(log.get(90).is_none() && log.get(91).is_some());
        assert!(log.get(100).is_some() && log.get(101).is_none() && log.get(-1).is_none());
    }
}
